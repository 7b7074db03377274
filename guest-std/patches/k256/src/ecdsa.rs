//! Signatures of ECDSA.
//!
//! A signature with `s` in the upper half of the scalars is made by nobody here, and verified by nobody: `normalize_s` gives the
//! one that is.

pub use ecdsa_core::RecoveryId;
#[cfg(any(feature = "ecdsa", feature = "sha256"))]
pub use ecdsa_core::hazmat;
pub use ecdsa_core::signature::{self, Error};

use crate::Secp256k1;

#[cfg(feature = "ecdsa")]
use {
    crate::{AffinePoint, FieldBytes, Scalar},
    ecdsa_core::hazmat::{SignPrimitive, VerifyPrimitive},
    elliptic_curve::ops::Invert,
    elliptic_curve::scalar::IsHigh,
    elliptic_curve::subtle::CtOption,
    zisk_secp256k1::ecdsa::{is_scalar_of, x_of_sum},
    zisk_secp256k1::point::x_of,
    zisk_secp256k1::{last_sum, words},
};

/// A signature: `r` and `s`.
pub type Signature = ecdsa_core::Signature<Secp256k1>;

/// A signature in the encoding DER of ASN.1.
pub type DerSignature = ecdsa_core::der::Signature<Secp256k1>;

/// A key that signs.
#[cfg(feature = "ecdsa")]
pub type SigningKey = ecdsa_core::SigningKey<Secp256k1>;

/// A key that verifies.
#[cfg(feature = "ecdsa")]
pub type VerifyingKey = ecdsa_core::VerifyingKey<Secp256k1>;

#[cfg(feature = "sha256")]
impl hazmat::DigestPrimitive for Secp256k1 {
    type Digest = sha2::Sha256;
}

#[cfg(feature = "ecdsa")]
impl SignPrimitive<Secp256k1> for Scalar {
    fn try_sign_prehashed<K>(&self, k: K, z: &FieldBytes) -> Result<(Signature, Option<RecoveryId>), Error>
    where
        K: AsRef<Self> + Invert<Output = CtOption<Self>>,
    {
        let (signature, id) = hazmat::sign_prehashed::<Secp256k1, K>(self, k, z)?;
        // The signature with the other `s` is one with the other `y`.
        let Some(low) = signature.normalize_s() else {
            return Ok((signature, Some(id)));
        };
        Ok((low, Some(RecoveryId::new(!id.is_y_odd(), id.is_x_reduced()))))
    }
}

#[cfg(feature = "ecdsa")]
impl VerifyPrimitive<Secp256k1> for AffinePoint {
    fn verify_prehashed(&self, z: &FieldBytes, signature: &Signature) -> Result<(), Error> {
        let (r, s) = signature.split_scalars();
        if s.is_high().into() {
            return Err(Error::new());
        }
        let (r, z) = (&r.0, words::from_be_bytes(z.as_ref()));
        let key = self.0.coordinates();
        let known = last_sum::recall(key);
        let x = match known.as_ref().and_then(|sum| sum.point(&z, r, &s.0, key)) {
            Some(point) => *x_of(point),
            None => x_of_sum(&z, r, &s.0, &self.0),
        };
        if is_scalar_of(r, &x) {
            Ok(())
        } else {
            Err(Error::new())
        }
    }
}
