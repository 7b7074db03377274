//! What the program's memory holds in the beginning.
//!
//! *Proves* that a word of the image that the run touches begins with what the program says. *A row* is a word of the
//! image. *Columns:* which word it is and what it holds, fixed, with a bit that says that there is one; whether the run
//! touches it at all, a bit, which is committed early. *Buses:* sends [`Handover`]. Each word stands in one row, and
//! only the first segment tells of it, so its state begins once. *Public values:* whether the segment is the first.
//! *Padding:* zeros. *Max degree* 2.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::Handover;
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

columns! {
    /// A word of the image.
    pub(crate) struct ImageFixed {
        exists: T,
        space: T,
        address: T,
        value: Word<T>,
    }
}

columns! {
    /// What the run does with it.
    pub(crate) struct ImageColumns {
        is_used: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let is_first: B::Expr = builder.public_values()[0].into();
    let ImageFixed {
        exists,
        space,
        address,
        value,
    } = ImageFixed::<B::Expr>::of_variables(builder.preprocessed().current_slice());
    let ImageColumns { is_used } = ImageColumns::<B::Expr>::of_variables(builder.main().current_slice());
    builder.assert_bool_named(is_used.clone(), "is_used is a bit");
    builder.assert_zero_named(
        is_used.clone() * (B::Expr::ONE - exists),
        "only words that exist are used",
    );
    builder.assert_zero_named(
        is_used.clone() * (B::Expr::ONE - is_first),
        "words begin in the first segment",
    );
    let state = Handover {
        space,
        address,
        value,
        segment: B::Expr::ZERO,
    };
    builder.send(state, Count::bounded(is_used, 1));
}
