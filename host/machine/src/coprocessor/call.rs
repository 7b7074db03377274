use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;
use core::ops::Range;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::{Access, Coprocessor};
use zisk_software::{Problem, compute};
use zisk_stark::Val;

use super::delay;
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

    /// The columns of all pointers, and when each was looked at before.
    pub(crate) fn pointers<const LIMBS: usize, const N: usize>(&self) -> ([Val; LIMBS], [Val; N]) {
        let columns = |operand: usize| self.pointer(operand);
        let value = |index: usize| columns(index / 2).0[index % 2];
        (from_fn(value), from_fn(|operand| columns(operand).1))
    }

    /// The columns of a pointer.
    pub(crate) fn pointer(&self, operand: usize) -> ([Val; 2], Val) {
        let Seen { value, before } = self.pointers[operand];
        (limbs(&[value]), Val::from_u32(before))
    }

    /// Which words may only be read, of the operands from this one on.
    pub(crate) fn read_only_from<const N: usize>(&self, operand: usize) -> [Val; N] {
        let words = &self.words[self.coprocessor.first_word(operand)..];
        from_fn(|index| Val::from_bool(words[index].is_read_only))
    }

    /// When each word of an operand was looked at before.
    pub(crate) fn befores<const N: usize>(&self, operand: usize) -> [Val; N] {
        let words = &self.words[self.range(operand)];
        from_fn(|index| Val::from_u32(words[index].seen.before))
    }

    /// The same of all words.
    pub(crate) fn all_befores<const N: usize>(&self) -> [Val; N] {
        from_fn(|index| Val::from_u32(self.words[index].seen.before))
    }

    /// The upper part of how long ago that was.
    pub(crate) fn highs<const N: usize>(&self, operand: usize) -> [Val; N] {
        let (first, high) = (self.coprocessor.first_word(operand), self.high(operand));
        from_fn(|index| high(first + index))
    }

    /// The same of all words.
    pub(crate) fn all_highs<const N: usize>(&self) -> [Val; N] {
        let operands = 0..self.coprocessor.operands.len();
        let operand = |word: usize| {
            operands
                .clone()
                .find(|operand| self.range(*operand).contains(&word))
        };
        from_fn(|word| self.high(operand(word).unwrap_or_default())(word))
    }

    fn high(&self, operand: usize) -> impl Fn(usize) -> Val + '_ {
        let time = self.time + delay(self.coprocessor, operand);
        move |word| {
            let before = self.words[word].seen.before;
            Val::from_u32(time.wrapping_sub(before).wrapping_sub(1) >> 8)
        }
    }
}

/// The limbs of words.
pub(crate) fn limbs<const N: usize>(words: &[u64]) -> [Val; N] {
    let mut limbs = words.iter().flat_map(|value| word::<Val>(*value));
    from_fn(|_| limbs.next().unwrap_or_default())
}
