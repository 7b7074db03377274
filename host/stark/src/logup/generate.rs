use alloc::vec;
use alloc::vec::Vec;
use p3_air::Air;
use p3_field::{
    BasedVectorSpace, PackedFieldExtension, PrimeCharacteristicRing, batch_multiplicative_inverse_general,
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
use crate::lde::Columns;
use crate::opening::invert_lanes;
use crate::transpose::{LANES, unpack_rows};
use crate::window::Window;

/// Rows that one task works on: enough that an inversion costs little.
const ROWS_PER_TASK: usize = 1 << 12;

/// A table's rows before they are committed to.
#[derive(Clone, Copy, Debug)]
pub struct TableRows<'a, T> {
    /// The table.
    pub table: &'a T,
    /// What its analysis says.
    pub shape: &'a TableShape,
    /// The main columns, early ones included.
    pub main: &'a RowMajorMatrix<Val>,
    /// The fixed columns; may be of width 0.
    pub fixed: &'a RowMajorMatrix<Val>,
    /// The public values.
    pub public_values: &'a [Val],
    /// How many of the rows are active.
    pub num_active: usize,
}

/// A table's LogUp columns, filled.
#[derive(Debug)]
pub(crate) struct Sums {
    /// One row per row of the table; five base-field columns for each LogUp column. Rows behind the first that
    /// is not active are to be overwritten.
    pub(crate) columns: Columns,
    /// The sums of all fractions of active rows, scope by scope.
    pub(crate) totals: Vec<Challenge>,
}

/// Fills a table's LogUp columns, with room to be extended. There are more rows than active ones.
///
/// # Panics
/// When a message has the fingerprint 0, which happens with a probability of about 2^-130.
pub(crate) fn generate<T>(rows: &TableRows<'_, T>, fingerprint: &Fingerprint, log_blowup: usize) -> Sums
where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>> + Sync,
{
    let shape = rows.shape;
    let mut columns = Columns::zeros(shape.logup_width(), rows.main.height(), log_blowup);
    let (stride, num_sums) = (columns.stride, shape.sums.len());
    let rows_per_task = ROWS_PER_TASK.min(rows.main.height());
    let groups_per_task = rows_per_task / LANES;
    let num_groups = rows.num_active.div_ceil(LANES);
    // The sums of each row's fractions.
    let mut row_totals = vec![PackedChallenge::ZERO; num_groups * num_sums];
    columns
        .values
        .par_chunks_mut(rows_per_task * stride)
        .zip(row_totals.par_chunks_mut(groups_per_task * num_sums))
        .enumerate()
        .for_each(|(task, (values, row_totals))| {
            fill(
                rows,
                fingerprint,
                task * rows_per_task,
                values,
                stride,
                row_totals,
            );
        });
    let totals = accumulate(shape, &mut columns, rows_per_task, rows.num_active, &row_totals);
    Sums { columns, totals }
}

/// Fills the columns of the rows from `start` on, except the running sums, and the sums of each row.
fn fill<T>(
    rows: &TableRows<'_, T>,
    fingerprint: &Fingerprint,
    start: usize,
    values: &mut [Val],
    stride: usize,
    row_totals: &mut [PackedChallenge],
) where
    T: for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>,
{
    let shape = rows.shape;
    let num_sums = shape.sums.len();
    let num_groups = row_totals.len() / num_sums;
    let columns = || shape.sums.iter().flat_map(|sum| &sum.columns);
    let num_columns = columns().count();
    let mut numerators = Vec::with_capacity(num_groups * num_columns);
    let mut denominators = Vec::with_capacity(num_groups * num_columns);
    let mut buffers = Default::default();
    let mut main = Window::new(rows.main, &shape.main_columns);
    let mut fixed = Window::new(rows.fixed, &shape.fixed_columns);
    for group in 0..num_groups {
        let first = start + group * LANES;
        let mut evaluator = Evaluator::new(
            main.load(first),
            fixed.load(first),
            rows.public_values,
            // Only messages are looked at, and they do not depend on selectors.
            Selectors {
                is_first_row: PackedVal::ZERO,
                is_last_row: PackedVal::ZERO,
                is_transition: PackedVal::ZERO,
            },
            fingerprint,
            buffers,
        );
        rows.table.eval(&mut evaluator);
        for column in columns() {
            let (numerator, denominator) = add_fractions(column, &evaluator.fractions);
            numerators.push(numerator);
            denominators.push(denominator);
        }
        buffers = evaluator.into_buffers();
    }
    let mut inverses = PackedChallenge::zero_vec(denominators.len());
    batch_multiplicative_inverse_general(&denominators, &mut inverses, invert_lanes);
    let mut quotients = numerators
        .iter()
        .zip(&inverses)
        .map(|(numerator, inverse)| *numerator * *inverse);
    let mut cells = vec![PackedVal::ZERO; num_columns * DIMENSION];
    let groups = values
        .chunks_mut(LANES * stride)
        .zip(row_totals.chunks_exact_mut(num_sums));
    for (values, row_totals) in groups {
        let mut places = cells.chunks_exact_mut(DIMENSION);
        for (sum, total) in shape.sums.iter().zip(row_totals) {
            // The sum over a row of all its columns; the last column's place is the running sum's.
            for (quotient, place) in quotients.by_ref().zip(places.by_ref()).take(sum.columns.len()) {
                place.copy_from_slice(quotient.as_basis_coefficients_slice());
                *total += quotient;
            }
        }
        unpack_rows(&cells, values, stride);
    }
}

/// Writes the running sums into the last column of each sum, one row beyond the active ones; returns what they are
/// there.
fn accumulate(
    shape: &TableShape,
    columns: &mut Columns,
    rows_per_task: usize,
    num_active: usize,
    row_totals: &[PackedChallenge],
) -> Vec<Challenge> {
    let num_sums = shape.sums.len();
    let stride = columns.stride;
    let row_total = |row: usize, sum: usize| -> Challenge {
        PackedFieldExtension::<Val, Challenge>::extract(
            &row_totals[row / LANES * num_sums + sum],
            row % LANES,
        )
    };
    // What stands before each task's rows.
    let num_tasks = num_active.div_ceil(rows_per_task);
    let of_task = |task: usize| -> Vec<Challenge> {
        let rows = task * rows_per_task..((task + 1) * rows_per_task).min(num_active);
        let of_sum = |sum| rows.clone().map(|row| row_total(row, sum)).sum();
        (0..num_sums).map(of_sum).collect()
    };
    let task_totals: Vec<Vec<Challenge>> = (0..num_tasks).into_par_iter().map(of_task).collect();
    let mut sums = vec![Challenge::ZERO; num_sums];
    let mut starts = Vec::with_capacity(num_tasks + 1);
    for totals in &task_totals {
        starts.push(sums.clone());
        sums.iter_mut()
            .zip(totals)
            .for_each(|(sum, total)| *sum += *total);
    }
    starts.push(sums.clone());
    // Where the last column of each sum stands.
    let mut end = 0;
    let mut place = |num_columns: usize| {
        end += num_columns * DIMENSION;
        end - DIMENSION
    };
    let places: Vec<usize> = shape.sums.iter().map(|sum| place(sum.columns.len())).collect();
    columns
        .values
        .par_chunks_mut(rows_per_task * stride)
        .zip(starts)
        .enumerate()
        .for_each(|(task, (values, mut running))| {
            for (i, row) in values.chunks_exact_mut(stride).enumerate() {
                let index = task * rows_per_task + i;
                if index > num_active {
                    return;
                }
                for (sum, (running, place)) in running.iter_mut().zip(&places).enumerate() {
                    row[*place..place + DIMENSION].copy_from_slice(running.as_basis_coefficients_slice());
                    if index < num_active {
                        *running += row_total(index, sum);
                    }
                }
            }
        });
    sums
}
