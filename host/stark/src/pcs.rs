//! The polynomial commitment scheme: FRI over Merkle trees.

use p3_commit::Pcs as PcsTrait;
use p3_dft::Radix2DitParallel;
use p3_fri::TwoAdicFriPcs;

use crate::field::{Challenge, Val};
use crate::hash::{ChallengeMmcs, Hash};
use crate::parameters::Parameters;

/// Number-theoretic transforms.
pub(crate) type Dft = Radix2DitParallel<Val>;
/// The scheme for a hash.
pub(crate) type Pcs<H> = TwoAdicFriPcs<Val, Dft, <H as Hash>::Mmcs, ChallengeMmcs<H>>;
/// A proof that committed polynomials have the claimed values.
pub(crate) type OpeningProof<H> = <Pcs<H> as PcsTrait<Challenge, <H as Hash>::Challenger>>::Proof;

/// The scheme with these parameters.
pub(crate) fn new<H: Hash>(parameters: &Parameters) -> Pcs<H> {
    Pcs::<H>::new(Dft::default(), H::mmcs(), parameters.fri(H::challenge_mmcs()))
}
