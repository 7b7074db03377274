//! Changes some cells of rows that satisfy everything, and says who notices.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use p3_air::{Air, RowWindow};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use rayon::prelude::*;

use super::noise::Behind;
use super::report::Report;
use super::row::{Checked, Failure, RowChecker, window};
use super::{Checker, Rows};
use crate::bus::Bus;
use crate::field::Val;

/// A cell that holds something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its row.
    pub row: usize,
    /// Its main column.
    pub column: usize,
    /// What it holds now.
    pub value: Val,
}

/// What a row gives while cells are changed.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Constraints that do not hold.
    pub failures: Vec<Failure>,
    /// What it says: the interaction, counted from 0, with fields and multiplicity.
    pub said: Vec<(usize, Vec<Val>, Val)>,
}

/// Who notices a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objection {
    /// The constraint with this label does not hold.
    Constraint(String),
    /// A message of this interaction, counted from 0, finds nobody, or too many.
    Interaction(usize),
}

/// Tables that satisfy everything, for trying what would be noticed if some cells of one of them were others.
///
/// Only rows that a change can reach are evaluated again: thousands of changes are a matter of a second. Whoever changes
/// cells is taken to count anew how often it looks up what is provided ([`Count::provided`](p3_lookup::Count::provided)), so
/// that it looks up something else is noticed only if that is not provided.
pub struct Changes<'a, T> {
    tables: Vec<Rows<'a, T>>,
    behind: Vec<Behind>,
    /// What can be looked up, by bus.
    provided: BTreeMap<Box<str>, BTreeSet<Vec<Val>>>,
}

/// Messages of some rows: bus, fields and interaction, and how often each is sent.
type Said = BTreeMap<(Box<str>, Vec<Val>, usize), Val>;

impl<'a, T> Changes<'a, T>
where
    T: for<'b> Air<RowChecker<'b>> + Sync,
{
    /// Changes of these tables. What is said on `shared` buses is balanced elsewhere, and noticed if it changes.
    ///
    /// # Errors
    /// With what does not hold before anything is changed.
    ///
    /// # Panics
    /// As [`check`](super::check).
    pub fn new(tables: Vec<Rows<'a, T>>, shared: &[Bus]) -> Result<Self, Report> {
        let mut checker = Checker::new(shared);
        checker.check(&tables);
        checker.report.into_result()?;
        let behind = tables
            .iter()
            .enumerate()
            .map(|(index, rows)| Behind::new(index, rows.main.width(), rows.fixed.width()));
        let mut changes = Self {
            behind: behind.collect(),
            tables,
            provided: BTreeMap::new(),
        };
        for table in 0..changes.tables.len() {
            for (bus, fields) in changes.provided_by(table) {
                changes.provided.entry(bus).or_default().insert(fields);
            }
        }
        Ok(changes)
    }

    /// What a table provides: bus and fields.
    fn provided_by(&self, table: usize) -> Vec<(Box<str>, Vec<Val>)> {
        let of_row = |row: usize| {
            let provided = self.evaluate(table, row, &[], true).sent;
            let provided = provided.into_iter().filter(|sent| sent.bound == 0);
            provided.map(|sent| (sent.bus, sent.fields)).collect::<Vec<_>>()
        };
        if of_row(0).is_empty() {
            return Vec::new();
        }
        let rows = 0..self.tables[table].main.height();
        rows.into_par_iter().flat_map_iter(of_row).collect()
    }

    /// The tables.
    pub fn tables(&self) -> &[Rows<'a, T>] {
        &self.tables
    }

    /// Who notices if cells of this table, counted from 0, hold something else.
    ///
    /// # Panics
    /// When there is no such table or cell.
    pub fn objections(&self, table: usize, changes: &[Change]) -> BTreeSet<Objection> {
        let reached: BTreeSet<usize> = changes
            .iter()
            .flat_map(|change| change.row.saturating_sub(1)..=change.row)
            .collect();
        let mut objections = BTreeSet::new();
        let mut said = Said::new();
        let mut providers = BTreeSet::new();
        for row in reached {
            for sent in self.evaluate(table, row, &[], false).sent {
                if sent.bound == 0 {
                    providers.insert(sent.interaction);
                }
                let message = (sent.bus, sent.fields, sent.interaction);
                *said.entry(message).or_default() -= sent.multiplicity;
            }
            let Checked { failures, sent } = self.evaluate(table, row, changes, false);
            let failures = failures.into_iter();
            objections.extend(failures.map(|failure| Objection::Constraint(failure.label)));
            for sent in sent {
                if sent.bound == 0 {
                    providers.insert(sent.interaction);
                }
                let message = (sent.bus, sent.fields, sent.interaction);
                *said.entry(message).or_default() += sent.multiplicity;
            }
        }
        said.retain(|_, times| *times != Val::ZERO);
        let mut total: BTreeMap<_, (Val, Vec<usize>)> = BTreeMap::new();
        for ((bus, fields, interaction), times) in &said {
            let (sum, interactions) = total.entry((bus.as_ref(), fields.as_slice())).or_default();
            *sum += *times;
            interactions.push(*interaction);
        }
        for ((bus, fields), (sum, interactions)) in total {
            let provided = self.provided.get(bus);
            let is_counted_anew = provided.is_some_and(|provided| provided.contains(fields))
                && !interactions
                    .iter()
                    .any(|interaction| providers.contains(interaction));
            if sum != Val::ZERO && !is_counted_anew {
                objections.extend(interactions.into_iter().map(Objection::Interaction));
            }
        }
        objections
    }

    /// What a row gives while cells of it, or of the next one, are changed.
    ///
    /// # Panics
    /// As [`objections`](Self::objections).
    pub fn given(&self, table: usize, row: usize, changes: &[Change]) -> Given {
        let Checked { failures, sent } = self.evaluate(table, row, changes, false);
        let said = sent.into_iter();
        Given {
            failures,
            said: said
                .map(|sent| (sent.interaction, sent.fields, sent.multiplicity))
                .collect(),
        }
    }

    /// Whether a row says anything to anybody while cells are changed. What it holds if it does not is of no importance, as
    /// long as the rows around it say what they say.
    ///
    /// # Panics
    /// As [`objections`](Self::objections).
    pub fn is_silent(&self, table: usize, row: usize, changes: &[Change]) -> bool {
        self.evaluate(table, row, changes, false).sent.is_empty()
    }

    /// What a row gives when cells are changed; what it provides if nobody looks it up, too, if that is asked for.
    fn evaluate(&self, table: usize, row: usize, changes: &[Change], with_silent: bool) -> Checked {
        let rows = &self.tables[table];
        let behind = &self.behind[table];
        let main = window(rows.main, &behind.main, row);
        let fixed = window(rows.fixed, &behind.fixed, row);
        let changed = |slice: &[Val], row: usize| {
            let mut cells = slice.to_vec();
            for change in changes.iter().filter(|change| change.row == row) {
                cells[change.column] = change.value;
            }
            cells
        };
        let (current, next) = (
            changed(p3_air::WindowAccess::current_slice(&main), row),
            changed(p3_air::WindowAccess::next_slice(&main), row + 1),
        );
        let main = RowWindow::from_two_rows(&current, &next);
        let mut checker = RowChecker::new(main, fixed, rows.public_values, row, rows.main.height(), None);
        checker.with_silent = with_silent;
        rows.table.eval(&mut checker);
        checker.finish()
    }
}
