//! The quotient: all constraints of a table, combined by powers of a challenge and divided by what vanishes
//! on active rows.
//!
//! Columns have degree below `N`, constraints up to 3, so the combination `C` has degree at most `3N - 2` and
//! the quotient `Q` has degree below `2N + K`, with `K` rows that are not active. Evaluating `C` on a coset
//! of `2N` points, which is where the columns are committed, gives `Q` only modulo `x^2N - s^2N`. The missing
//! `K` coefficients need no second coset: on the subgroup itself `C` can be computed from the rows as they
//! are, it vanishes on active rows, and on the `K` others it gives `K` values of `Q`.

mod combine;
mod high_part;
mod parts;

use alloc::vec;
use alloc::vec::Vec;

use p3_air::Air;
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use crate::constraints::Statement;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::layout::DIMENSION;
use combine::Constraints;
pub(crate) use parts::extend_parts;

/// A table's columns in one form: its rows, or their extension to a coset.
#[derive(Debug)]
pub struct Columns<'a, M> {
    /// The main columns.
    pub main: &'a M,
    /// The fixed columns, if there are any.
    pub fixed: Option<&'a M>,
    /// The LogUp columns, if there are any.
    pub logup: Option<&'a M>,
}

/// The coefficients of the quotient, lowest first: `2N + K` of them.
///
/// `rows` are the columns as they are, all of `N` rows; `extended` their extensions to the coset
/// `GENERATOR * <g_2N>`, in the coset's order.
pub fn quotient<T, D, R, E>(
    statement: &Statement<'_, T>,
    dft: &D,
    rows: &Columns<'_, R>,
    extended: &Columns<'_, E>,
) -> Vec<Challenge>
where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>> + for<'a> Air<Evaluator<'a, Val, Challenge>>,
    D: TwoAdicSubgroupDft<Val>,
    R: Matrix<Val> + Sync,
    E: Matrix<Val> + Sync,
{
    let domain = statement.domain;
    let constraints = Constraints::new(statement);
    let values = constraints.quotient_on_coset(dft, extended);
    // Q modulo x^2N - s^2N.
    let mut coefficients = interpolate(dft, &values);
    if domain.num_active() < domain.height() {
        let known = high_part::values_on_inactive_rows(&constraints, dft, rows, &coefficients);
        let high = high_part::interpolate(&domain, known);
        let shift = Val::GENERATOR.exp_u64(2 * domain.height() as u64);
        for (low, high) in coefficients.iter_mut().zip(&high) {
            *low -= *high * shift;
        }
        coefficients.extend(high);
    }
    coefficients
}

/// The coefficients of the polynomial with these values on the coset `GENERATOR * <g>`.
fn interpolate<D: TwoAdicSubgroupDft<Val>>(dft: &D, values: &[Challenge]) -> Vec<Challenge> {
    let mut flat = Val::zero_vec(values.len() * DIMENSION);
    flat.par_chunks_exact_mut(DIMENSION)
        .zip(values)
        .for_each(|(cells, value)| cells.copy_from_slice(value.as_basis_coefficients_slice()));
    let coefficients = dft.coset_idft_batch(RowMajorMatrix::new(flat, DIMENSION), Val::GENERATOR);
    let join = |cells: &[Val]| Challenge::from_basis_coefficients_fn(|i| cells[i]);
    coefficients
        .values
        .par_chunks_exact(DIMENSION)
        .map(join)
        .collect()
}

/// A polynomial's value at a point.
pub fn evaluate(coefficients: &[Challenge], x: Challenge) -> Challenge {
    coefficients
        .iter()
        .rev()
        .fold(Challenge::ZERO, |value, coefficient| value * x + *coefficient)
}

/// The product of `x - point` over some points: coefficients, lowest first.
fn product_of_roots(points: &[Val]) -> Vec<Val> {
    let mut coefficients = vec![Val::ONE];
    for point in points {
        coefficients.push(Val::ZERO);
        for i in (0..coefficients.len()).rev() {
            let below = if i == 0 { Val::ZERO } else { coefficients[i - 1] };
            coefficients[i] = below - coefficients[i] * *point;
        }
    }
    coefficients
}
