use alloc::string::String;
use alloc::vec::Vec;

use p3_air::{Air, BaseAir};
use zisk_stark::{TableBuilder, Val};

use crate::arith::divide::{self, DivideColumns};
use crate::arith::divide_signed::{self, DivideSignedColumns};
use crate::arith::multiply::{self, MultiplyColumns};
use crate::arith::multiply_high::{self, MultiplyHighColumns};
use crate::binary::bitwise::{self, BitwiseColumns};
use crate::binary::compare::{self, CompareColumns};
use crate::binary::shift::{self, ShiftColumns};
use crate::blocks::compare::{self as compare_blocks, CompareBlocksColumns};
use crate::blocks::copy::{self as copy_block, CopyBlockColumns};
use crate::blocks::fill::{self as fill_block, FillBlockColumns};
use crate::boundary::{self, BoundaryColumns};
use crate::cells::Cells;
use crate::fixed::bytes::{self, BytesColumns, BytesFixed};
use crate::fixed::range::{self, RangeColumns, RangeFixed};
use crate::halt::{self, HaltColumns};
use crate::image::{self, ImageColumns, ImageFixed};
use crate::initial::{self, InitialColumns};
use crate::keccak::call::{self as keccak_call, KeccakCallColumns};
use crate::keccak::{self, KeccakColumns};
use crate::koala_bear::poseidon2::{self, Poseidon2Columns};
use crate::koala_bear::quintic::{self as quintic_mul_add, QuinticMulAddColumns};
use crate::memory::aligned::{self, AlignedColumns};
use crate::memory::atomic::{self, AtomicColumns};
use crate::memory::double::{self, DoubleColumns};
use crate::memory::misaligned::{self, MisalignedColumns};
use crate::passage::{self, PassageColumns};
use crate::processor::{self as main, MainColumns, rest as main_rest};
use crate::refresh::{self, RefreshColumns};
use crate::rom::{self, RomColumns, RomFixed};
use crate::secp256k1::add::{self as secp256k1_add, Secp256k1AddColumns};
use crate::secp256k1::double::{self as secp256k1_double, Secp256k1DoubleColumns};
use crate::sha256::call::{self as sha256_call, Sha256CallColumns};
use crate::sha256::{self, Sha256Columns};
use crate::system::{self, SystemColumns};
use crate::uint256::mul_add::{self as u256_mul_add, U256MulAddColumns};
use crate::uint256::mul_add_mod::{self as u256_mul_add_mod, U256MulAddModColumns};

/// What is known of every table: its module, which gives its name and its constraints, and its columns.
macro_rules! tables {
    ($($(#[$meta:meta])* $table:ident: $module:ident, $columns:ident $(, fixed $fixed:ident)?;)*) => {
        /// A state machine.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Table {
            $($(#[$meta])* $table,)*
        }

        impl Table {
            /// All tables, in the order in which they are proven.
            pub const ALL: [Self; [$(stringify!($table)),*].len()] = [$(Self::$table),*];

            /// What it is called in reports.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$table => stringify!($module),)*
                }
            }

            /// What its main columns are called in reports, in their order.
            pub fn column_names(self) -> Vec<String> {
                let mut names = Vec::new();
                let mut put = |name| names.push(name);
                match self {
                    $(Self::$table => <$columns<Val> as Cells<Val>>::names(String::new(), &mut put),)*
                }
                names
            }
        }

        impl BaseAir<Val> for Table {
            fn width(&self) -> usize {
                match self {
                    $(Self::$table => $columns::<Val>::WIDTH,)*
                }
            }

            fn preprocessed_width(&self) -> usize {
                match self {
                    $(Self::$table => 0 $(+ $fixed::<Val>::WIDTH)?,)*
                }
            }

            #[allow(clippy::wildcard_enum_match_arm, reason = "most tables have none")]
            fn num_public_values(&self) -> usize {
                match self {
                    // Of what the segment is: see `Segment::public_values`.
                    Self::Boundary | Self::Image => 1,
                    Self::Initial => 3,
                    Self::Passage => 4,
                    // Exit code and digest.
                    Self::Halt => halt::NUM_PUBLIC_VALUES,
                    _ => 0,
                }
            }
        }

        impl<B: TableBuilder> Air<B> for Table {
            fn eval(&self, builder: &mut B) {
                #[cfg(feature = "omission")]
                let builder = &mut crate::omission::Omitting::new(builder, *self);
                match self {
                    $(Self::$table => $module::eval(builder),)*
                }
            }
        }
    };
}

tables! {
    /// Numbers of 16 bits.
    Range: range, RangeColumns, fixed RangeFixed;
    /// Pairs of bytes.
    Bytes: bytes, BytesColumns, fixed BytesFixed;
    /// The program.
    Rom: rom, RomColumns, fixed RomFixed;
    /// The memory that the program begins with.
    Image: image, ImageColumns, fixed ImageFixed;
    /// Registers, stack, heap and input, in the beginning of the run.
    Initial: initial, InitialColumns;
    /// Where the segment begins, and where the next one does.
    Passage: passage, PassageColumns;
    /// Registers and words that the segment touches.
    Boundary: boundary, BoundaryColumns;
    /// Executed instructions, from the segment's first on.
    Main: main, MainColumns;
    /// Executed instructions, from where the first table is full.
    MainRest: main_rest, MainColumns;
    /// Registers that rest.
    Refresh: refresh, RefreshColumns;
    /// System calls.
    System: system, SystemColumns;
    /// The end of the run.
    Halt: halt, HaltColumns;
    /// Comparisons.
    Compare: compare, CompareColumns;
    /// And, or, exclusive or.
    Bitwise: bitwise, BitwiseColumns;
    /// Shifts.
    Shift: shift, ShiftColumns;
    /// Lower halves of products.
    Multiply: multiply, MultiplyColumns;
    /// Upper halves of products.
    MultiplyHigh: multiply_high, MultiplyHighColumns;
    /// Unsigned quotients and remainders.
    Divide: divide, DivideColumns;
    /// Signed ones.
    DivideSigned: divide_signed, DivideSignedColumns;
    /// Loads and stores of a word.
    Double: double, DoubleColumns;
    /// Loads and stores of a part of a word.
    Aligned: aligned, AlignedColumns;
    /// Loads and stores at any byte.
    Misaligned: misaligned, MisalignedColumns;
    /// Atomic operations on memory.
    Atomic: atomic, AtomicColumns;
    /// Calls of the SHA-256 coprocessor.
    Sha256Call: sha256_call, Sha256CallColumns;
    /// Rounds of SHA-256.
    Sha256: sha256, Sha256Columns;
    /// Calls of the Keccak coprocessor.
    KeccakCall: keccak_call, KeccakCallColumns;
    /// Rounds of Keccak-f.
    Keccak: keccak, KeccakColumns;
    /// Modular products of numbers of 256 bits.
    U256MulAddMod: u256_mul_add_mod, U256MulAddModColumns;
    /// Products of numbers of 256 bits.
    U256MulAdd: u256_mul_add, U256MulAddColumns;
    /// Sums of points of secp256k1.
    Secp256k1Add: secp256k1_add, Secp256k1AddColumns;
    /// Points of secp256k1, doubled.
    Secp256k1Double: secp256k1_double, Secp256k1DoubleColumns;
    /// Permutations Poseidon2.
    Poseidon2: poseidon2, Poseidon2Columns;
    /// Sums and products of KoalaBear's extension.
    QuinticMulAdd: quintic_mul_add, QuinticMulAddColumns;
    /// Copied blocks of memory.
    CopyBlock: copy_block, CopyBlockColumns;
    /// Filled ones.
    FillBlock: fill_block, FillBlockColumns;
    /// Compared ones.
    CompareBlocks: compare_blocks, CompareBlocksColumns;
}

impl Table {
    /// The height of its fixed columns, if it has any, as a base-two logarithm: given those of the program's
    /// instructions and of its memory.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "a table without fixed columns has no fixed height"
    )]
    pub const fn fixed_log_height(self, rom: u8, image: u8) -> Option<u8> {
        match self {
            Self::Range => Some(range::LOG_HEIGHT as u8),
            Self::Bytes => Some(bytes::LOG_HEIGHT as u8),
            Self::Rom => Some(rom),
            Self::Image => Some(image),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use zisk_stark::Val;
    use zisk_stark::analysis::analyze;

    use super::Table;
    use crate::messages::SHARED_BUSES;

    #[test]
    fn every_column_has_a_name_of_its_own() {
        for table in Table::ALL {
            let names = table.column_names();
            assert_eq!(names.len(), p3_air::BaseAir::<Val>::width(&table));
            let different: alloc::collections::BTreeSet<_> = names.iter().collect();
            assert_eq!(different.len(), names.len(), "{names:?}");
        }
    }

    /// Parameters are made for what they are said to be made for: all tables together must not be more.
    #[test]
    fn all_tables_together_are_no_more_than_what_parameters_are_made_for() {
        let largest = zisk_stark::InstanceShape::largest();
        let (mut constraints, mut columns, mut width) = (0, 0, 0);
        for table in Table::ALL {
            let shape = analyze(&table, &SHARED_BUSES).unwrap();
            constraints += shape.constraints.len() + shape.logup_width();
            // A quotient is in few parts, of as many columns as a challenge has elements.
            columns += shape.cells_per_row() + p3_air::BaseAir::<Val>::preprocessed_width(&table) + 4 * 5;
            let widths = shape
                .interactions
                .iter()
                .map(|interaction| interaction.fields.len());
            width = widths.fold(width, usize::max);
        }
        assert!(Table::ALL.len() <= largest.num_tables as usize);
        assert!(constraints <= largest.num_constraints as usize, "{constraints}");
        assert!(2 * columns <= largest.num_openings as usize, "{columns}");
        // The number of the bus is an element, too.
        assert!(width < largest.max_message_width as usize, "{width}");
    }

    /// How tall tables may be is bounded by how often all of their rows send: verifiers count that.
    #[test]
    fn no_row_sends_a_message_more_than_once() {
        for table in Table::ALL {
            for interaction in analyze(&table, &SHARED_BUSES).unwrap().interactions {
                assert!(interaction.bound <= 1, "{}: {interaction:?}", table.name());
            }
        }
    }
}
