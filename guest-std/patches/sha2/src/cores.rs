//! The hashes as `digest` wants them: what is done with whole blocks and with the last one. `digest` buffers what is between.

use core::fmt;
use core::slice::from_ref;

use digest::block_buffer::Eager;
use digest::consts::{U32, U64, U128};
use digest::core_api::{
    AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, OutputSizeUser, TruncSide, UpdateCore,
    VariableOutputCore,
};
use digest::{HashMarker, InvalidOutputSize, Output};

use crate::constants::{H224, H256, H384, H512, H512_224, H512_256};
use crate::sha256::compress256;
use crate::sha512::compress512;

/// A state on a multiple of 8, as the coprocessor wants it: elsewhere it would be copied for every block.
#[derive(Clone)]
#[repr(C, align(8))]
struct Aligned([u32; 8]);

/// SHA-256 and SHA-224 before the digest is cut to its length, of 32 or 28 bytes.
#[derive(Clone)]
pub struct Sha256VarCore {
    state: Aligned,
    num_blocks: u64,
}

/// SHA-512, SHA-384, SHA-512/256 and SHA-512/224 before the digest is cut to its length, of 64, 48, 32 or 28 bytes.
#[derive(Clone)]
pub struct Sha512VarCore {
    state: [u64; 8],
    num_blocks: u128,
}

impl HashMarker for Sha256VarCore {}

impl HashMarker for Sha512VarCore {}

impl BlockSizeUser for Sha256VarCore {
    type BlockSize = U64;
}

impl BlockSizeUser for Sha512VarCore {
    type BlockSize = U128;
}

impl BufferKindUser for Sha256VarCore {
    type BufferKind = Eager;
}

impl BufferKindUser for Sha512VarCore {
    type BufferKind = Eager;
}

impl OutputSizeUser for Sha256VarCore {
    type OutputSize = U32;
}

impl OutputSizeUser for Sha512VarCore {
    type OutputSize = U64;
}

impl UpdateCore for Sha256VarCore {
    #[inline]
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        self.num_blocks += blocks.len() as u64;
        compress256(&mut self.state.0, blocks);
    }
}

impl UpdateCore for Sha512VarCore {
    #[inline]
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        self.num_blocks += blocks.len() as u128;
        compress512(&mut self.state, blocks);
    }
}

impl VariableOutputCore for Sha256VarCore {
    const TRUNC_SIDE: TruncSide = TruncSide::Left;

    #[inline]
    fn new(output_size: usize) -> Result<Self, InvalidOutputSize> {
        let state = match output_size {
            28 => H224,
            32 => H256,
            _ => return Err(InvalidOutputSize),
        };
        Ok(Self {
            state: Aligned(state),
            num_blocks: 0,
        })
    }

    #[inline]
    fn finalize_variable_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let num_bits = 8 * (64 * self.num_blocks + buffer.get_pos() as u64);
        let state = &mut self.state.0;
        buffer.len64_padding_be(num_bits, |block| compress256(state, from_ref(block)));
        for (bytes, word) in out.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
    }
}

impl VariableOutputCore for Sha512VarCore {
    const TRUNC_SIDE: TruncSide = TruncSide::Left;

    #[inline]
    fn new(output_size: usize) -> Result<Self, InvalidOutputSize> {
        let state = match output_size {
            28 => H512_224,
            32 => H512_256,
            48 => H384,
            64 => H512,
            _ => return Err(InvalidOutputSize),
        };
        Ok(Self { state, num_blocks: 0 })
    }

    #[inline]
    fn finalize_variable_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let num_bits = 8 * (128 * self.num_blocks + buffer.get_pos() as u128);
        let state = &mut self.state;
        buffer.len128_padding_be(num_bits, |block| compress512(state, from_ref(block)));
        for (bytes, word) in out.as_chunks_mut().0.iter_mut().zip(state) {
            *bytes = word.to_be_bytes();
        }
    }
}

impl AlgorithmName for Sha256VarCore {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256")
    }
}

impl AlgorithmName for Sha512VarCore {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha512")
    }
}

/// Without the state, which may be of a secret.
impl fmt::Debug for Sha256VarCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha256VarCore { ... }")
    }
}

/// Without the state, which may be of a secret.
impl fmt::Debug for Sha512VarCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sha512VarCore { ... }")
    }
}
