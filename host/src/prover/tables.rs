//! What a run takes of each state machine.

use std::borrow::Borrow;

use serde::Serialize;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{rows_of_calls, size};
use zisk_program::Program;
use zisk_stark::SetupError;
use zisk_stark::analysis::analyze;

use super::ProveError;
use super::guest::{Allowed, guest};
use super::replayed::for_each_segment;
use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;

/// What a run takes of a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TableStats {
    /// The state machine's name.
    pub name: &'static str,
    /// Rows that the run needs.
    pub rows: u64,
    /// Rows of its table, those that fill it up to a power of two included.
    pub height: u64,
    /// Main columns, those included that fill up tables of few.
    pub main_columns: u64,
    /// LogUp columns, in base-field columns.
    pub logup_columns: u64,
    /// Messages of a row.
    pub interactions: u64,
    /// Whether its rows do not grow with the run: those of the program, its memory and the tables of numbers.
    pub is_fixed: bool,
    /// The coprocessor whose calls it proves, or a part of them.
    pub coprocessor: Option<&'static str>,
    /// Its calls.
    pub calls: u64,
}

impl TableStats {
    /// Committed base-field cells of a row.
    pub fn columns(&self) -> u64 {
        self.main_columns + self.logup_columns
    }

    /// Committed base-field cells of the rows that the run needs.
    pub fn cells(&self) -> u64 {
        self.rows * self.columns()
    }

    /// Committed base-field cells of all rows.
    pub fn padded_cells(&self) -> u64 {
        self.height * self.columns()
    }
}

/// Runs a guest and counts what a proof of it would take of each state machine, in the order in which they are proven.
///
/// # Errors
/// When the guest cannot be run to its end, or the run does not fit the tables.
pub fn table_stats(
    elf: &[u8],
    input: impl Borrow<Input>,
    env: ExecutorEnv<'_>,
) -> Result<(Execution, Vec<TableStats>), ProveError> {
    stats_of_run(elf, input.borrow(), env)
}

fn stats_of_run(
    elf: &[u8],
    input: &Input,
    env: ExecutorEnv<'_>,
) -> Result<(Execution, Vec<TableStats>), ProveError> {
    let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
    let guest = guest(&program)?;
    let mut stats: Vec<TableStats> = Vec::new();
    for (index, table) in Table::ALL.into_iter().enumerate() {
        let shape =
            analyze(&table, &SHARED_BUSES).map_err(|source| SetupError::Table { table: index, source })?;
        stats.push(TableStats {
            name: table.name(),
            rows: 0,
            height: 0,
            main_columns: (shape.cells_per_row() - shape.logup_width()) as u64,
            logup_columns: shape.logup_width() as u64,
            interactions: shape.interactions.len() as u64,
            is_fixed: !shape.fixed_columns.is_empty(),
            coprocessor: rows_of_calls(table).map(|(coprocessor, _)| coprocessor.name),
            calls: 0,
        });
    }
    let execution = for_each_segment(elf, &program, &guest, input, env, |replay, _| {
        for (table, stats) in Table::ALL.into_iter().zip(&mut stats) {
            let size = size(table, replay, &Allowed::standard())?;
            stats.rows += size.rows as u64;
            stats.height += size.height() as u64;
            if let Some((_, rows)) = rows_of_calls(table) {
                stats.calls += (size.rows / rows) as u64;
            }
        }
        Ok(())
    })?;
    Ok((execution, stats))
}
