//! The hash that commits and challenges: a type parameter of the proof system.
//!
//! An implementation of [`Hash`] fixes three things at once, so that they can never disagree: the Merkle trees
//! over rows of base-field elements, those over rows of challenges, and the transcript. Everything is made of
//! standard constants; there is nothing to configure and no seed.

use core::fmt::Debug;

use p3_challenger::{CanObserve, DuplexChallenger, FieldChallenger, GrindingChallenger};
use p3_commit::{ExtensionMmcs, Mmcs};
use p3_koala_bear::{Poseidon2KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::{PaddingFreeSponge, TruncatedPermutation};

use crate::tree::Trees;
use crate::{Challenge, Val};

/// The hash of a proof system.
///
/// # Contract of the transcript
/// Absorbing is injective for sequences of elements: a prefix of what was absorbed, or the same with zeros
/// appended, gives other challenges. It does *not* see where one call ended and the next began, so whoever
/// absorbs a list of variable length absorbs the length first.
pub trait Hash: Clone + Debug + Send + Sync + 'static {
    /// The name under which parameters and receipts speak of it.
    const NAME: &'static str;

    /// Log2 of the work of finding a collision, rounded down: the most security a proof can have.
    const COLLISION_BITS: u32;

    /// Bytes of a digest in a proof.
    const DIGEST_BYTES: usize;

    /// Merkle trees over matrices of [`Val`], of mixed heights; the commitment is a single root.
    type Mmcs: Mmcs<Val, Commitment: Debug + Eq + Send + Sync, MultiProof: Debug + Send + Sync, Error: Send + Sync>
        + Debug
        + Send
        + Sync;

    /// The transcript.
    type Challenger: FieldChallenger<Val>
        + GrindingChallenger<Witness = Val>
        + CanObserve<<Self::Mmcs as Mmcs<Val>>::Commitment>
        + Debug;

    /// The Merkle trees over [`Val`].
    fn mmcs() -> Self::Mmcs;

    /// A transcript into which nothing was absorbed.
    fn challenger() -> Self::Challenger;

    /// Whether a commitment is one root, as [`mmcs`](Self::mmcs) makes it. Plonky3's trees accept any power of
    /// two, so a verifier that reads commitments from a proof asks this before it uses them.
    fn has_one_root(commitment: &Commitment<Self>) -> bool;

    /// The Merkle trees over [`Challenge`].
    fn challenge_mmcs() -> ChallengeMmcs<Self> {
        ChallengeMmcs::<Self>::new(Self::mmcs())
    }
}

/// Merkle trees over matrices of [`Challenge`], committed coordinate by coordinate.
pub type ChallengeMmcs<H> = ExtensionMmcs<Val, Challenge, <H as Hash>::Mmcs>;

/// A tree over extended columns.
#[cfg(feature = "prove")]
pub(crate) type Tree<H> = <<H as Hash>::Mmcs as Mmcs<Val>>::ProverData<crate::lde::Lde>;

/// What a Merkle tree commits with: its root.
pub type Commitment<H> = <<H as Hash>::Mmcs as Mmcs<Val>>::Commitment;

const WIDTH: usize = 24;
const RATE: usize = 15;
const DIGEST: usize = 9;

type Permutation = Poseidon2KoalaBear<WIDTH>;
type LeafHash = PaddingFreeSponge<Permutation, WIDTH, RATE, DIGEST>;
type NodeHash = TruncatedPermutation<Permutation, 2, DIGEST, WIDTH>;

/// Poseidon2 over KoalaBear with the standard constants of width 24.
///
/// Digest and capacity are 9 elements, 278.9 bits, so collisions take 2^139 work; the 8 elements that are
/// customary at width 16 would take only 2^124. A tree's node hashes 18 elements and 6 zeros: running the
/// permutation backwards from a chosen digest gives two children only if the 6 zeros come out, once in 2^186.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poseidon2Hash;

impl Hash for Poseidon2Hash {
    const NAME: &'static str = "poseidon2-koalabear-24";
    const COLLISION_BITS: u32 = 139;
    const DIGEST_BYTES: usize = DIGEST * size_of::<Val>();

    type Mmcs = Trees<LeafHash, NodeHash, DIGEST>;
    type Challenger = DuplexChallenger<Val, Permutation, WIDTH, RATE>;

    fn mmcs() -> Self::Mmcs {
        let permutation = default_koalabear_poseidon2_24();
        Trees::new(LeafHash::new(permutation.clone()), NodeHash::new(permutation))
    }

    fn challenger() -> Self::Challenger {
        DuplexChallenger::new(default_koalabear_poseidon2_24())
    }

    fn has_one_root(commitment: &Commitment<Self>) -> bool {
        commitment.num_roots() == 1
    }
}

#[cfg(feature = "blake3")]
pub use blake3::Blake3Hash;

#[cfg(feature = "blake3")]
mod blake3 {
    use alloc::vec::Vec;

    use p3_blake3::Blake3;
    use p3_challenger::{HashChallenger, SerializingChallenger32};
    use p3_merkle_tree::MerkleTreeMmcs;
    use p3_symmetric::{CompressionFunctionFromHasher, SerializingHasher};

    use super::{Commitment, Hash};
    use crate::Val;

    const DIGEST: usize = 32;
    /// The root and nothing above it: Merkle paths are pruned of what they share, which leaves a cap no gain.
    const CAP_HEIGHT: usize = 0;

    type LeafHash = SerializingHasher<Blake3>;
    type NodeHash = CompressionFunctionFromHasher<Blake3, 2, DIGEST>;

    /// BLAKE3 on bytes: several times faster than [`Poseidon2Hash`](super::Poseidon2Hash), but dear to verify
    /// inside another proof. Digests are 256 bits, so collisions take 2^128 work.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Blake3Hash;

    impl Hash for Blake3Hash {
        const NAME: &'static str = "blake3";
        const COLLISION_BITS: u32 = 128;
        const DIGEST_BYTES: usize = DIGEST;

        type Mmcs = MerkleTreeMmcs<Val, u8, LeafHash, NodeHash, 2, DIGEST>;
        type Challenger = SerializingChallenger32<Val, HashChallenger<u8, Blake3, DIGEST>>;

        fn mmcs() -> Self::Mmcs {
            MerkleTreeMmcs::new(LeafHash::new(Blake3), NodeHash::new(Blake3), CAP_HEIGHT)
        }

        fn challenger() -> Self::Challenger {
            SerializingChallenger32::from_hasher(Vec::new(), Blake3)
        }

        fn has_one_root(commitment: &Commitment<Self>) -> bool {
            commitment.num_roots() == 1
        }
    }
}

#[cfg(test)]
mod tests;
