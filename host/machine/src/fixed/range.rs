//! Numbers of 16 bits.
//!
//! *Proves* that a value lies in `0..2^16`. *A row* holds [`PER_ROW`] consecutive numbers, so that the table, with
//! the rows that hide, is short. *Columns:* the numbers, fixed; how often each is looked up, unchecked. *Buses:*
//! provides [`Range16`]. Behind the last number, rows repeat it. *Max degree* 3, that of its LogUp columns.

use p3_air::WindowAccess;
use zisk_stark::{Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::Range16;

/// Numbers of a row.
pub(crate) const PER_ROW: usize = 5;
/// Base-two logarithm of the number of rows.
pub(crate) const LOG_HEIGHT: usize = 14;

columns! {
    /// The numbers.
    pub(crate) struct RangeFixed {
        value: [T; PER_ROW],
    }
}

columns! {
    /// How often each is looked up.
    pub(crate) struct RangeColumns {
        multiplicity: [T; PER_ROW],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let fixed = RangeFixed::of_row(builder.preprocessed().current_slice());
    let columns = RangeColumns::of_row(builder.main().current_slice());
    for (value, multiplicity) in fixed.value.into_iter().zip(columns.multiplicity) {
        builder.provide(Range16 { value: value.into() }, multiplicity);
    }
}

/// The number in a place of a row; places behind the last number hold it again.
#[cfg(feature = "trace")]
pub(crate) fn number(row: usize, place: usize) -> u32 {
    (row * PER_ROW + place).min(0xffff) as u32
}
