//! A table's constraints, combined into one value by powers of a challenge.

use alloc::vec::Vec;

use p3_air::Air;
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};

use crate::analysis::TableShape;
use crate::domain::RowDomain;
use crate::evaluator::{Cell, Evaluator, Extended, Fraction, Selectors};
use crate::field::{Challenge, Val};
use crate::logup::{self, Fingerprint};
use crate::rows::Pair;

/// What constraints depend on apart from columns.
#[derive(Debug)]
pub(crate) struct Statement<'a, T> {
    /// The table.
    pub(crate) table: &'a T,
    /// What its analysis says.
    pub(crate) shape: &'a TableShape,
    /// Its rows.
    pub(crate) domain: RowDomain,
    /// Its public values.
    pub(crate) public_values: &'a [Val],
    /// The LogUp challenges.
    pub(crate) fingerprint: &'a Fingerprint,
    /// What it says of each of its sums.
    pub(crate) totals: &'a [Challenge],
    /// The challenge that combines constraints.
    pub(crate) alpha: Challenge,
}

/// What an evaluation collects, used again by the next.
pub(crate) type Buffers<C, X> = (Vec<C>, Vec<Fraction<C, X>>);

/// The constraints of a table, to be combined on many rows.
pub(crate) struct Combination<'s, 'a, T> {
    pub(crate) statement: &'s Statement<'a, T>,
    /// The powers of the challenge for the table's own constraints, then for those of its LogUp columns.
    powers: Vec<Challenge>,
}

impl<'s, 'a, T> Combination<'s, 'a, T> {
    pub(crate) fn new(statement: &'s Statement<'a, T>) -> Self {
        let shape = statement.shape;
        let num = shape.constraints.len() + logup::num_constraints(&shape.sums);
        Self {
            statement,
            powers: statement.alpha.powers().take(num).collect(),
        }
    }

    /// All constraints on a row, combined. `join` makes an element of its coefficients on rows.
    pub(crate) fn evaluate<C, X>(
        &self,
        rows: Pair<'_, C>,
        selectors: Selectors<C>,
        join: impl Fn(&[C]) -> X,
        buffers: &mut Buffers<C, X>,
    ) -> X
    where
        T: for<'e> Air<Evaluator<'e, C, X>>,
        C: Cell,
        X: Extended<C>,
    {
        let statement = self.statement;
        let mut evaluator = Evaluator::new(
            rows.main(),
            rows.fixed(),
            statement.public_values,
            selectors,
            statement.fingerprint,
            core::mem::take(buffers),
        );
        statement.table.eval(&mut evaluator);
        let (own, of_sums) = self.powers.split_at(statement.shape.constraints.len());
        let own = evaluator.constraints.iter().zip(own);
        let mut combined: X = own.map(|(constraint, power)| X::from(*power) * *constraint).sum();
        let totals: Vec<X> = statement.totals.iter().copied().map(X::from).collect();
        let mut powers = of_sums.iter();
        rows.sums(&statement.shape.sums, &totals, join, |sum, cells| {
            logup::constraints(sum, &evaluator.fractions, cells, selectors, |constraint| {
                // There are as many powers as constraints.
                if let Some(power) = powers.next() {
                    combined += constraint * *power;
                }
            });
        });
        *buffers = evaluator.into_buffers();
        combined
    }
}

/// An element from the values of its base-field columns at a point: they are elements themselves there.
pub(crate) fn join_columns(cells: &[Challenge]) -> Challenge {
    let basis = |i: usize| Challenge::from_basis_coefficients_fn(|j| Val::from_bool(i == j));
    cells.iter().enumerate().map(|(i, cell)| *cell * basis(i)).sum()
}
