//! The quotient: all constraints of a table, combined by powers of a challenge and divided by what vanishes
//! on active rows.
//!
//! Columns have degree below `N`, constraints up to 3, so the combination `C` has degree at most `3N - 2` and
//! the quotient `Q` has degree below `2N + K`, with `K` rows that are not active. Evaluating `C` on a coset
//! of `2N` points, which is where the columns are committed, gives `Q` only modulo `x^2N - s^2N`. The missing
//! `K` coefficients need no second coset: on the subgroup itself `C` can be computed from the rows as they
//! are, it vanishes on active rows, and on the `K` others it gives `K` values of `Q`.

mod coefficients;
mod combine;
mod coset;
mod high_part;
mod parts;

use alloc::vec::Vec;

use p3_air::Air;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing};
use p3_matrix::dense::RowMajorMatrix;
use tracing::info_span;

use crate::constraints::{Combination, Statement};
use crate::evaluator::Evaluator;
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::layout::DIMENSION;
use crate::lde::Lde;
use crate::pcs::Dft;
use coefficients::Coefficients;
pub(crate) use parts::extend_parts;

/// A table's matrices in one form: extended, or some of their rows.
#[derive(Debug)]
pub(crate) struct Matrices<'a, M> {
    /// The fixed columns, if there are any.
    pub(crate) fixed: Option<&'a M>,
    /// The early columns, if there are any.
    pub(crate) early: Option<&'a M>,
    /// The main columns.
    pub(crate) main: &'a M,
    /// The LogUp columns, if there are any.
    pub(crate) logup: Option<&'a M>,
}

/// The coefficients of a quotient, lowest first: `2N + K` of them.
#[derive(Debug)]
pub(crate) struct Quotient {
    low: Coefficients,
    high: Vec<Challenge>,
}

impl Quotient {
    pub(crate) fn len(&self) -> usize {
        self.low.len() + self.high.len()
    }

    /// The coefficient of `x^index`; zero from the degree on.
    pub(crate) fn coefficient(&self, index: usize) -> [Val; DIMENSION] {
        if index < self.low.len() {
            return self.low.get(index);
        }
        let high = self.high.get(index - self.low.len());
        high.map_or([Val::ZERO; DIMENSION], coefficients::split)
    }
}

/// The quotient of a table.
///
/// `extended` are the columns on the coset `GENERATOR * <g>`, of which the first `2N` are read; `tails` are their
/// rows from the first on that is not active, and the first row behind them.
pub(crate) fn quotient<T>(
    statement: &Statement<'_, T>,
    dft: &Dft,
    tails: &Matrices<'_, RowMajorMatrix<Val>>,
    extended: &Matrices<'_, Lde>,
) -> Quotient
where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>
        + for<'a> Air<Evaluator<'a, Val, Challenge>>
        + Sync,
{
    let domain = statement.domain;
    let combination = Combination::new(statement);
    let values = info_span!("combine").in_scope(|| combine::on_coset(&combination, extended));
    // Q modulo x^2N - s^2N.
    let mut low = info_span!("interpolate").in_scope(|| Coefficients::interpolate(dft, &values));
    let mut high = Vec::new();
    if domain.num_active() < domain.height() {
        let known = info_span!("high part")
            .in_scope(|| high_part::values_on_inactive_rows(&combination, dft, tails, &low));
        high = high_part::interpolate(&domain, known);
        let shift = Val::GENERATOR.exp_u64(2 * domain.height() as u64);
        for (index, high) in high.iter().enumerate() {
            low.subtract(index, *high * shift);
        }
    }
    Quotient { low, high }
}

/// The product of `x - point` over some points: coefficients, lowest first.
fn product_of_roots(points: &[Val]) -> Vec<Val> {
    let mut coefficients = alloc::vec![Val::ONE];
    for point in points {
        coefficients.push(Val::ZERO);
        for i in (0..coefficients.len()).rev() {
            let below = if i == 0 { Val::ZERO } else { coefficients[i - 1] };
            coefficients[i] = below - coefficients[i] * *point;
        }
    }
    coefficients
}

/// An element of its coefficients.
fn join(cells: &[Val]) -> Challenge {
    Challenge::from_basis_coefficients_fn(|i| cells[i])
}

#[cfg(test)]
mod tests;
