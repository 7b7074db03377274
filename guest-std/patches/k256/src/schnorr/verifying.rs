//! Keys that verify.

use elliptic_curve::point::DecompactPoint;
use sha2::{Digest, Sha256};
use signature::digest::FixedOutput;
use signature::digest::consts::U32;
use signature::hazmat::PrehashVerifier;
use signature::{DigestVerifier, Error, Result, Verifier};

#[cfg(all(feature = "serde", feature = "pkcs8"))]
use serdect::serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use zisk_secp256k1::multiples;
use zisk_secp256k1::words::is_equal;

use super::{Signature, challenge};
use crate::{AffinePoint, FieldBytes, PublicKey};

/// A key that verifies: a point whose `y` is even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    pub(super) inner: PublicKey,
}

impl VerifyingKey {
    /// The point.
    pub fn as_affine(&self) -> &AffinePoint {
        self.inner.as_affine()
    }

    /// Its `x`, the highest byte first.
    pub fn to_bytes(&self) -> FieldBytes {
        self.as_affine().x().to_bytes()
    }

    /// The key with this `x`, the highest byte first.
    ///
    /// # Errors
    /// When there is no such point, or these are not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| Error::new())?;
        let point: Option<AffinePoint> = AffinePoint::decompact(&bytes.into()).into();
        let inner = PublicKey::from_affine(point.ok_or_else(Error::new)?).map_err(|_| Error::new())?;
        inner.try_into()
    }

    /// Checks the signature of a message that is not hashed before.
    ///
    /// # Errors
    /// When it is not a signature of this message with this key.
    pub fn verify_raw(&self, message: &[u8], signature: &Signature) -> core::result::Result<(), Error> {
        let Signature { r, s } = signature;
        let minus_challenge = -challenge(r, self, message);
        let point = multiples::with_generator(&s.0, &minus_challenge.0, &self.as_affine().0);
        let is_odd = point.y()[0] & 1 == 1;
        if point.is_infinity() || is_odd || !is_equal(point.x(), &r.0) {
            return Err(Error::new());
        }
        Ok(())
    }
}

impl<D: Digest + FixedOutput<OutputSize = U32>> DigestVerifier<D, Signature> for VerifyingKey {
    fn verify_digest(&self, digest: D, signature: &Signature) -> Result<()> {
        self.verify_raw(&digest.finalize_fixed(), signature)
    }
}

impl PrehashVerifier<Signature> for VerifyingKey {
    fn verify_prehash(&self, prehash: &[u8], signature: &Signature) -> Result<()> {
        self.verify_raw(prehash, signature)
    }
}

impl Verifier<Signature> for VerifyingKey {
    fn verify(&self, message: &[u8], signature: &Signature) -> Result<()> {
        self.verify_raw(&Sha256::digest(message), signature)
    }
}

impl From<VerifyingKey> for AffinePoint {
    fn from(key: VerifyingKey) -> Self {
        *key.as_affine()
    }
}

impl From<&VerifyingKey> for AffinePoint {
    fn from(key: &VerifyingKey) -> Self {
        *key.as_affine()
    }
}

impl From<VerifyingKey> for PublicKey {
    fn from(key: VerifyingKey) -> Self {
        key.inner
    }
}

impl From<&VerifyingKey> for PublicKey {
    fn from(key: &VerifyingKey) -> Self {
        key.inner
    }
}

impl TryFrom<PublicKey> for VerifyingKey {
    type Error = Error;

    fn try_from(key: PublicKey) -> Result<Self> {
        if key.as_affine().y().is_odd().into() {
            return Err(Error::new());
        }
        Ok(Self { inner: key })
    }
}

impl TryFrom<&PublicKey> for VerifyingKey {
    type Error = Error;

    fn try_from(key: &PublicKey) -> Result<Self> {
        (*key).try_into()
    }
}

/// As the public key that it is, whose encoding names the curve.
#[cfg(all(feature = "serde", feature = "pkcs8"))]
impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        self.inner.serialize(serializer)
    }
}

#[cfg(all(feature = "serde", feature = "pkcs8"))]
impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        PublicKey::deserialize(deserializer)?
            .try_into()
            .map_err(de::Error::custom)
    }
}
