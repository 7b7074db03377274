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
use crate::coprocessor::{CallColumns, Operand};
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
        call: CallColumns<T, 2, { STATE_WORDS + BLOCK_WORDS }, BLOCK_WORDS>,
        state: [T; 4 * STATE_WORDS],
        compressed: [T; 4 * STATE_WORDS],
        result: [T; 4 * STATE_WORDS],
        block: [T; 4 * BLOCK_WORDS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Sha256CallColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let state = Operand::written(&columns.state, &columns.result);
    let operands = [state, Operand::read(&columns.block)];
    columns.call.eval(builder, &SHA256_COMPRESS, &operands);
    columns.call.have_16_bits(builder, &columns.result);
    add_states(builder, &columns);
    tell(builder, &columns);
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
    for (is_last, state) in [(false, &columns.state), (true, &columns.compressed)] {
        let message = Sha256State {
            time: columns.call.time.clone(),
            is_last: B::Expr::from_bool(is_last),
            state: state.clone(),
        };
        builder.send(message, columns.call.count());
    }
    let parts = columns.block.as_chunks::<{ 4 * WORDS_PER_PART }>().0;
    for (part, words) in parts.iter().enumerate() {
        let message = Sha256Block {
            time: columns.call.time.clone(),
            part: B::Expr::from_usize(part),
            words: words.clone(),
        };
        builder.send(message, columns.call.count());
    }
}

#[cfg(feature = "trace")]
pub(crate) use fill::{fill, rounds};

#[cfg(feature = "trace")]
mod fill {
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
        Sha256CallColumns {
            call: call.columns(),
            state: limbs(&state),
            compressed: limbs(&rounds.compressed()),
            result: limbs(&add_states(&state, &rounds.compressed())),
            block: limbs(&call.values::<{ super::BLOCK_WORDS }>(BLOCK)),
        }
        .store(row);
    }
}
