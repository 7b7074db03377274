//! Points: the two coordinates, or infinity.

mod encoding;

use core::fmt;
use core::ops::{Mul, Neg};

use elliptic_curve::group::prime::PrimeCurveAffine;
use elliptic_curve::point::AffineCoordinates;
use elliptic_curve::subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use elliptic_curve::zeroize::DefaultIsZeroes;

use zisk_secp256k1::point::Point;
use zisk_secp256k1::words;

use crate::FieldBytes;
use crate::field::FieldElement;
use crate::projective::ProjectivePoint;
use crate::scalar::Scalar;

/// A point of the curve.
///
/// With the feature `serde` it is written as its compressed encoding (SEC 1, section 2.3.3); in text as hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AffinePoint(pub(crate) Point);

impl AffinePoint {
    /// The point at infinity, which added to a point changes nothing.
    pub const IDENTITY: Self = Self(Point::INFINITY);

    /// The generator (SEC 2, section 2.4.1).
    pub const GENERATOR: Self = Self(Point::GENERATOR);

    /// The first coordinate; 0 at infinity.
    pub(crate) fn x(&self) -> FieldElement {
        FieldElement(*self.0.x())
    }

    /// The second coordinate; 0 at infinity.
    pub(crate) fn y(&self) -> FieldElement {
        FieldElement(*self.0.y())
    }
}

impl PrimeCurveAffine for AffinePoint {
    type Scalar = Scalar;
    type Curve = ProjectivePoint;

    fn identity() -> Self {
        Self::IDENTITY
    }

    fn generator() -> Self {
        Self::GENERATOR
    }

    fn is_identity(&self) -> Choice {
        u8::from(self.0.is_infinity()).into()
    }

    fn to_curve(&self) -> ProjectivePoint {
        (*self).into()
    }
}

impl AffineCoordinates for AffinePoint {
    type FieldRepr = FieldBytes;

    fn x(&self) -> FieldBytes {
        words::to_be_bytes(self.0.x()).into()
    }

    fn y_is_odd(&self) -> Choice {
        self.y().is_odd()
    }
}

impl ConditionallySelectable for AffinePoint {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        if choice.into() { *b } else { *a }
    }
}

impl ConstantTimeEq for AffinePoint {
    fn ct_eq(&self, other: &Self) -> Choice {
        u8::from(self == other).into()
    }
}

impl Default for AffinePoint {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl DefaultIsZeroes for AffinePoint {}

impl fmt::Debug for AffinePoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AffinePoint")
            .field("x", &self.x())
            .field("y", &self.y())
            .field("infinity", &u8::from(self.0.is_infinity()))
            .finish_non_exhaustive()
    }
}

impl Mul<Scalar> for AffinePoint {
    type Output = ProjectivePoint;

    fn mul(self, scalar: Scalar) -> ProjectivePoint {
        ProjectivePoint::from(self) * scalar
    }
}

impl Mul<&Scalar> for AffinePoint {
    type Output = ProjectivePoint;

    fn mul(self, scalar: &Scalar) -> ProjectivePoint {
        ProjectivePoint::from(self) * scalar
    }
}

impl Neg for AffinePoint {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.negated())
    }
}
