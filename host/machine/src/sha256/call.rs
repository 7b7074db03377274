//! Calls of the SHA-256 coprocessor.
//!
//! *Proves* that a call has the coprocessor's number, that the words at the pointers are the state and the block of a
//! compression, and that the state is then the sum of what it was and of what the rounds make of it, which another table
//! computes.
//!
//! *A row* is a call. `a7`, `a0`, `a1` and the block are looked at at `time`, the state at `time + 1`: the block is read
//! before the state is written, so they may overlap. The next instruction is at `time + 3`.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_read_only` | bits; the latter for each word of the block | constraints |
//! | `state_pointer`, `block_pointer` | two limbs below 0x7001 0000, the upper ones are zero | the bus and [`Range16`] |
//! | `state`, `block` | as they come: 16 bits a limb | the bus |
//! | `compressed` | what the rounds make of the state: 16 bits a limb | the bus |
//! | `result` | 16 bits a limb | [`Range16`] |
//! | `*_before` | earlier times | [`Range16`] |
//! | `*_high` | upper parts of time differences | [`Range16`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Sha256State`], [`Sha256Block`] and
//! [`Range16`]. *Padding:* zeros. *Max degree* 3.

use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::OperationCode;
use crate::cells::columns;
use crate::halt::MAX_UPPER_LIMB;
use crate::messages::{Memory, Operation, Range16, Sha256Block, Sha256State, Space};
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER, read_register};
use crate::word::{LIMB_BITS, Word};

/// Words of memory that a state is.
pub(crate) const STATE_WORDS: usize = 4;
/// Words of memory that a block is.
pub(crate) const BLOCK_WORDS: usize = 8;
/// Words of a block that are told in one message.
const WORDS_PER_PART: usize = 2;
/// When the state is looked at, from the time of the call on.
pub(crate) const STATE_DELAY: u32 = 1;

columns! {
    /// A call.
    pub(crate) struct Sha256CallColumns {
        is_real: T,
        time: T,
        number_before: T,
        state_pointer: [T; 2],
        state_pointer_before: T,
        block_pointer: [T; 2],
        block_pointer_before: T,
        state: [T; 4 * STATE_WORDS],
        compressed: [T; 4 * STATE_WORDS],
        result: [T; 4 * STATE_WORDS],
        state_before: [T; STATE_WORDS],
        state_high: [T; STATE_WORDS],
        block: [T; 4 * BLOCK_WORDS],
        is_read_only: [T; BLOCK_WORDS],
        block_before: [T; BLOCK_WORDS],
        block_high: [T; BLOCK_WORDS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Sha256CallColumns::<B::Expr>::of_variables(builder.main().current_slice());
    builder.assert_bool_named(columns.is_real.clone(), "is_real is a bit");
    for is_read_only in &columns.is_read_only {
        builder.assert_bool_named(is_read_only.clone(), "is_read_only is a bit");
    }
    let zero = || B::Expr::ZERO;
    let nothing = || from_fn(|_| zero());
    let operation = Operation {
        code: B::Expr::from_u32(OperationCode::Ecall as u32),
        time: columns.time.clone(),
        a: nothing(),
        b: nothing(),
        c: nothing(),
    };
    builder.receive(operation, Count::bounded(columns.is_real.clone(), 1));
    let number = B::Expr::from_u64(SHA256_COMPRESS.number);
    let value = |[low, high]: [B::Expr; 2]| [low, high, zero(), zero()];
    for (register, value, before) in [
        (NUMBER_REGISTER, value([number, zero()]), &columns.number_before),
        (
            ARGUMENT_REGISTER,
            value(columns.state_pointer.clone()),
            &columns.state_pointer_before,
        ),
        (
            ARGUMENT_REGISTER + 1,
            value(columns.block_pointer.clone()),
            &columns.block_pointer_before,
        ),
    ] {
        let (time, is_real) = (columns.time.clone(), columns.is_real.clone());
        read_register(builder, register, &value, before.clone(), time, is_real);
    }
    look_at_block(builder, &columns);
    look_at_state(builder, &columns);
    add_states(builder, &columns);
    tell(builder, &columns);
}

/// The address over 8 of the word that a pointer is to. Below 0x7001 0000 nothing wraps around the field, and an address
/// that is no multiple of 8 gives a fraction, which is above an eighth of the field: no word is there, nor behind it.
fn word_at<B: TableBuilder>(builder: &mut B, pointer: &[B::Expr; 2], is_real: &B::Expr) -> B::Expr {
    let [low, high] = pointer.clone();
    builder.send(
        Range16 {
            value: high.clone() + Val::from_u32(0xffff - MAX_UPPER_LIMB),
        },
        Count::bounded(is_real.clone(), 1),
    );
    (low + high * Val::from_u32(1 << LIMB_BITS)) * Val::from_u32(8).inverse()
}

/// A look at a word of memory.
struct Access<E> {
    space: E,
    address: E,
    old: Word<E>,
    new: Word<E>,
    before: E,
    /// Upper part of the difference of times.
    high: E,
    time: E,
}

fn access<B: TableBuilder>(builder: &mut B, access: Access<B::Expr>, is_real: &B::Expr) {
    let Access {
        space,
        address,
        old,
        new,
        before,
        high,
        time,
    } = access;
    let count = || Count::bounded(is_real.clone(), 1);
    let state = |value: Word<B::Expr>, time: B::Expr| Memory {
        space: space.clone(),
        address: address.clone(),
        value,
        time,
    };
    builder.receive(state(old, before.clone()), count());
    builder.send(state(new, time.clone()), count());
    // Both below 2^16, so the time is later, by less than 2^25: there is no way around the field.
    let low = time - before - B::Expr::ONE - high.clone() * Val::from_u32(1 << 8);
    builder.send(Range16 { value: low }, count());
    builder.send(Range16 { value: high }, count());
}

fn look_at_block<B: TableBuilder>(builder: &mut B, columns: &Sha256CallColumns<B::Expr>) {
    let first = word_at(builder, &columns.block_pointer, &columns.is_real);
    for (index, value) in columns.block.as_chunks::<4>().0.iter().enumerate() {
        let look = Access {
            space: columns.is_read_only[index].clone() + Val::from_u32(Space::ReadWrite as u32),
            address: first.clone() + Val::from_usize(index),
            old: value.clone(),
            new: value.clone(),
            before: columns.block_before[index].clone(),
            high: columns.block_high[index].clone(),
            time: columns.time.clone(),
        };
        access(builder, look, &columns.is_real);
    }
}

fn look_at_state<B: TableBuilder>(builder: &mut B, columns: &Sha256CallColumns<B::Expr>) {
    let first = word_at(builder, &columns.state_pointer, &columns.is_real);
    let words = columns.state.as_chunks::<4>().0.iter();
    let results = columns.result.as_chunks::<4>().0;
    for (index, (old, new)) in words.zip(results).enumerate() {
        let look = Access {
            space: B::Expr::from_u32(Space::ReadWrite as u32),
            address: first.clone() + Val::from_usize(index),
            old: old.clone(),
            new: new.clone(),
            before: columns.state_before[index].clone(),
            high: columns.state_high[index].clone(),
            time: columns.time.clone() + Val::from_u32(STATE_DELAY),
        };
        access(builder, look, &columns.is_real);
    }
    for limb in &columns.result {
        builder.send(
            Range16 { value: limb.clone() },
            Count::bounded(columns.is_real.clone(), 1),
        );
    }
}

/// Eight sums modulo 2^32. All limbs have 16 bits, so the carry out of each is a bit for the sum's only.
fn add_states<B: TableBuilder>(builder: &mut B, columns: &Sha256CallColumns<B::Expr>) {
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = B::Expr::ZERO;
    for index in 0..columns.result.len() {
        let carry_in = if index % 2 == 0 { B::Expr::ZERO } else { carry };
        let sum = columns.state[index].clone() + columns.compressed[index].clone() + carry_in;
        carry = (sum - columns.result[index].clone()) * inverse;
        builder.assert_bool_named(carry.clone(), "a carry of the result is a bit");
    }
}

/// What the rounds begin with, what they are of, and what they lead to.
fn tell<B: TableBuilder>(builder: &mut B, columns: &Sha256CallColumns<B::Expr>) {
    let count = || Count::bounded(columns.is_real.clone(), 1);
    for (is_last, state) in [(false, &columns.state), (true, &columns.compressed)] {
        let message = Sha256State {
            time: columns.time.clone(),
            is_last: B::Expr::from_bool(is_last),
            state: state.clone(),
        };
        builder.send(message, count());
    }
    let parts = columns.block.as_chunks::<{ 4 * WORDS_PER_PART }>().0;
    for (part, words) in parts.iter().enumerate() {
        let message = Sha256Block {
            time: columns.time.clone(),
            part: B::Expr::from_usize(part),
            words: words.clone(),
        };
        builder.send(message, count());
    }
}

#[cfg(feature = "trace")]
pub(crate) use fill::{Sha256Call, fill};

#[cfg(feature = "trace")]
mod fill {
    use core::array::from_fn;

    use p3_field::PrimeCharacteristicRing;
    use zisk_stark::Val;

    use super::{BLOCK_WORDS, STATE_DELAY, STATE_WORDS, Sha256CallColumns};
    use crate::halt::Seen;
    use crate::sha256::compression::{Rounds, add_states};
    use crate::word::word;

    /// A call: its pointers, and what it found.
    #[derive(Clone, Copy, Debug, Default)]
    pub(crate) struct Sha256Call {
        pub(crate) time: u32,
        pub(crate) number_before: u32,
        pub(crate) state_pointer: Seen,
        pub(crate) block_pointer: Seen,
        pub(crate) state: [Seen; STATE_WORDS],
        pub(crate) block: [Seen; BLOCK_WORDS],
        /// Which words of the block are ones that may only be read.
        pub(crate) is_read_only: [bool; BLOCK_WORDS],
    }

    impl Sha256Call {
        /// The rounds that it takes.
        pub(crate) fn rounds(&self) -> Rounds {
            Rounds::of_words(
                &self.state.map(|seen| seen.value),
                &self.block.map(|seen| seen.value),
            )
        }

        /// What the state is then, given what the rounds make of it.
        pub(crate) fn result(&self, rounds: &Rounds) -> [u64; STATE_WORDS] {
            add_states(&self.state.map(|seen| seen.value), &rounds.compressed())
        }
    }

    fn limbs<const N: usize>(words: &[u64]) -> [Val; N] {
        let mut limbs = words.iter().flat_map(|value| word::<Val>(*value));
        from_fn(|_| limbs.next().unwrap_or_default())
    }

    fn befores<const N: usize>(seen: &[Seen; N]) -> [Val; N] {
        seen.map(|seen| Val::from_u32(seen.before))
    }

    fn highs<const N: usize>(seen: &[Seen; N], time: u32) -> [Val; N] {
        seen.map(|seen| Val::from_u32(time.wrapping_sub(seen.before).wrapping_sub(1) >> 8))
    }

    /// Fills a row.
    pub(crate) fn fill(call: &Sha256Call, rounds: &Rounds, row: &mut [Val]) {
        let pointer = |seen: Seen| limbs(&[seen.value]);
        Sha256CallColumns {
            is_real: Val::ONE,
            time: Val::from_u32(call.time),
            number_before: Val::from_u32(call.number_before),
            state_pointer: pointer(call.state_pointer),
            state_pointer_before: Val::from_u32(call.state_pointer.before),
            block_pointer: pointer(call.block_pointer),
            block_pointer_before: Val::from_u32(call.block_pointer.before),
            state: limbs(&call.state.map(|seen| seen.value)),
            compressed: limbs(&rounds.compressed()),
            result: limbs(&call.result(rounds)),
            state_before: befores(&call.state),
            state_high: highs(&call.state, call.time + STATE_DELAY),
            block: limbs(&call.block.map(|seen| seen.value)),
            is_read_only: call.is_read_only.map(Val::from_bool),
            block_before: befores(&call.block),
            block_high: highs(&call.block, call.time),
        }
        .store(row);
    }
}
