use alloc::vec;
use alloc::vec::Vec;

use p3_air::Air;
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use super::coset::Coset;
use super::{Matrices, join};
use crate::constraints::Combination;
use crate::evaluator::{Evaluator, Selectors};
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::lde::Lde;
use crate::memory;
use crate::rows::{Committed, Pair, RowCells};
use crate::transpose::pack_rows;

/// Entries that one task works on.
const PER_TASK: usize = 1 << 8;

/// The quotient on the coset, in the order of [`Coset`].
pub(super) fn on_coset<T>(
    combination: &Combination<'_, '_, T>,
    columns: &Matrices<'_, Lde>,
) -> Vec<PackedChallenge>
where
    T: for<'e> Air<Evaluator<'e, PackedVal, PackedChallenge>> + Sync,
{
    let coset = Coset::new(combination.statement.domain);
    let num = coset.num_entries();
    let tasks = num.div_ceil(PER_TASK);
    let mut values = memory::with_capacity(num);
    (0..num)
        .into_par_iter()
        .map(|_| PackedChallenge::ZERO)
        .with_min_len(1 << 12)
        .collect_into_vec(&mut values);
    values
        .par_chunks_mut(num.div_ceil(tasks))
        .enumerate()
        .for_each(|(task, values)| {
            let start = task * num.div_ceil(tasks);
            let mut loader = Loader::new(combination.statement.shape, columns);
            let mut load = |n: usize, cells: &mut RowCells<PackedVal>| loader.load(&coset.rows(n), cells);
            // The rows of this entry, the next and the one behind, in turn.
            let mut rows = [RowCells::default(), RowCells::default(), RowCells::default()];
            load(start, &mut rows[0]);
            load(start + 1, &mut rows[1]);
            let points = coset.points(start, values.len());
            let mut buffers = Default::default();
            for (i, (value, point)) in values.iter_mut().zip(points).enumerate() {
                load(start + i + 2, &mut rows[(i + 2) % 3]);
                let pair = Pair {
                    current: &rows[i % 3],
                    next: &rows[(i + 2) % 3],
                };
                let join = |cells: &[PackedVal]| PackedChallenge::from_basis_coefficients_fn(|i| cells[i]);
                let combined = combination.evaluate(pair, point.selectors, join, &mut buffers);
                *value = combined * point.inverse_vanishing;
            }
        });
    values
}

/// Reads rows of all matrices side by side.
struct Loader<'a> {
    shape: &'a crate::analysis::TableShape,
    columns: &'a Matrices<'a, Lde>,
    /// Space for the rows of each matrix.
    packed: [Vec<PackedVal>; 4],
}

impl<'a> Loader<'a> {
    fn new(shape: &'a crate::analysis::TableShape, columns: &'a Matrices<'a, Lde>) -> Self {
        let space = |matrix: Option<&Lde>| vec![PackedVal::ZERO; matrix.map_or(0, Matrix::width)];
        Self {
            shape,
            columns,
            packed: [columns.fixed, columns.early, Some(columns.main), columns.logup].map(space),
        }
    }

    fn load(&mut self, rows: &[usize; crate::transpose::LANES], cells: &mut RowCells<PackedVal>) {
        let Matrices {
            fixed,
            early,
            main,
            logup,
        } = *self.columns;
        for (matrix, packed) in [fixed, early, Some(main), logup]
            .into_iter()
            .zip(&mut self.packed)
        {
            if let Some(matrix) = matrix {
                pack_rows(&rows.map(|row| matrix.padded_row(row)), packed);
            }
        }
        let [fixed, early, main, logup] = &self.packed;
        cells.set(
            self.shape,
            Committed {
                fixed,
                early,
                main,
                logup,
            },
        );
    }
}

/// The combination at a row that is not active, `index` rows behind the first such; `tails` are the rows from
/// there on and the one behind.
pub(super) fn at_inactive_row<T>(
    combination: &Combination<'_, '_, T>,
    tails: &Matrices<'_, RowMajorMatrix<Val>>,
    index: usize,
) -> Challenge
where
    T: for<'e> Air<Evaluator<'e, Val, Challenge>>,
{
    let domain = combination.statement.domain;
    let cells = |index: usize| {
        let row = |matrix: Option<&RowMajorMatrix<Val>>| -> Vec<Val> {
            matrix
                .and_then(|matrix| matrix.row(index))
                .into_iter()
                .flatten()
                .collect()
        };
        let (fixed, early) = (row(tails.fixed), row(tails.early));
        let (main, logup) = (row(Some(tails.main)), row(tails.logup));
        let mut cells = RowCells::default();
        let committed = Committed {
            fixed: &fixed,
            early: &early,
            main: &main,
            logup: &logup,
        };
        cells.set(combination.statement.shape, committed);
        cells
    };
    let selectors = Selectors {
        is_first_row: Val::ZERO,
        is_last_row: Val::ZERO,
        is_transition: domain.point(domain.num_active() + index) - domain.point(domain.num_active() - 1),
    };
    let pair = Pair {
        current: &cells(index),
        next: &cells(index + 1),
    };
    combination.evaluate(pair, selectors, join, &mut Default::default())
}
