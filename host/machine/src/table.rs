use p3_air::{Air, BaseAir};
use zisk_stark::{TableBuilder, Val};

use crate::binary::compare::{self, CompareColumns};
use crate::fixed::bytes::{self, BytesColumns, BytesFixed};
use crate::fixed::range::{self, RangeColumns, RangeFixed};

/// A state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Numbers of 16 bits.
    Range,
    /// Pairs of bytes.
    Bytes,
    /// Comparisons.
    Compare,
}

impl Table {
    /// All tables, in the order in which they are proven.
    pub const ALL: [Self; 3] = [Self::Range, Self::Bytes, Self::Compare];

    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::Bytes => "bytes",
            Self::Compare => "compare",
        }
    }
}

impl BaseAir<Val> for Table {
    fn width(&self) -> usize {
        match self {
            Self::Range => RangeColumns::<Val>::WIDTH,
            Self::Bytes => BytesColumns::<Val>::WIDTH,
            Self::Compare => CompareColumns::<Val>::WIDTH,
        }
    }

    fn preprocessed_width(&self) -> usize {
        match self {
            Self::Range => RangeFixed::<Val>::WIDTH,
            Self::Bytes => BytesFixed::<Val>::WIDTH,
            Self::Compare => 0,
        }
    }
}

impl<B: TableBuilder> Air<B> for Table {
    fn eval(&self, builder: &mut B) {
        match self {
            Self::Range => range::eval(builder),
            Self::Bytes => bytes::eval(builder),
            Self::Compare => compare::eval(builder),
        }
    }
}
