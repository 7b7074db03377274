//! What scalars are made from, and what they become.

use elliptic_curve::ScalarPrimitive;
use elliptic_curve::bigint::U256;
use elliptic_curve::scalar::FromUintUnchecked;

#[cfg(feature = "serde")]
use serdect::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Scalar;
use crate::{FieldBytes, Secp256k1};

#[cfg(feature = "bits")]
use crate::ScalarBits;

impl From<u32> for Scalar {
    fn from(number: u32) -> Self {
        Self([number.into(), 0, 0, 0])
    }
}

impl From<u64> for Scalar {
    fn from(number: u64) -> Self {
        Self([number, 0, 0, 0])
    }
}

impl From<u128> for Scalar {
    fn from(number: u128) -> Self {
        Self([number as u64, (number >> 64) as u64, 0, 0])
    }
}

impl From<ScalarPrimitive<Secp256k1>> for Scalar {
    fn from(scalar: ScalarPrimitive<Secp256k1>) -> Self {
        Self::from(&scalar)
    }
}

impl From<&ScalarPrimitive<Secp256k1>> for Scalar {
    fn from(scalar: &ScalarPrimitive<Secp256k1>) -> Self {
        Self(scalar.as_uint().to_words())
    }
}

impl From<Scalar> for ScalarPrimitive<Secp256k1> {
    fn from(scalar: Scalar) -> Self {
        Self::from(&scalar)
    }
}

impl From<&Scalar> for ScalarPrimitive<Secp256k1> {
    fn from(scalar: &Scalar) -> Self {
        Self::new(scalar.into()).expect("a scalar is below the order")
    }
}

/// A number that is not below the order is no scalar: what is computed with it then is nothing, or there is a trap.
impl FromUintUnchecked for Scalar {
    type Uint = U256;

    fn from_uint_unchecked(number: U256) -> Self {
        Self(number.to_words())
    }
}

impl From<Scalar> for FieldBytes {
    fn from(scalar: Scalar) -> Self {
        scalar.to_bytes()
    }
}

impl From<&Scalar> for FieldBytes {
    fn from(scalar: &Scalar) -> Self {
        scalar.to_bytes()
    }
}

impl From<Scalar> for U256 {
    fn from(scalar: Scalar) -> Self {
        Self::from_words(scalar.0)
    }
}

impl From<&Scalar> for U256 {
    fn from(scalar: &Scalar) -> Self {
        Self::from_words(scalar.0)
    }
}

#[cfg(feature = "bits")]
impl From<&Scalar> for ScalarBits {
    fn from(scalar: &Scalar) -> Self {
        scalar.0.into()
    }
}

#[cfg(feature = "serde")]
impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ScalarPrimitive::from(self).serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ScalarPrimitive::deserialize(deserializer).map(Self::from)
    }
}
