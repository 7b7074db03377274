//! Takes the place of `tiny-keccak` 2.0 in guests, with the same interface and the same features: there, every permutation
//! with 24 rounds is a call of the coprocessor. KangarooTwelve has 12 rounds, which are computed by instructions.
//!
//! ```
//! use tiny_keccak::{Hasher, Keccak};
//!
//! let mut keccak = Keccak::v256();
//! keccak.update(b"a");
//! keccak.update(b"bc");
//! let mut digest = [0; 32];
//! keccak.finalize(&mut digest);
//! assert_eq!(digest[..4], [0x4e, 0x03, 0x65, 0x7a]);
//! ```

#![no_std]

#[cfg(feature = "cshake")]
mod cshake;
#[cfg(any(feature = "cshake", feature = "k12"))]
mod encoding;
#[cfg(any(feature = "keccak", feature = "sha3", feature = "shake"))]
mod fips202;
#[cfg(feature = "k12")]
mod k12;
#[cfg(feature = "parallel_hash")]
mod parallel_hash;
#[cfg(any(
    feature = "cshake",
    feature = "k12",
    feature = "keccak",
    feature = "sha3",
    feature = "shake"
))]
mod sponge;

#[cfg(feature = "cshake")]
pub use cshake::CShake;
#[cfg(feature = "kmac")]
pub use cshake::{Kmac, KmacXof};
#[cfg(feature = "tuple_hash")]
pub use cshake::{TupleHash, TupleHashXof};
#[cfg(feature = "keccak")]
pub use fips202::Keccak;
#[cfg(feature = "sha3")]
pub use fips202::Sha3;
#[cfg(feature = "shake")]
pub use fips202::Shake;
#[cfg(feature = "k12")]
pub use k12::{KangarooTwelve, KangarooTwelveXof};
#[cfg(feature = "parallel_hash")]
pub use parallel_hash::{ParallelHash, ParallelHashXof};

/// The permutation Keccak-f[1600], of 24 rounds (FIPS 202, section 3.4).
#[cfg(any(feature = "cshake", feature = "keccak", feature = "sha3", feature = "shake"))]
pub fn keccakf(a: &mut [u64; 25]) {
    permutations::f1600(a);
}

/// The permutation Keccak-p[1600, 12], of 12 rounds (FIPS 202, section 3.3).
#[cfg(feature = "k12")]
pub fn keccakp(a: &mut [u64; 25]) {
    permutations::p1600(a, 12);
}

/// A hash that takes a message in pieces.
pub trait Hasher {
    /// Takes the next piece.
    fn update(&mut self, input: &[u8]);

    /// Fills `output` with the digest of all pieces.
    fn finalize(self, output: &mut [u8]);
}

/// A hash whose digest can be read on and on.
pub trait IntoXof {
    /// What its digest is read from.
    type Xof: Xof;

    /// Ends the message.
    fn into_xof(self) -> Self::Xof;
}

/// A digest of any length.
pub trait Xof {
    /// Fills `output` with the next bytes of the digest.
    fn squeeze(&mut self, output: &mut [u8]);
}
