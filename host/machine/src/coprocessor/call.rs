use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;
use core::ops::Range;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::{Access, Coprocessor};
use zisk_software::{Problem, compute};
use zisk_stark::Val;

use super::{CallColumns, delay};
use crate::halt::Seen;
use crate::word::word;

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

    /// Where the call writes what: addresses over 8, and values.
    ///
    /// # Errors
    /// When it has no result.
    pub(crate) fn written(&self) -> Result<Vec<(u64, u64)>, Problem> {
        let mut then: Vec<u64> = self.words.iter().map(|word| word.seen.value).collect();
        compute(self.coprocessor, &mut then)?;
        let mut written = Vec::new();
        for (operand, spec) in self.coprocessor.operands.iter().enumerate() {
            if spec.access == Access::ReadWrite {
                let values = then[self.range(operand)].iter().copied();
                written.extend((self.pointers[operand].value / 8..).zip(values));
            }
        }
        Ok(written)
    }

    /// What an operand's words held.
    pub(crate) fn values<const N: usize>(&self, operand: usize) -> [u64; N] {
        let words = &self.words[self.range(operand)];
        from_fn(|index| words[index].seen.value)
    }

    /// The columns that every call has.
    pub(crate) fn columns<const OPERANDS: usize, const WORDS: usize, const READ: usize>(
        &self,
    ) -> CallColumns<Val, OPERANDS, WORDS, READ> {
        let pointer = |operand: usize| self.pointers[operand];
        let limb = |operand: usize, shift| Val::from_u16((pointer(operand).value >> shift) as u16);
        let operands = self.coprocessor.operands.iter().enumerate();
        let read = operands.clone().filter(|(_, spec)| spec.access == Access::Read);
        let mut read_only = read.flat_map(|(operand, _)| {
            self.words[self.range(operand)]
                .iter()
                .map(|word| word.is_read_only)
        });
        let times = operands.flat_map(|(operand, spec)| {
            core::iter::repeat_n(self.time + delay(self.coprocessor, operand), spec.words)
        });
        let mut highs = times
            .zip(&self.words)
            .map(|(time, word)| time.wrapping_sub(word.seen.before).wrapping_sub(1) >> 8);
        CallColumns {
            is_real: Val::ONE,
            time: Val::from_u32(self.time),
            number_before: Val::from_u32(self.number_before),
            pointers_low: from_fn(|operand| limb(operand, 0)),
            pointers_high: from_fn(|operand| limb(operand, 16)),
            pointers_before: from_fn(|operand| Val::from_u32(pointer(operand).before)),
            before: from_fn(|word| Val::from_u32(self.words[word].seen.before)),
            high: from_fn(|_| Val::from_u32(highs.next().unwrap_or_default())),
            is_read_only: from_fn(|_| Val::from_bool(read_only.next().unwrap_or_default())),
        }
    }
}

/// The limbs of words.
pub(crate) fn limbs<const N: usize>(words: &[u64]) -> [Val; N] {
    let mut limbs = words.iter().flat_map(|value| word::<Val>(*value));
    from_fn(|_| limbs.next().unwrap_or_default())
}
