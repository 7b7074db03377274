//! All columns of a table on a row, in the order in which its constraints read them.

use alloc::vec::Vec;

use p3_air::RowWindow;

use crate::analysis::{RunningSum, Scope, TableShape};
use crate::evaluator::Extended;
use crate::layout::DIMENSION;
use crate::logup::SumCells;

/// The cells of a row, of several rows side by side, or the values of columns at a point.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowCells<V> {
    /// What the table reads as its main columns: those committed early, then the others.
    pub(crate) main: Vec<V>,
    /// The fixed columns.
    pub(crate) fixed: Vec<V>,
    /// The LogUp columns, coefficient by coefficient.
    pub(crate) logup: Vec<V>,
    /// The coefficients of each sum's mask.
    pub(crate) masks: Vec<V>,
}

/// The columns of a table's matrices on a row: fixed, early, main, LogUp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committed<'a, V> {
    pub(crate) fixed: &'a [V],
    pub(crate) early: &'a [V],
    pub(crate) main: &'a [V],
    pub(crate) logup: &'a [V],
}

impl<V: Copy> RowCells<V> {
    /// Takes the cells from the committed matrices' rows, which are of the shape's widths.
    pub(crate) fn set(&mut self, shape: &TableShape, committed: Committed<'_, V>) {
        let Committed {
            fixed,
            early,
            main,
            logup,
        } = committed;
        let (num_early, num_main) = (shape.num_early, shape.main_columns.len() - shape.num_early);
        self.main.clear();
        self.main.extend_from_slice(&early[..num_early]);
        self.main.extend_from_slice(&main[..num_main]);
        self.fixed.clear();
        self.fixed.extend_from_slice(fixed);
        self.logup.clear();
        self.logup.extend_from_slice(logup);
        self.masks.clear();
        for sum in &shape.sums {
            let matrix = match sum.scope {
                Scope::Proof => main,
                Scope::Shared => early,
            };
            self.masks.extend_from_slice(&matrix[..DIMENSION]);
        }
    }
}

/// The cells of a row and of the row behind it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a, V> {
    pub(crate) current: &'a RowCells<V>,
    pub(crate) next: &'a RowCells<V>,
}

impl<'a, V: Copy> Pair<'a, V> {
    pub(crate) fn main(&self) -> RowWindow<'a, V> {
        RowWindow::from_two_rows(&self.current.main, &self.next.main)
    }

    pub(crate) fn fixed(&self) -> RowWindow<'a, V> {
        RowWindow::from_two_rows(&self.current.fixed, &self.next.fixed)
    }

    /// The cells of each sum, with what the table says of it; `join` makes an element of its coefficients.
    pub(crate) fn sums<X: Extended<C>, C>(
        &self,
        sums: &[RunningSum],
        totals: &[X],
        join: impl Fn(&[V]) -> X,
        mut visit: impl FnMut(&RunningSum, &SumCells<'_, X>),
    ) {
        let elements = |cells: &[V]| -> Vec<X> { cells.chunks_exact(DIMENSION).map(&join).collect() };
        let (current, next) = (elements(&self.current.logup), elements(&self.next.logup));
        let masks = elements(&self.next.masks);
        let mut start = 0;
        for ((sum, total), mask_next) in sums.iter().zip(totals).zip(masks) {
            let columns = start..start + sum.columns.len();
            start = columns.end;
            let cells = SumCells {
                current: &current[columns.clone()],
                next: &next[columns],
                mask_next,
                total: *total,
            };
            visit(sum, &cells);
        }
    }
}
