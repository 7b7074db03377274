//! Sums, differences and multiples of points.

use core::ops::{Add, Neg};

use zisk_secp256k1::multiples;

use super::ProjectivePoint;
use crate::affine::AffinePoint;
use crate::operators::{assigning_operator, folding, operator};
use crate::scalar::Scalar;

fn sum(p: &ProjectivePoint, q: &ProjectivePoint) -> ProjectivePoint {
    sum_with_affine(p, &q.0)
}

fn difference(p: &ProjectivePoint, q: &ProjectivePoint) -> ProjectivePoint {
    difference_with_affine(p, &q.0)
}

fn sum_with_affine(p: &ProjectivePoint, q: &AffinePoint) -> ProjectivePoint {
    ProjectivePoint(AffinePoint(p.0.0.sum(&q.0)))
}

fn difference_with_affine(p: &ProjectivePoint, q: &AffinePoint) -> ProjectivePoint {
    ProjectivePoint(AffinePoint(p.0.0.sum(&q.0.negated())))
}

fn product(p: &ProjectivePoint, scalar: &Scalar) -> ProjectivePoint {
    ProjectivePoint(AffinePoint(multiples::multiple(&p.0.0, &scalar.0)))
}

operator!(Add::add, sum: ProjectivePoint, ProjectivePoint; ProjectivePoint, &ProjectivePoint; &ProjectivePoint, &ProjectivePoint => ProjectivePoint);
operator!(Sub::sub, difference: ProjectivePoint, ProjectivePoint; ProjectivePoint, &ProjectivePoint; &ProjectivePoint, &ProjectivePoint => ProjectivePoint);
operator!(Add::add, sum_with_affine: ProjectivePoint, AffinePoint; ProjectivePoint, &AffinePoint; &ProjectivePoint, &AffinePoint => ProjectivePoint);
operator!(Sub::sub, difference_with_affine: ProjectivePoint, AffinePoint; ProjectivePoint, &AffinePoint; &ProjectivePoint, &AffinePoint => ProjectivePoint);
operator!(Mul::mul, product: ProjectivePoint, Scalar; ProjectivePoint, &Scalar; &ProjectivePoint, &Scalar => ProjectivePoint);
assigning_operator!(AddAssign::add_assign, sum: ProjectivePoint, ProjectivePoint);
assigning_operator!(SubAssign::sub_assign, difference: ProjectivePoint, ProjectivePoint);
assigning_operator!(AddAssign::add_assign, sum_with_affine: ProjectivePoint, AffinePoint);
assigning_operator!(SubAssign::sub_assign, difference_with_affine: ProjectivePoint, AffinePoint);
assigning_operator!(MulAssign::mul_assign, product: ProjectivePoint, Scalar);
folding!(Sum::sum, ProjectivePoint, Self::IDENTITY, Add::add);

impl Neg for ProjectivePoint {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Neg for &ProjectivePoint {
    type Output = ProjectivePoint;

    fn neg(self) -> ProjectivePoint {
        -*self
    }
}
