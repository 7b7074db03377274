use k256::elliptic_curve::bigint::{ArrayEncoding, U256, U512};
use k256::elliptic_curve::ff::{Field, PrimeField, PrimeFieldBits};
use k256::elliptic_curve::ops::{BatchInvert, Invert, Reduce, ReduceNonZero};
use k256::elliptic_curve::scalar::IsHigh;
use k256::elliptic_curve::subtle::{ConditionallySelectable, ConstantTimeEq};
use k256::{Scalar, WideBytes};
use k256_original as upstream;

use crate::values::{Rng, numbers};

/// The same scalars, of both crates.
pub(crate) fn scalars(num_random: usize) -> Vec<(Scalar, upstream::Scalar)> {
    let parsed = numbers(num_random).into_iter().filter_map(|bytes| {
        let ours: Option<Scalar> = Scalar::from_repr(bytes.into()).into();
        let theirs: Option<upstream::Scalar> = upstream::Scalar::from_repr(bytes.into()).into();
        assert_eq!(ours.is_some(), theirs.is_some(), "{bytes:x?}");
        ours.zip(theirs)
    });
    parsed.collect()
}

fn assert_same(ours: Scalar, theirs: upstream::Scalar) {
    assert_eq!(ours.to_bytes(), theirs.to_bytes());
}

fn assert_both(ours: impl Into<Option<Scalar>>, theirs: impl Into<Option<upstream::Scalar>>) {
    let bytes = (
        ours.into().map(|ours| ours.to_bytes()),
        theirs.into().map(|theirs| theirs.to_bytes()),
    );
    assert_eq!(bytes.0, bytes.1);
}

#[test]
fn operations_on_one_scalar_are_the_same() {
    for (ours, theirs) in scalars(60) {
        assert_same(-ours, -theirs);
        assert_same(-&ours, -&theirs);
        assert_same(ours.negate(), theirs.negate());
        assert_same(ours.square(), theirs.square());
        assert_same(ours.double(), theirs.double());
        assert_both(ours.invert(), theirs.invert());
        assert_both(ours.invert_vartime(), theirs.invert_vartime());
        assert_both(Field::sqrt(&ours), Field::sqrt(&theirs));
        for shift in [0, 1, 63, 64, 65, 128, 255] {
            assert_same(ours >> shift, theirs >> shift);
            let (mut ours, mut theirs) = (ours, theirs);
            ours >>= shift;
            theirs >>= shift;
            assert_same(ours, theirs);
        }
        assert_eq!(bool::from(ours.is_zero()), bool::from(theirs.is_zero()));
        assert_eq!(bool::from(ours.is_high()), bool::from(theirs.is_high()));
        assert_eq!(bool::from(ours.is_odd()), bool::from(theirs.is_odd()));
        assert_eq!(ours.to_repr(), theirs.to_repr());
        assert_eq!(ours.to_le_bits(), theirs.to_le_bits());
        assert_eq!(U256::from(ours), U256::from(theirs));
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_same(ours.pow_vartime([5, 7]), theirs.pow_vartime([5, 7]));
    }
}

#[test]
fn operations_on_two_scalars_are_the_same() {
    let all = scalars(12);
    for ((a, theirs_a), (b, theirs_b)) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
        assert_same(a + b, theirs_a + theirs_b);
        assert_same(a.add(b), theirs_a.add(theirs_b));
        assert_same(a - b, theirs_a - theirs_b);
        assert_same(a.sub(b), theirs_a.sub(theirs_b));
        assert_same(a * b, theirs_a * theirs_b);
        let (mut sum, mut difference, mut product) = (*a, *a, *a);
        sum += b;
        difference -= b;
        product *= b;
        assert_eq!((sum, difference, product), (a + b, a - b, a * b));
        assert_eq!(a.cmp(b), theirs_a.cmp(theirs_b));
        assert_eq!(a == b, theirs_a == theirs_b);
        assert_eq!(bool::from(a.ct_eq(b)), a == b);
        assert_eq!(Scalar::conditional_select(a, b, 1.into()), *b);
        assert_eq!(Scalar::conditional_select(a, b, 0.into()), *a);
        let (ours, theirs) = (
            Scalar::sqrt_ratio(a, b),
            upstream::Scalar::sqrt_ratio(theirs_a, theirs_b),
        );
        assert_eq!(bool::from(ours.0), bool::from(theirs.0));
        assert_same(ours.1.square(), theirs.1.square());
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    assert_same(ours.iter().sum(), theirs.iter().sum());
    assert_same(ours.iter().product(), theirs.iter().product());
    assert_same(ours.iter().copied().sum(), theirs.iter().copied().sum());
    assert_same(
        ours[1..].iter().copied().product(),
        theirs[1..].iter().copied().product(),
    );
    assert_same(core::iter::empty::<Scalar>().product(), upstream::Scalar::ONE);
}

#[test]
fn roots_are_roots_of_squares_alone() {
    for (ours, theirs) in scalars(40) {
        let root: Option<Scalar> = Field::sqrt(&ours.square()).into();
        let root = root.unwrap();
        assert!(root == ours || root == -ours);
        let other: Option<upstream::Scalar> = Field::sqrt(&theirs).into();
        assert_eq!(bool::from(Field::sqrt(&ours).is_some()), other.is_some());
    }
}

#[test]
fn numbers_are_reduced_to_the_same() {
    let all = numbers(20);
    for low in &all {
        let number = U256::from_be_byte_array((*low).into());
        assert_same(
            <Scalar as Reduce<U256>>::reduce(number),
            <upstream::Scalar as Reduce<U256>>::reduce(number),
        );
        assert_same(
            <Scalar as Reduce<U256>>::reduce_bytes(low.into()),
            <upstream::Scalar as Reduce<U256>>::reduce_bytes(low.into()),
        );
        assert_same(
            <Scalar as ReduceNonZero<U256>>::reduce_nonzero_bytes(low.into()),
            <upstream::Scalar as ReduceNonZero<U256>>::reduce_nonzero_bytes(low.into()),
        );
        for high in &all {
            let bytes = *WideBytes::from_slice(&[*high, *low].concat());
            assert_same(
                <Scalar as Reduce<U512>>::reduce_bytes(&bytes),
                <upstream::Scalar as Reduce<U512>>::reduce_bytes(&bytes),
            );
            assert_same(
                <Scalar as ReduceNonZero<U512>>::reduce_nonzero_bytes(&bytes),
                <upstream::Scalar as ReduceNonZero<U512>>::reduce_nonzero_bytes(&bytes),
            );
        }
    }
}

/// As constants it can be computed with.
const MINUS_ONE: Scalar = Scalar::ONE.negate();

#[test]
fn constants_and_conversions_are_the_same() {
    type Theirs = upstream::Scalar;
    assert_eq!(Scalar::MODULUS, Theirs::MODULUS);
    assert_eq!(
        (Scalar::NUM_BITS, Scalar::CAPACITY, Scalar::S),
        (Theirs::NUM_BITS, Theirs::CAPACITY, Theirs::S)
    );
    assert_same(Scalar::TWO_INV, Theirs::TWO_INV);
    assert_same(Scalar::MULTIPLICATIVE_GENERATOR, Theirs::MULTIPLICATIVE_GENERATOR);
    assert_same(Scalar::ROOT_OF_UNITY, Theirs::ROOT_OF_UNITY);
    assert_same(Scalar::ROOT_OF_UNITY_INV, Theirs::ROOT_OF_UNITY_INV);
    assert_same(Scalar::DELTA, Theirs::DELTA);
    assert_eq!(Scalar::char_le_bits(), Theirs::char_le_bits());
    assert_same(Scalar::from(7_u32), Theirs::from(7_u32));
    assert_same(Scalar::from(u64::MAX), Theirs::from(u64::MAX));
    assert_same(Scalar::from(u128::MAX - 5), Theirs::from(u128::MAX - 5));
    assert_same(
        Scalar::from_str_vartime("1234567890").unwrap(),
        Theirs::from_str_vartime("1234567890").unwrap(),
    );
    assert_same(MINUS_ONE, Theirs::ONE.negate());
}

#[test]
fn random_scalars_and_batches_are_the_same() {
    let (mut rng, mut same) = (Rng(2), Rng(2));
    for _ in 0..10 {
        assert_same(Scalar::random(&mut rng), upstream::Scalar::random(&mut same));
        assert_same(
            Scalar::generate_biased(&mut rng),
            upstream::Scalar::generate_biased(&mut same),
        );
        assert_same(
            Scalar::generate_vartime(&mut rng),
            upstream::Scalar::generate_vartime(&mut same),
        );
    }
    let batch = [3_u64, 5, 7].map(Scalar::from);
    let inverses = <Scalar as BatchInvert<_>>::batch_invert(&batch).unwrap();
    for (scalar, inverse) in batch.iter().zip(&inverses) {
        assert_eq!(scalar * inverse, Scalar::ONE);
    }
    let none = <Scalar as BatchInvert<_>>::batch_invert(&[Scalar::ONE, Scalar::ZERO]);
    assert!(bool::from(none.is_none()));
}
