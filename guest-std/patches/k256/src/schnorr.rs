//! Schnorr signatures as in Bitcoin (BIP 340).

mod signing;
mod verifying;

use core::fmt;

use elliptic_curve::bigint::U256;
use elliptic_curve::ops::Reduce;
use sha2::{Digest, Sha256};
use signature::Result;

pub use self::signing::SigningKey;
pub use self::verifying::VerifyingKey;
pub use signature::rand_core::CryptoRngCore;
pub use signature::{self, Error};

use crate::field::FieldElement;
use crate::{NonZeroScalar, Scalar};

const AUX_TAG: &[u8] = b"BIP0340/aux";
const NONCE_TAG: &[u8] = b"BIP0340/nonce";
const CHALLENGE_TAG: &[u8] = b"BIP0340/challenge";

/// A signature as bytes.
pub type SignatureBytes = [u8; Signature::BYTE_SIZE];

/// A signature: the `x` of a point, and a scalar.
#[derive(Clone, Copy)]
pub struct Signature {
    r: FieldElement,
    s: NonZeroScalar,
}

impl Signature {
    /// Bytes of a signature.
    pub const BYTE_SIZE: usize = 64;

    /// The bytes of the signature.
    pub fn to_bytes(&self) -> SignatureBytes {
        let mut bytes = [0; Self::BYTE_SIZE];
        let (r, s) = bytes.split_at_mut(Self::BYTE_SIZE / 2);
        r.copy_from_slice(&self.r.to_bytes());
        s.copy_from_slice(&self.s.to_bytes());
        bytes
    }
}

impl PartialEq for Signature {
    fn eq(&self, other: &Self) -> bool {
        self.r == other.r && *self.s == *other.s
    }
}

impl Eq for Signature {}

impl From<Signature> for SignatureBytes {
    fn from(signature: Signature) -> Self {
        signature.to_bytes()
    }
}

impl From<&Signature> for SignatureBytes {
    fn from(signature: &Signature) -> Self {
        signature.to_bytes()
    }
}

impl TryFrom<&[u8]> for Signature {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self> {
        let (r, s) = bytes.split_first_chunk::<32>().ok_or_else(Error::new)?;
        let r = FieldElement::decode(&(*r).into()).filter(|r| *r != FieldElement::ZERO);
        let r = r.ok_or_else(Error::new)?;
        let s = NonZeroScalar::try_from(s).map_err(|_| Error::new())?;
        Ok(Self { r, s })
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.to_bytes())
    }
}

impl signature::SignatureEncoding for Signature {
    type Repr = SignatureBytes;

    fn to_bytes(&self) -> SignatureBytes {
        self.into()
    }
}

impl signature::PrehashSignature for Signature {
    type Digest = Sha256;
}

/// The hash with a tag, of what is added to it.
fn tagged_hash(tag: &[u8]) -> Sha256 {
    let tag = Sha256::digest(tag);
    Sha256::new().chain_update(tag).chain_update(tag)
}

fn challenge(r: &FieldElement, key: &VerifyingKey, message: &[u8]) -> Scalar {
    let hash = tagged_hash(CHALLENGE_TAG)
        .chain_update(r.to_bytes())
        .chain_update(key.to_bytes())
        .chain_update(message)
        .finalize();
    <Scalar as Reduce<U256>>::reduce_bytes(&hash)
}
