//! What points are made from, and what they become.

use elliptic_curve::sec1::{FromEncodedPoint, ToEncodedPoint};
use elliptic_curve::subtle::CtOption;
use elliptic_curve::{Error, Result};

use super::ProjectivePoint;
use crate::affine::AffinePoint;
use crate::{EncodedPoint, PublicKey, Secp256k1};

impl From<AffinePoint> for ProjectivePoint {
    fn from(point: AffinePoint) -> Self {
        Self(point)
    }
}

impl From<&AffinePoint> for ProjectivePoint {
    fn from(point: &AffinePoint) -> Self {
        Self(*point)
    }
}

impl From<ProjectivePoint> for AffinePoint {
    fn from(point: ProjectivePoint) -> Self {
        point.0
    }
}

impl From<&ProjectivePoint> for AffinePoint {
    fn from(point: &ProjectivePoint) -> Self {
        point.0
    }
}

impl FromEncodedPoint<Secp256k1> for ProjectivePoint {
    fn from_encoded_point(encoded: &EncodedPoint) -> CtOption<Self> {
        AffinePoint::from_encoded_point(encoded).map(Self)
    }
}

impl ToEncodedPoint<Secp256k1> for ProjectivePoint {
    fn to_encoded_point(&self, compress: bool) -> EncodedPoint {
        self.0.to_encoded_point(compress)
    }
}

impl From<PublicKey> for ProjectivePoint {
    fn from(key: PublicKey) -> Self {
        Self(*key.as_affine())
    }
}

impl From<&PublicKey> for ProjectivePoint {
    fn from(key: &PublicKey) -> Self {
        Self(*key.as_affine())
    }
}

impl TryFrom<ProjectivePoint> for PublicKey {
    type Error = Error;

    fn try_from(point: ProjectivePoint) -> Result<Self> {
        Self::from_affine(point.0)
    }
}

impl TryFrom<&ProjectivePoint> for PublicKey {
    type Error = Error;

    fn try_from(point: &ProjectivePoint) -> Result<Self> {
        Self::from_affine(point.0)
    }
}
