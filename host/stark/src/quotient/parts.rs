use alloc::vec;
use alloc::vec::Vec;

use p3_dft::TwoAdicSubgroupDft;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing};
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;

use crate::blinding::Blinding;
use crate::field::{Challenge, Val};
use crate::layout::{DIMENSION, QuotientParts};

/// Cuts a quotient's coefficients into parts, blinds them, and extends them to the coset
/// `GENERATOR * <g>` of `2^log_size` points, in bit-reversed order: five columns for each part.
///
/// Part `i` gets `x^len r_i - r_(i-1)` added, for random polynomials `r_i` between neighbours: the terms
/// cancel in `sum x^(i len) part_i`, and each part alone is hidden (Haböck and Kindi, eprint 2024/1037).
pub(crate) fn extend_parts<D: TwoAdicSubgroupDft<Val>>(
    dft: &D,
    parts: QuotientParts,
    coefficients: &[Challenge],
    log_size: usize,
    blinding: &mut Blinding,
) -> RowMajorMatrix<Val> {
    let mut cut: Vec<Vec<Challenge>> = (0..parts.count)
        .map(|part| {
            let start = (part * parts.len).min(coefficients.len());
            let end = ((part + 1) * parts.len).min(coefficients.len());
            let mut part = coefficients[start..end].to_vec();
            part.resize(parts.len + parts.blinding, Challenge::ZERO);
            part
        })
        .collect();
    for border in 1..parts.count {
        for i in 0..parts.blinding {
            let random = blinding.challenge();
            cut[border - 1][parts.len + i] += random;
            cut[border][i] -= random;
        }
    }
    let width = parts.num_columns();
    let mut cells = vec![Val::ZERO; width << log_size];
    for (i, part) in cut.iter().enumerate() {
        for (row, coefficient) in cells.chunks_exact_mut(width).zip(part) {
            row[i * DIMENSION..(i + 1) * DIMENSION]
                .copy_from_slice(coefficient.as_basis_coefficients_slice());
        }
    }
    let coefficients = RowMajorMatrix::new(cells, width);
    dft.coset_dft_batch(coefficients, Val::GENERATOR)
        .bit_reverse_rows()
        .to_row_major_matrix()
}
