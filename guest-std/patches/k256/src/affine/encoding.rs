//! Points as bytes (SEC 1, section 2.3), and keys that they are.

use elliptic_curve::group::GroupEncoding;
use elliptic_curve::point::{DecompactPoint, DecompressPoint};
use elliptic_curve::sec1::{Coordinates, FromEncodedPoint, ToEncodedPoint};
use elliptic_curve::subtle::{Choice, CtOption};
use elliptic_curve::{Error, Result};

#[cfg(feature = "serde")]
use serdect::serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use zisk_secp256k1::point::Point;
use zisk_secp256k1::words::from_be_bytes;

use super::AffinePoint;
use crate::{CompressedPoint, EncodedPoint, FieldBytes, PublicKey, Secp256k1};

fn some(point: Option<AffinePoint>) -> CtOption<AffinePoint> {
    let is_some = u8::from(point.is_some());
    CtOption::new(point.unwrap_or_default(), is_some.into())
}

fn decompressed(x: &FieldBytes, is_odd: bool) -> Option<AffinePoint> {
    Point::from_x(&from_be_bytes(x.as_ref()), is_odd).map(AffinePoint)
}

fn decoded(encoded: &EncodedPoint) -> Option<AffinePoint> {
    match encoded.coordinates() {
        Coordinates::Identity => Some(AffinePoint::IDENTITY),
        Coordinates::Compact { x } => decompressed(x, false),
        Coordinates::Compressed { x, y_is_odd } => decompressed(x, y_is_odd),
        Coordinates::Uncompressed { x, y } => {
            let (x, y) = (from_be_bytes(x.as_ref()), from_be_bytes(y.as_ref()));
            Point::from_coordinates(&x, &y).map(AffinePoint)
        }
    }
}

impl DecompressPoint<Secp256k1> for AffinePoint {
    fn decompress(x: &FieldBytes, y_is_odd: Choice) -> CtOption<Self> {
        some(decompressed(x, y_is_odd.into()))
    }
}

/// The point whose `y` is even, as BIP 340 has it.
impl DecompactPoint<Secp256k1> for AffinePoint {
    fn decompact(x: &FieldBytes) -> CtOption<Self> {
        some(decompressed(x, false))
    }
}

/// The compressed encoding; infinity, whose encoding is shorter, is filled up with zeros.
impl GroupEncoding for AffinePoint {
    type Repr = CompressedPoint;

    fn from_bytes(bytes: &CompressedPoint) -> CtOption<Self> {
        let point = match EncodedPoint::from_bytes(bytes) {
            Ok(encoded) => decoded(&encoded),
            Err(_) => (*bytes == CompressedPoint::default()).then_some(Self::IDENTITY),
        };
        some(point)
    }

    fn from_bytes_unchecked(bytes: &CompressedPoint) -> CtOption<Self> {
        Self::from_bytes(bytes)
    }

    fn to_bytes(&self) -> CompressedPoint {
        let mut bytes = CompressedPoint::default();
        if !self.0.is_infinity() {
            bytes.copy_from_slice(self.to_encoded_point(true).as_bytes());
        }
        bytes
    }
}

impl FromEncodedPoint<Secp256k1> for AffinePoint {
    fn from_encoded_point(encoded: &EncodedPoint) -> CtOption<Self> {
        some(decoded(encoded))
    }
}

impl ToEncodedPoint<Secp256k1> for AffinePoint {
    fn to_encoded_point(&self, compress: bool) -> EncodedPoint {
        if self.0.is_infinity() {
            EncodedPoint::identity()
        } else {
            EncodedPoint::from_affine_coordinates(&self.x().to_bytes(), &self.y().to_bytes(), compress)
        }
    }
}

impl TryFrom<EncodedPoint> for AffinePoint {
    type Error = Error;

    fn try_from(encoded: EncodedPoint) -> Result<Self> {
        decoded(&encoded).ok_or(Error)
    }
}

impl TryFrom<&EncodedPoint> for AffinePoint {
    type Error = Error;

    fn try_from(encoded: &EncodedPoint) -> Result<Self> {
        decoded(encoded).ok_or(Error)
    }
}

impl From<AffinePoint> for EncodedPoint {
    fn from(point: AffinePoint) -> Self {
        point.to_encoded_point(true)
    }
}

impl From<&AffinePoint> for EncodedPoint {
    fn from(point: &AffinePoint) -> Self {
        point.to_encoded_point(true)
    }
}

impl From<PublicKey> for AffinePoint {
    fn from(key: PublicKey) -> Self {
        *key.as_affine()
    }
}

impl From<&PublicKey> for AffinePoint {
    fn from(key: &PublicKey) -> Self {
        *key.as_affine()
    }
}

impl TryFrom<AffinePoint> for PublicKey {
    type Error = Error;

    fn try_from(point: AffinePoint) -> Result<Self> {
        Self::from_affine(point)
    }
}

impl TryFrom<&AffinePoint> for PublicKey {
    type Error = Error;

    fn try_from(point: &AffinePoint) -> Result<Self> {
        Self::from_affine(*point)
    }
}

#[cfg(feature = "serde")]
impl Serialize for AffinePoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        self.to_encoded_point(true).serialize(serializer)
    }
}

#[cfg(feature = "serde")]
impl<'de> Deserialize<'de> for AffinePoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        let encoded = EncodedPoint::deserialize(deserializer)?;
        decoded(&encoded).ok_or_else(|| de::Error::custom(Error))
    }
}
