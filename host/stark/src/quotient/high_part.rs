//! The coefficients of the quotient from `x^2N` on.

use alloc::vec;
use alloc::vec::Vec;

use p3_air::Air;
use p3_field::{Field, PrimeCharacteristicRing, batch_multiplicative_inverse};
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use super::{Coefficients, Matrices, combine, product_of_roots};
use crate::constraints::Combination;
use crate::domain::RowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::pcs::Dft;

/// The high part's values on the rows that are not active.
///
/// With `Q = R + (x^2N - s^2N) H`, `R` known by its coefficients and `Q` on these rows from the constraints,
/// and `x^2N = 1` on all rows: `H = (Q - R) / (1 - s^2N)`.
pub(super) fn values_on_inactive_rows<T>(
    combination: &Combination<'_, '_, T>,
    dft: &Dft,
    tails: &Matrices<'_, RowMajorMatrix<Val>>,
    low: &Coefficients,
) -> Vec<Challenge>
where
    T: for<'e> Air<Evaluator<'e, Val, Challenge>> + Sync,
{
    let domain = combination.statement.domain;
    let height = domain.height();
    let low = low.values_on_rows(dft, domain.num_active()..height);
    let points = domain.inactive_points();
    let slopes = slopes(&points);
    let scale = Val::from_usize(height).inverse();
    let shift = (Val::ONE - Val::GENERATOR.exp_u64(2 * height as u64)).inverse();
    (0..points.len())
        .into_par_iter()
        .map(|index| {
            // x^N - 1 over its factor x - g^row is N / g^row at g^row.
            let combined = combine::at_inactive_row(combination, tails, index);
            let quotient = combined * (slopes[index] * points[index] * scale);
            (quotient - low[index]) * shift
        })
        .collect()
}

/// The coefficients of the polynomial of lowest degree with these values on the rows that are not active.
pub(super) fn interpolate(domain: &RowDomain, values: Vec<Challenge>) -> Vec<Challenge> {
    let points = domain.inactive_points();
    let product = product_of_roots(&points);
    let weights = batch_multiplicative_inverse(&slopes(&points));
    let mut coefficients = vec![Challenge::ZERO; points.len()];
    for ((point, weight), value) in points.iter().zip(weights).zip(values) {
        let scaled = value * weight;
        // The product without this point's factor, by division from the top.
        let mut quotient = Val::ZERO;
        for (i, coefficient) in coefficients.iter_mut().enumerate().rev() {
            quotient = product[i + 1] + quotient * *point;
            *coefficient += scaled * quotient;
        }
    }
    coefficients
}

/// For each point the product of its differences from all others.
fn slopes(points: &[Val]) -> Vec<Val> {
    let others = |index: usize| {
        points
            .iter()
            .enumerate()
            .filter(move |(other, _)| *other != index)
    };
    points
        .iter()
        .enumerate()
        .map(|(index, point)| others(index).map(|(_, other)| *point - *other).product())
        .collect()
}
