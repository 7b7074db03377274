//! Checks rows against a table's constraints, and buses against each other, without a proof.
//!
//! This is what state machines are tested with: it says which table, row and constraint, and for a bus that
//! does not balance which message, and who sent it how often. And it is what those tests are measured with:
//! see [`check_without`].
//!
//! Behind the last row of a table stands noise, in main and fixed columns: numbers that are the same in every check and
//! that nobody would expect. In a proof, the row behind the last active one is random. So a constraint or a message of
//! the last row that depends on it does not hold here either.

mod balance;
mod changes;
mod noise;
mod omission;
mod report;
mod row;

use alloc::string::String;
use alloc::vec::Vec;

use p3_air::{Air, BaseAir};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use crate::bus::Bus;
use crate::field::Val;
pub use balance::Sender;
pub use changes::{Change, Changes, Given, Objection};
use noise::Behind;
pub use omission::{Omission, Part};
pub use report::{Report, Violation};
pub use row::{Failure, RowChecker};

/// A table with the rows to check.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, T> {
    /// What the table is called in reports.
    pub name: &'a str,
    /// The table.
    pub table: &'a T,
    /// Its main columns; as many rows as the table has active ones. At least one.
    pub main: &'a RowMajorMatrix<Val>,
    /// Its fixed columns, as many rows; no columns if the table has none.
    pub fixed: &'a RowMajorMatrix<Val>,
    /// Its public values.
    pub public_values: &'a [Val],
}

/// How many violations a report holds; the rest is only counted.
const MAX_VIOLATIONS: usize = 64;

/// Checks every row of every table, and the balance of every bus.
///
/// # Errors
/// With everything that was found, up to a number; rows in order, then buses.
///
/// # Panics
/// When the shape of `main`, `fixed` or `public_values` is not the table's: that is a mistake in a test, not
/// a property of its rows.
pub fn check<T>(tables: &[Rows<'_, T>]) -> Result<(), Report>
where
    T: for<'a> Air<RowChecker<'a>>,
{
    check_all_but(tables, None, true)
}

/// [`check`], as a verifier would see it: that a message is sent more often than its interaction declares is no violation.
///
/// Bounds are what the count of all messages rests on, and to be upheld by constraints. Honest rows have to keep to them, which
/// [`check`] sees to; whoever plays the cheat must not have it pointed out that he does not.
///
/// # Errors
/// As [`check`].
///
/// # Panics
/// As [`check`].
pub fn check_as_verifier<T>(tables: &[Rows<'_, T>]) -> Result<(), Report>
where
    T: for<'a> Air<RowChecker<'a>>,
{
    check_all_but(tables, None, false)
}

/// [`check`], with one constraint or one interaction of one table left out.
///
/// This measures tests. Rows that [`check`] refuses and that pass without a constraint show what this constraint
/// is there for; a constraint whose absence nothing notices is not tested.
///
/// # Errors
/// As [`check`].
///
/// # Panics
/// As [`check`], and when there is no such table. A label or an index that the table does not have leaves
/// nothing out.
pub fn check_without<T>(tables: &[Rows<'_, T>], omission: &Omission<'_>) -> Result<(), Report>
where
    T: for<'a> Air<RowChecker<'a>>,
{
    assert!(omission.table < tables.len(), "no table {}", omission.table);
    check_all_but(tables, Some(omission), true)
}

fn check_all_but<T>(
    tables: &[Rows<'_, T>],
    omission: Option<&Omission<'_>>,
    with_bounds: bool,
) -> Result<(), Report>
where
    T: for<'a> Air<RowChecker<'a>>,
{
    let mut checker = Checker {
        with_bounds,
        ..Checker::new(&[])
    };
    checker.check_proof(tables, omission);
    checker.finish()
}

/// [`check`] for rows of several proofs, one proof after the other: messages on the shared buses are balanced over all of
/// them, others within each.
pub struct Checker {
    shared: Vec<Bus>,
    report: Report,
    messages: balance::Messages,
    /// The names of all tables so far, which messages on shared buses refer to.
    names: Vec<String>,
    /// Whether messages must not be sent more often than declared.
    with_bounds: bool,
}

impl Checker {
    /// Nothing is checked yet.
    pub fn new(shared: &[Bus]) -> Self {
        Self {
            shared: shared.to_vec(),
            report: Report::default(),
            messages: balance::Messages::default(),
            names: Vec::new(),
            with_bounds: true,
        }
    }

    /// As a verifier would see it: see [`check_as_verifier`].
    #[must_use]
    pub fn as_verifier(self) -> Self {
        Self {
            with_bounds: false,
            ..self
        }
    }

    /// Checks the rows of the next proof.
    ///
    /// # Panics
    /// As [`check`].
    pub fn check<T>(&mut self, tables: &[Rows<'_, T>])
    where
        T: for<'a> Air<RowChecker<'a>>,
    {
        self.check_proof(tables, None);
    }

    /// Checks the rows of the next proof with a part of a table left out, as the function [`check_without`] does.
    ///
    /// # Panics
    /// As [`check_without`].
    pub fn check_without<T>(&mut self, tables: &[Rows<'_, T>], omission: &Omission<'_>)
    where
        T: for<'a> Air<RowChecker<'a>>,
    {
        assert!(omission.table < tables.len(), "no table {}", omission.table);
        self.check_proof(tables, Some(omission));
    }

    fn check_proof<T>(&mut self, tables: &[Rows<'_, T>], omission: Option<&Omission<'_>>)
    where
        T: for<'a> Air<RowChecker<'a>>,
    {
        for rows in tables {
            rows.assert_shape();
        }
        let mut own = balance::Messages::default();
        let before = self.names.len();
        self.names
            .extend(tables.iter().map(|rows| String::from(rows.name)));
        for (index, rows) in tables.iter().enumerate() {
            let height = rows.main.height();
            let omitted = omission.filter(|omission| omission.table == index);
            let omitted = omitted.map(|omission| omission.part);
            let behind = Behind::new(index, rows.main.width(), rows.fixed.width());
            let found: Vec<_> = (0..height)
                .into_par_iter()
                .map(|row| rows.check_row(row, &behind, omitted))
                .collect();
            for (row, checked) in found.into_iter().enumerate() {
                for failure in checked.failures {
                    self.report.add(Violation::Constraint {
                        table: rows.name.into(),
                        row,
                        label: failure.label,
                        value: failure.value,
                    });
                }
                for sent in checked.sent {
                    let exceeded = sent.exceeds_bound(rows.name, row);
                    if let Some(violation) = exceeded.filter(|_| self.with_bounds) {
                        self.report.add(violation);
                    }
                    let is_shared = self.shared.iter().any(|bus| *bus.name == *sent.bus);
                    let messages = if is_shared { &mut self.messages } else { &mut own };
                    messages.add(sent, before + index, row);
                }
            }
        }
        for violation in own.unbalanced(&self.names) {
            self.report.add(violation);
        }
    }

    /// What was found, the balance of shared buses included.
    ///
    /// # Errors
    /// With everything that was found, up to a number; proofs in order, then shared buses.
    pub fn finish(mut self) -> Result<(), Report> {
        for violation in self.messages.unbalanced(&self.names) {
            self.report.add(violation);
        }
        self.report.into_result()
    }
}

impl<T> Rows<'_, T>
where
    T: for<'a> Air<RowChecker<'a>>,
{
    fn assert_shape(&self) {
        let name = self.name;
        let table: &dyn BaseAir<Val> = self.table;
        assert_eq!(self.main.width(), table.width(), "{name}: number of main columns");
        assert_eq!(
            self.fixed.width(),
            table.preprocessed_width(),
            "{name}: number of fixed columns"
        );
        assert_eq!(
            self.public_values.len(),
            table.num_public_values(),
            "{name}: number of public values"
        );
        assert!(self.main.height() > 0, "{name}: no rows");
        if self.fixed.width() > 0 {
            assert_eq!(self.fixed.height(), self.main.height(), "{name}: number of rows");
        }
    }

    fn check_row(&self, row: usize, behind: &Behind, omitted: Option<Part<'_>>) -> row::Checked {
        let height = self.main.height();
        let main = row::window(self.main, &behind.main, row);
        let fixed = row::window(self.fixed, &behind.fixed, row);
        let mut checker = RowChecker::new(main, fixed, self.public_values, row, height, omitted);
        self.table.eval(&mut checker);
        checker.finish()
    }
}
