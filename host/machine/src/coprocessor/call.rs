use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;
use core::ops::Range;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::{Access, Coprocessor, KECCAK_F, SHA256_COMPRESS};
use zisk_stark::Val;

use super::delay;
use crate::halt::Seen;
use crate::word::word;
use crate::{keccak, sha256};

/// A word of an operand, as a call found it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) seen: Seen,
    pub(crate) is_read_only: bool,
}

/// A call, and what it found.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) coprocessor: &'static Coprocessor,
    pub(crate) time: u32,
    pub(crate) number_before: u32,
    /// Of each operand.
    pub(crate) pointers: Vec<Seen>,
    /// Those of the first operand, then those of the second, and so on.
    pub(crate) words: Vec<Found>,
}

/// What a coprocessor makes of the words of all operands, in place: those of operands that are written.
pub(crate) type Function = fn(&mut [u64]);

/// What a coprocessor computes.
fn function(coprocessor: &Coprocessor) -> Option<Function> {
    match coprocessor.number {
        number if number == SHA256_COMPRESS.number => Some(sha256::call::compute),
        number if number == KECCAK_F.number => Some(keccak::call::compute),
        _ => None,
    }
}

impl Call {
    /// A call that found nothing yet.
    pub(crate) fn new(
        coprocessor: &'static Coprocessor,
        time: u32,
        number_before: u32,
        pointers: Vec<Seen>,
    ) -> Self {
        Self {
            coprocessor,
            time,
            number_before,
            pointers,
            words: vec![Found::default(); coprocessor.words()],
        }
    }

    fn range(&self, operand: usize) -> Range<usize> {
        self.coprocessor.first_word(operand)..self.coprocessor.first_word(operand + 1)
    }

    /// Looks at everything that the call does, in the order in which it does.
    pub(crate) fn find<E>(&mut self, mut see: impl FnMut(u64, u32) -> Result<Found, E>) -> Result<(), E> {
        let mut order: Vec<usize> = (0..self.coprocessor.operands.len()).collect();
        order.sort_by_key(|operand| delay(self.coprocessor, *operand));
        for operand in order {
            let (first, range) = (self.pointers[operand].value / 8, self.range(operand));
            let time = self.time + delay(self.coprocessor, operand);
            for (address, word) in (first..).zip(&mut self.words[range]) {
                *word = see(address, time)?;
            }
        }
        Ok(())
    }

    /// What all words hold then.
    pub(crate) fn then(&self) -> Vec<u64> {
        let mut words: Vec<u64> = self.words.iter().map(|word| word.seen.value).collect();
        let function = function(self.coprocessor).expect("every coprocessor computes something");
        function(&mut words);
        words
    }

    /// Where the call writes what: addresses over 8, and values.
    pub(crate) fn written(&self) -> Vec<(u64, u64)> {
        let then = self.then();
        let mut written = Vec::new();
        for (operand, spec) in self.coprocessor.operands.iter().enumerate() {
            if spec.access == Access::ReadWrite {
                let values = then[self.range(operand)].iter().copied();
                written.extend((self.pointers[operand].value / 8..).zip(values));
            }
        }
        written
    }

    /// What an operand's words held.
    pub(crate) fn values<const N: usize>(&self, operand: usize) -> [u64; N] {
        let words = &self.words[self.range(operand)];
        from_fn(|index| words[index].seen.value)
    }

    /// The columns of a pointer.
    pub(crate) fn pointer(&self, operand: usize) -> ([Val; 2], Val) {
        let Seen { value, before } = self.pointers[operand];
        (limbs(&[value]), Val::from_u32(before))
    }

    /// Which words may only be read.
    pub(crate) fn is_read_only<const N: usize>(&self, operand: usize) -> [Val; N] {
        let words = &self.words[self.range(operand)];
        from_fn(|index| Val::from_bool(words[index].is_read_only))
    }

    /// When each word was looked at before.
    pub(crate) fn befores<const N: usize>(&self, operand: usize) -> [Val; N] {
        let words = &self.words[self.range(operand)];
        from_fn(|index| Val::from_u32(words[index].seen.before))
    }

    /// The upper part of how long ago that was.
    pub(crate) fn highs<const N: usize>(&self, operand: usize) -> [Val; N] {
        let words = &self.words[self.range(operand)];
        let time = self.time + delay(self.coprocessor, operand);
        from_fn(|index| Val::from_u32(time.wrapping_sub(words[index].seen.before).wrapping_sub(1) >> 8))
    }
}

/// The limbs of words.
pub(crate) fn limbs<const N: usize>(words: &[u64]) -> [Val; N] {
    let mut limbs = words.iter().flat_map(|value| word::<Val>(*value));
    from_fn(|_| limbs.next().unwrap_or_default())
}
