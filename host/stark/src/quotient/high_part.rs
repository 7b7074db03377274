//! The coefficients of the quotient from `x^2N` on.

use alloc::vec;
use alloc::vec::Vec;

use p3_air::Air;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing, batch_multiplicative_inverse};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;

use super::combine::Constraints;
use super::{Columns, product_of_roots};
use crate::domain::RowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::layout::DIMENSION;

/// The high part's values on the rows that are not active.
///
/// With `Q = R + (x^2N - s^2N) H`, `R` known by its `coefficients` and `Q` on these rows from the constraints,
/// and `x^2N = 1` on all rows: `H = (Q - R) / (1 - s^2N)`.
pub(super) fn values_on_inactive_rows<T, D, M>(
    constraints: &Constraints<'_, '_, T>,
    dft: &D,
    rows: &Columns<'_, M>,
    coefficients: &[Challenge],
) -> Vec<Challenge>
where
    T: for<'e> Air<Evaluator<'e, Val, Challenge>>,
    D: TwoAdicSubgroupDft<Val>,
    M: Matrix<Val>,
{
    let domain = constraints.statement.domain;
    let height = domain.height();
    // R on all rows: x^N = 1 there, so its upper half of coefficients folds onto the lower.
    let folded: Vec<Val> = (0..height)
        .flat_map(|i| {
            (coefficients[i] + coefficients[height + i])
                .as_basis_coefficients_slice()
                .to_vec()
        })
        .collect();
    let low = dft.dft_batch(RowMajorMatrix::new(folded, DIMENSION));
    let points = domain.inactive_points();
    let slopes = slopes(&points);
    let scale = Val::from_usize(height).inverse();
    let shift = (Val::ONE - Val::GENERATOR.exp_u64(2 * height as u64)).inverse();
    (domain.num_active()..height)
        .zip(points.iter().zip(slopes))
        .map(|(row, (point, slope))| {
            // x^N - 1 over its factor x - g^row is N / g^row at g^row.
            let quotient = constraints.at_row(rows, row) * (slope * *point * scale);
            let cells: Vec<Val> = low.row(row).into_iter().flatten().collect();
            (quotient - Challenge::from_basis_coefficients_fn(|i| cells[i])) * shift
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
