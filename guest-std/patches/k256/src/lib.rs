//! The interface of the crate `k256`, version 0.13, on the coprocessors of the zisk VM.
//!
//! A workspace takes it in place of the crate of that name, for all that depend on it:
//!
//! ```toml
//! [patch.crates-io]
//! k256 = { path = "zisk/guest-std/patches/k256" }
//! ```
//!
//! Where `Cargo.lock` has the original already, `cargo update k256` has it follow. No source has to change: types, traits, features, encodings, and what is accepted and refused are the same. In the VM, products
//! and sums of points are coprocessor calls. Elsewhere they are computed in software, slowly, so that a guest's tests
//! run natively.
//!
//! # Secrets
//!
//! Nothing here takes the same time for all secrets, whatever traits with such names say. In the VM nobody measures time:
//! a proof shows the journal, and how many segments there are. Natively this crate is for tests of guests; do not sign with
//! keys that matter.
//!
//! # What differs
//!
//! - Points are affine inside. A [`ProjectivePoint`] costs nothing to normalize, and a sum is one call.
//! - Features that choose between implementations (`precomputed-tables`, `critical-section`) are accepted and change nothing.
//!   `test-vectors` is accepted, but there are no vectors.
//! - `Signature` and `VerifyingKey` of `schnorr` refuse bytes of a wrong length, where the original panics.
//! - Only targets with words of 64 bits are supported.
//! - A number that is not below the order, if `FromUintUnchecked` makes a scalar of it, is not reduced by anything, and a product of
//!   two of them is a trap.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(not(target_pointer_width = "64"))]
compile_error!("this k256 is for the zisk VM and for hosts with words of 64 bits");

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(feature = "arithmetic")]
mod affine;
#[cfg(feature = "ecdh")]
pub mod ecdh;
#[cfg(feature = "ecdsa-core")]
pub mod ecdsa;
#[cfg(feature = "arithmetic")]
mod field;
#[cfg(feature = "hash2curve")]
mod hash2curve;
#[cfg(feature = "arithmetic")]
mod operators;
#[cfg(feature = "arithmetic")]
mod projective;
#[cfg(feature = "arithmetic")]
mod scalar;
#[cfg(feature = "schnorr")]
pub mod schnorr;

pub use elliptic_curve;
pub use elliptic_curve::bigint::U256;
#[cfg(feature = "pkcs8")]
pub use elliptic_curve::pkcs8;
#[cfg(feature = "sha2")]
pub use sha2;

#[cfg(feature = "expose-field")]
pub use crate::field::FieldElement;
#[cfg(feature = "arithmetic")]
pub use crate::{affine::AffinePoint, projective::ProjectivePoint, scalar::Scalar};

use elliptic_curve::FieldBytesEncoding;
use elliptic_curve::bigint::ArrayEncoding;
use elliptic_curve::consts::U32;

/// The number of points (SEC 2, section 2.4.1).
const ORDER_HEX: &str = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141";
const ORDER: U256 = U256::from_be_hex(ORDER_HEX);

/// The curve secp256k1 (SEC 2, section 2.4.1): `y^2 = x^3 + 7` in the field of order 2^256 - 2^32 - 977.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secp256k1;

impl elliptic_curve::Curve for Secp256k1 {
    type FieldBytesSize = U32;
    type Uint = U256;

    const ORDER: U256 = ORDER;
}

impl elliptic_curve::PrimeCurve for Secp256k1 {}

impl elliptic_curve::point::PointCompression for Secp256k1 {
    const COMPRESS_POINTS: bool = true;
}

#[cfg(feature = "arithmetic")]
impl elliptic_curve::CurveArithmetic for Secp256k1 {
    type AffinePoint = AffinePoint;
    type ProjectivePoint = ProjectivePoint;
    type Scalar = Scalar;
}

#[cfg(not(feature = "arithmetic"))]
impl elliptic_curve::sec1::ValidatePublicKey for Secp256k1 {}

#[cfg(feature = "jwk")]
impl elliptic_curve::JwkParameters for Secp256k1 {
    const CRV: &'static str = "secp256k1";
}

#[cfg(feature = "pkcs8")]
impl pkcs8::AssociatedOid for Secp256k1 {
    const OID: pkcs8::ObjectIdentifier = pkcs8::ObjectIdentifier::new_unwrap("1.3.132.0.10");
}

impl FieldBytesEncoding<Secp256k1> for U256 {
    fn decode_field_bytes(bytes: &FieldBytes) -> Self {
        Self::from_be_byte_array(*bytes)
    }

    fn encode_field_bytes(&self) -> FieldBytes {
        self.to_be_byte_array()
    }
}

/// A point as 33 bytes (SEC 1, section 2.3.3).
pub type CompressedPoint = elliptic_curve::sec1::CompressedPoint<Secp256k1>;

/// A point as bytes (SEC 1, section 2.3.3), compressed or not.
pub type EncodedPoint = elliptic_curve::sec1::EncodedPoint<Secp256k1>;

/// A coordinate or a scalar as bytes, the highest first.
pub type FieldBytes = elliptic_curve::FieldBytes<Secp256k1>;

/// Twice as many bytes: what is reduced to a scalar.
pub type WideBytes = elliptic_curve::bigint::ByteArray<elliptic_curve::bigint::U512>;

/// A scalar that is not zero.
#[cfg(feature = "arithmetic")]
pub type NonZeroScalar = elliptic_curve::NonZeroScalar<Secp256k1>;

/// A public key: a point that is not infinity.
#[cfg(feature = "arithmetic")]
pub type PublicKey = elliptic_curve::PublicKey<Secp256k1>;

/// A secret key: a scalar that is not zero.
pub type SecretKey = elliptic_curve::SecretKey<Secp256k1>;

/// The bits of a scalar.
#[cfg(feature = "bits")]
pub type ScalarBits = elliptic_curve::scalar::ScalarBits<Secp256k1>;
