use k256::FieldElement;
use k256::elliptic_curve::ff::{Field, PrimeField};
use k256::elliptic_curve::ops::Invert;
use k256::elliptic_curve::subtle::{ConditionallySelectable, ConstantTimeEq};
use k256_original as upstream;

use crate::values::{Rng, numbers};

type Theirs = upstream::FieldElement;

fn elements(num_random: usize) -> Vec<(FieldElement, Theirs)> {
    let parsed = numbers(num_random).into_iter().filter_map(|bytes| {
        let ours: Option<FieldElement> = FieldElement::from_bytes(&bytes.into()).into();
        let theirs: Option<Theirs> = Theirs::from_bytes(&bytes.into()).into();
        assert_eq!(ours.is_some(), theirs.is_some(), "{bytes:x?}");
        let repr: Option<FieldElement> = FieldElement::from_repr(bytes.into()).into();
        assert_eq!(repr, ours);
        ours.zip(theirs)
    });
    parsed.collect()
}

fn assert_same(ours: FieldElement, theirs: Theirs) {
    assert_eq!(ours.to_bytes(), theirs.normalize().to_bytes());
}

fn assert_both(ours: impl Into<Option<FieldElement>>, theirs: impl Into<Option<Theirs>>) {
    let bytes = (
        ours.into().map(FieldElement::to_bytes),
        theirs.into().map(|theirs| theirs.normalize().to_bytes()),
    );
    assert_eq!(bytes.0, bytes.1);
}

#[test]
fn operations_on_one_element_are_the_same() {
    for (ours, theirs) in elements(60) {
        assert_same(-ours, -theirs);
        assert_same(-&ours, -&theirs);
        assert_same(ours.negate(1), theirs.negate(1));
        assert_same(ours.double(), theirs.double());
        assert_same(ours.square(), theirs.square());
        assert_same(ours.mul_single(7), theirs.mul_single(7));
        assert_same(ours.normalize(), theirs.normalize());
        assert_same(ours.normalize_weak(), theirs.normalize_weak());
        assert_both(ours.invert(), theirs.invert());
        assert_both(Invert::invert_vartime(&ours), Invert::invert_vartime(&theirs));
        assert_both(ours.sqrt(), theirs.sqrt());
        assert_eq!(bool::from(ours.is_zero()), bool::from(theirs.is_zero()));
        assert_eq!(
            bool::from(ours.normalizes_to_zero()),
            bool::from(theirs.normalizes_to_zero())
        );
        assert_eq!(bool::from(ours.is_odd()), bool::from(theirs.is_odd()));
        assert_eq!(bool::from(ours.is_even()), bool::from(theirs.is_even()));
        assert_eq!(ours.to_repr(), theirs.to_repr());
    }
}

#[test]
fn operations_on_two_elements_are_the_same() {
    let all = elements(12);
    for ((a, theirs_a), (b, theirs_b)) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
        assert_same(a + b, theirs_a + theirs_b);
        assert_same(*a - b, *theirs_a - theirs_b);
        assert_same(a * b, theirs_a * theirs_b);
        assert_same(a.mul(b), theirs_a.mul(theirs_b));
        let (mut sum, mut difference, mut product) = (*a, *a, *a);
        sum += b;
        difference -= b;
        product *= b;
        assert_eq!((sum, difference, product), (*a + b, *a - b, *a * b));
        assert_eq!(a == b, theirs_a == theirs_b);
        assert_eq!(bool::from(a.ct_eq(b)), a == b);
        assert_eq!(FieldElement::conditional_select(a, b, 1.into()), *b);
        assert_eq!(FieldElement::conditional_select(a, b, 0.into()), *a);
        let (ours, theirs) = (
            FieldElement::sqrt_ratio(a, b),
            Theirs::sqrt_ratio(theirs_a, theirs_b),
        );
        assert_eq!(bool::from(ours.0), bool::from(theirs.0));
        assert_same(ours.1.square(), theirs.1.square());
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    assert_same(ours.iter().product(), theirs.iter().product());
    // Theirs has to be normalized between sums.
    let sum = theirs
        .iter()
        .fold(Theirs::ZERO, |sum, element| (sum + element).normalize());
    assert_same(ours.iter().sum(), sum);
}

#[test]
fn constants_and_conversions_are_the_same() {
    assert_eq!(FieldElement::MODULUS, Theirs::MODULUS);
    assert_eq!(
        (FieldElement::NUM_BITS, FieldElement::CAPACITY, FieldElement::S),
        (Theirs::NUM_BITS, Theirs::CAPACITY, Theirs::S)
    );
    assert_same(FieldElement::TWO_INV, Theirs::TWO_INV);
    assert_same(
        FieldElement::MULTIPLICATIVE_GENERATOR,
        Theirs::MULTIPLICATIVE_GENERATOR,
    );
    assert_same(FieldElement::ROOT_OF_UNITY, Theirs::ROOT_OF_UNITY);
    assert_same(FieldElement::ROOT_OF_UNITY_INV, Theirs::ROOT_OF_UNITY_INV);
    assert_same(FieldElement::DELTA, Theirs::DELTA);
    assert_same(FieldElement::from(u64::MAX), Theirs::from(u64::MAX));
    assert_same(FieldElement::from_u64(9), Theirs::from_u64(9));
    assert_same(FieldElement::random(&mut Rng(3)), Theirs::random(&mut Rng(3)));
}
