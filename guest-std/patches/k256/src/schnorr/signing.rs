//! Keys that sign.

use elliptic_curve::rand_core::CryptoRngCore;
use elliptic_curve::zeroize::{Zeroize, ZeroizeOnDrop};
use sha2::{Digest, Sha256};
use signature::digest::FixedOutput;
use signature::digest::consts::U32;
use signature::hazmat::{PrehashSigner, RandomizedPrehashSigner};
use signature::{DigestSigner, Error, KeypairRef, RandomizedDigestSigner, RandomizedSigner, Result, Signer};

#[cfg(feature = "serde")]
use serdect::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AUX_TAG, NONCE_TAG, Signature, VerifyingKey, challenge, tagged_hash};
use crate::{FieldBytes, NonZeroScalar, PublicKey, SecretKey};

/// A key that signs, whose point has an even `y`.
#[derive(Clone)]
pub struct SigningKey {
    secret_key: NonZeroScalar,
    verifying_key: VerifyingKey,
}

impl SigningKey {
    /// A random key.
    pub fn random(rng: &mut impl CryptoRngCore) -> Self {
        NonZeroScalar::random(rng).into()
    }

    /// The key with these bytes, the highest first.
    ///
    /// # Errors
    /// When they are not 32, or the number is 0 or not below the order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let secret_key = NonZeroScalar::try_from(bytes).map_err(|_| Error::new())?;
        Ok(secret_key.into())
    }

    /// The key's bytes, the highest first.
    pub fn to_bytes(&self) -> FieldBytes {
        self.secret_key.to_bytes()
    }

    /// The key that verifies.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// The secret scalar.
    pub fn as_nonzero_scalar(&self) -> &NonZeroScalar {
        &self.secret_key
    }

    /// Signs a hash, with 32 random bytes.
    ///
    /// # Errors
    /// When a hash has a value that none is known to have.
    pub fn sign_prehash_with_aux_rand(
        &self,
        msg_digest: &[u8; 32],
        aux_rand: &[u8; 32],
    ) -> Result<Signature> {
        self.sign_raw(msg_digest, aux_rand)
    }

    /// Signs a message without hashing it before, with 32 random bytes.
    ///
    /// # Errors
    /// When a hash has a value that none is known to have.
    pub fn sign_raw(&self, message: &[u8], aux_rand: &[u8; 32]) -> Result<Signature> {
        let mut mask = tagged_hash(AUX_TAG).chain_update(aux_rand).finalize();
        for (mask, secret) in mask.iter_mut().zip(self.secret_key.to_bytes()) {
            *mask ^= secret;
        }
        let nonce = tagged_hash(NONCE_TAG)
            .chain_update(mask)
            .chain_update(self.verifying_key.to_bytes())
            .chain_update(message)
            .finalize();
        // The nonce is a key, too: its point's `y` has to be even.
        let nonce = Self::from_bytes(&nonce)?;
        let r = nonce.verifying_key.as_affine().x();
        let challenge = challenge(&r, &self.verifying_key, message);
        let s = *nonce.secret_key + challenge * *self.secret_key;
        let s: Option<NonZeroScalar> = NonZeroScalar::new(s).into();
        Ok(Signature {
            r,
            s: s.ok_or_else(Error::new)?,
        })
    }
}

impl From<NonZeroScalar> for SigningKey {
    fn from(secret_key: NonZeroScalar) -> Self {
        let key = PublicKey::from_secret_scalar(&secret_key);
        let (secret_key, key) = if key.as_affine().y().is_odd().into() {
            let point = -*key.as_affine();
            (
                -secret_key,
                PublicKey::from_affine(point).expect("it is not infinity"),
            )
        } else {
            (secret_key, key)
        };
        Self {
            secret_key,
            verifying_key: VerifyingKey { inner: key },
        }
    }
}

impl From<SecretKey> for SigningKey {
    fn from(key: SecretKey) -> Self {
        Self::from(&key)
    }
}

impl From<&SecretKey> for SigningKey {
    fn from(key: &SecretKey) -> Self {
        key.to_nonzero_scalar().into()
    }
}

fn random_bytes(rng: &mut impl CryptoRngCore) -> [u8; 32] {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    bytes
}

impl<D: Digest + FixedOutput<OutputSize = U32>> DigestSigner<D, Signature> for SigningKey {
    fn try_sign_digest(&self, digest: D) -> Result<Signature> {
        self.sign_raw(&digest.finalize_fixed(), &[0; 32])
    }
}

impl PrehashSigner<Signature> for SigningKey {
    fn sign_prehash(&self, prehash: &[u8]) -> Result<Signature> {
        self.sign_raw(prehash, &[0; 32])
    }
}

impl<D: Digest + FixedOutput<OutputSize = U32>> RandomizedDigestSigner<D, Signature> for SigningKey {
    fn try_sign_digest_with_rng(&self, rng: &mut impl CryptoRngCore, digest: D) -> Result<Signature> {
        self.sign_raw(&digest.finalize_fixed(), &random_bytes(rng))
    }
}

impl RandomizedSigner<Signature> for SigningKey {
    fn try_sign_with_rng(&self, rng: &mut impl CryptoRngCore, message: &[u8]) -> Result<Signature> {
        self.sign_raw(&Sha256::digest(message), &random_bytes(rng))
    }
}

impl RandomizedPrehashSigner<Signature> for SigningKey {
    fn sign_prehash_with_rng(&self, rng: &mut impl CryptoRngCore, prehash: &[u8]) -> Result<Signature> {
        self.sign_raw(prehash, &random_bytes(rng))
    }
}

impl Signer<Signature> for SigningKey {
    fn try_sign(&self, message: &[u8]) -> Result<Signature> {
        self.sign_raw(&Sha256::digest(message), &[0; 32])
    }
}

impl AsRef<VerifyingKey> for SigningKey {
    fn as_ref(&self) -> &VerifyingKey {
        &self.verifying_key
    }
}

impl KeypairRef for SigningKey {
    type VerifyingKey = VerifyingKey;
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.secret_key.zeroize();
    }
}

impl ZeroizeOnDrop for SigningKey {}

#[cfg(feature = "serde")]
impl Serialize for SigningKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        self.secret_key.serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> Deserialize<'de> for SigningKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        NonZeroScalar::deserialize(deserializer).map(Self::from)
    }
}
