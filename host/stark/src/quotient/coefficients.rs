use alloc::vec::Vec;
use core::array::from_fn;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, Field, PackedValue, PrimeCharacteristicRing, TwoAdicField};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;

use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::layout::DIMENSION;
use crate::memory;
use crate::pcs::Dft;
use crate::transpose::{LANES, transpose};

/// Cells of as many elements as are packed.
const GROUP: usize = LANES * DIMENSION;

/// The coefficients of a polynomial over challenges, in groups of [`LANES`] that follow each other; within a group
/// coordinate by coordinate. Transforms work on groups as rows, whose cells they compute with side by side,
/// where rows of five cells each would be computed with one by one.
#[derive(Debug)]
pub(crate) struct Coefficients {
    cells: Vec<Val>,
}

/// The coordinates of an element.
pub(crate) fn split(element: &Challenge) -> [Val; DIMENSION] {
    let cells: &[Val] = element.as_basis_coefficients_slice();
    from_fn(|i| cells[i])
}

impl Coefficients {
    pub(crate) fn len(&self) -> usize {
        self.cells.len() / DIMENSION
    }

    /// The coefficient of `x^index`.
    pub(crate) fn get(&self, index: usize) -> [Val; DIMENSION] {
        let start = index / LANES * GROUP + index % LANES;
        from_fn(|i| self.cells[start + i * LANES])
    }

    /// Subtracts an element from the coefficient of `x^index`.
    pub(crate) fn subtract(&mut self, index: usize, element: Challenge) {
        let start = index / LANES * GROUP + index % LANES;
        for (i, coordinate) in split(&element).into_iter().enumerate() {
            self.cells[start + i * LANES] -= coordinate;
        }
    }

    /// The polynomial with given values on the coset `GENERATOR * <g>` of `L M` points, for `L` lanes. Lane `l` of
    /// entry `n` is the value at `GENERATOR * g^(n + M rev(l))`, where `rev` reverses the bits of a lane's index.
    ///
    /// With `k = k1 + L k2`, the coefficient of `x^k` is, but for constant factors and the coset's shift,
    /// `sum over n of w^(-L n k2) w^(-n k1) [sum over lanes of value * w^(-M j k1)]` with `j = rev(l)` and `w = g`:
    /// small transforms over lanes, twiddles, and transforms over `n` of all lanes side by side.
    pub(crate) fn interpolate(dft: &Dft, values: &[PackedChallenge]) -> Self {
        let num = values.len();
        let size = num * LANES;
        let root = Val::two_adic_generator(size.ilog2() as usize).inverse();
        let mut cells = memory::zeros(size * DIMENSION);
        // As many entries as lanes make a block that can be transposed; a small polynomial has fewer.
        let per_block = LANES.min(num);
        cells
            .par_chunks_exact_mut(GROUP * per_block)
            .zip(values.par_chunks_exact(per_block))
            .enumerate()
            .for_each(|(block, (cells, values))| {
                for coordinate in 0..DIMENSION {
                    let mut lanes: [PackedVal; LANES] = from_fn(|n| match values.get(n) {
                        Some(value) => value.as_basis_coefficients_slice()[coordinate],
                        None => PackedVal::ZERO,
                    });
                    transpose(&mut lanes);
                    transform_lanes(&mut lanes);
                    twiddle(&mut lanes, root, block * per_block);
                    transpose(&mut lanes);
                    for (group, lanes) in cells.chunks_exact_mut(GROUP).zip(&lanes) {
                        group[coordinate * LANES..][..LANES].copy_from_slice(lanes.as_slice());
                    }
                }
            });
        let mut cells = dft.idft_batch(RowMajorMatrix::new(cells, GROUP)).values;
        // The transform divided by the number of entries; what is left are the lanes, and the shift.
        let unshift = Val::GENERATOR.inverse();
        let first = Val::from_usize(LANES).inverse();
        let lanes = PackedVal::from_fn(|lane| first * unshift.exp_u64(lane as u64));
        let step = unshift.exp_u64(LANES as u64);
        let per_task = 1 << 8;
        cells
            .par_chunks_mut(GROUP * per_task)
            .enumerate()
            .for_each(|(task, cells)| {
                let mut factors = lanes * step.exp_u64((task * per_task) as u64);
                for group in cells.chunks_exact_mut(GROUP) {
                    for lanes in PackedVal::pack_slice_mut(group) {
                        *lanes *= factors;
                    }
                    factors *= step;
                }
            });
        Self { cells }
    }

    /// The values at `g^row` for some rows, where `g` generates the subgroup of half as many points as there are
    /// coefficients.
    pub(crate) fn values_on_rows(&self, dft: &Dft, rows: impl Iterator<Item = usize>) -> Vec<Challenge> {
        let height = self.len() / 2;
        let generator = Val::two_adic_generator(height.ilog2() as usize);
        // x^N = 1 on rows, so the upper half of coefficients folds onto the lower.
        let (low, high) = self.cells.split_at(self.cells.len() / 2);
        let folded = memory::collect(
            low.par_iter()
                .zip(high)
                .with_min_len(1 << 14)
                .map(|(low, high)| *low + *high),
        );
        let num_groups = height / LANES;
        let transformed = dft.dft_batch(RowMajorMatrix::new(folded, GROUP));
        rows.map(|row| {
            // sum over lanes of x^lane times the polynomial of that lane's coefficients at x^L.
            let powers = generator.exp_u64(row as u64).powers();
            let group: Vec<Val> = transformed.row(row % num_groups).into_iter().flatten().collect();
            let powers: Vec<Val> = powers.take(LANES).collect();
            let coordinate = |i: usize| -> Val {
                group[i * LANES..][..LANES]
                    .iter()
                    .zip(&powers)
                    .map(|(cell, power)| *cell * *power)
                    .sum()
            };
            Challenge::from_basis_coefficients_fn(coordinate)
        })
        .collect()
    }
}

/// The inverse transform over the entries of an array in bit-reversed order; gives it in order, not divided.
fn transform_lanes(values: &mut [PackedVal; LANES]) {
    let mut half = 1;
    while half < LANES {
        let root = Val::two_adic_generator((2 * half).ilog2() as usize).inverse();
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((low, high), twiddle) in low.iter_mut().zip(high).zip(root.powers()) {
                let product = *high * twiddle;
                (*low, *high) = (*low + product, *low - product);
            }
        }
        half *= 2;
    }
}

/// Multiplies lane `n` of entry `k` by `root^((first + n) k)`.
fn twiddle(values: &mut [PackedVal; LANES], root: Val, first: usize) {
    let mut powers = PackedVal::ONE;
    let base = PackedVal::from_fn(|n| root.exp_u64((first + n) as u64));
    for value in values {
        *value *= powers;
        powers *= base;
    }
}
