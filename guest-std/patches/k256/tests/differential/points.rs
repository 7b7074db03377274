use k256::elliptic_curve::BatchNormalize;
use k256::elliptic_curve::ff::PrimeField;
use k256::elliptic_curve::group::prime::PrimeCurveAffine;
use k256::elliptic_curve::group::{Curve, Group, GroupEncoding};
use k256::elliptic_curve::ops::{LinearCombination, LinearCombinationExt, MulByGenerator};
use k256::elliptic_curve::point::AffineCoordinates;
use k256::elliptic_curve::subtle::{ConditionallySelectable, ConstantTimeEq};
use k256::elliptic_curve::zeroize::Zeroize;
use k256::{AffinePoint, ProjectivePoint, Scalar};
use k256_original as upstream;

use crate::scalars::scalars;
use crate::values::Rng;

type Theirs = upstream::ProjectivePoint;

/// The same points, of both crates: infinity, multiples of the generator and their negatives.
pub(crate) fn points() -> Vec<(ProjectivePoint, Theirs)> {
    let mut points = vec![
        (ProjectivePoint::IDENTITY, Theirs::IDENTITY),
        (ProjectivePoint::GENERATOR, Theirs::GENERATOR),
        (-ProjectivePoint::GENERATOR, -Theirs::GENERATOR),
    ];
    let (mut rng, mut same) = (Rng(4), Rng(4));
    for _ in 0..4 {
        let (ours, theirs) = (ProjectivePoint::random(&mut rng), Theirs::random(&mut same));
        points.extend([
            (ours, theirs),
            (-&ours, -&theirs),
            (ours.double(), theirs.double()),
        ]);
    }
    points
}

pub(crate) fn assert_same(ours: ProjectivePoint, theirs: Theirs) {
    assert_eq!(ours.to_bytes(), theirs.to_bytes());
    assert_eq!(bool::from(ours.is_identity()), bool::from(theirs.is_identity()));
}

#[test]
fn operations_on_one_point_are_the_same() {
    for (ours, theirs) in points() {
        assert_same(ours, theirs);
        assert_same(-ours, -theirs);
        assert_same(ours.double(), theirs.double());
        assert_same(Group::double(&ours), theirs.double());
        assert_same(ours.endomorphism(), theirs.endomorphism());
        let (affine, theirs_affine) = (ours.to_affine(), theirs.to_affine());
        assert_eq!(affine.x(), theirs_affine.x());
        assert_eq!(
            bool::from(affine.y_is_odd()),
            bool::from(theirs_affine.y_is_odd())
        );
        assert_eq!(affine.to_bytes(), theirs_affine.to_bytes());
        assert_eq!(
            bool::from(affine.is_identity()),
            bool::from(theirs_affine.is_identity())
        );
        assert_same((-affine).into(), (-theirs_affine).into());
        assert_same(affine.to_curve(), theirs_affine.to_curve());
        assert_eq!(ProjectivePoint::from(&affine), ours);
        assert_eq!(AffinePoint::from(&ours), affine);
        assert_eq!(Curve::to_affine(&ours), affine);
        assert_eq!((ours == affine, affine == ours), (true, true));
        let mut cleared = ours;
        cleared.zeroize();
        assert_eq!(cleared, ProjectivePoint::IDENTITY);
    }
    assert_eq!(ProjectivePoint::default(), <ProjectivePoint as Group>::identity());
    assert_eq!(
        AffinePoint::default(),
        <AffinePoint as PrimeCurveAffine>::identity()
    );
    assert_eq!(
        AffinePoint::GENERATOR,
        <AffinePoint as PrimeCurveAffine>::generator()
    );
    assert_eq!(
        ProjectivePoint::GENERATOR,
        <ProjectivePoint as Group>::generator()
    );
}

#[test]
fn operations_on_two_points_are_the_same() {
    let all = points();
    for ((a, theirs_a), (b, theirs_b)) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
        assert_same(a + b, theirs_a + theirs_b);
        assert_same(a - b, theirs_a - theirs_b);
        let affine = b.to_affine();
        assert_eq!((a + &affine, a - &affine), (a + b, a - b));
        let (mut sum, mut difference) = (*a, *a);
        sum += b;
        difference -= b;
        assert_eq!((sum, difference), (a + b, a - b));
        let (mut sum, mut difference) = (*a, *a);
        sum += affine;
        difference -= &affine;
        assert_eq!((sum, difference), (a + b, a - b));
        assert_eq!(a == b, theirs_a == theirs_b);
        assert_eq!(bool::from(a.ct_eq(b)), a == b);
        assert_eq!(bool::from(a.eq_affine(&affine)), a == b);
        assert_eq!(*a == affine, a == b);
        assert_eq!(ProjectivePoint::conditional_select(a, b, 1.into()), *b);
        assert_eq!(
            AffinePoint::conditional_select(&a.to_affine(), &affine, 0.into()),
            a.to_affine()
        );
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    assert_same(ours.iter().sum(), theirs.iter().sum());
    assert_same(ours.iter().copied().sum(), theirs.iter().copied().sum());
    let mut affine = vec![AffinePoint::IDENTITY; ours.len()];
    Curve::batch_normalize(&ours, &mut affine);
    assert_eq!(
        affine,
        <ProjectivePoint as BatchNormalize<[_]>>::batch_normalize(&ours)
    );
    assert!(ours.iter().zip(&affine).all(|(ours, affine)| ours == affine));
    let few = [ours[0], ours[1]];
    assert_eq!(
        <ProjectivePoint as BatchNormalize<_>>::batch_normalize(&few),
        [affine[0], affine[1]]
    );
}

#[test]
fn multiples_are_the_same() {
    let scalars = scalars(6);
    for (point, theirs) in points() {
        for (scalar, their_scalar) in &scalars {
            assert_same(point * scalar, theirs * their_scalar);
            assert_eq!(point.to_affine() * scalar, point * *scalar);
            assert_eq!(point.to_affine() * *scalar, point * *scalar);
        }
    }
    for (scalar, their_scalar) in scalars {
        assert_same(
            ProjectivePoint::mul_by_generator(&scalar),
            Theirs::mul_by_generator(&their_scalar),
        );
        let mut product = ProjectivePoint::GENERATOR;
        product *= scalar;
        assert_eq!(product, ProjectivePoint::mul_by_generator(&scalar));
    }
}

/// Zero scalars and infinity, the generator in each place, points that cancel.
#[test]
fn linear_combinations_are_the_same() {
    let scalars: Vec<_> = scalars(3).into_iter().step_by(3).collect();
    let points = points();
    for (index, (x, their_x)) in points.iter().enumerate() {
        for (y, their_y) in points.iter().skip(index % 2).step_by(2) {
            for (number, (k, their_k)) in scalars.iter().enumerate() {
                let (l, their_l) = &scalars[(number * 5 + index) % scalars.len()];
                for ((l, their_l), (k, their_k)) in
                    [((l, their_l), (k, their_k)), ((k, their_k), (k, their_k))]
                {
                    assert_same(
                        ProjectivePoint::lincomb(x, k, y, l),
                        Theirs::lincomb(their_x, their_k, their_y, their_l),
                    );
                }
            }
        }
    }
    let pairs: Vec<(ProjectivePoint, Scalar)> = points
        .iter()
        .zip(&scalars)
        .map(|((p, _), (k, _))| (*p, *k))
        .collect();
    let theirs: Vec<_> = points
        .iter()
        .zip(&scalars)
        .map(|((_, p), (_, k))| (*p, *k))
        .collect();
    for len in 0..pairs.len() {
        assert_same(
            ProjectivePoint::lincomb_ext(&pairs[..len]),
            Theirs::lincomb_ext(&theirs[..len]),
        );
    }
    let three = [pairs[2], pairs[4], pairs[1]];
    assert_eq!(
        ProjectivePoint::lincomb_ext(&three),
        ProjectivePoint::lincomb_ext(&three[..])
    );
    assert_eq!(ProjectivePoint::lincomb_ext(&[]), ProjectivePoint::IDENTITY);
    let minus_one = -Scalar::ONE;
    let infinity = ProjectivePoint::lincomb(&pairs[4].0, &Scalar::ONE, &pairs[4].0, &minus_one);
    assert!(bool::from(infinity.is_identity()));
    assert_eq!(minus_one.to_repr()[31], 0x40);
}
