use std::borrow::Borrow;
use std::fmt;

use zisk_machine::Table;
use zisk_machine::trace::{Heights, Replay, fixed_columns, generate};
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

/// Constraints that a run does not satisfy: a mistake of this machine, or of how its tables are filled.
#[derive(Debug)]
#[must_use]
pub struct ConstraintFailure {
    report: Report,
    /// Where the guest was, for rows of the main table that the report names.
    locations: Vec<(usize, u64, Location)>,
}

impl fmt::Display for ConstraintFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.report)?;
        for (row, pc, location) in &self.locations {
            writeln!(f, "main, row {row}: pc {pc:#x}, {location}")?;
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
    let mut recorder = Recorder::default();
    // Guests that fail are as good as others.
    let _ = env.execute_program(elf, &program, input, &mut recorder)?;
    let guest = guest(&program);
    let mut replay = Replay::new(&guest, input.encoded());
    for step in &recorder.steps {
        replay.step(step)?;
    }
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
    let mut named: Vec<usize> = report.violations.iter().flat_map(main_rows).collect();
    named.sort_unstable();
    named.dedup();
    let located = named.into_iter().filter_map(|row| {
        let pc = recorder.steps.get(row)?.pc;
        Some((row, pc, symbols.locate(pc)))
    });
    let locations = located.collect();
    Ok(Err(ConstraintFailure { report, locations }))
}

/// The rows of the main table that a violation names.
fn main_rows(violation: &Violation) -> Vec<usize> {
    let main = Table::Main.name();
    match violation {
        Violation::Constraint { table, row, .. } | Violation::Multiplicity { table, row, .. } => {
            if table == main { vec![*row] } else { Vec::new() }
        }
        Violation::Bus { senders, .. } => senders
            .iter()
            .filter(|sender| sender.table == main)
            .map(|sender| sender.row)
            .collect(),
        _ => Vec::new(),
    }
}
