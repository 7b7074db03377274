use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use p3_air::RowWindow;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;

use crate::analysis::ColumnUse;
use crate::field::{PackedVal, Val};
use crate::transpose::pack_rows;

/// Several rows of a matrix side by side, and those behind them.
pub(crate) struct Window<'a> {
    matrix: &'a RowMajorMatrix<Val>,
    reads_next: bool,
    /// Where rows of zeros begin, if they do.
    end: Option<usize>,
    zeros: Vec<Val>,
    current: Vec<PackedVal>,
    next: Vec<PackedVal>,
}

impl<'a> Window<'a> {
    pub(crate) fn new(matrix: &'a RowMajorMatrix<Val>, columns: &[ColumnUse]) -> Self {
        Self {
            matrix,
            reads_next: columns.iter().any(|column| column.next),
            end: None,
            zeros: vec![Val::ZERO; columns.len()],
            current: vec![PackedVal::ZERO; columns.len()],
            next: vec![PackedVal::ZERO; columns.len()],
        }
    }

    /// The same, with zeros for rows from `end` on.
    pub(crate) fn ending(mut self, end: usize) -> Self {
        self.end = Some(end);
        self
    }

    /// The rows from `first` on; around the end, unless it is one of zeros, the first rows follow. Rows behind that
    /// nothing reads are zeros.
    pub(crate) fn load(&mut self, first: usize) -> RowWindow<'_, PackedVal> {
        let width = self.matrix.width;
        if width > 0 {
            let height = self.matrix.height();
            let row = |row: usize| match self.end {
                Some(end) if row >= end => &self.zeros,
                _ => &self.matrix.values[row % height * width..][..width],
            };
            pack_rows(&from_fn(|lane| row(first + lane)), &mut self.current);
            if self.reads_next {
                pack_rows(&from_fn(|lane| row(first + lane + 1)), &mut self.next);
            }
        }
        RowWindow::from_two_rows(&self.current, &self.next)
    }
}
