//! Showing that committed columns have the values they are said to have at points outside the rows.
//!
//! The argument is that of `p3_fri::TwoAdicFriPcs`, whose verifier checks it: all claims `f(z) = y` are combined by
//! powers of one challenge to a codeword `sum of a^i (y_i - f_i(x)) / (z_i - x)`, which FRI shows to be near a polynomial
//! of low degree. What is done here is the prover's part, in as few passes over the columns as there
//! are points, and one.

mod denominators;
pub(crate) use denominators::invert_lanes;
mod fri;

use alloc::vec;
use alloc::vec::Vec;

use p3_commit::{Mmcs, OpenedValues};
use p3_field::{Field, PackedFieldExtension, PrimeCharacteristicRing};
use p3_fri::{BatchMultiOpening, PcsProverTranscript, PcsShape};
use p3_matrix::Matrix;
use p3_matrix::interpolation::Interpolate;
use rayon::prelude::*;
use tracing::info_span;

use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::hash::{Hash, Tree};
use crate::lde::Lde;
use crate::memory;
use crate::parameters::Parameters;
use crate::pcs::OpeningProof;
use crate::transpose::{LANES, pack_rows};
use denominators::Denominators;

/// A commitment with the points at which each of its matrices is opened.
pub(crate) struct Batch<'a, H: Hash> {
    pub(crate) tree: &'a Tree<H>,
    pub(crate) points: Vec<Vec<Challenge>>,
}

/// What the columns are at the points, batch by batch, matrix by matrix, point by point; and a proof of it.
pub(crate) fn open<H: Hash>(
    parameters: &Parameters,
    batches: &[Batch<'_, H>],
    challenger: &mut H::Challenger,
) -> (OpenedValues<Challenge>, OpeningProof<H>) {
    let mmcs = H::mmcs();
    let matrices: Vec<Vec<&Lde>> = batches
        .iter()
        .map(|batch| mmcs.get_matrices(batch.tree))
        .collect();
    let all = || {
        let points = batches.iter().flat_map(|batch| &batch.points);
        matrices.iter().flatten().copied().zip(points)
    };
    let denominators = info_span!("denominators").in_scope(|| Denominators::new(all()));
    let log_blowup = parameters.log_blowup.into();
    let values: Vec<Vec<Vec<Vec<Challenge>>>> = info_span!("evaluate").in_scope(|| {
        let at_points = |(matrix, points): (&&Lde, &Vec<Challenge>)| {
            let at = |point: &Challenge| evaluate(matrix, *point, &denominators, log_blowup);
            points.iter().map(at).collect()
        };
        let of_batch = |(matrices, batch): (&Vec<&Lde>, &Batch<'_, H>)| {
            matrices.iter().zip(&batch.points).map(at_points).collect()
        };
        matrices.iter().zip(batches).map(of_batch).collect()
    });

    let fri = parameters.fri(H::challenge_mmcs());
    let shape = PcsShape::from_opened_values(&fri, &values);
    let mut transcript = PcsProverTranscript::<H::Challenger, Val, Challenge>::new(challenger, shape);
    transcript.claimed_openings(&values);
    let (alpha, batch_work) = transcript.batch_phase();

    // By height, from the tallest on.
    let mut heights: Vec<usize> = all().map(|(matrix, _)| matrix.height()).collect();
    heights.sort_unstable_by(|a, b| b.cmp(a));
    heights.dedup();
    let claims = || {
        let values = values.iter().flatten();
        all().zip(values).map(|((matrix, points), values)| Claim {
            matrix,
            points,
            values,
        })
    };
    let of_height = |height| claims().filter(move |claim| claim.matrix.height() == height);
    let codewords = info_span!("combine").in_scope(|| {
        let combine = |height: &usize| combine(of_height(*height), alpha, &denominators);
        heights.iter().map(combine).collect()
    });
    drop(denominators);
    let mut folded = transcript.delegate(|challenger| fri::fold::<H>(&fri, codewords, challenger));
    transcript.finish();

    folded.proof.batch_pow_witness = batch_work.unwrap_or(Val::ZERO);
    folded.proof.input_openings = batches
        .iter()
        .zip(&matrices)
        .map(|(batch, matrices)| {
            let max = matrices.iter().map(|matrix| matrix.height()).max().unwrap_or(1);
            let reduced = (heights[0] / max).ilog2();
            let indices: Vec<usize> = folded.indices.iter().map(|index| index >> reduced).collect();
            let (opened_values, opening_proof) = mmcs.open_multi_batch(&indices, batch.tree);
            BatchMultiOpening {
                opened_values,
                opening_proof,
            }
        })
        .collect();
    (values, folded.proof)
}

/// A matrix's columns at a point, from their values on as many points of the coset as the polynomials have
/// coefficients.
fn evaluate(
    matrix: &Lde,
    point: Challenge,
    denominators: &Denominators,
    log_blowup: usize,
) -> Vec<Challenge> {
    let num = matrix.height() >> log_blowup;
    let weights = denominators.weights(point, num);
    let mut values =
        matrix
            .padded_rows(num)
            .interpolate_coset_with_precomputation(Val::GENERATOR, point, &weights);
    values.truncate(matrix.width());
    values
}

/// What a matrix's columns are said to be at some points.
struct Claim<'a> {
    matrix: &'a Lde,
    points: &'a [Challenge],
    values: &'a [Vec<Challenge>],
}

/// A claim with what does not depend on the row: everything that is summed up at a point is scaled by powers of
/// `alpha`, which go on from claim to claim.
struct Scaled<'a> {
    matrix: &'a Lde,
    /// For each column, its power at the first point.
    powers: Vec<Challenge>,
    /// For each point: which it is, what the first point's powers are multiplied by, and the sum of the
    /// columns' values there, scaled.
    points: Vec<(usize, Challenge, Challenge)>,
}

/// Combines all claims about matrices of one height to a codeword.
fn combine<'a>(
    claims: impl Iterator<Item = Claim<'a>>,
    alpha: Challenge,
    denominators: &Denominators,
) -> Vec<Challenge> {
    /// Groups of rows that one task works on.
    const PER_TASK: usize = 1 << 6;
    let mut num_before = 0;
    let scaled: Vec<Scaled<'_>> = claims
        .map(|claim| {
            let width = claim.matrix.width();
            let first = alpha.exp_u64(num_before as u64);
            let powers: Vec<Challenge> = alpha.shifted_powers(first).take(width).collect();
            let rescale = alpha.exp_u64(width as u64).powers();
            let points =
                claim
                    .points
                    .iter()
                    .zip(claim.values)
                    .zip(rescale)
                    .map(|((point, values), rescale)| {
                        let sum: Challenge = values
                            .iter()
                            .zip(&powers)
                            .map(|(value, power)| *value * *power)
                            .sum();
                        (denominators.number(*point), rescale, sum * rescale)
                    });
            let points: Vec<_> = points.collect();
            num_before += width * points.len();
            Scaled {
                matrix: claim.matrix,
                powers,
                points,
            }
        })
        .collect();
    let height = scaled.first().map_or(0, |claim| claim.matrix.height());
    let num_points = denominators.len();
    let mut codeword = memory::with_capacity(height);
    (0..height)
        .into_par_iter()
        .with_min_len(1 << 14)
        .map(|_| Challenge::ZERO)
        .collect_into_vec(&mut codeword);
    codeword
        .par_chunks_mut(LANES * PER_TASK)
        .enumerate()
        .for_each(|(task, codeword)| {
            let max_width = scaled.iter().map(|claim| claim.matrix.width()).max().unwrap_or(0);
            let mut columns = vec![PackedVal::ZERO; max_width];
            let mut sums = vec![PackedChallenge::ZERO; num_points];
            for (group, codeword) in codeword.chunks_exact_mut(LANES).enumerate() {
                let group = task * PER_TASK + group;
                sums.fill(PackedChallenge::ZERO);
                for claim in &scaled {
                    let columns = &mut columns[..claim.matrix.width()];
                    let row = |lane| claim.matrix.padded_row(group * LANES + lane);
                    pack_rows(&core::array::from_fn(row), columns);
                    let combined = dot(columns, &claim.powers);
                    for (i, (number, rescale, value)) in claim.points.iter().enumerate() {
                        // The first point's powers need no scaling.
                        let combined = if i == 0 { combined } else { combined * *rescale };
                        sums[*number] += PackedChallenge::from(*value) - combined;
                    }
                }
                let terms = sums
                    .iter()
                    .enumerate()
                    .map(|(number, sum)| *sum * denominators.inverse(number, group));
                let total: PackedChallenge = terms.sum();
                PackedFieldExtension::<Val, Challenge>::to_ext_slice(&total, codeword);
            }
        });
    codeword
}

/// The sum of columns times powers.
fn dot(columns: &[PackedVal], powers: &[Challenge]) -> PackedChallenge {
    let terms = columns.iter().zip(powers);
    terms
        .map(|(column, power)| PackedChallenge::from(*power) * *column)
        .sum()
}

#[cfg(test)]
mod tests;
