//! Calls of the coprocessor that fills blocks.
//!
//! *Proves*, beside what every call does, that words are then all what another one is.
//!
//! *A row* is a call: 312 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `value`, `to` | as they come: 16 bits a limb | the bus |
//!
//! *Buses:* those of every call. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use zisk_abi::coprocessor::{BLOCK_WORDS, FILL_BLOCK};
use zisk_stark::TableBuilder;

use super::BLOCK_LIMBS;
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct FillBlockColumns {
        call: CallColumns<T, 2, { BLOCK_WORDS + 1 }, 1>,
        to: [T; BLOCK_LIMBS],
        value: [T; 4],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = FillBlockColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let then = core::array::from_fn::<_, BLOCK_LIMBS, _>(|limb| columns.value[limb % 4].clone());
    let operands = [
        Operand::written(&columns.to, &then),
        Operand::read(&columns.value),
    ];
    columns.call.eval(builder, &FILL_BLOCK, &operands);
}

#[cfg(feature = "trace")]
pub(crate) use of_call::fill;

#[cfg(feature = "trace")]
mod of_call {
    use zisk_abi::coprocessor::BLOCK_WORDS;
    use zisk_stark::Val;

    use super::FillBlockColumns;
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        FillBlockColumns {
            call: call.columns(),
            to: limbs(&call.values::<BLOCK_WORDS>(0)),
            value: limbs(&call.values::<1>(1)),
        }
        .store(row);
    }
}
