//! Calls of the coprocessor for Poseidon2.
//!
//! *Proves*, beside what every call does, that the state is then what the permutation makes of it. Everything in it is linear but
//! for cubes, and each of these has a column: of the state, and of what the state is then, limbs are enough.
//!
//! *A row* is a call: 685 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `state` | as it comes: 16 bits a limb | the bus |
//! | `cubes` | elements: those of what the rounds come to | constraints |
//! | `result` | 16 bits a limb, elements below the order | [`Range16`](crate::messages::Range16), constraints |
//! | `is_highest` | bits: whether an element's upper limb may be 0x7f00, the lower one being 0 | constraints, [`Range16`](crate::messages::Range16) |
//!
//! *Buses:* those of every call. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use zisk_abi::coprocessor::POSEIDON2;
use zisk_stark::TableBuilder;

use super::rounds::{NUM_CUBES, WIDTH, permute};
use super::{are_written, elements};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

/// Which operand is the state.
const STATE: usize = 0;
/// Words of memory that a state is.
const WORDS: usize = POSEIDON2.operands[STATE].words;

columns! {
    /// A call.
    pub(crate) struct Poseidon2Columns {
        call: CallColumns<T, 1, WORDS, 0>,
        state: [T; 4 * WORDS],
        cubes: [T; NUM_CUBES],
        result: [T; 4 * WORDS],
        is_highest: [T; WIDTH],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Poseidon2Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let state = Operand::written(&columns.state, &columns.result);
    columns.call.eval(builder, &POSEIDON2, &[state]);

    let mut state = elements(&columns.state);
    let mut cubes = columns.cubes.iter();
    permute(&mut state, &columns.call.is_real, |element| {
        let cube = cubes.next().expect("there is a column for each cube").clone();
        builder.assert_eq_named(
            cube.clone(),
            element.clone() * element.clone() * element,
            "a cube",
        );
        cube
    });
    are_written(
        builder,
        &columns.call,
        &state,
        &columns.result,
        &columns.is_highest,
    );
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use p3_field::PrimeCharacteristicRing;
    use zisk_stark::Val;

    use super::super::trace::{read, written};
    use super::{NUM_CUBES, Poseidon2Columns, STATE, WORDS, permute};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let words = call.values::<WORDS>(STATE);
        let mut state = read(&words);
        let (mut cubes, mut num_cubes) = ([Val::ZERO; NUM_CUBES], 0);
        permute(&mut state, &Val::ONE, |element| {
            cubes[num_cubes] = element.cube();
            num_cubes += 1;
            element.cube()
        });
        let (result, is_highest) = written(&state);
        Poseidon2Columns {
            call: call.columns(),
            state: limbs(&words),
            cubes,
            result,
            is_highest,
        }
        .store(row);
    }
}
