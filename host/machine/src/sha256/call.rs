//! Calls of the SHA-256 coprocessor: see [`coprocessor`](crate::coprocessor).
//!
//! *Proves*, beside what every call does, that the state is then the sum of what it was and of what the rounds make of it
//! and of the block, which another table computes.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `state`, `block` | as they come: 16 bits a limb | the bus |
//! | `compressed` | what the rounds make of the state: 16 bits a limb | the bus |
//! | `result` | 16 bits a limb | [`Range16`](crate::messages::Range16) |
//!
//! *Buses:* beside those of every call, sends [`Sha256State`] and [`Sha256Block`]. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_stark::{Interactions, TableBuilder, Val};

use crate::cells::columns;
use crate::coprocessor::{Head, Pointer, Words};
use crate::messages::{Sha256Block, Sha256State};
use crate::word::LIMB_BITS;

/// Which operand is the state, and which is the block.
const STATE: usize = 0;
const BLOCK: usize = 1;
/// Words of memory that a state is.
pub(crate) const STATE_WORDS: usize = SHA256_COMPRESS.operands[STATE].words;
/// Words of memory that a block is.
pub(crate) const BLOCK_WORDS: usize = SHA256_COMPRESS.operands[BLOCK].words;
/// Words of a block that are told in one message.
const WORDS_PER_PART: usize = 2;

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
    let head = Head {
        coprocessor: &SHA256_COMPRESS,
        is_real: columns.is_real.clone(),
        time: columns.time.clone(),
        number_before: columns.number_before.clone(),
    };
    let state_pointer = Pointer {
        value: &columns.state_pointer,
        before: &columns.state_pointer_before,
    };
    let block_pointer = Pointer {
        value: &columns.block_pointer,
        before: &columns.block_pointer_before,
    };
    head.is_called(builder, &[state_pointer, block_pointer]);
    let block = Words {
        values: &columns.block,
        before: &columns.block_before,
        high: &columns.block_high,
    };
    head.reads(
        builder,
        BLOCK,
        &columns.block_pointer,
        &block,
        &columns.is_read_only,
    );
    let state = Words {
        values: &columns.state,
        before: &columns.state_before,
        high: &columns.state_high,
    };
    head.writes(builder, STATE, &columns.state_pointer, &state, &columns.result);
    head.have_16_bits(builder, &columns.result);
    add_states(builder, &columns);
    tell(builder, &columns, &head);
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
fn tell<B: TableBuilder>(builder: &mut B, columns: &Sha256CallColumns<B::Expr>, head: &Head<B::Expr>) {
    for (is_last, state) in [(false, &columns.state), (true, &columns.compressed)] {
        let message = Sha256State {
            time: columns.time.clone(),
            is_last: B::Expr::from_bool(is_last),
            state: state.clone(),
        };
        builder.send(message, head.count());
    }
    let parts = columns.block.as_chunks::<{ 4 * WORDS_PER_PART }>().0;
    for (part, words) in parts.iter().enumerate() {
        let message = Sha256Block {
            time: columns.time.clone(),
            part: B::Expr::from_usize(part),
            words: words.clone(),
        };
        builder.send(message, head.count());
    }
}

#[cfg(feature = "trace")]
pub(crate) use fill::{fill, rounds};

#[cfg(feature = "trace")]
mod fill {
    use p3_field::PrimeCharacteristicRing;
    use zisk_stark::Val;

    use super::{BLOCK, STATE, STATE_WORDS, Sha256CallColumns};
    use crate::coprocessor::{Call, limbs};
    use crate::sha256::compression::{Rounds, add_states};

    /// The rounds that a call takes.
    pub(crate) fn rounds(call: &Call) -> Rounds {
        Rounds::of_words(&call.values(STATE), &call.values(BLOCK))
    }

    /// Fills a row.
    pub(crate) fn fill(call: &Call, rounds: &Rounds, row: &mut [Val]) {
        let state = call.values::<STATE_WORDS>(STATE);
        let (state_pointer, state_pointer_before) = call.pointer(STATE);
        let (block_pointer, block_pointer_before) = call.pointer(BLOCK);
        Sha256CallColumns {
            is_real: Val::ONE,
            time: Val::from_u32(call.time),
            number_before: Val::from_u32(call.number_before),
            state_pointer,
            state_pointer_before,
            block_pointer,
            block_pointer_before,
            state: limbs(&state),
            compressed: limbs(&rounds.compressed()),
            result: limbs(&add_states(&state, &rounds.compressed())),
            state_before: call.befores(STATE),
            state_high: call.highs(STATE),
            block: limbs(&call.values::<{ super::BLOCK_WORDS }>(BLOCK)),
            is_read_only: call.read_only_from(BLOCK),
            block_before: call.befores(BLOCK),
            block_high: call.highs(BLOCK),
        }
        .store(row);
    }
}
