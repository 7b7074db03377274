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

use crate::CompressedPoint;
use crate::affine::AffinePoint;
use crate::endomorphism;
use crate::lincomb;
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

    pub(crate) fn as_affine(&self) -> &AffinePoint {
        &self.0
    }

    /// Twice the point.
    #[must_use]
    pub fn double(&self) -> Self {
        Self(self.0.doubled())
    }

    /// The point times a cube root of one modulo the order of the curve, which takes one product.
    #[must_use]
    pub fn endomorphism(&self) -> Self {
        if self.0.is_infinity() {
            return *self;
        }
        Self(AffinePoint::of(endomorphism::image(&self.0.point)))
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
        u8::from(self.0.is_infinity()).into()
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

impl<const N: usize> LinearCombinationExt<[(Self, Scalar); N]> for ProjectivePoint {
    fn lincomb_ext(pairs: &[(Self, Scalar); N]) -> Self {
        match pairs.as_slice() {
            [(generator, a), (point, b)] if *generator == Self::GENERATOR => {
                let sum = lincomb::with_generator(&a.0, &b.0, &point.0);
                #[cfg(feature = "ecdsa")]
                crate::last_sum::remember(&a.0, &b.0, &point.0, &sum);
                Self(sum)
            }
            _ => Self(lincomb::of_pairs(pairs)),
        }
    }
}

#[cfg(feature = "alloc")]
impl LinearCombinationExt<[(Self, Scalar)]> for ProjectivePoint {
    fn lincomb_ext(pairs: &[(Self, Scalar)]) -> Self {
        Self(lincomb::of_slice(pairs))
    }
}

impl MulByGenerator for ProjectivePoint {
    fn mul_by_generator(scalar: &Scalar) -> Self {
        Self(lincomb::of_generator(&scalar.0))
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
