//! What the program's memory holds in the beginning.
//!
//! *Proves* that a word of the image that is looked at held what the program says, and takes what it holds in the end. *A
//! row* is a word of the image. *Columns:* which word it is and what it holds, fixed, with a bit that says that there
//! is one; whether it is looked at at all, a bit; what it holds in the end and when it was last looked at, both as
//! they come. *Buses:* sends and receives [`Memory`]. Each word stands in one row, so its state begins once.
//! *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::Memory;
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
    /// What becomes of it.
    pub(crate) struct ImageColumns {
        is_used: T,
        last: Word<T>,
        last_time: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let ImageFixed {
        exists,
        space,
        address,
        value,
    } = ImageFixed::<B::Expr>::of_variables(builder.preprocessed().current_slice());
    let ImageColumns {
        is_used,
        last,
        last_time,
    } = ImageColumns::<B::Expr>::of_variables(builder.main().current_slice());
    builder.assert_bool_named(is_used.clone(), "is_used is a bit");
    builder.assert_zero_named(
        is_used.clone() * (B::Expr::ONE - exists),
        "only words that exist are used",
    );
    let state = |value: Word<B::Expr>, time: B::Expr| Memory {
        space: space.clone(),
        address: address.clone(),
        value,
        time,
    };
    builder.send(state(value, B::Expr::ZERO), Count::bounded(is_used.clone(), 1));
    builder.receive(state(last, last_time), Count::bounded(is_used, 1));
}
