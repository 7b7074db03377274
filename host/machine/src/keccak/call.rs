//! Calls of the Keccak coprocessor: see [`coprocessor`](crate::coprocessor).
//!
//! *Proves*, beside what every call does, that the state is then what the permutation makes of it, which another table
//! computes.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `state` | as it comes: 16 bits a limb | the bus |
//! | `result` | what the rounds make of it: 16 bits a limb | the bus |
//!
//! *Buses:* beside those of every call, sends [`KeccakState`]. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::KECCAK_F;
use zisk_stark::{Interactions, TableBuilder};

use crate::cells::columns;
use crate::coprocessor::{Head, Pointer, Words};
use crate::messages::KeccakState;

/// Which operand is the state.
const STATE: usize = 0;
/// Words of memory that a state is.
pub(crate) const STATE_WORDS: usize = KECCAK_F.operands[STATE].words;

columns! {
    /// A call.
    pub(crate) struct KeccakCallColumns {
        is_real: T,
        time: T,
        number_before: T,
        pointer: [T; 2],
        pointer_before: T,
        state: [T; 4 * STATE_WORDS],
        result: [T; 4 * STATE_WORDS],
        state_before: [T; STATE_WORDS],
        state_high: [T; STATE_WORDS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = KeccakCallColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let head = Head {
        coprocessor: &KECCAK_F,
        is_real: columns.is_real.clone(),
        time: columns.time.clone(),
        number_before: columns.number_before.clone(),
    };
    let pointer = Pointer {
        value: &columns.pointer,
        before: &columns.pointer_before,
    };
    head.is_called(builder, &[pointer]);
    let state = Words {
        values: &columns.state,
        before: &columns.state_before,
        high: &columns.state_high,
    };
    head.writes(builder, STATE, &columns.pointer, &state, &columns.result);
    for (is_last, state) in [(false, &columns.state), (true, &columns.result)] {
        let message = KeccakState {
            time: columns.time.clone(),
            is_last: B::Expr::from_bool(is_last),
            state: state.clone(),
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

    use super::{KeccakCallColumns, STATE, STATE_WORDS};
    use crate::coprocessor::{Call, limbs};
    use crate::keccak::Rounds;

    /// The rounds that a call takes.
    pub(crate) fn rounds(call: &Call) -> Rounds {
        Rounds::of(call.values(STATE))
    }

    /// Fills a row.
    pub(crate) fn fill(call: &Call, rounds: &Rounds, row: &mut [Val]) {
        let (pointer, pointer_before) = call.pointer(STATE);
        KeccakCallColumns {
            is_real: Val::ONE,
            time: Val::from_u32(call.time),
            number_before: Val::from_u32(call.number_before),
            pointer,
            pointer_before,
            state: limbs(&call.values::<STATE_WORDS>(STATE)),
            result: limbs(rounds.end()),
            state_before: call.befores(STATE),
            state_high: call.highs(STATE),
        }
        .store(row);
    }
}
