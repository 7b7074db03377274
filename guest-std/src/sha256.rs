//! SHA-256 (FIPS 180-4) over the platform's compression function: the coprocessor in the VM.

use crate::platform;

const BLOCK_LEN: usize = 64;
/// Where the message's length in bits stands in the last block.
const LENGTH_START: usize = BLOCK_LEN - 8;

/// FIPS 180-4, section 5.3.3.
const INITIAL_STATE: [u32; 8] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// A value on a multiple of 8, as coprocessors and the halt call want their operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(8))]
pub(crate) struct Aligned<T>(pub(crate) T);

/// The chaining value between blocks, as words in the machine's byte order.
pub(crate) type State = Aligned<[u32; 8]>;
/// One block of the message.
pub(crate) type Block = [u8; BLOCK_LEN];
/// A finished hash.
pub(crate) type Digest = Aligned<[u8; 32]>;

/// A hash of what was given to it so far.
#[derive(Clone)]
pub(crate) struct Sha256 {
    state: State,
    /// The message's last, incomplete block; the first `len % 64` bytes count.
    block: Aligned<Block>,
    /// Length of the message so far, in bytes.
    len: u64,
}

impl Sha256 {
    pub(crate) const fn new() -> Self {
        Self {
            state: Aligned(INITIAL_STATE),
            block: Aligned([0; BLOCK_LEN]),
            len: 0,
        }
    }

    fn buffered(&self) -> usize {
        (self.len % BLOCK_LEN as u64) as usize
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        let buffered = self.buffered();
        self.len += data.len() as u64;
        let mut data = data;
        if buffered > 0 {
            let (head, rest) = data.split_at(data.len().min(BLOCK_LEN - buffered));
            self.block.0[buffered..buffered + head.len()].copy_from_slice(head);
            if buffered + head.len() < BLOCK_LEN {
                return;
            }
            platform::sha256_compress(&mut self.state, &self.block.0);
            data = rest;
        }
        let (blocks, tail) = data.as_chunks::<BLOCK_LEN>();
        for block in blocks {
            platform::sha256_compress(&mut self.state, block);
        }
        self.block.0[..tail.len()].copy_from_slice(tail);
    }

    /// The digest of the message so far, which may go on afterwards.
    pub(crate) fn digest(&self) -> Digest {
        let mut state = self.state;
        let mut block = Aligned([0; BLOCK_LEN]);
        let buffered = self.buffered();
        block.0[..buffered].copy_from_slice(&self.block.0[..buffered]);
        block.0[buffered] = 0x80;
        if buffered >= LENGTH_START {
            platform::sha256_compress(&mut state, &block.0);
            block.0 = [0; BLOCK_LEN];
        }
        block.0[LENGTH_START..].copy_from_slice(&(self.len * 8).to_be_bytes());
        platform::sha256_compress(&mut state, &block.0);

        let mut digest = Aligned([0; 32]);
        for (bytes, word) in digest.0.as_chunks_mut::<4>().0.iter_mut().zip(state.0) {
            *bytes = word.to_be_bytes();
        }
        digest
    }
}

/// The SHA-256 digest of `data`. In the VM it runs on the coprocessor, many times faster than a hash that is
/// computed by instructions; `data` on a multiple of 8 is faster still.
///
/// ```
/// let digest = zisk_guest::sha256(b"abc");
/// assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
/// ```
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(data);
    hash.digest().0
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;
    use sha2::Digest as _;

    use super::*;

    fn message(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i * 7 + 3) as u8).collect()
    }

    #[test]
    fn every_length_around_the_block_edges_is_as_sha2_says() {
        for len in 0..=260 {
            let message = message(len);
            assert_eq!(
                sha256(&message)[..],
                sha2::Sha256::digest(&message)[..],
                "{len} bytes"
            );
        }
    }

    #[test]
    fn parts_of_any_size_give_the_same_digest() {
        let message = message(200);
        let expected = sha256(&message);
        for part_len in 1..=130 {
            let mut hash = Sha256::new();
            for part in message.chunks(part_len) {
                hash.update(part);
                hash.update(&[]);
            }
            assert_eq!(hash.digest().0, expected, "parts of {part_len} bytes");
        }
    }

    #[test]
    fn a_digest_in_between_does_not_disturb() {
        let message = message(150);
        let mut hash = Sha256::new();
        for (i, byte) in message.iter().enumerate() {
            assert_eq!(hash.digest().0, sha256(&message[..i]));
            hash.update(&[*byte]);
        }
    }
}
