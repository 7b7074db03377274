//! Calls of the coprocessor that copies blocks.
//!
//! *Proves*, beside what every call does, that words are then what others are.
//!
//! *A row* is a call: 567 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `from`, `to` | as they come: 16 bits a limb | the bus |
//!
//! *Buses:* those of every call. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use zisk_abi::coprocessor::{BLOCK_WORDS, COPY_BLOCK};
use zisk_stark::TableBuilder;

use super::BLOCK_LIMBS;
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct CopyBlockColumns {
        call: CallColumns<T, 2, { 2 * BLOCK_WORDS }, BLOCK_WORDS>,
        to: [T; BLOCK_LIMBS],
        from: [T; BLOCK_LIMBS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = CopyBlockColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let operands = [
        Operand::written(&columns.to, &columns.from),
        Operand::read(&columns.from),
    ];
    columns.call.eval(builder, &COPY_BLOCK, &operands);
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use zisk_abi::coprocessor::BLOCK_WORDS;
    use zisk_stark::Val;

    use super::CopyBlockColumns;
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let [to, from] = [0, 1].map(|operand| limbs(&call.values::<BLOCK_WORDS>(operand)));
        CopyBlockColumns {
            call: call.columns(),
            to,
            from,
        }
        .store(row);
    }
}
