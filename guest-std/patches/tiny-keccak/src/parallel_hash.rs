//! ParallelHash (NIST SP 800-185, section 6): a hash of the hashes of blocks, which may be computed at the same time.

use crate::encoding::{left_encode, right_encode};
use crate::{CShake, Hasher, IntoXof, Xof};

/// ParallelHash (NIST SP 800-185, section 6). The blocks are hashed one after the other here.
#[derive(Clone)]
pub struct ParallelHash {
    /// The hash of the blocks' hashes.
    outer: CShake,
    /// The hash of the block that is not full yet.
    inner: CShake,
    /// Bytes in it.
    filled: usize,
    block_size: usize,
    num_blocks: usize,
    security: usize,
}

impl ParallelHash {
    /// ParallelHash128 with blocks of this many bytes, which must not be 0.
    pub fn v128(custom_string: &[u8], block_size: usize) -> Self {
        Self::new(custom_string, block_size, 128)
    }

    /// ParallelHash256 with blocks of this many bytes, which must not be 0.
    pub fn v256(custom_string: &[u8], block_size: usize) -> Self {
        Self::new(custom_string, block_size, 256)
    }

    fn new(custom_string: &[u8], block_size: usize, security: usize) -> Self {
        let mut outer = CShake::new(b"ParallelHash", custom_string, security);
        outer.update(left_encode(block_size).as_ref());
        Self {
            outer,
            inner: CShake::new(b"", b"", security),
            filled: 0,
            block_size,
            num_blocks: 0,
            security,
        }
    }

    fn end_block(&mut self) {
        let inner = core::mem::replace(&mut self.inner, CShake::new(b"", b"", self.security));
        let mut digest = [0; 64];
        let digest = &mut digest[..self.security / 4];
        inner.finalize(digest);
        self.outer.update(digest);
        self.num_blocks += 1;
        self.filled = 0;
    }

    fn end(mut self, num_bits: usize) -> CShake {
        if self.filled > 0 {
            self.end_block();
        }
        self.outer.update(right_encode(self.num_blocks).as_ref());
        self.outer.update(right_encode(num_bits).as_ref());
        self.outer
    }
}

impl Hasher for ParallelHash {
    fn update(&mut self, input: &[u8]) {
        assert_ne!(self.block_size, 0, "a message has no blocks of no bytes");
        let mut rest = input;
        while let Some((head, others)) = rest.split_at_checked(self.block_size - self.filled) {
            self.inner.update(head);
            self.end_block();
            rest = others;
        }
        self.inner.update(rest);
        self.filled += rest.len();
    }

    fn finalize(self, output: &mut [u8]) {
        self.end(8 * output.len()).finalize(output);
    }
}

/// ParallelHashXOF (NIST SP 800-185, section 6.3.1): what [`ParallelHash`]'s [`IntoXof`] gives.
#[derive(Clone)]
pub struct ParallelHashXof(CShake);

impl IntoXof for ParallelHash {
    type Xof = ParallelHashXof;

    fn into_xof(self) -> Self::Xof {
        ParallelHashXof(self.end(0))
    }
}

impl Xof for ParallelHashXof {
    fn squeeze(&mut self, output: &mut [u8]) {
        self.0.squeeze(output);
    }
}
