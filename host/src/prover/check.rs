use std::borrow::Borrow;
use std::fmt;

use zisk_machine::Table;
use zisk_machine::trace::{Heights, fixed_columns, generate, size};
use zisk_program::{Location, Program, Symbols};
use zisk_stark::checker::{Report, Rows, Violation, check};

use super::ProveError;
use super::guest::guest;
use super::recorder::Recorder;
use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::input::Input;

/// Every row of a table counts: nothing has to be hidden from whoever checks.
struct AllRows;

impl Heights for AllRows {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        (log_height <= 22).then_some(1 << log_height)
    }
}

/// A row of a table of instructions.
type MainRow = (Table, usize);

/// Constraints that a run does not satisfy: a mistake of this machine, or of how its tables are filled.
#[derive(Debug)]
#[must_use]
pub struct ConstraintFailure {
    report: Report,
    /// Where the guest was, for rows of the main tables that the report names.
    locations: Vec<(MainRow, u64, Location)>,
}

impl fmt::Display for ConstraintFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.report)?;
        for ((table, row), pc, location) in &self.locations {
            writeln!(f, "{}, row {row}: pc {pc:#x}, {location}", table.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for ConstraintFailure {}

/// Runs a guest and checks that its run satisfies every constraint of every table, and that all messages are received,
/// without a proof. `Ok(Err(..))` says what does not hold.
///
/// # Errors
/// When the guest cannot be run to its end, or the run does not fit the tables.
pub fn check_constraints(
    elf: &[u8],
    input: impl Borrow<Input>,
    env: ExecutorEnv<'_>,
) -> Result<Result<(), ConstraintFailure>, ProveError> {
    check_run(elf, input.borrow(), env)
}

fn check_run(
    elf: &[u8],
    input: &Input,
    env: ExecutorEnv<'_>,
) -> Result<Result<(), ConstraintFailure>, ProveError> {
    let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
    let (recorder, _) = Recorder::run(env, elf, &program, input)?;
    let guest = guest(&program);
    let replay = recorder.replay(&guest, input)?;
    let traces = generate(&replay, &AllRows)?;
    let mut fixed = Vec::new();
    for table in Table::ALL {
        fixed.push(fixed_columns(table, &guest, &AllRows)?);
    }
    let rows: Vec<Rows<'_, Table>> = Table::ALL
        .iter()
        .zip(traces.iter().zip(&fixed))
        .map(|(table, (trace, fixed))| Rows {
            name: table.name(),
            table,
            main: &trace.main,
            fixed,
            public_values: &trace.public_values,
        })
        .collect();
    let Err(report) = check(&rows) else {
        return Ok(Ok(()));
    };
    let symbols = Symbols::new(elf);
    let rest_rows = size(Table::MainRest, &replay, &AllRows)?.rows;
    let mut named: Vec<MainRow> = report.violations.iter().flat_map(main_rows).collect();
    named.sort_unstable_by_key(|(table, row)| (table.name(), *row));
    named.dedup();
    let located = named.into_iter().filter_map(|(table, row)| {
        let start = if table == Table::Main {
            0
        } else {
            recorder.steps.len() - rest_rows
        };
        let pc = recorder.steps.get(start + row)?.pc;
        Some(((table, row), pc, symbols.locate(pc)))
    });
    let locations = located.collect();
    Ok(Err(ConstraintFailure { report, locations }))
}

/// The rows of the main tables that a violation names.
fn main_rows(violation: &Violation) -> Vec<MainRow> {
    let named = |name: &str, row: usize| {
        let tables = [Table::Main, Table::MainRest].into_iter();
        tables
            .filter(|table| table.name() == name)
            .map(|table| (table, row))
            .next()
    };
    match violation {
        Violation::Constraint { table, row, .. } | Violation::Multiplicity { table, row, .. } => {
            named(table, *row).into_iter().collect()
        }
        Violation::Bus { senders, .. } => senders
            .iter()
            .filter_map(|sender| named(&sender.table, sender.row))
            .collect(),
        _ => Vec::new(),
    }
}
