use alloc::vec::Vec;

use p3_air::{Air, RowWindow};
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{
    BasedVectorSpace, Field, PackedFieldExtension, PackedValue, PrimeCharacteristicRing, TwoAdicField,
    batch_multiplicative_inverse,
};
use p3_matrix::Matrix;
use rayon::prelude::*;

use super::{Columns, product_of_roots};
use crate::constraints::{Powers, Statement};
use crate::evaluator::{Evaluator, Selectors};
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::layout::DIMENSION;

/// Points that one task works on.
const POINTS_PER_TASK: usize = 1 << 10;

/// A statement with what all points share.
pub(super) struct Constraints<'s, 'a, T> {
    pub(super) statement: &'s Statement<'a, T>,
    powers: Powers,
}

/// Values of a row and of the row behind it.
struct Pair<V> {
    current: Vec<V>,
    next: Vec<V>,
}

impl<V> Pair<V> {
    fn window(&self) -> RowWindow<'_, V> {
        RowWindow::from_two_rows(&self.current, &self.next)
    }
}

impl<'s, 'a, T> Constraints<'s, 'a, T> {
    pub(super) fn new(statement: &'s Statement<'a, T>) -> Self {
        Self {
            statement,
            powers: Powers::new(statement),
        }
    }

    /// The combination at a row that is not active, computed from the rows as they are.
    pub(super) fn at_row<M: Matrix<Val>>(&self, rows: &Columns<'_, M>, row: usize) -> Challenge
    where
        T: for<'e> Air<Evaluator<'e, Val, Challenge>>,
    {
        let domain = self.statement.domain;
        let cells = |matrix: Option<&M>, row: usize| -> Vec<Val> {
            matrix
                .and_then(|matrix| matrix.row(row))
                .into_iter()
                .flatten()
                .collect()
        };
        let pair = |matrix: Option<&M>| Pair {
            current: cells(matrix, row),
            next: cells(matrix, (row + 1) % domain.height()),
        };
        let (main, fixed, logup) = (pair(Some(rows.main)), pair(rows.fixed), pair(rows.logup));
        let selectors = Selectors {
            is_first_row: Val::ZERO,
            is_last_row: Val::ZERO,
            is_transition: domain.point(row) - domain.point(domain.num_active() - 1),
        };
        let mut evaluator: Evaluator<'_, Val, Challenge> = Evaluator::new(
            main.window(),
            fixed.window(),
            self.statement.public_values,
            selectors,
            self.statement.fingerprint,
            Default::default(),
        );
        self.statement.table.eval(&mut evaluator);
        let base = evaluator.constraints.iter().zip(&self.powers.base);
        let base: Challenge = base.map(|(constraint, power)| *power * *constraint).sum();
        let join = |cells: &[Val]| -> Vec<Challenge> {
            cells
                .chunks_exact(DIMENSION)
                .map(|c| Challenge::from_basis_coefficients_fn(|i| c[i]))
                .collect()
        };
        base + self.powers.logup(
            self.statement,
            &evaluator.fractions,
            &join(&logup.current),
            &join(&logup.next),
            selectors,
        )
    }

    /// The quotient on the coset that columns are extended to, in its order.
    pub(super) fn quotient_on_coset<D, M>(&self, dft: &D, columns: &Columns<'_, M>) -> Vec<Challenge>
    where
        T: for<'e> Air<Evaluator<'e, PackedVal, PackedChallenge>>,
        D: TwoAdicSubgroupDft<Val>,
        M: Matrix<Val> + Sync,
    {
        let size = 2 * self.statement.domain.height();
        let points = CosetPoints::new(dft, self.statement);
        let mut values = Challenge::zero_vec(size);
        values
            .par_chunks_mut(POINTS_PER_TASK)
            .enumerate()
            .for_each(|(task, values)| {
                let mut buffers = Default::default();
                for (group, values) in values.chunks_mut(PackedVal::WIDTH).enumerate() {
                    let first = task * POINTS_PER_TASK + group * PackedVal::WIDTH;
                    let quotient = self.at_coset_points(&points, columns, first, &mut buffers);
                    for (lane, value) in values.iter_mut().enumerate() {
                        *value = PackedFieldExtension::<Val, Challenge>::extract(&quotient, lane);
                    }
                }
            });
        values
    }

    /// The quotient at as many points as are packed, from the `first` on.
    fn at_coset_points<M>(
        &self,
        points: &CosetPoints,
        columns: &Columns<'_, M>,
        first: usize,
        buffers: &mut Buffers,
    ) -> PackedChallenge
    where
        T: for<'e> Air<Evaluator<'e, PackedVal, PackedChallenge>>,
        M: Matrix<Val> + Sync,
    {
        // The point behind `x` in the table's order is `g x`: two steps on, in a coset of twice the size.
        const STEP: usize = 2;
        let pair = |matrix: Option<&M>| Pair {
            current: pack(matrix, first),
            next: pack(matrix, first + STEP),
        };
        let (main, fixed, logup) = (pair(Some(columns.main)), pair(columns.fixed), pair(columns.logup));
        let selectors = points.selectors(first);
        let mut evaluator: Evaluator<'_, PackedVal, PackedChallenge> = Evaluator::new(
            main.window(),
            fixed.window(),
            self.statement.public_values,
            selectors,
            self.statement.fingerprint,
            core::mem::take(buffers),
        );
        self.statement.table.eval(&mut evaluator);
        let mut base = [PackedVal::ZERO; DIMENSION];
        for (constraint, power) in evaluator.constraints.iter().zip(&self.powers.base) {
            let coefficients: &[Val] = power.as_basis_coefficients_slice();
            for (sum, coefficient) in base.iter_mut().zip(coefficients) {
                *sum += *constraint * *coefficient;
            }
        }
        let base = PackedChallenge::from_basis_coefficients_fn(|i| base[i]);
        let join = |cells: &[PackedVal]| -> Vec<PackedChallenge> {
            let joined = |c: &[PackedVal]| PackedChallenge::from_basis_coefficients_fn(|i| c[i]);
            cells.chunks_exact(DIMENSION).map(joined).collect()
        };
        let logup = self.powers.logup(
            self.statement,
            &evaluator.fractions,
            &join(&logup.current),
            &join(&logup.next),
            selectors,
        );
        *buffers = evaluator.into_buffers();
        (base + logup) * points.inverse_vanishing(first)
    }
}

type Buffers = (
    Vec<PackedVal>,
    Vec<crate::evaluator::Fraction<PackedVal, PackedChallenge>>,
);

/// Rows side by side; around the end the first rows follow.
fn pack<M: Matrix<Val>>(matrix: Option<&M>, first: usize) -> Vec<PackedVal> {
    matrix.map_or_else(Vec::new, |matrix| {
        matrix.vertically_packed_row(first % matrix.height()).collect()
    })
}

/// What depends on the point alone, for all points of the coset.
struct CosetPoints {
    is_first_row: Vec<Val>,
    is_last_row: Vec<Val>,
    is_transition: Vec<Val>,
    inverse_vanishing: Vec<Val>,
}

impl CosetPoints {
    fn new<T, D: TwoAdicSubgroupDft<Val>>(dft: &D, statement: &Statement<'_, T>) -> Self {
        let domain = statement.domain;
        let size = 2 * domain.height();
        let generator = Val::two_adic_generator(domain.log_height() + 1);
        let points: Vec<Val> = generator.shifted_powers(Val::GENERATOR).take(size).collect();
        // x^N - 1 has two values on the coset, one at every other point.
        let vanishing = [points[0], points[1]].map(|x| x.exp_power_of_2(domain.log_height()) - Val::ONE);
        let inverses = vanishing.map(|value| value.inverse());
        let last = domain.point(domain.num_active() - 1);
        let from_first: Vec<Val> = points.iter().map(|x| *x - Val::ONE).collect();
        let from_last: Vec<Val> = points.iter().map(|x| *x - last).collect();
        let select = |distances: &[Val]| -> Vec<Val> {
            let inverses = batch_multiplicative_inverse(distances).into_iter().enumerate();
            inverses.map(|(i, inverse)| vanishing[i % 2] * inverse).collect()
        };
        let mut inactive = product_of_roots(&domain.inactive_points());
        inactive.resize(size, Val::ZERO);
        let inverse_vanishing = dft.coset_dft(inactive, Val::GENERATOR).into_iter().enumerate();
        Self {
            is_first_row: select(&from_first),
            is_last_row: select(&from_last),
            is_transition: from_last,
            inverse_vanishing: inverse_vanishing
                .map(|(i, value)| value * inverses[i % 2])
                .collect(),
        }
    }

    fn selectors(&self, first: usize) -> Selectors<PackedVal> {
        let packed = |values: &[Val]| *PackedVal::from_slice(&values[first..first + PackedVal::WIDTH]);
        Selectors {
            is_first_row: packed(&self.is_first_row),
            is_last_row: packed(&self.is_last_row),
            is_transition: packed(&self.is_transition),
        }
    }

    fn inverse_vanishing(&self, first: usize) -> PackedVal {
        *PackedVal::from_slice(&self.inverse_vanishing[first..first + PackedVal::WIDTH])
    }
}
