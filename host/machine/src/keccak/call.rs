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
use crate::coprocessor::{CallColumns, Operand};
use crate::messages::KeccakState;

/// Which operand is the state.
const STATE: usize = 0;
/// Words of memory that a state is.
pub(crate) const STATE_WORDS: usize = KECCAK_F.operands[STATE].words;

columns! {
    /// A call.
    pub(crate) struct KeccakCallColumns {
        call: CallColumns<T, 1, STATE_WORDS, 0>,
        state: [T; 4 * STATE_WORDS],
        result: [T; 4 * STATE_WORDS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = KeccakCallColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let state = Operand::written(&columns.state, &columns.result);
    columns.call.eval(builder, &KECCAK_F, &[state]);
    for (is_last, state) in [(false, &columns.state), (true, &columns.result)] {
        let message = KeccakState {
            time: columns.call.time.clone(),
            is_last: B::Expr::from_bool(is_last),
            state: state.clone(),
        };
        builder.send(message, columns.call.count());
    }
}

#[cfg(feature = "trace")]
pub(crate) use fill::{fill, rounds};

#[cfg(feature = "trace")]
mod fill {
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
        KeccakCallColumns {
            call: call.columns(),
            state: limbs(&call.values::<STATE_WORDS>(STATE)),
            result: limbs(rounds.end()),
        }
        .store(row);
    }
}
