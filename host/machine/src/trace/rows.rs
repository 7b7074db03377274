use alloc::vec::Vec;
use std::sync::LazyLock;

use zisk_abi::coprocessor::{
    COMPARE_BLOCKS, COPY_BLOCK, Coprocessor, FILL_BLOCK, KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD, SECP256K1_ADD,
    SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD, U256_MUL_ADD_MOD,
};
use zisk_stark::analysis::{TableShape, analyze};

use super::{GenerateError, Replay};
use crate::Table;
use crate::fixed::{bytes, range};
use crate::messages::SHARED_BUSES;
use crate::{MAX_INSTRUCTIONS, keccak, sha256};

/// How many rows of a table of `2^log_height` can be used.
pub trait Heights {
    /// The number of rows, or `None` if no table may have that height.
    fn num_active_rows(&self, log_height: usize) -> Option<usize>;

    /// Whether a run may go on in the second table of instructions where that takes fewer rows.
    fn may_split(&self) -> bool {
        true
    }

    /// Whether a table that a run needs no rows of is left out, where a proof may do without it. Otherwise it has rows, too,
    /// which say nothing.
    fn may_leave_out(&self) -> bool {
        false
    }
}

/// What can be said of each table without rows, in the order of [`Table::ALL`].
static SHAPES: LazyLock<Vec<TableShape>> = LazyLock::new(|| {
    let shape = |table| analyze(table, &SHARED_BUSES).expect("the tables are well formed");
    Table::ALL.iter().map(shape).collect()
});

/// What can be said of a table without rows.
pub(super) fn shape(table: Table) -> &'static TableShape {
    &SHAPES[table as usize]
}

/// How many base-field cells a row of a table has that are committed to.
pub fn cells_per_row(table: Table) -> u64 {
    shape(table).cells_per_row() as u64
}

/// Whether a proof may do without a table: see [`may_be_absent`](TableShape::may_be_absent).
pub(crate) fn may_be_absent(table: Table) -> bool {
    shape(table).may_be_absent
}

/// How large a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Rows that the run needs.
    pub rows: usize,
    /// Base-two logarithm of all its rows; none if the table is left out.
    pub log_height: Option<usize>,
}

/// How large a table of a segment is.
///
/// # Errors
/// When it would need too many rows.
pub fn size(table: Table, replay: &Replay<'_>, heights: &impl Heights) -> Result<Size, GenerateError> {
    size_of(table, |table| num_rows(table, replay), heights)
}

/// Whose calls a table is of, and how many rows each takes; none if it is not of calls of a coprocessor.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "most tables are not of calls of coprocessors"
)]
pub fn rows_of_calls(table: Table) -> Option<(&'static Coprocessor, usize)> {
    match table {
        Table::Sha256Call => Some((&SHA256_COMPRESS, 1)),
        Table::Sha256 => Some((&SHA256_COMPRESS, sha256::NUM_STEPS)),
        Table::KeccakCall => Some((&KECCAK_F, 1)),
        Table::Keccak => Some((&KECCAK_F, keccak::NUM_STEPS)),
        Table::U256MulAddMod => Some((&U256_MUL_ADD_MOD, 1)),
        Table::U256MulAdd => Some((&U256_MUL_ADD, 1)),
        Table::Secp256k1Add => Some((&SECP256K1_ADD, 1)),
        Table::Secp256k1Double => Some((&SECP256K1_DOUBLE, 1)),
        Table::Poseidon2 => Some((&POSEIDON2, 1)),
        Table::QuinticMulAdd => Some((&QUINTIC_MUL_ADD, 1)),
        Table::CopyBlock => Some((&COPY_BLOCK, 1)),
        Table::FillBlock => Some((&FILL_BLOCK, 1)),
        Table::CompareBlocks => Some((&COMPARE_BLOCKS, 1)),
        _ => None,
    }
}

/// How many rows of a table a segment needs; of both tables of instructions together.
fn num_rows(table: Table, replay: &Replay<'_>) -> usize {
    let computed = || {
        let of_table = |operation: &&(crate::OperationCode, u64, u64)| operation.0.table() == Some(table);
        replay.operations.iter().filter(of_table).count()
    };
    let accessed = || {
        let accesses = replay.accesses.iter();
        accesses
            .filter(|access| access.request.table() == Some(table))
            .count()
    };
    match table {
        // They hold the same for every run.
        Table::Range | Table::Bytes => 0,
        Table::Main | Table::MainRest => replay.executed.len(),
        Table::Rom => replay.guest().num_instructions(),
        Table::Image => replay.guest().words().len(),
        Table::Boundary | Table::Initial | Table::Passage => replay.early().num_rows(table).unwrap_or(0),
        Table::Refresh => replay.looks.len(),
        Table::System => replay.calls.len(),
        Table::Halt => usize::from(replay.halt.is_some()),
        Table::Compare
        | Table::Bitwise
        | Table::Shift
        | Table::Multiply
        | Table::MultiplyHigh
        | Table::Divide
        | Table::DivideSigned => computed(),
        Table::Double | Table::Aligned | Table::Misaligned | Table::Atomic => accessed(),
        Table::Sha256Call
        | Table::Sha256
        | Table::KeccakCall
        | Table::Keccak
        | Table::U256MulAddMod
        | Table::U256MulAdd
        | Table::Secp256k1Add
        | Table::Secp256k1Double
        | Table::Poseidon2
        | Table::QuinticMulAdd
        | Table::CopyBlock
        | Table::FillBlock
        | Table::CompareBlocks => {
            let calls = rows_of_calls(table);
            calls.map_or(0, |(coprocessor, rows)| rows * replay.calls_of(coprocessor).len())
        }
    }
}

/// How large a table is, given how many rows of each are needed; of both tables of instructions together.
///
/// # Errors
/// When it would need too many rows.
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "most tables are as large as what they hold"
)]
pub fn size_of(
    table: Table,
    num_rows: impl Fn(Table) -> usize,
    heights: &impl Heights,
) -> Result<Size, GenerateError> {
    let size = match table {
        Table::Range => Size::full(range::LOG_HEIGHT),
        Table::Bytes => Size::full(bytes::LOG_HEIGHT),
        Table::Main => split(num_rows(table), heights)?[0],
        Table::MainRest => split(num_rows(table), heights)?[1],
        _ => Size::of(table, num_rows(table), heights)?,
    };
    let is_left_out = size.rows == 0 && heights.may_leave_out() && may_be_absent(table);
    Ok(Size {
        log_height: size.log_height.filter(|_| !is_left_out),
        ..size
    })
}

/// The height of each table, in the order of [`Table::ALL`], as base-two logarithms, 0 of those that are left out.
///
/// # Errors
/// When a table would need too many rows.
pub fn log_heights(replay: &Replay<'_>, heights: &impl Heights) -> Result<Vec<u8>, GenerateError> {
    log_heights_of(|table| num_rows(table, replay), heights)
}

/// The same, given how many rows of each are needed.
pub(super) fn log_heights_of(
    num_rows: impl Fn(Table) -> usize,
    heights: &impl Heights,
) -> Result<Vec<u8>, GenerateError> {
    let of_table = |table: &Table| {
        let size = size_of(*table, &num_rows, heights)?;
        Ok(size.log_height.unwrap_or(0) as u8)
    };
    Table::ALL.iter().map(of_table).collect()
}

impl Size {
    fn full(log_height: usize) -> Self {
        Self {
            rows: 1 << log_height,
            log_height: Some(log_height),
        }
    }

    /// All rows of the table.
    pub fn height(&self) -> usize {
        self.log_height.map_or(0, |log_height| 1 << log_height)
    }

    /// The smallest that has so many rows.
    pub(super) fn of(table: Table, rows: usize, heights: &impl Heights) -> Result<Self, GenerateError> {
        let fits = |log_height: &usize| {
            let active = heights.num_active_rows(*log_height);
            active.is_some_and(|active| active >= rows)
        };
        match (0..usize::BITS as usize).find(fits) {
            None => Err(GenerateError::TooManyRows { table, rows }),
            log_height => Ok(Self { rows, log_height }),
        }
    }
}

/// The two tables of so many instructions: all of them in the first, or the first full and the second as small as it can
/// be, whichever has fewer rows. Behind the instructions of each there is a row that says where the run goes on.
fn split(instructions: usize, heights: &impl Heights) -> Result<[Size; 2], GenerateError> {
    let too_many = GenerateError::TooManyRows {
        table: Table::MainRest,
        rows: instructions,
    };
    if instructions as u64 > MAX_INSTRUCTIONS {
        return Err(too_many);
    }
    let of = |table: Table, rows: usize| {
        let with_end = Size::of(table, rows + 1, heights)?;
        Ok::<_, GenerateError>(Size { rows, ..with_end })
    };
    let nothing = of(Table::MainRest, 0)?;
    let whole = of(Table::Main, instructions);
    let half = |log_height: usize| {
        let first = heights.num_active_rows(log_height)?.checked_sub(1)?;
        let rest = of(Table::MainRest, instructions.checked_sub(first)?).ok()?;
        let first = Size {
            rows: first,
            log_height: Some(log_height),
        };
        (first.rows > 0).then_some([first, rest])
    };
    let num_rows = |sizes: &[Size; 2]| sizes.iter().map(Size::height).sum::<usize>();
    // From the highest first table on: of as many rows, fewer are then left for the second.
    let halves = (0..usize::BITS as usize).rev().filter_map(half);
    let halves = halves.filter(|_| heights.may_split());
    let whole_or_half = whole.iter().map(|whole| [*whole, nothing]).chain(halves);
    whole_or_half.min_by_key(num_rows).ok_or(too_many)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::processor::clock;

    /// Ten rows of each table hide, and none has fewer than 2^10 or more than 2^20.
    struct Hiding;

    impl Heights for Hiding {
        fn num_active_rows(&self, log_height: usize) -> Option<usize> {
            (10..=20).contains(&log_height).then(|| (1 << log_height) - 10)
        }
    }

    #[test]
    fn a_run_fills_the_first_table_before_it_goes_on() {
        for (instructions, expected) in [
            (0, [(0, 10), (0, 10)]),
            (1013, [(1013, 10), (0, 10)]),
            (1014, [(1013, 10), (1, 10)]),
            (2026, [(1013, 10), (1013, 10)]),
            (2027, [(2027, 11), (0, 10)]),
            (1 << 18, [((1 << 18) - 11, 18), (11, 10)]),
            ((1 << 18) + 5000, [((1 << 18) - 11, 18), (5011, 13)]),
            (
                (1 << 18) + (1 << 17),
                [((1 << 18) - 11, 18), ((1 << 17) + 11, 18)],
            ),
            ((1 << 21) - 22, [((1 << 20) - 11, 20), ((1 << 20) - 11, 20)]),
        ] {
            let sizes = split(instructions, &Hiding).unwrap();
            assert_eq!(
                sizes.map(|size| (size.rows, size.log_height)),
                expected.map(|(rows, log_height)| (rows, Some(log_height))),
                "{instructions}"
            );
        }
        assert!(split((1 << 21) - 21, &Hiding).is_err());
    }

    /// Rows of any number.
    struct Unlimited;

    impl Heights for Unlimited {
        fn num_active_rows(&self, log_height: usize) -> Option<usize> {
            Some(1 << log_height)
        }
    }

    #[test]
    fn no_word_of_a_segment_rests_longer_than_its_accesses_may_be_apart() {
        let most = MAX_INSTRUCTIONS as usize;
        // From the beginning, at time 0, to the last clock of the last instruction.
        let longest = clock(most) - 1;
        assert_eq!(longest, 1 << 24);
        assert!(split(most, &Unlimited).is_ok());
        assert!(split(most + 1, &Unlimited).is_err());
    }
}
