use alloc::string::{String, ToString};
use alloc::vec::Vec;

use p3_air::{AirBuilder, Name, NamedAirBuilder, RowWindow};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::{Count, InteractionBuilder};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;

use super::balance::Sent;
use super::omission::Part;
use crate::field::Val;

/// A row and the one behind it; `behind` is what stands behind the last.
pub(super) fn window<'a>(
    matrix: &'a RowMajorMatrix<Val>,
    behind: &'a [Val],
    row: usize,
) -> RowWindow<'a, Val> {
    let width = matrix.width();
    if width == 0 {
        return RowWindow::from_two_rows(&[], &[]);
    }
    let mut rows = matrix.values.chunks_exact(width).skip(row);
    let current = rows.next().unwrap_or(behind);
    RowWindow::from_two_rows(current, rows.next().unwrap_or(behind))
}

/// A constraint that does not hold on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which of the table's constraints, counted from 0.
    pub number: usize,
    /// Its label.
    pub label: String,
    /// What it is, instead of 0.
    pub value: Val,
}

/// What one row gave.
pub(super) struct Checked {
    /// Constraints that do not hold.
    pub(super) failures: Vec<Failure>,
    /// Messages with a multiplicity other than 0; those that are provided whatever theirs is, if that was asked for.
    pub(super) sent: Vec<Sent>,
}

/// The builder that runs a table on one row of values.
#[derive(Debug)]
pub struct RowChecker<'a> {
    main: RowWindow<'a, Val>,
    fixed: RowWindow<'a, Val>,
    public_values: &'a [Val],
    is_first_row: bool,
    is_last_row: bool,
    omitted: Option<Part<'a>>,
    failures: Vec<Failure>,
    num_constraints: usize,
    sent: Vec<Sent>,
    num_interactions: usize,
    /// Whether to hear what is provided though nobody looks it up.
    pub(super) with_silent: bool,
}

impl<'a> RowChecker<'a> {
    pub(super) fn new(
        main: RowWindow<'a, Val>,
        fixed: RowWindow<'a, Val>,
        public_values: &'a [Val],
        row: usize,
        height: usize,
        omitted: Option<Part<'a>>,
    ) -> Self {
        Self {
            main,
            fixed,
            public_values,
            is_first_row: row == 0,
            is_last_row: row + 1 == height,
            omitted,
            failures: Vec::new(),
            num_constraints: 0,
            sent: Vec::new(),
            num_interactions: 0,
            with_silent: false,
        }
    }

    pub(super) fn finish(self) -> Checked {
        Checked {
            failures: self.failures,
            sent: self.sent,
        }
    }
}

impl<'a> AirBuilder for RowChecker<'a> {
    type F = Val;
    type Expr = Val;
    type Var = Val;
    type PreprocessedWindow = RowWindow<'a, Val>;
    type MainWindow = RowWindow<'a, Val>;
    type PublicVar = Val;
    type PeriodicVar = Val;

    fn main(&self) -> Self::MainWindow {
        self.main
    }

    fn preprocessed(&self) -> &Self::PreprocessedWindow {
        &self.fixed
    }

    fn is_first_row(&self) -> Val {
        Val::from_bool(self.is_first_row)
    }

    fn is_last_row(&self) -> Val {
        Val::from_bool(self.is_last_row)
    }

    fn is_transition(&self) -> Val {
        Val::from_bool(!self.is_last_row)
    }

    fn assert_zero<I: Into<Val>>(&mut self, x: I) {
        self.assert_zero_named(x, "(unnamed)");
    }

    fn public_values(&self) -> &[Val] {
        self.public_values
    }
}

impl NamedAirBuilder for RowChecker<'_> {
    fn assert_zero_named<I: Into<Val>, N: Name>(&mut self, x: I, name: N) {
        let value = x.into();
        let number = self.num_constraints;
        self.num_constraints += 1;
        if value != Val::ZERO {
            let label = name.evaluate().to_string();
            if self.omitted != Some(Part::Constraint(&label)) {
                let failure = Failure { number, label, value };
                self.failures.push(failure);
            }
        }
    }
}

impl InteractionBuilder for RowChecker<'_> {
    fn push_interaction<E: Into<Val>>(
        &mut self,
        bus_name: &str,
        fields: impl IntoIterator<Item = E>,
        count: impl Into<Count<Val>>,
    ) {
        let (multiplicity, bound) = count.into().into_parts();
        let interaction = self.num_interactions;
        self.num_interactions += 1;
        let is_heard = multiplicity != Val::ZERO || (self.with_silent && bound == 0);
        if is_heard && self.omitted != Some(Part::Interaction(interaction)) {
            let fields = fields.into_iter().map(Into::into).collect();
            self.sent.push(Sent {
                bus: bus_name.into(),
                fields,
                multiplicity,
                bound,
                interaction,
            });
        }
    }

    fn push_local_interaction(&mut self, _: impl IntoIterator<Item = (Vec<Val>, Count<Val>)>) {
        crate::table::refuse_local_interaction();
    }
}
