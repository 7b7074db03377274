//! What tables of coprocessor calls have in common.
//!
//! *Proves* that somebody made a call of this number, that the pointers are what its argument registers hold, and that the
//! words are what memory holds there, and then holds. What the coprocessor computes of them is the table's own.
//!
//! *A row* of such a table is a call. `a7` and the arguments are looked at at `time`, and so is the first operand that is
//! only read; the others are looked at one clock after the other, those that are only read before those that are
//! written: so operands that are only read may overlap any other. The next instruction is at `time + 4`.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real` | a bit | constraints |
//! | `time` | the call's | the bus |
//! | pointers | two limbs below 0x7001 0000, the upper ones are zero | the bus and [`Range16`] |
//! | words as they were | as they come: 16 bits a limb | the bus |
//! | words as they are then | 16 bits a limb: whoever computes them sees to that | |
//! | `is_read_only`, for each word of an operand that is only read | bits | constraints |
//! | `*_before` | earlier times | [`Range16`] |
//! | `*_high` | upper parts of time differences | [`Range16`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`].

#[cfg(feature = "trace")]
mod call;
pub(crate) mod steps;
#[cfg(all(test, feature = "trace"))]
mod tests;

use core::array::from_fn;

use p3_field::{Algebra, Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::{Access, Coprocessor};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::OperationCode;
use crate::halt::MAX_UPPER_LIMB;
use crate::messages::{Memory, Operation, Range16, Space};
use crate::processor::CLOCK_STEP;
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER, read_register};
use crate::word::{LIMB_BITS, Word};
#[cfg(feature = "trace")]
pub(crate) use call::{Call, Found, limbs};

/// When an operand is looked at, from the time of the call on.
pub(crate) const fn delay(coprocessor: &Coprocessor, operand: usize) -> u32 {
    let operands = coprocessor.operands;
    let is_read = matches!(operands[operand].access, Access::Read);
    let (mut delay, mut index) = (0, 0);
    while index < operands.len() {
        let other_is_read = matches!(operands[index].access, Access::Read);
        let is_earlier = if is_read == other_is_read {
            index < operand
        } else {
            other_is_read
        };
        delay += is_earlier as u32;
        index += 1;
    }
    assert!(delay < CLOCK_STEP, "a call ends before the next instruction");
    delay
}

/// The part of a row that says that there is a call.
pub(crate) struct Head<E> {
    pub(crate) coprocessor: &'static Coprocessor,
    pub(crate) is_real: E,
    pub(crate) time: E,
    pub(crate) number_before: E,
}

/// A pointer, and when its register was looked at before.
pub(crate) struct Pointer<'a, E> {
    pub(crate) value: &'a [E; 2],
    pub(crate) before: &'a E,
}

/// An operand's words: four limbs each, when each was looked at before, and the upper part of that distance.
pub(crate) struct Words<'a, E> {
    pub(crate) values: &'a [E],
    pub(crate) before: &'a [E],
    pub(crate) high: &'a [E],
}

impl<E: Algebra<Val>> Head<E> {
    /// Somebody made this call, with these pointers.
    pub(crate) fn is_called<B: TableBuilder<Expr = E>>(&self, builder: &mut B, pointers: &[Pointer<'_, E>]) {
        builder.assert_bool_named(self.is_real.clone(), "is_real is a bit");
        let nothing = || from_fn(|_| E::ZERO);
        let operation = Operation {
            code: E::from_u32(OperationCode::Ecall as u32),
            time: self.time.clone(),
            a: nothing(),
            b: nothing(),
            c: nothing(),
        };
        builder.receive(operation, self.count());
        let number = [E::from_u64(self.coprocessor.number), E::ZERO];
        let number = Pointer {
            value: &number,
            before: &self.number_before,
        };
        let registers = core::iter::once(NUMBER_REGISTER).chain(ARGUMENT_REGISTER..);
        for (register, held) in registers.zip(core::iter::once(&number).chain(pointers)) {
            let [low, high] = held.value.clone();
            read_register(
                builder,
                register,
                &[low, high, E::ZERO, E::ZERO],
                held.before.clone(),
                self.time.clone(),
                self.is_real.clone(),
            );
        }
    }

    /// These are the words of an operand that is only read.
    pub(crate) fn reads<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        operand: usize,
        pointer: &[E; 2],
        words: &Words<'_, E>,
        is_read_only: &[E],
    ) {
        for is_read_only in is_read_only {
            builder.assert_bool_named(is_read_only.clone(), "is_read_only is a bit");
        }
        let space = |index: usize| is_read_only[index].clone() + Val::from_u32(Space::ReadWrite as u32);
        self.looks_at(builder, operand, pointer, words, words.values, space);
    }

    /// These are the words of an operand that is written, as they were and as they are then.
    pub(crate) fn writes<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        operand: usize,
        pointer: &[E; 2],
        words: &Words<'_, E>,
        then: &[E],
    ) {
        let space = |_| E::from_u32(Space::ReadWrite as u32);
        self.looks_at(builder, operand, pointer, words, then, space);
    }

    fn looks_at<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        operand: usize,
        pointer: &[E; 2],
        words: &Words<'_, E>,
        then: &[E],
        space: impl Fn(usize) -> E,
    ) {
        let first = self.word_at(builder, pointer);
        let time = self.time.clone() + Val::from_u32(delay(self.coprocessor, operand));
        let [values, then] = [words.values, then].map(|limbs| limbs.as_chunks::<4>().0);
        for (index, (old, new)) in values.iter().zip(then).enumerate() {
            let state = |value: &Word<E>, time: E| Memory {
                space: space(index),
                address: first.clone() + Val::from_usize(index),
                value: value.clone(),
                time,
            };
            let (before, high) = (words.before[index].clone(), words.high[index].clone());
            builder.receive(state(old, before.clone()), self.count());
            builder.send(state(new, time.clone()), self.count());
            // Both below 2^16, so the time is later, by less than 2^25: there is no way around the field.
            let low = time.clone() - before - E::ONE - high.clone() * Val::from_u32(1 << 8);
            builder.send(Range16 { value: low }, self.count());
            builder.send(Range16 { value: high }, self.count());
        }
    }

    /// The address over 8 of the word that a pointer is to. Below 0x7001 0000 nothing wraps around the field, and an address
    /// that is no multiple of 8 gives a fraction, which is above an eighth of the field: no word is there, nor behind it.
    fn word_at<B: TableBuilder<Expr = E>>(&self, builder: &mut B, pointer: &[E; 2]) -> E {
        let [low, high] = pointer.clone();
        let value = high.clone() + Val::from_u32(0xffff - MAX_UPPER_LIMB);
        builder.send(Range16 { value }, self.count());
        (low + high * Val::from_u32(1 << LIMB_BITS)) * Val::from_u32(8).inverse()
    }

    /// These have 16 bits.
    pub(crate) fn have_16_bits<B: TableBuilder<Expr = E>>(&self, builder: &mut B, limbs: &[E]) {
        for limb in limbs {
            builder.send(Range16 { value: limb.clone() }, self.count());
        }
    }

    /// Once if there is a call.
    pub(crate) fn count(&self) -> Count<E> {
        Count::bounded(self.is_real.clone(), 1)
    }
}
