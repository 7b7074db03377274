//! Columns, extended to codewords.

use alloc::vec::Vec;
use core::ops::Deref;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::{RowMajorMatrix, RowMajorMatrixView};
use rayon::prelude::*;

use crate::field::Val;
use crate::memory;
use crate::pcs::Dft;
use crate::transpose::LANES;

/// Columns to be committed to: rows of `width` cells that begin `stride` cells apart, with room to be extended.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) values: Vec<Val>,
    pub(crate) width: usize,
    pub(crate) stride: usize,
}

/// How far apart rows of so many cells begin. Transforms work on whole packed values, and on what is left cell
/// by cell; from half a packed value on it is faster to fill it up.
pub(crate) fn stride(width: usize) -> usize {
    if 2 * (width % LANES) >= LANES.max(2) {
        width.next_multiple_of(LANES)
    } else {
        width
    }
}

impl Columns {
    /// Zeros.
    pub(crate) fn zeros(width: usize, height: usize, log_blowup: usize) -> Self {
        let stride = stride(width);
        let mut values = memory::with_capacity((stride * height) << log_blowup);
        (0..stride * height)
            .into_par_iter()
            .with_min_len(1 << 16)
            .map(|_| Val::ZERO)
            .collect_into_vec(&mut values);
        Self {
            values,
            width,
            stride,
        }
    }

    pub(crate) fn height(&self) -> usize {
        self.values.len() / self.stride
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [Val] {
        &mut self.values[row * self.stride..][..self.width]
    }

    /// Copies columns `first` and following of some rows into the first columns here.
    pub(crate) fn copy_rows(&mut self, rows: &RowMajorMatrix<Val>, first: usize, len: usize) {
        let stride = self.stride;
        self.values
            .par_chunks_exact_mut(stride)
            .zip(rows.values.par_chunks_exact(rows.width))
            .with_min_len(1 << 10)
            .for_each(|(to, from)| to[..len].copy_from_slice(&from[first..first + len]));
    }

    /// Rows from `start` on, and the first row behind them.
    pub(crate) fn tail(&self, start: usize) -> RowMajorMatrix<Val> {
        let rows = (start..self.height()).chain([0]);
        let cells = rows.flat_map(|row| self.values[row * self.stride..][..self.width].iter().copied());
        RowMajorMatrix::new(cells.collect(), self.width)
    }

    /// Extends the polynomials that have these values on the subgroup to the coset `GENERATOR * <g>` of
    /// `2^log_blowup` times as many points.
    pub(crate) fn extend(self, dft: &Dft, log_blowup: usize) -> Lde {
        let rows = RowMajorMatrix::new(self.values, self.stride);
        let extended = dft.coset_lde_batch(rows, log_blowup, Val::GENERATOR);
        Lde::new(extended.bit_reverse_rows(), self.width)
    }

    /// Evaluates the polynomials that have these coefficients, lowest first, on the coset `GENERATOR * <g>` of as many
    /// points.
    pub(crate) fn evaluate(self, dft: &Dft) -> Lde {
        let coefficients = RowMajorMatrix::new(self.values, self.stride);
        let extended = dft.coset_dft_batch(coefficients, Val::GENERATOR);
        Lde::new(extended.bit_reverse_rows(), self.width)
    }
}

/// Columns on the coset `GENERATOR * <g>`, in bit-reversed order.
#[derive(Debug)]
pub(crate) struct Lde {
    values: Vec<Val>,
    width: usize,
    stride: usize,
}

impl Lde {
    fn new(rows: RowMajorMatrix<Val>, width: usize) -> Self {
        Self {
            stride: rows.width,
            values: rows.values,
            width,
        }
    }

    /// A row, with what fills it up.
    pub(crate) fn padded_row(&self, row: usize) -> &[Val] {
        &self.values[row * self.stride..(row + 1) * self.stride]
    }

    /// The first rows, with what fills them up.
    pub(crate) fn padded_rows(&self, num_rows: usize) -> RowMajorMatrixView<'_, Val> {
        RowMajorMatrixView::new(&self.values[..num_rows * self.stride], self.stride)
    }
}

impl Matrix<Val> for Lde {
    fn width(&self) -> usize {
        self.width
    }

    fn height(&self) -> usize {
        self.values.len() / self.stride
    }

    unsafe fn row_unchecked(
        &self,
        row: usize,
    ) -> impl IntoIterator<Item = Val, IntoIter = impl Iterator<Item = Val> + Send + Sync> {
        self.padded_row(row)[..self.width].iter().copied()
    }

    unsafe fn row_slice_unchecked(&self, row: usize) -> impl Deref<Target = [Val]> {
        &self.padded_row(row)[..self.width]
    }
}
