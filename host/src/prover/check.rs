use std::borrow::Borrow;
use std::fmt;

use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{Heights, fixed_columns, generate, size};
use zisk_program::{Location, Program, Symbols};
use zisk_stark::checker::{Checker, Report, Rows, Violation};

use super::ProveError;
use super::guest::guest;
use super::replayed::for_each_segment;
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
type MainRow = (String, usize);

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
            writeln!(f, "{table}, row {row}: pc {pc:#x}, {location}")?;
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
    let guest = guest(&program)?;
    let mut fixed = Vec::new();
    for table in Table::ALL {
        fixed.push(fixed_columns(table, &guest, &AllRows)?);
    }
    let mut checker = Checker::new(&SHARED_BUSES);
    let mut segments: Vec<SegmentPcs> = Vec::new();
    let _execution = for_each_segment(elf, &program, &guest, input, env, |replay, end| {
        let traces = generate(replay, end, &AllRows)?;
        let number = segments.len() + 1;
        let names: Vec<String> = Table::ALL
            .iter()
            .map(|table| match number {
                1 => table.name().to_owned(),
                _ => format!("{} of segment {number}", table.name()),
            })
            .collect();
        let tables = Table::ALL.iter().zip(&names).zip(traces.iter().zip(&fixed));
        let rows: Vec<Rows<'_, Table>> = tables
            .map(|((table, name), (trace, fixed))| Rows {
                name,
                table,
                main: &trace.main,
                fixed,
                public_values: &trace.public_values,
            })
            .collect();
        checker.check(&rows);
        segments.push(SegmentPcs {
            names,
            pcs: replay.pcs().collect(),
            rest_rows: size(Table::MainRest, replay, &AllRows)?.rows,
        });
        Ok(())
    })?;
    let Err(report) = checker.finish() else {
        return Ok(Ok(()));
    };
    let symbols = Symbols::new(elf);
    let mut named: Vec<(&str, usize)> = report.violations.iter().flat_map(named_rows).collect();
    named.sort_unstable();
    named.dedup();
    let located = named.into_iter().filter_map(|(name, row)| {
        let pc = segments.iter().find_map(|segment| segment.pc(name, row))?;
        Some(((name.to_owned(), row), pc, symbols.locate(pc)))
    });
    let locations = located.collect();
    Ok(Err(ConstraintFailure { report, locations }))
}

/// The instructions of a segment, for what its tables' rows are about.
struct SegmentPcs {
    /// The names of its tables.
    names: Vec<String>,
    pcs: Vec<u64>,
    /// How many of them are in the second table of instructions.
    rest_rows: usize,
}

impl SegmentPcs {
    /// The address of the instruction in a row, if the table is one of instructions.
    fn pc(&self, name: &str, row: usize) -> Option<u64> {
        let place = self.names.iter().position(|other| other == name)?;
        let start = match Table::ALL.get(place)? {
            Table::Main => 0,
            Table::MainRest => self.pcs.len() - self.rest_rows,
            _ => return None,
        };
        self.pcs.get(start + row).copied()
    }
}

/// The rows that a violation names, with their tables' names.
fn named_rows(violation: &Violation) -> Vec<(&str, usize)> {
    match violation {
        Violation::Constraint { table, row, .. } | Violation::Multiplicity { table, row, .. } => {
            vec![(table.as_str(), *row)]
        }
        Violation::Bus { senders, .. } => {
            let rows = senders.iter().map(|sender| (sender.table.as_str(), sender.row));
            rows.collect()
        }
        _ => Vec::new(),
    }
}
