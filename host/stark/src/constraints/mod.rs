//! A table's constraints, combined into one value by powers of a challenge.

use alloc::vec::Vec;

use p3_air::{Air, RowWindow};
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};

use crate::analysis::TableShape;
use crate::domain::RowDomain;
use crate::evaluator::{Evaluator, Extended, Fraction, Selectors};
use crate::field::{Challenge, Val};
use crate::layout::DIMENSION;
use crate::logup::{self, Fingerprint};

/// What constraints depend on apart from columns.
#[derive(Debug)]
pub struct Statement<'a, T> {
    /// The table.
    pub table: &'a T,
    /// What its analysis says.
    pub shape: &'a TableShape,
    /// Its rows.
    pub domain: RowDomain,
    /// Its public values.
    pub public_values: &'a [Val],
    /// The LogUp challenges.
    pub fingerprint: &'a Fingerprint,
    /// What it says its fractions sum up to.
    pub logup_sum: Challenge,
    /// The challenge that combines constraints.
    pub alpha: Challenge,
}

/// The constraints of a table at a point outside its rows, combined; `values` are its main, fixed and LogUp
/// columns there, and `next` at the point behind. What a verifier computes.
pub fn constraints_at<T>(
    statement: &Statement<'_, T>,
    x: Challenge,
    values: [&[Challenge]; 3],
    next: [&[Challenge]; 3],
) -> Challenge
where
    T: for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
{
    let powers = Powers::new(statement);
    let selectors = statement.domain.selectors_at(x);
    let mut evaluator = Evaluator::new(
        RowWindow::from_two_rows(values[0], next[0]),
        RowWindow::from_two_rows(values[1], next[1]),
        statement.public_values,
        selectors,
        statement.fingerprint,
        Default::default(),
    );
    statement.table.eval(&mut evaluator);
    let base = evaluator.constraints.iter().zip(&powers.base);
    let base: Challenge = base.map(|(constraint, power)| *constraint * *power).sum();
    let join =
        |cells: &[Challenge]| -> Vec<Challenge> { cells.chunks_exact(DIMENSION).map(join_columns).collect() };
    base + powers.logup(
        statement,
        &evaluator.fractions,
        &join(values[2]),
        &join(next[2]),
        selectors,
    )
}

/// An element from the values of its base-field columns at a point: they are elements themselves there.
pub(crate) fn join_columns(cells: &[Challenge]) -> Challenge {
    let basis = |i: usize| Challenge::from_basis_coefficients_fn(|j| Val::from_bool(i == j));
    cells.iter().enumerate().map(|(i, cell)| *cell * basis(i)).sum()
}

/// The powers that combine constraints: the table's own first, then those of its LogUp columns.
pub(crate) struct Powers {
    /// For the table's own constraints.
    pub(crate) base: Vec<Challenge>,
    /// For the first of the LogUp columns' constraints.
    first_logup: Challenge,
}

impl Powers {
    pub(crate) fn new<T>(statement: &Statement<'_, T>) -> Self {
        let num_base = statement.shape.constraints.len();
        Self {
            base: statement.alpha.powers().take(num_base).collect(),
            first_logup: statement.alpha.exp_u64(num_base as u64),
        }
    }

    /// The constraints of the LogUp columns, combined: however many there are, each gets its power.
    pub(crate) fn logup<T, C: Copy, X: Extended<C>>(
        &self,
        statement: &Statement<'_, T>,
        fractions: &[Fraction<C, X>],
        current: &[X],
        next: &[X],
        selectors: Selectors<C>,
    ) -> X {
        let mut power = self.first_logup;
        let mut combined = X::ZERO;
        let sum = X::from(statement.logup_sum);
        let columns = &statement.shape.logup_columns;
        logup::constraints(columns, fractions, current, next, selectors, sum, |constraint| {
            combined += constraint * power;
            power *= statement.alpha;
        });
        combined
    }
}
