//! Points: the two coordinates, or infinity.

mod encoding;

use core::fmt;
use core::ops::{Mul, Neg};

use elliptic_curve::group::prime::PrimeCurveAffine;
use elliptic_curve::point::AffineCoordinates;
use elliptic_curve::subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use elliptic_curve::zeroize::DefaultIsZeroes;

use crate::field::FieldElement;
use crate::point::{Point, add, double, negate, point, x_of, y_of};
use crate::projective::ProjectivePoint;
use crate::scalar::Scalar;
use crate::{FieldBytes, words};

/// A point of the curve.
///
/// With the feature `serde` it is written as its compressed encoding (SEC 1, section 2.3.3); in text as hexadecimal digits.
#[derive(Clone, Copy)]
pub struct AffinePoint {
    /// A point of the curve; zeros at infinity.
    pub(crate) point: Point,
    is_infinity: bool,
}

impl AffinePoint {
    /// The point at infinity, which added to a point changes nothing.
    pub const IDENTITY: Self = Self {
        point: [0; 8],
        is_infinity: true,
    };

    /// The generator (SEC 2, section 2.4.1).
    pub const GENERATOR: Self = Self::of([
        0x59f2_815b_16f8_1798,
        0x029b_fcdb_2dce_28d9,
        0x55a0_6295_ce87_0b07,
        0x79be_667e_f9dc_bbac,
        0x9c47_d08f_fb10_d4b8,
        0xfd17_b448_a685_5419,
        0x5da4_fbfc_0e11_08a8,
        0x483a_da77_26a3_c465,
    ]);

    pub(crate) const fn of(point: Point) -> Self {
        Self {
            point,
            is_infinity: false,
        }
    }

    /// The point with these coordinates, which must be one of the curve.
    pub(crate) fn new(x: FieldElement, y: FieldElement) -> Self {
        Self::of(point(&x.0, &y.0))
    }

    #[inline]
    pub(crate) fn is_infinity(&self) -> bool {
        self.is_infinity
    }

    /// The first coordinate; 0 at infinity.
    pub(crate) fn x(&self) -> FieldElement {
        FieldElement(*x_of(&self.point))
    }

    /// The second coordinate; 0 at infinity.
    pub(crate) fn y(&self) -> FieldElement {
        FieldElement(*y_of(&self.point))
    }

    pub(crate) fn sum(&self, other: &Self) -> Self {
        if self.is_infinity {
            return *other;
        }
        let mut sum = self.point;
        if other.is_infinity || add(&mut sum, &other.point) {
            Self::of(sum)
        } else {
            Self::IDENTITY
        }
    }

    pub(crate) fn doubled(&self) -> Self {
        let mut doubled = *self;
        if !self.is_infinity {
            double(&mut doubled.point);
        }
        doubled
    }

    pub(crate) fn negated(&self) -> Self {
        let mut negated = *self;
        if !self.is_infinity {
            negate(&mut negated.point);
        }
        negated
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
        u8::from(self.is_infinity).into()
    }

    fn to_curve(&self) -> ProjectivePoint {
        (*self).into()
    }
}

impl AffineCoordinates for AffinePoint {
    type FieldRepr = FieldBytes;

    fn x(&self) -> FieldBytes {
        words::to_be_bytes(x_of(&self.point)).into()
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

impl PartialEq for AffinePoint {
    fn eq(&self, other: &Self) -> bool {
        // Infinity has coordinates that no point has.
        self.x() == other.x() && self.y() == other.y()
    }
}

impl Eq for AffinePoint {}

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
            .field("infinity", &u8::from(self.is_infinity))
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
        self.negated()
    }
}
