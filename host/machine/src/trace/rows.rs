use alloc::vec::Vec;

use super::generate::log_height;
use super::{GenerateError, Heights, Replay};
use crate::Table;
use crate::fixed::{bytes, range};
use crate::sha256::NUM_STEPS;

/// How many rows of a table a run needs.
pub fn num_rows(table: Table, replay: &Replay<'_>) -> usize {
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
        Table::Range => 1 << range::LOG_HEIGHT,
        Table::Bytes => 1 << bytes::LOG_HEIGHT,
        Table::Rom => replay.guest().num_instructions(),
        Table::Image => replay.guest().words().len(),
        Table::Main => replay.executed.len(),
        Table::Boundary => replay.num_lives(),
        Table::Refresh => replay.looks.len(),
        Table::System => replay.calls.len(),
        Table::Halt => 1,
        Table::Compare
        | Table::Bitwise
        | Table::Shift
        | Table::Multiply
        | Table::MultiplyHigh
        | Table::Divide
        | Table::DivideSigned => computed(),
        Table::Aligned | Table::Misaligned | Table::Atomic => accessed(),
        Table::Sha256Call => replay.compressions.len(),
        Table::Sha256 => NUM_STEPS * replay.compressions.len(),
    }
}

/// The height of each table, in the order of [`Table::ALL`], as base-two logarithms.
///
/// # Errors
/// When a table would need too many rows.
pub fn log_heights(replay: &Replay<'_>, heights: &impl Heights) -> Result<Vec<u8>, GenerateError> {
    let of_table = |table: &Table| {
        Ok(match table {
            // They hold the same for every run.
            Table::Range => range::LOG_HEIGHT as u8,
            Table::Bytes => bytes::LOG_HEIGHT as u8,
            other => log_height(*other, num_rows(*other, replay), heights)? as u8,
        })
    };
    Table::ALL.iter().map(of_table).collect()
}
