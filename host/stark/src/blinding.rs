//! Where random values come from that hide a witness.

use alloc::vec::Vec;

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

/// A stream of uniformly random elements, from a seed of the operating system; or of zeros, for proofs that need not
/// hide anything.
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
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| RandomnessUnavailable)?;
        Ok(Self::from_seed(seed))
    }

    /// Private: what hides a witness comes from the operating system.
    fn from_seed(seed: [u8; 32]) -> Self {
        Self {
            stream: Some(ChaCha20Rng::from_seed(seed)),
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
    fn streams_drawn_in_parallel_differ() {
        let len = 3 << 14;
        let mut all = Blinding::from_system().unwrap().elements(Measure::Codeword, len);
        all.sort_unstable_by_key(Val::as_canonical_u32);
        all.dedup();
        // Of 3 * 2^14 out of 2^31, about one pair is equal.
        assert!(len - all.len() < 20, "{} of {len} elements differ", all.len());
    }
}
