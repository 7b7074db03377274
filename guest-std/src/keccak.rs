//! Keccak-256 over the platform's permutation: the coprocessor in the VM.

use crate::platform;

/// Lanes of the state that a block is added to.
const RATE: usize = 17;
/// Bytes of a block.
const BLOCK_LEN: usize = 8 * RATE;

/// The lanes of a state: the one at `x`, `y` in place `x + 5 * y`.
pub(crate) type State = [u64; 25];

fn absorb(state: &mut State, block: &[u8; BLOCK_LEN]) {
    for (lane, bytes) in state.iter_mut().zip(block.as_chunks().0) {
        *lane ^= platform::load_word(bytes);
    }
    platform::keccak_f(state);
}

/// The Keccak-256 digest of `data`, as Ethereum uses it: with Keccak's first padding, not that of the later SHA-3. In the
/// VM it runs on the coprocessor, many times faster than a hash that is computed by instructions.
///
/// ```
/// let digest = zisk_guest::keccak256(b"abc");
/// assert_eq!(digest[..4], [0x4e, 0x03, 0x65, 0x7a]);
/// ```
pub fn keccak256(data: &[u8]) -> [u8; 32] {
    let mut state = [0; 25];
    let (blocks, tail) = data.as_chunks();
    for block in blocks {
        absorb(&mut state, block);
    }
    let mut last = [0; BLOCK_LEN];
    last[..tail.len()].copy_from_slice(tail);
    last[tail.len()] = 1;
    last[BLOCK_LEN - 1] |= 0x80;
    absorb(&mut state, &last);
    let mut digest = [0; 32];
    for (bytes, lane) in digest.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = lane.to_le_bytes();
    }
    digest
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use tiny_keccak::{Hasher, Keccak};

    use super::keccak256;

    #[test]
    fn every_length_around_the_block_edges_is_as_others_say() {
        let message: Vec<u8> = (0..700_usize).map(|i| (i * 7 + 3) as u8).collect();
        for len in (0..=420).chain([543, 544, 545, 700]) {
            // At every distance from a multiple of 8.
            let message = &message[len % 8..];
            let message = &message[..len.min(message.len())];
            let mut hasher = Keccak::v256();
            hasher.update(message);
            let mut expected = [0; 32];
            hasher.finalize(&mut expected);
            assert_eq!(keccak256(message), expected, "{len} bytes");
        }
    }
}
