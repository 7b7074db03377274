//! The sponge (FIPS 202, section 4) over a permutation of 1600 bits.

/// A sponge over Keccak-p[1600, `ROUNDS`].
#[derive(Clone)]
pub(crate) struct Sponge<const ROUNDS: usize> {
    lanes: [u64; 25],
    /// Bytes of the current block that were taken, or given out.
    offset: usize,
    /// Bytes of a block.
    rate: usize,
    /// What stands behind the message: the bits that tell functions apart, and the first one of the padding.
    pub(crate) delimiter: u8,
    is_squeezing: bool,
}

/// Bytes of a block, where the capacity is twice the security in bits.
pub(crate) const fn rate_of(security: usize) -> usize {
    200 - security / 4
}

/// The word that begins at any address.
#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "a copy would be made byte by byte"
)]
#[inline]
fn load(bytes: &[u8; 8]) -> u64 {
    #[cfg(all(target_arch = "riscv64", target_os = "none"))]
    let word = zisk_coprocessor::load_word(bytes);
    #[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
    let word = u64::from_le_bytes(*bytes);
    word
}

impl<const ROUNDS: usize> Sponge<ROUNDS> {
    pub(crate) const fn new(security: usize, delimiter: u8) -> Self {
        Self {
            lanes: [0; 25],
            offset: 0,
            rate: rate_of(security),
            delimiter,
            is_squeezing: false,
        }
    }

    /// Ends a block, full or not.
    pub(crate) fn end_block(&mut self) {
        permutations::p1600(&mut self.lanes, ROUNDS);
        self.offset = 0;
    }

    pub(crate) fn update(&mut self, input: &[u8]) {
        if self.is_squeezing {
            self.is_squeezing = false;
            self.end_block();
        }
        let mut rest = input;
        while let Some((head, others)) = rest.split_at_checked(self.rate - self.offset) {
            self.add(head);
            self.end_block();
            rest = others;
        }
        self.add(rest);
        self.offset += rest.len();
    }

    /// What has been read of a block is gone: the state is permuted as soon as its last byte is given out. So is the original's,
    /// and it shows where a message goes on behind an output.
    pub(crate) fn squeeze(&mut self, output: &mut [u8]) {
        if !self.is_squeezing {
            self.is_squeezing = true;
            self.add_byte(self.offset, self.delimiter);
            self.add_byte(self.rate - 1, 0x80);
            self.end_block();
        }
        let mut rest = output;
        loop {
            let (head, others) = rest.split_at_mut(rest.len().min(self.rate - self.offset));
            self.read(head);
            self.offset += head.len();
            if self.offset < self.rate {
                return;
            }
            self.end_block();
            rest = others;
        }
    }

    fn add_byte(&mut self, place: usize, byte: u8) {
        self.lanes[place / 8] ^= u64::from(byte) << (8 * (place % 8));
    }

    /// Adds bytes to the block, from the offset on: bytes up to the next lane, whole lanes, and again bytes.
    fn add(&mut self, bytes: &[u8]) {
        let mut place = self.offset;
        let (head, rest) = bytes.split_at(bytes.len().min(place.wrapping_neg() % 8));
        let (words, tail) = rest.as_chunks();
        for byte in head {
            self.add_byte(place, *byte);
            place += 1;
        }
        for (lane, word) in self.lanes[place / 8..].iter_mut().zip(words) {
            *lane ^= load(word);
        }
        place += 8 * words.len();
        for byte in tail {
            self.add_byte(place, *byte);
            place += 1;
        }
    }

    /// Copies bytes of the block, from the offset on, lane by lane.
    fn read(&self, bytes: &mut [u8]) {
        let start = self.offset % 8;
        let mut lanes = self.lanes[self.offset / 8..].iter();
        let (head, rest) = bytes.split_at_mut(bytes.len().min(self.offset.wrapping_neg() % 8));
        if !head.is_empty()
            && let Some(lane) = lanes.next()
        {
            head.copy_from_slice(&lane.to_le_bytes()[start..start + head.len()]);
        }
        for (piece, lane) in rest.chunks_mut(8).zip(lanes) {
            piece.copy_from_slice(&lane.to_le_bytes()[..piece.len()]);
        }
    }
}
