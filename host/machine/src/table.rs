use p3_air::{Air, BaseAir};
use zisk_stark::{TableBuilder, Val};

use crate::binary::compare::{self, CompareColumns};
use crate::boundary::{self, BoundaryColumns};
use crate::fixed::bytes::{self, BytesColumns, BytesFixed};
use crate::fixed::range::{self, RangeColumns, RangeFixed};
use crate::halt::{self, HaltColumns};
use crate::image::{self, ImageColumns, ImageFixed};
use crate::processor::{self, MainColumns};
use crate::refresh::{self, RefreshColumns};
use crate::rom::{self, RomColumns, RomFixed};
use crate::system::{self, SystemColumns};

/// A state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Numbers of 16 bits.
    Range,
    /// Pairs of bytes.
    Bytes,
    /// The program.
    Rom,
    /// The memory that the program begins with.
    Image,
    /// Executed instructions.
    Main,
    /// Registers, stack, heap and input, in the beginning and in the end.
    Boundary,
    /// Registers that rest.
    Refresh,
    /// System calls.
    System,
    /// The end of the run.
    Halt,
    /// Comparisons.
    Compare,
}

impl Table {
    /// All tables, in the order in which they are proven.
    pub const ALL: [Self; 10] = [
        Self::Range,
        Self::Bytes,
        Self::Rom,
        Self::Image,
        Self::Main,
        Self::Boundary,
        Self::Refresh,
        Self::System,
        Self::Halt,
        Self::Compare,
    ];

    /// The height of its fixed columns, if it has any, as a base-two logarithm: given those of the program's
    /// instructions and of its memory.
    pub const fn fixed_log_height(self, rom: u8, image: u8) -> Option<u8> {
        match self {
            Self::Range => Some(range::LOG_HEIGHT as u8),
            Self::Bytes => Some(bytes::LOG_HEIGHT as u8),
            Self::Rom => Some(rom),
            Self::Image => Some(image),
            Self::Main | Self::Boundary | Self::Refresh | Self::System | Self::Halt | Self::Compare => None,
        }
    }

    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::Bytes => "bytes",
            Self::Rom => "rom",
            Self::Image => "image",
            Self::Main => "main",
            Self::Boundary => "boundary",
            Self::Refresh => "refresh",
            Self::System => "system",
            Self::Halt => "halt",
            Self::Compare => "compare",
        }
    }
}

impl BaseAir<Val> for Table {
    fn width(&self) -> usize {
        match self {
            Self::Range => RangeColumns::<Val>::WIDTH,
            Self::Bytes => BytesColumns::<Val>::WIDTH,
            Self::Rom => RomColumns::<Val>::WIDTH,
            Self::Image => ImageColumns::<Val>::WIDTH,
            Self::Main => MainColumns::<Val>::WIDTH,
            Self::Boundary => BoundaryColumns::<Val>::WIDTH,
            Self::Refresh => RefreshColumns::<Val>::WIDTH,
            Self::System => SystemColumns::<Val>::WIDTH,
            Self::Halt => HaltColumns::<Val>::WIDTH,
            Self::Compare => CompareColumns::<Val>::WIDTH,
        }
    }

    fn preprocessed_width(&self) -> usize {
        match self {
            Self::Range => RangeFixed::<Val>::WIDTH,
            Self::Bytes => BytesFixed::<Val>::WIDTH,
            Self::Rom => RomFixed::<Val>::WIDTH,
            Self::Image => ImageFixed::<Val>::WIDTH,
            Self::Main | Self::Boundary | Self::Refresh | Self::System | Self::Halt | Self::Compare => 0,
        }
    }

    fn num_public_values(&self) -> usize {
        match self {
            // The entry.
            Self::Main => 1,
            // Exit code and digest.
            Self::Halt => halt::NUM_PUBLIC_VALUES,
            Self::Range
            | Self::Bytes
            | Self::Rom
            | Self::Image
            | Self::Boundary
            | Self::Refresh
            | Self::System
            | Self::Compare => 0,
        }
    }
}

impl<B: TableBuilder> Air<B> for Table {
    fn eval(&self, builder: &mut B) {
        match self {
            Self::Range => range::eval(builder),
            Self::Bytes => bytes::eval(builder),
            Self::Rom => rom::eval(builder),
            Self::Image => image::eval(builder),
            Self::Main => processor::eval(builder),
            Self::Boundary => boundary::eval(builder),
            Self::Refresh => refresh::eval(builder),
            Self::System => system::eval(builder),
            Self::Halt => halt::eval(builder),
            Self::Compare => compare::eval(builder),
        }
    }
}
