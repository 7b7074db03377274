//! Where random values come from that hide a witness.

use alloc::vec::Vec;
use core::fmt;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use thiserror::Error;

use crate::field::Val;
use crate::memory;

/// The operating system gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no random bytes, without which a proof would not hide its witness")]
pub struct RandomnessUnavailable;

/// What a stream of random values is expanded from: whoever knows it knows what they hide.
#[derive(Clone)]
pub struct BlindingSeed([u8; 32]);

impl BlindingSeed {
    /// A seed of the operating system's generator: the one way to a new one.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_system() -> Result<Self, RandomnessUnavailable> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| RandomnessUnavailable)?;
        Ok(Self(seed))
    }

    /// A seed that was kept. Bytes that anybody could guess hide nothing.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The seed itself, to be kept as secret as what it hides.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A seed for a purpose and a number, that looks like a fresh one to whoever does not know this one, whatever else
    /// was derived or expanded from it.
    ///
    /// ChaCha20 with a seed as its key is a pseudorandom function of the stream's number, and such functions are
    /// chained: a word selects the stream whose first bytes are the next word's key. Chains are pseudorandom as long as no
    /// list of words begins another (Bellare, Canetti, Krawczyk, FOCS 1996). These begin with how long the label is, so
    /// none does, and neither does one that a derived seed continues. The first word is never 0, the number of the
    /// stream that a seed is expanded to.
    #[must_use]
    pub fn derive(&self, label: &[u8], index: u64) -> Self {
        let words = label.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        });
        [1 + label.len() as u64, index]
            .into_iter()
            .chain(words)
            .fold(self.clone(), |seed, word| seed.child(word))
    }

    fn child(&self, word: u64) -> Self {
        let mut stream = self.stream();
        stream.set_stream(word);
        let mut child = [0; 32];
        stream.fill_bytes(&mut child);
        Self(child)
    }

    fn stream(&self) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(self.0)
    }
}

impl fmt::Debug for BlindingSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlindingSeed").finish_non_exhaustive()
    }
}

/// What random values hide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Early and main columns: their rows that are not active.
    Columns,
    /// The sums of tables' messages.
    Masks,
    /// LogUp columns: their rows that are not active.
    SumColumns,
    /// The parts of quotients, against each other.
    QuotientParts,
    /// What FRI folds.
    Codeword,
}

/// A stream of uniformly random elements, from a seed; or of zeros, for proofs that need not hide anything.
pub(crate) struct Blinding {
    stream: Option<ChaCha20Rng>,
    /// What tests leave out, to see that it would be noticed.
    #[cfg(test)]
    pub(crate) left_out: Vec<Measure>,
}

impl Blinding {
    /// Zeros.
    pub(crate) fn nothing() -> Self {
        Self {
            stream: None,
            #[cfg(test)]
            left_out: Vec::new(),
        }
    }

    pub(crate) fn from_system() -> Result<Self, RandomnessUnavailable> {
        Ok(Self::from_seed(&BlindingSeed::from_system()?))
    }

    pub(crate) fn from_seed(seed: &BlindingSeed) -> Self {
        Self {
            stream: Some(seed.stream()),
            #[cfg(test)]
            left_out: Vec::new(),
        }
    }

    /// Overwrites cells with uniformly random elements.
    pub(crate) fn fill(&mut self, measure: Measure, cells: &mut [Val]) {
        match self.stream_for(measure) {
            Some(stream) => cells.fill_with(|| element(stream)),
            None => cells.fill(Val::ZERO),
        }
    }

    /// As many uniformly random elements, drawn in parallel from streams of their own.
    pub(crate) fn elements(&mut self, measure: Measure, len: usize) -> Vec<Val> {
        /// Elements from one stream.
        const PER_STREAM: usize = 1 << 14;
        let mut elements = memory::zeros(len);
        let Some(stream) = self.stream_for(measure) else {
            return elements;
        };
        let mut seed = || {
            let mut seed = [0; 32];
            stream.fill_bytes(&mut seed);
            seed
        };
        let seeds: Vec<_> = (0..len.div_ceil(PER_STREAM)).map(|_| seed()).collect();
        elements
            .par_chunks_mut(PER_STREAM)
            .zip(seeds)
            .for_each(|(cells, seed)| {
                let mut stream = ChaCha20Rng::from_seed(seed);
                cells.fill_with(|| element(&mut stream));
            });
        elements
    }

    fn stream_for(&mut self, measure: Measure) -> Option<&mut ChaCha20Rng> {
        self.stream.as_mut().filter(|_| {
            #[cfg(test)]
            if self.left_out.contains(&measure) {
                return false;
            }
            let _ = measure;
            true
        })
    }
}

fn element(stream: &mut ChaCha20Rng) -> Val {
    loop {
        // 31 bits; one in 128 is not below the characteristic.
        let bits = stream.next_u32() >> 1;
        if bits < Val::ORDER_U32 {
            return Val::from_u32(bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn two_streams_differ_and_no_element_stays() {
        let streams = [0, 1].map(|_| {
            let mut cells = vec![Val::ZERO; 256];
            Blinding::from_system()
                .unwrap()
                .fill(Measure::Columns, &mut cells);
            cells
        });
        let equal = streams[0].iter().zip(&streams[1]).filter(|(a, b)| a == b).count();
        assert!(equal < 4, "{equal} of 256 random elements are equal");
    }

    #[test]
    fn derived_seeds_differ_by_label_and_by_index() {
        let seed = BlindingSeed::from_bytes([7; 32]);
        let labels: [&[u8]; 8] = [
            b"",
            b"\0",
            b"segment",
            b"segment\0",
            b"segment\0\0",
            b"segments",
            b"segments\0",
            b"segments\0\0\0\0\0\0\0\0",
        ];
        let mut all = vec![seed.0, [0; 32]];
        for label in labels {
            for index in [0, 1, 2, 1 << 32, u64::MAX] {
                let derived = seed.derive(label, index);
                assert_eq!(derived.0, seed.derive(label, index).0);
                all.extend([derived.0, derived.derive(label, index).0]);
            }
        }
        all.push(BlindingSeed::from_bytes([8; 32]).derive(b"segment", 0).0);
        let len = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), len);
    }

    #[test]
    fn a_derived_seed_does_not_follow_from_the_stream_that_the_seed_is_expanded_to() {
        let seed = BlindingSeed::from_bytes([7; 32]);
        let mut begin = [0; 32];
        seed.stream().fill_bytes(&mut begin);
        let from_stream = BlindingSeed(begin);
        assert_eq!(from_stream.0, seed.child(0).0, "the stream has number 0");
        for index in [0, 1] {
            assert_ne!(seed.derive(b"", index).0, from_stream.child(index).0);
        }
    }

    #[test]
    fn a_seed_is_not_shown() {
        let shown = std::format!("{:?}", BlindingSeed::from_bytes([77; 32]));
        assert_eq!(shown, "BlindingSeed { .. }");
    }

    #[test]
    fn a_seed_always_gives_the_same_elements() {
        let seed = BlindingSeed::from_system().unwrap();
        let again = BlindingSeed::from_bytes(*seed.as_bytes());
        let [one, other] =
            [&seed, &again].map(|seed| Blinding::from_seed(seed).elements(Measure::Columns, 64));
        assert_eq!(one, other);
        let fresh = BlindingSeed::from_system().unwrap();
        assert_ne!(one, Blinding::from_seed(&fresh).elements(Measure::Columns, 64));
    }

    #[test]
    fn streams_drawn_in_parallel_differ() {
        let len = 3 << 14;
        let mut all = Blinding::from_system().unwrap().elements(Measure::Codeword, len);
        all.sort_unstable_by_key(Val::as_canonical_u32);
        all.dedup();
        // Of 3 * 2^14 out of 2^31, about one pair is equal.
        assert!(len - all.len() < 20, "{} of {len} elements differ", all.len());
    }
}
