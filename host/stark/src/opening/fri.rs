use alloc::vec::Vec;
use core::marker::PhantomData;

use p3_commit::Mmcs;
use p3_dft::{Radix2DFTSmallBatch, TwoAdicSubgroupDft};
use p3_field::PrimeCharacteristicRing;
use p3_fri::{
    CommitPhaseMultiStep, FriFoldingStrategy, FriParameters, FriProof, FriShape, ProverTranscript,
    TwoAdicFriFoldingForMmcs,
};
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use tracing::info_span;

use crate::field::{Challenge, Val};
use crate::hash::{ChallengeMmcs, Hash};
use crate::pcs::OpeningProof;

/// A proof without the openings of what was combined, and where these are to be opened.
pub(super) struct Folded<H: Hash> {
    pub(super) proof: OpeningProof<H>,
    pub(super) indices: Vec<usize>,
}

/// Shows that codewords, from the longest to the shortest, are near polynomials of low degree: the commit phase of FRI
/// and its queries, as `p3_fri`'s verifier expects them.
pub(super) fn fold<H: Hash>(
    parameters: &FriParameters<ChallengeMmcs<H>>,
    codewords: Vec<Vec<Challenge>>,
    challenger: &mut H::Challenger,
) -> Folded<H> {
    let _span = info_span!("fri").entered();
    let folding: TwoAdicFriFoldingForMmcs<Val, H::Mmcs> = p3_fri::TwoAdicFriFolding(PhantomData);
    let log_heights: Vec<usize> = codewords.iter().map(|word| word.len().ilog2() as usize).collect();
    let index_bits = log_heights.first().copied().unwrap_or(0);
    let shape = FriShape::new(parameters, &log_heights, index_bits);
    let log_arities = shape.log_arities.clone();
    let mut transcript = ProverTranscript::<H::Challenger, Val, Challenge>::new(challenger, shape);

    let mut codewords = codewords.into_iter().peekable();
    let mut word = codewords.next().unwrap_or_default();
    let (mut commits, mut trees, mut work) = (Vec::new(), Vec::new(), Vec::new());
    for &log_arity in &log_arities {
        let leaves = RowMajorMatrix::new(word, 1 << log_arity);
        let (commit, tree) = parameters.mmcs.commit_matrix(leaves);
        let (beta, witness) = transcript.commit_round(commit.clone());
        commits.push(commit);
        work.push(witness.unwrap_or(Val::ZERO));
        word = match parameters.mmcs.get_matrices(&tree).first() {
            Some(leaves) => {
                FriFoldingStrategy::<Val, Challenge>::fold_matrix(&folding, beta, log_arity, leaves.as_view())
            }
            None => Vec::new(),
        };
        trees.push(tree);
        if let Some(joining) = codewords.next_if(|joining| joining.len() == word.len()) {
            let factor = beta.exp_power_of_2(log_arity);
            word.par_iter_mut()
                .zip(joining)
                .with_min_len(1 << 12)
                .for_each(|(value, other)| *value += factor * other);
        }
    }
    // The last word has low degree, so its beginning, which is a smaller coset, tells its coefficients.
    let mut last = word;
    last.truncate(parameters.final_poly_len());
    let bits = last.len().ilog2();
    let in_order = (0..last.len()).map(|i| {
        if bits == 0 {
            i
        } else {
            i.reverse_bits() >> (usize::BITS - bits)
        }
    });
    let in_order: Vec<Challenge> = in_order.map(|i| last[i]).collect();
    let final_poly = Radix2DFTSmallBatch::<Val>::default().idft_algebra(in_order);
    let (indices, query_work) = transcript.query_phase(&final_poly);
    transcript.finish();

    let mut current = indices.clone();
    let steps = trees.iter().zip(&log_arities).map(|(tree, &log_arity)| {
        let groups: Vec<usize> = current.iter().map(|index| index >> log_arity).collect();
        let (rows, opening_proof) = parameters.mmcs.open_multi_batch(&groups, tree);
        let siblings = rows.into_iter().zip(&current).map(|(rows, index)| {
            let own = index % (1 << log_arity);
            let others = rows
                .into_iter()
                .flatten()
                .enumerate()
                .filter(|(place, _)| *place != own);
            others.map(|(_, value)| value).collect()
        });
        let sibling_values = siblings.collect();
        current = groups;
        CommitPhaseMultiStep {
            sibling_values,
            opening_proof,
        }
    });
    let commit_phase_openings = steps.collect();
    let proof = FriProof {
        batch_pow_witness: Val::ZERO,
        commit_phase_commits: commits,
        commit_pow_witnesses: work,
        input_openings: Vec::new(),
        commit_phase_openings,
        final_poly,
        query_pow_witness: query_work.unwrap_or(Val::ZERO),
    };
    Folded { proof, indices }
}
