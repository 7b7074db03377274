//! Rows side by side: the form in which several rows are computed with at once.

use core::array::from_fn;

#[cfg(feature = "prove")]
use p3_field::PrimeCharacteristicRing;
use p3_field::{PackedFieldPow2, PackedValue};

use crate::field::{PackedVal, Val};

/// How many rows stand side by side.
pub(crate) const LANES: usize = <PackedVal as PackedValue>::WIDTH;

/// Turns rows into columns: lane `i` of entry `j` goes to lane `j` of entry `i`.
#[inline]
pub(crate) fn transpose(block: &mut [PackedVal; LANES]) {
    let mut len = 1;
    while len < LANES {
        for i in 0..LANES {
            if i & len == 0 {
                (block[i], block[i + len]) = block[i].interleave(block[i + len], len);
            }
        }
        len *= 2;
    }
}

/// Packs the first `columns.len()` cells of each row: lane `i` of a column is the cell of row `i`.
///
/// # Panics
/// When a row is shorter.
#[inline]
pub(crate) fn pack_rows(rows: &[&[Val]; LANES], columns: &mut [PackedVal]) {
    for (chunk, columns) in columns.chunks_mut(LANES).enumerate() {
        let start = chunk * LANES;
        let end = start + LANES;
        if rows.iter().all(|row| row.len() >= end) {
            let mut block = from_fn(|i| *PackedVal::from_slice(&rows[i][start..end]));
            transpose(&mut block);
            columns.copy_from_slice(&block[..columns.len()]);
        } else {
            for (column, packed) in columns.iter_mut().enumerate() {
                *packed = PackedVal::from_fn(|i| rows[i][start + column]);
            }
        }
    }
}

/// Writes columns to consecutive rows of `stride` cells each, the first of which begins at `rows[0]`. What stands
/// behind the columns is overwritten with zeros where that is faster than leaving it.
///
/// # Panics
/// When `rows` are not [`LANES`] rows, or shorter than there are columns.
#[cfg(feature = "prove")]
#[inline]
pub(crate) fn unpack_rows(columns: &[PackedVal], rows: &mut [Val], stride: usize) {
    for (chunk, columns) in columns.chunks(LANES).enumerate() {
        let start = chunk * LANES;
        let mut block = [PackedVal::ZERO; LANES];
        block[..columns.len()].copy_from_slice(columns);
        transpose(&mut block);
        let len = LANES.min(stride - start);
        for (row, packed) in rows.chunks_exact_mut(stride).zip(&block) {
            row[start..start + len].copy_from_slice(&packed.as_slice()[..len]);
        }
    }
}

#[cfg(all(test, feature = "prove"))]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn packing_and_unpacking_are_inverse() {
        for (width, stride) in [
            (1, 1),
            (5, 5),
            (5, LANES),
            (LANES, LANES),
            (LANES + 3, LANES + 3),
            (40, 48),
        ] {
            let cells: Vec<Val> = (0..LANES * stride).map(Val::from_usize).collect();
            let rows = from_fn(|i| &cells[i * stride..(i + 1) * stride]);
            let mut columns = vec![PackedVal::ZERO; width];
            pack_rows(&rows, &mut columns);
            for (column, packed) in columns.iter().enumerate() {
                for (row, cell) in packed.as_slice().iter().enumerate() {
                    assert_eq!(*cell, cells[row * stride + column], "row {row}, column {column}");
                }
            }
            let mut again = vec![Val::ONE; LANES * stride];
            unpack_rows(&columns, &mut again, stride);
            for (row, (again, cells)) in again.chunks(stride).zip(cells.chunks(stride)).enumerate() {
                assert_eq!(again[..width], cells[..width], "row {row}");
            }
        }
    }
}
