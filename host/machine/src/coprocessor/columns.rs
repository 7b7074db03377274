use core::array::from_fn;

use p3_field::{Algebra, Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::{Access, Coprocessor};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::delay;
use crate::OperationCode;
use crate::cells::columns;
use crate::halt::MAX_UPPER_LIMB;
use crate::messages::{Memory, Operation, Range16, Space};
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER, read_register};
use crate::word::{LIMB_BITS, Word};

columns! {
    /// What the row of every call has. `WORDS` are those of all operands, one operand behind the other, `READ` those of operands
    /// that are only read.
    pub(crate) struct CallColumns<const OPERANDS, const WORDS, const READ> {
        is_real: T,
        time: T,
        number_before: T,
        pointers_low: [T; OPERANDS],
        pointers_high: [T; OPERANDS],
        pointers_before: [T; OPERANDS],
        before: [T; WORDS],
        high: [T; WORDS],
        is_read_only: [T; READ],
    }
}

/// The limbs of an operand's words, four each.
pub(crate) struct Operand<'a, E> {
    held: &'a [E],
    then: &'a [E],
}

impl<'a, E> Operand<'a, E> {
    /// One that is only read.
    pub(crate) fn read(held: &'a [E]) -> Self {
        Self { held, then: held }
    }

    /// One that is written: as it was, and as it is then.
    pub(crate) fn written(held: &'a [E], then: &'a [E]) -> Self {
        Self { held, then }
    }
}

impl<E: Algebra<Val>, const OPERANDS: usize, const WORDS: usize, const READ: usize>
    CallColumns<E, OPERANDS, WORDS, READ>
{
    /// Somebody made this call, and its operands are these.
    pub(crate) fn eval<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        coprocessor: &'static Coprocessor,
        operands: &[Operand<'_, E>; OPERANDS],
    ) {
        debug_assert!(
            coprocessor.operands.len() == OPERANDS && coprocessor.words() == WORDS,
            "these are the columns of a call of {}",
            coprocessor.name
        );
        builder.assert_bool_named(self.is_real.clone(), "is_real is a bit");
        for is_read_only in &self.is_read_only {
            builder.assert_bool_named(is_read_only.clone(), "is_read_only is a bit");
        }
        self.is_called(builder, coprocessor);
        let mut num_read = 0;
        for (index, operand) in operands.iter().enumerate() {
            let spec = coprocessor.operands[index];
            let is_read_only = match spec.access {
                Access::Read => {
                    num_read += spec.words;
                    &self.is_read_only[num_read - spec.words..num_read]
                }
                Access::ReadWrite => &[],
            };
            self.looks_at(builder, coprocessor, index, operand, is_read_only);
        }
        debug_assert!(
            num_read == READ,
            "these are the columns of a call of {}",
            coprocessor.name
        );
    }

    fn is_called<B: TableBuilder<Expr = E>>(&self, builder: &mut B, coprocessor: &Coprocessor) {
        let nothing = || from_fn(|_| E::ZERO);
        let operation = Operation {
            code: E::from_u32(OperationCode::Ecall as u32),
            time: self.time.clone(),
            a: nothing(),
            b: nothing(),
            c: nothing(),
        };
        builder.receive(operation, self.count());
        let mut reads = |register: u32, low: E, high: E, before: &E| {
            let value = [low, high, E::ZERO, E::ZERO];
            let (time, is_real) = (self.time.clone(), self.is_real.clone());
            read_register(builder, register, &value, before.clone(), time, is_real);
        };
        reads(
            NUMBER_REGISTER,
            E::from_u64(coprocessor.number),
            E::ZERO,
            &self.number_before,
        );
        let pointers = self
            .pointers_low
            .iter()
            .zip(&self.pointers_high)
            .zip(&self.pointers_before);
        for (register, ((low, high), before)) in (ARGUMENT_REGISTER..).zip(pointers) {
            reads(register, low.clone(), high.clone(), before);
        }
    }

    fn looks_at<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        coprocessor: &Coprocessor,
        index: usize,
        operand: &Operand<'_, E>,
        is_read_only: &[E],
    ) {
        let pointer = self.word_at(builder, index);
        let time = self.time.clone() + Val::from_u32(delay(coprocessor, index));
        let first = coprocessor.first_word(index);
        let [held, then] = [operand.held, operand.then].map(|limbs| limbs.as_chunks::<4>().0);
        debug_assert!(
            held.len() == coprocessor.operands[index].words && then.len() == held.len(),
            "an operand has all of its limbs"
        );
        for (word, (held, then)) in held.iter().zip(then).enumerate() {
            let read_write = E::from_u32(Space::ReadWrite as u32);
            let state = |value: &Word<E>, time: E| Memory {
                space: is_read_only
                    .get(word)
                    .map_or(read_write.clone(), |bit| bit.clone() + read_write.clone()),
                address: pointer.clone() + Val::from_usize(word),
                value: value.clone(),
                time,
            };
            let (before, high) = (self.before[first + word].clone(), self.high[first + word].clone());
            builder.receive(state(held, before.clone()), self.count());
            builder.send(state(then, time.clone()), self.count());
            // Both below 2^16, so the time is later, by less than 2^25: there is no way around the field.
            let low = time.clone() - before - E::ONE - high.clone() * Val::from_u32(1 << 8);
            builder.send(Range16 { value: low }, self.count());
            builder.send(Range16 { value: high }, self.count());
        }
    }

    /// The address over 8 of the word that a pointer is to. Below 0x7001 0000 nothing wraps around the field, and an address
    /// that is no multiple of 8 gives a fraction, which is above an eighth of the field: no word is there, nor behind it.
    fn word_at<B: TableBuilder<Expr = E>>(&self, builder: &mut B, operand: usize) -> E {
        let (low, high) = (
            self.pointers_low[operand].clone(),
            self.pointers_high[operand].clone(),
        );
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
