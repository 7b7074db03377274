//! Changes cells of honest rows, one or two at a time, and finds changes that nobody notices.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use anyhow::Result;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use rayon::prelude::*;
use zisk_machine::Table;
use zisk_stark::Val;
use zisk_stark::checker::{Change, Changes, Rows};

use crate::corpus::{Case, for_each_segment};
use crate::survivors::Reasons;

/// A column of a state machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// The state machine's place in [`Table::ALL`].
    pub table: usize,
    /// Its place among the state machine's columns.
    pub column: usize,
}

/// What came of the changes of a column.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// How many changes were tried.
    pub tried: u64,
    /// How many of them nobody noticed because they change nothing that is said: in a row that says nothing to anybody,
    /// before and after, or the order of two rows.
    pub silent: u64,
    /// How many others nobody noticed, where the reviewed list says that this is harmless.
    pub harmless: u64,
    /// How many others nobody noticed.
    pub unnoticed: u64,
    /// The first of those.
    pub example: Option<String>,
}

/// What came of all changes, by column.
#[derive(Clone, Debug, Default)]
pub struct Outcomes {
    /// Columns with what came of theirs; all that there are.
    pub by_column: BTreeMap<Column, Outcome>,
}

impl Outcomes {
    fn add(&mut self, column: Column, outcome: Outcome) {
        self.by_column.entry(column).or_default().add(outcome);
    }

    /// How many changes nobody noticed that are not known to be harmless.
    pub fn num_unnoticed(&self) -> u64 {
        self.by_column.values().map(|outcome| outcome.unnoticed).sum()
    }
}

impl Outcome {
    /// What came of more changes.
    pub fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.silent += other.silent;
        self.harmless += other.harmless;
        self.unnoticed += other.unnoticed;
        self.example = self.example.take().or(other.example);
    }
}

/// Changes cells of all tables of all cases: of at most so many rows of each table of each segment, of rows of all kinds
/// that there are.
///
/// # Errors
/// When a case cannot be run, or does not satisfy the machine's constraints as it is.
pub fn mutate(cases: &[Case], rows_per_table: usize, reasons: &Reasons) -> Result<Outcomes> {
    let mut outcomes = Outcomes::default();
    for (table, machine) in Table::ALL.iter().enumerate() {
        for column in 0..machine.column_names().len() {
            outcomes.add(Column { table, column }, Outcome::default());
        }
    }
    for_each_segment(cases, |case, segment, changes| {
        of_segment(case, segment, changes, rows_per_table, reasons, &mut outcomes);
        Ok(())
    })?;
    Ok(outcomes)
}

fn of_segment(
    case: &Case,
    segment: usize,
    changes: &Changes<'_, Table>,
    rows_per_table: usize,
    reasons: &Reasons,
    outcomes: &mut Outcomes,
) {
    for (table, rows) in changes.tables().iter().enumerate() {
        let chosen = kinds(rows, rows_per_table, 0);
        let cells: Vec<(usize, usize)> = chosen
            .iter()
            .flat_map(|row| (0..rows.main.width()).map(|column| (*row, column)))
            .collect();
        let found: Vec<(usize, Outcome)> = cells
            .into_par_iter()
            .map(|(row, column)| {
                (
                    column,
                    of_cell(case, segment, changes, reasons, table, row, column),
                )
            })
            .collect();
        for (column, outcome) in found {
            outcomes.add(Column { table, column }, outcome);
        }
    }
}

/// Rows of different kinds: the first, the last, and rows that differ from each other in columns that only hold 0 and 1.
pub(crate) fn kinds<T>(rows: &Rows<'_, T>, limit: usize, seed: u64) -> Vec<usize> {
    let (height, width) = (rows.main.height(), rows.main.width());
    let mut flags: Vec<usize> = (0..width).collect();
    for row in rows.main.values.chunks_exact(width) {
        flags.retain(|column| row[*column] == Val::ZERO || row[*column] == Val::ONE);
    }
    let mut order: Vec<usize> = (0..height).collect();
    order.shuffle(&mut ChaCha12Rng::seed_from_u64(height as u64 + seed));
    let mut chosen = BTreeSet::from([0, height - 1]);
    let mut met = HashSet::new();
    for row in order {
        if chosen.len() >= limit {
            break;
        }
        let cells = &rows.main.values[row * width..(row + 1) * width];
        let kind: Vec<bool> = flags.iter().map(|column| cells[*column] == Val::ONE).collect();
        if met.insert(kind) {
            chosen.insert(row);
            // The padding begins somewhere: where rows change their kind is where tables are cut.
            chosen.insert((row + 1).min(height - 1));
        }
    }
    chosen.into_iter().collect()
}

/// What a cell is changed to: each way once, those that leave it as it is left out.
fn of_cell(
    case: &Case,
    segment: usize,
    changes: &Changes<'_, Table>,
    reasons: &Reasons,
    table: usize,
    row: usize,
    column: usize,
) -> Outcome {
    let rows = &changes.tables()[table];
    let (height, width) = (rows.main.height(), rows.main.width());
    let cell = |row: usize, column: usize| rows.main.values[row * width + column];
    let old = cell(row, column);
    let seed = ((table << 48) + (row << 16) + column) as u64;
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let next = (row + 1) % height;
    let beside = (column + 1) % width;
    let values = [
        ("+1", old + Val::ONE),
        ("-1", old - Val::ONE),
        ("0", Val::ZERO),
        ("1 - x", Val::ONE - old),
        ("+2^8", old + Val::from_u32(1 << 8)),
        ("+2^16", old + Val::from_u32(1 << 16)),
        ("p - 1", -Val::ONE),
        ("random", rng.random()),
        ("the next row's", cell(next, column)),
        ("the next column's", cell(row, beside)),
    ];
    let change = |row, column, value| Change { row, column, value };
    let mut tries: Vec<(&str, Vec<Change>)> = values
        .into_iter()
        .map(|(what, value)| (what, vec![change(row, column, value)]))
        .collect();
    tries.push((
        "swapped with the next row's",
        vec![change(row, column, cell(next, column)), change(next, column, old)],
    ));
    tries.push((
        "swapped with the next column's",
        vec![change(row, column, cell(row, beside)), change(row, beside, old)],
    ));
    let mut outcome = Outcome::default();
    for (what, changed) in tries {
        if changed
            .iter()
            .all(|change| cell(change.row, change.column) == change.value)
        {
            continue;
        }
        outcome.tried += 1;
        if !changes.objections(table, &changed).is_empty() {
            continue;
        }
        let stays_silent = |change: &Change| {
            changes.is_silent(table, change.row, &[]) && changes.is_silent(table, change.row, &changed)
        };
        let of_row = |row: usize| &rows.main.values[row * width..(row + 1) * width];
        // Swapped cells that are all in which two rows differ.
        let is_swapped = |row: usize, other: usize| {
            let cells = (0..width).zip(of_row(row)).map(|(column, cell)| {
                let change = changed
                    .iter()
                    .find(|change| change.row == row && change.column == column);
                change.map_or(*cell, |change| change.value)
            });
            cells.eq(of_row(other).iter().copied())
        };
        if changed.iter().all(stays_silent) || (is_swapped(row, next) && is_swapped(next, row)) {
            outcome.silent += 1;
        } else if reasons.of_row(Column { table, column }, of_row(row)) {
            outcome.harmless += 1;
        } else {
            outcome.unnoticed += 1;
            outcome.example.get_or_insert_with(|| {
                let after = changed[0].value;
                format!(
                    "{}, segment {segment}, row {row}: {old} -> {after} ({what})",
                    case.name
                )
            });
        }
    }
    outcome
}
