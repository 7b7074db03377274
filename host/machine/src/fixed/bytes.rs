//! Pairs of bytes.
//!
//! *Proves* that two values are bytes, and what their bitwise conjunction is. *A row* holds [`PER_ROW`] pairs. *Columns:*
//! the pairs and their conjunctions, fixed; how often a pair is looked up with and without, unchecked.
//! *Buses:* provides [`BytePair`] and [`ByteAnd`]. Behind the last pair, rows repeat it. *Max degree* 3.

use p3_air::WindowAccess;
use zisk_stark::{Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::{ByteAnd, BytePair};

/// Pairs of a row.
pub(crate) const PER_ROW: usize = 5;
/// Base-two logarithm of the number of rows.
pub(crate) const LOG_HEIGHT: usize = 14;

columns! {
    /// The pairs.
    pub(crate) struct BytesFixed {
        x: [T; PER_ROW],
        y: [T; PER_ROW],
        and: [T; PER_ROW],
    }
}

columns! {
    /// How often each is looked up.
    pub(crate) struct BytesColumns {
        pairs: [T; PER_ROW],
        ands: [T; PER_ROW],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let fixed = BytesFixed::of_row(builder.preprocessed().current_slice());
    let columns = BytesColumns::of_row(builder.main().current_slice());
    for place in 0..PER_ROW {
        let (x, y, and) = (fixed.x[place], fixed.y[place], fixed.and[place]);
        builder.provide(
            BytePair {
                x: x.into(),
                y: y.into(),
            },
            columns.pairs[place],
        );
        builder.provide(
            ByteAnd {
                x: x.into(),
                y: y.into(),
                and: and.into(),
            },
            columns.ands[place],
        );
    }
}

/// The pair in a place of a row; places behind the last pair hold it again.
#[cfg(feature = "trace")]
pub(crate) fn pair(row: usize, place: usize) -> (u32, u32) {
    let index = (row * PER_ROW + place).min(0xffff) as u32;
    (index >> 8, index & 0xff)
}
