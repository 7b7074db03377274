//! Where random values come from that hide a witness.

use alloc::vec::Vec;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;
use thiserror::Error;

use crate::field::Val;

/// The operating system gives no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the operating system gives no random bytes, without which a proof would not hide its witness")]
pub struct RandomnessUnavailable;

/// A stream of uniformly random elements, from a seed of the operating system.
pub(crate) struct Blinding {
    stream: ChaCha20Rng,
}

impl Blinding {
    pub(crate) fn from_system() -> Result<Self, RandomnessUnavailable> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|_| RandomnessUnavailable)?;
        Ok(Self {
            stream: ChaCha20Rng::from_seed(seed),
        })
    }

    /// A uniformly random element.
    pub(crate) fn element(&mut self) -> Val {
        loop {
            // 31 bits; one in 128 is not below the characteristic.
            let bits = self.stream.next_u32() >> 1;
            if bits < Val::ORDER_U32 {
                return Val::from_u32(bits);
            }
        }
    }

    /// Overwrites cells with uniformly random elements.
    pub(crate) fn fill(&mut self, cells: &mut [Val]) {
        for cell in cells {
            *cell = self.element();
        }
    }

    /// As many uniformly random elements, drawn in parallel from streams of their own.
    pub(crate) fn elements(&mut self, len: usize) -> Vec<Val> {
        /// Elements from one stream.
        const PER_STREAM: usize = 1 << 14;
        let seeds: Vec<[u8; 32]> = (0..len.div_ceil(PER_STREAM)).map(|_| {
                let mut seed = [0; 32];
                self.stream.fill_bytes(&mut seed);
                seed
            }).collect();
        let mut elements = crate::memory::zeros(len);
        elements.par_chunks_mut(PER_STREAM).zip(seeds).for_each(|(cells, seed)| {
            Self { stream: ChaCha20Rng::from_seed(seed) }.fill(cells);
        });
        elements
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
            Blinding::from_system().unwrap().fill(&mut cells);
            cells
        });
        let equal = streams[0].iter().zip(&streams[1]).filter(|(a, b)| a == b).count();
        assert!(equal < 4, "{equal} of 256 random elements are equal");
    }
}
