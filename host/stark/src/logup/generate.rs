use alloc::vec;
use alloc::vec::Vec;

use p3_air::{Air, RowWindow};
use p3_field::{
    BasedVectorSpace, Field, PackedFieldExtension, PackedValue, PrimeCharacteristicRing,
    batch_multiplicative_inverse_general,
};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use super::Fingerprint;
use super::columns::add_fractions;
use crate::analysis::TableShape;
use crate::evaluator::{Evaluator, Selectors};
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::layout::DIMENSION;

/// Rows that one task works on: enough that an inversion costs little.
const ROWS_PER_TASK: usize = 1 << 10;

/// A table's LogUp columns, filled.
#[derive(Clone, Debug)]
pub struct LogUpColumns {
    /// One row per row of the table; five base-field columns for each LogUp column.
    pub values: RowMajorMatrix<Val>,
    /// The sum of all fractions of active rows.
    pub sum: Challenge,
}

/// Fills a table's LogUp columns.
///
/// `main` and `fixed` have a power of two of rows, of which the first `num_active` count; `fixed` may have no
/// columns. Rows behind the first that is not active are left as they come: they are to be overwritten.
///
/// # Panics
/// When a message has the fingerprint 0, which happens with a probability of about 2^-130.
pub fn generate<T>(
    table: &T,
    shape: &TableShape,
    main: &RowMajorMatrix<Val>,
    fixed: &RowMajorMatrix<Val>,
    public_values: &[Val],
    num_active: usize,
    fingerprint: &Fingerprint,
) -> LogUpColumns
where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>,
{
    let height = main.height();
    let width = shape.logup_columns.len() * DIMENSION;
    let mut values = Val::zero_vec(height * width);
    if width == 0 {
        return LogUpColumns {
            values: RowMajorMatrix::new(values, 0),
            sum: Challenge::ZERO,
        };
    }
    let rows_per_task = ROWS_PER_TASK.min(height);
    let mut totals = vec![Challenge::ZERO; height];
    values
        .par_chunks_mut(rows_per_task * width)
        .zip(totals.par_chunks_mut(rows_per_task))
        .enumerate()
        .for_each(|(task, (values, totals))| {
            let rows = Rows {
                table,
                shape,
                main,
                fixed,
                public_values,
                fingerprint,
            };
            rows.fill(task * rows_per_task, values, totals);
        });
    let sum = accumulate(&mut values, width, &totals[..num_active]);
    LogUpColumns {
        values: RowMajorMatrix::new(values, width),
        sum,
    }
}

/// Writes the running sum into the last column; returns it behind the last row that counts.
fn accumulate(values: &mut [Val], width: usize, totals: &[Challenge]) -> Challenge {
    let mut sum = Challenge::ZERO;
    let mut rows = values.chunks_exact_mut(width);
    // The totals come first: the one that runs out must not take a row with it.
    for (total, row) in totals.iter().zip(rows.by_ref()) {
        row[width - DIMENSION..].copy_from_slice(sum.as_basis_coefficients_slice());
        sum += *total;
    }
    if let Some(row) = rows.next() {
        row[width - DIMENSION..].copy_from_slice(sum.as_basis_coefficients_slice());
    }
    sum
}

struct Rows<'a, T> {
    table: &'a T,
    shape: &'a TableShape,
    main: &'a RowMajorMatrix<Val>,
    fixed: &'a RowMajorMatrix<Val>,
    public_values: &'a [Val],
    fingerprint: &'a Fingerprint,
}

impl<T> Rows<'_, T>
where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>,
{
    /// Fills the columns of the rows from `start` on, except the running sum, and the sum of each row.
    fn fill(&self, start: usize, values: &mut [Val], totals: &mut [Challenge]) {
        let num_columns = self.shape.logup_columns.len();
        let width = num_columns * DIMENSION;
        let lanes = PackedVal::WIDTH;
        let num_groups = totals.len().div_ceil(lanes);
        let mut numerators = Vec::with_capacity(num_groups * num_columns);
        let mut denominators = Vec::with_capacity(num_groups * num_columns);
        let mut buffers = (Vec::new(), Vec::new());
        for group in 0..num_groups {
            let first = start + group * lanes;
            let (main, fixed) = (pack_window(self.main, first), pack_window(self.fixed, first));
            let mut evaluator = Evaluator::new(
                window(&main),
                window(&fixed),
                self.public_values,
                // Only messages are looked at, and they do not depend on selectors.
                Selectors {
                    is_first_row: PackedVal::ZERO,
                    is_last_row: PackedVal::ZERO,
                    is_transition: PackedVal::ZERO,
                },
                self.fingerprint,
                buffers,
            );
            self.table.eval(&mut evaluator);
            for column in &self.shape.logup_columns {
                let (numerator, denominator) = add_fractions(column, &evaluator.fractions);
                numerators.push(numerator);
                denominators.push(denominator);
            }
            buffers = evaluator.into_buffers();
        }
        let mut inverses = PackedChallenge::zero_vec(denominators.len());
        batch_multiplicative_inverse_general(&denominators, &mut inverses, invert_lanes);
        for (group, rows) in values.chunks_mut(lanes * width).enumerate() {
            let fractions = group * num_columns..(group + 1) * num_columns;
            let quotients: Vec<PackedChallenge> = numerators[fractions.clone()]
                .iter()
                .zip(&inverses[fractions])
                .map(|(numerator, inverse)| *numerator * *inverse)
                .collect();
            for (lane, row) in rows.chunks_exact_mut(width).enumerate() {
                let mut total = Challenge::ZERO;
                for (cells, quotient) in row.chunks_exact_mut(DIMENSION).zip(&quotients) {
                    let quotient = extract(quotient, lane);
                    cells.copy_from_slice(quotient.as_basis_coefficients_slice());
                    total += quotient;
                }
                totals[group * lanes + lane] = total;
            }
        }
    }
}

fn extract(packed: &PackedChallenge, lane: usize) -> Challenge {
    PackedFieldExtension::<Val, Challenge>::extract(packed, lane)
}

fn invert_lanes(packed: PackedChallenge) -> PackedChallenge {
    PackedChallenge::from_ext_fn(|lane| extract(&packed, lane).inverse())
}

/// The rows from `first` on side by side, and those behind them; around the end the first rows follow.
fn pack_window(matrix: &RowMajorMatrix<Val>, first: usize) -> Vec<PackedVal> {
    if matrix.width() == 0 {
        return Vec::new();
    }
    matrix.vertically_packed_row_pair(first, 1)
}

fn window(packed: &[PackedVal]) -> RowWindow<'_, PackedVal> {
    let (current, next) = packed.split_at(packed.len() / 2);
    RowWindow::from_two_rows(current, next)
}
