use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use rayon::prelude::*;

use super::Quotient;
use crate::blinding::{Blinding, Measure};
use crate::domain::RowDomain;
use crate::field::Val;
use crate::layout::{DIMENSION, QuotientParts};
use crate::lde::{Columns, Lde};
use crate::pcs::Dft;

/// Cuts a quotient into parts, blinds them, and extends them: the full parts, five columns each, and what is left.
///
/// Part `i` gets `x^len r_i - r_(i-1)` added, for random polynomials `r_i` between neighbours: the terms
/// cancel in `sum x^(i len) part_i`, and each part alone is hidden (Haböck and Kindi, eprint 2024/1037).
///
/// `with_random` adds a uniformly random polynomial to the full parts: with it in the batch, what FRI folds says
/// nothing of the others.
pub(crate) fn extend_parts(
    dft: &Dft,
    domain: &RowDomain,
    parts: QuotientParts,
    quotient: &Quotient,
    log_blowup: usize,
    with_random: bool,
    blinding: &mut Blinding,
) -> [Lde; 2] {
    let random_columns = if with_random { DIMENSION } else { 0 };
    let (width, height) = (parts.num_columns() + random_columns, domain.height());
    // Coefficients, to be evaluated on all points: those behind the height are zero.
    let mut full = Columns::zeros(width, height << log_blowup, 0);
    let stride = full.stride;
    full.values[..parts.len * stride]
        .par_chunks_exact_mut(stride)
        .enumerate()
        .with_min_len(1 << 10)
        .for_each(|(row, cells)| {
            for (part, cells) in cells[..parts.num_columns()]
                .chunks_exact_mut(DIMENSION)
                .enumerate()
            {
                cells.copy_from_slice(&quotient.coefficient(part * parts.len + row));
            }
        });
    let start = parts.num_full * parts.len;
    let mut short = Columns::zeros(DIMENSION, 1 << (parts.log_short_height + log_blowup), 0);
    for index in start..quotient.len() {
        short
            .row_mut(index - start)
            .copy_from_slice(&quotient.coefficient(index));
    }
    for border in 1..=parts.num_full {
        for i in 0..parts.blinding {
            let mut random = [Val::ZERO; DIMENSION];
            blinding.fill(Measure::QuotientParts, &mut random);
            let before = (border - 1) * DIMENSION;
            let ends = &mut full.row_mut(parts.len + i)[before..before + DIMENSION];
            ends.iter_mut()
                .zip(&random)
                .for_each(|(cell, random)| *cell += *random);
            let begins = if border < parts.num_full {
                &mut full.row_mut(i)[border * DIMENSION..(border + 1) * DIMENSION]
            } else {
                short.row_mut(i)
            };
            begins
                .iter_mut()
                .zip(&random)
                .for_each(|(cell, random)| *cell -= *random);
        }
    }
    if with_random {
        let random: Vec<Val> = blinding.elements(Measure::Codeword, height * DIMENSION);
        for (row, random) in random.chunks_exact(DIMENSION).enumerate() {
            full.row_mut(row)[parts.num_columns()..].copy_from_slice(random);
        }
    }
    [full.evaluate(dft), short.evaluate(dft)]
}
