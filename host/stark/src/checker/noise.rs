use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::field::Val;

/// What stands behind the last rows of a table: main and fixed columns.
pub(super) struct Behind {
    pub(super) main: Vec<Val>,
    pub(super) fixed: Vec<Val>,
}

impl Behind {
    /// Of the table with this number, and these widths.
    pub(super) fn new(table: usize, main: usize, fixed: usize) -> Self {
        let mut cells = (0..main + fixed).map(|column| noise(table as u64, column as u64));
        Self {
            main: cells.by_ref().take(main).collect(),
            fixed: cells.collect(),
        }
    }
}

/// A number that is none that anybody would write: always the same for a table and a column, and otherwise like a
/// random one (the finalizer of SplitMix64).
fn noise(table: u64, column: u64) -> Val {
    let mut x = ((table << 32) + column + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Val::from_u64(x ^ (x >> 31))
}
