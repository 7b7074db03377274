//! Points as a group. The name says how others represent them; here they are affine, as coprocessors have them.

mod conversions;
mod operators;

use elliptic_curve::BatchNormalize;
use elliptic_curve::group::prime::{PrimeCurve, PrimeGroup};
use elliptic_curve::group::{Curve, Group, GroupEncoding};
use elliptic_curve::ops::{LinearCombinationExt, MulByGenerator};
use elliptic_curve::rand_core::RngCore;
use elliptic_curve::subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use elliptic_curve::zeroize::DefaultIsZeroes;

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use zisk_secp256k1::multiples;
use zisk_secp256k1::point::Point;
use zisk_secp256k1::words::Words;

use crate::CompressedPoint;
use crate::affine::AffinePoint;
use crate::scalar::Scalar;

/// A point of the curve, with the operations of the group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProjectivePoint(AffinePoint);

impl ProjectivePoint {
    /// The point at infinity, which added to a point changes nothing.
    pub const IDENTITY: Self = Self(AffinePoint::IDENTITY);
    /// The generator.
    pub const GENERATOR: Self = Self(AffinePoint::GENERATOR);

    /// The point at infinity.
    #[deprecated(since = "0.10.2", note = "use `ProjectivePoint::IDENTITY` instead")]
    pub const fn identity() -> Self {
        Self::IDENTITY
    }

    /// The generator.
    #[deprecated(since = "0.10.2", note = "use `ProjectivePoint::GENERATOR` instead")]
    pub fn generator() -> Self {
        Self::GENERATOR
    }

    /// The point by its coordinates.
    pub fn to_affine(&self) -> AffinePoint {
        self.0
    }

    /// Twice the point.
    #[must_use]
    pub fn double(&self) -> Self {
        AffinePoint(self.0.0.doubled()).into()
    }

    /// The point times a cube root of one modulo the order of the curve, which takes one product.
    #[must_use]
    pub fn endomorphism(&self) -> Self {
        AffinePoint(self.0.0.endomorphism()).into()
    }

    /// Whether it is this point.
    pub fn eq_affine(&self, other: &AffinePoint) -> Choice {
        self.0.ct_eq(other)
    }
}

impl Group for ProjectivePoint {
    type Scalar = Scalar;

    fn random(mut rng: impl RngCore) -> Self {
        Self::mul_by_generator(&Scalar::generate_vartime(&mut rng))
    }

    fn identity() -> Self {
        Self::IDENTITY
    }

    fn generator() -> Self {
        Self::GENERATOR
    }

    fn is_identity(&self) -> Choice {
        u8::from(self.0.0.is_infinity()).into()
    }

    fn double(&self) -> Self {
        self.double()
    }
}

impl GroupEncoding for ProjectivePoint {
    type Repr = CompressedPoint;

    fn from_bytes(bytes: &CompressedPoint) -> CtOption<Self> {
        AffinePoint::from_bytes(bytes).map(Self)
    }

    fn from_bytes_unchecked(bytes: &CompressedPoint) -> CtOption<Self> {
        Self::from_bytes(bytes)
    }

    fn to_bytes(&self) -> CompressedPoint {
        self.0.to_bytes()
    }
}

impl PrimeGroup for ProjectivePoint {}

impl PrimeCurve for ProjectivePoint {
    type Affine = AffinePoint;
}

impl Curve for ProjectivePoint {
    type AffineRepr = AffinePoint;

    fn to_affine(&self) -> AffinePoint {
        self.0
    }

    fn batch_normalize(points: &[Self], affine: &mut [AffinePoint]) {
        assert_eq!(points.len(), affine.len(), "there is a place for each point");
        for (affine, point) in affine.iter_mut().zip(points) {
            *affine = point.0;
        }
    }
}

impl<const N: usize> BatchNormalize<[Self; N]> for ProjectivePoint {
    type Output = [AffinePoint; N];

    fn batch_normalize(points: &[Self; N]) -> [AffinePoint; N] {
        points.map(|point| point.0)
    }
}

#[cfg(feature = "alloc")]
impl BatchNormalize<[Self]> for ProjectivePoint {
    type Output = Vec<AffinePoint>;

    fn batch_normalize(points: &[Self]) -> Vec<AffinePoint> {
        points.iter().map(|point| point.0).collect()
    }
}

#[inline]
fn parts((point, scalar): &(ProjectivePoint, Scalar)) -> (&Point, &Words) {
    (&point.0.0, &scalar.0)
}

impl<const N: usize> LinearCombinationExt<[(Self, Scalar); N]> for ProjectivePoint {
    fn lincomb_ext(pairs: &[(Self, Scalar); N]) -> Self {
        match pairs.as_slice() {
            [(generator, a), (point, b)] if *generator == Self::GENERATOR => {
                let sum = multiples::with_generator(&a.0, &b.0, &point.0.0);
                #[cfg(feature = "ecdsa")]
                zisk_secp256k1::last_sum::remember(&a.0, &b.0, &point.0.0, &sum);
                Self(AffinePoint(sum))
            }
            _ => Self(AffinePoint(multiples::of_pairs(pairs, parts))),
        }
    }
}

#[cfg(feature = "alloc")]
impl LinearCombinationExt<[(Self, Scalar)]> for ProjectivePoint {
    fn lincomb_ext(pairs: &[(Self, Scalar)]) -> Self {
        Self(AffinePoint(multiples::of_slice(pairs, parts)))
    }
}

impl MulByGenerator for ProjectivePoint {
    fn mul_by_generator(scalar: &Scalar) -> Self {
        Self(AffinePoint(multiples::of_generator(&scalar.0)))
    }
}

impl ConditionallySelectable for ProjectivePoint {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        if choice.into() { *b } else { *a }
    }
}

impl ConstantTimeEq for ProjectivePoint {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq<AffinePoint> for ProjectivePoint {
    fn eq(&self, other: &AffinePoint) -> bool {
        self.0 == *other
    }
}

impl PartialEq<ProjectivePoint> for AffinePoint {
    fn eq(&self, other: &ProjectivePoint) -> bool {
        *self == other.0
    }
}

impl DefaultIsZeroes for ProjectivePoint {}
