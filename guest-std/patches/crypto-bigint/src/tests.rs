//! Everything is what the original has. Here the coprocessors' arithmetic is computed in software, so what calls them is tried, too.

extern crate alloc;
extern crate std;

use alloc::format;
use alloc::vec::Vec;

use crypto_bigint_original::modular::constant_mod::Residue as OriginalConstant;
use crypto_bigint_original::modular::runtime_mod::{
    DynResidue as Original, DynResidueParams as OriginalParams,
};
use crypto_bigint_original::subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use crate::coprocessor;
use crate::modular::Retrieve;
use crate::modular::constant_mod::{Residue, ResidueParams};
use crate::modular::runtime_mod::{DynResidue, DynResidueParams};
use crate::{
    Invert, MultiExponentiate, MultiExponentiateBoundedExp, NonZero, Pow, PowBoundedExp, Random, Square, U64,
    U256, U512, Uint, Zero, const_residue, impl_modulus,
};

fn random<const LIMBS: usize>(rng: &mut ChaCha12Rng) -> Uint<LIMBS> {
    Uint::from_words(core::array::from_fn(|_| rng.random()))
}

/// Odd numbers of many sizes, the highest among them.
fn moduli<const LIMBS: usize>(rng: &mut ChaCha12Rng) -> Vec<Uint<LIMBS>> {
    let mut moduli = alloc::vec![Uint::ONE, Uint::from(3_u8), Uint::MAX, Uint::MAX.shr_vartime(1)];
    moduli.push(Uint::ONE.shl_vartime(Uint::<LIMBS>::BITS - 1) | Uint::ONE);
    for shift in [0, 1, 37, 64 * LIMBS / 2, 64 * LIMBS - 9] {
        moduli.push(random::<LIMBS>(rng).shr_vartime(shift) | Uint::ONE);
    }
    moduli
}

/// Residues at the ends and some others.
fn residues<const LIMBS: usize>(rng: &mut ChaCha12Rng, modulus: &Uint<LIMBS>) -> Vec<Uint<LIMBS>> {
    let mut residues = alloc::vec![
        Uint::ZERO,
        modulus.wrapping_sub(&Uint::ONE),
        modulus.wrapping_sub(&Uint::from(2_u8)),
    ];
    residues.extend((0..3).map(|_| random(rng)));
    let modulus = NonZero::new(*modulus).unwrap();
    residues.into_iter().map(|number| number.rem(&modulus)).collect()
}

/// Both kinds of results are the same.
fn same<const LIMBS: usize>(found: DynResidue<LIMBS>, expected: Original<LIMBS>) {
    assert_eq!(found.to_montgomery(), expected.to_montgomery(), "{expected:?}");
    assert_eq!(format!("{found:?}"), format!("{expected:?}"));
}

fn arithmetic_is_the_originals<const LIMBS: usize>() {
    let rng = &mut ChaCha12Rng::seed_from_u64(LIMBS as u64);
    for modulus in moduli::<LIMBS>(rng) {
        let (params, original) = (DynResidueParams::new(&modulus), OriginalParams::new(&modulus));
        assert_eq!(params.modulus(), original.modulus());
        assert_eq!(format!("{params:?}"), format!("{original:?}"));
        same(DynResidue::one(params), Original::one(original));
        same(DynResidue::zero(params), Original::zero(original));
        let mut forms = residues(rng, &modulus);
        let is_called =
            |x: &Uint<LIMBS>, y: &Uint<LIMBS>| coprocessor::multiply(&mut { *x }, y, params.ring());
        for (x, y) in forms.iter().flat_map(|x| forms.iter().map(move |y| (x, y))) {
            assert_eq!(is_called(x, y), LIMBS.is_multiple_of(4));
        }
        // Nobody says that these are residues.
        forms.extend([modulus, Uint::MAX]);
        for form in &forms {
            let (x, x_original) = (
                DynResidue::from_montgomery(*form, params),
                Original::from_montgomery(*form, original),
            );
            same(x.square(), x_original.square());
            same(Square::square(&x), x_original.square());
            same(x.neg(), x_original.neg());
            same(-x, -x_original);
            same(-&x, -&x_original);
            same(x.div_by_2(), x_original.div_by_2());
            same(DynResidue::new(form, params), Original::new(form, original));
            assert_eq!(x.retrieve(), x_original.retrieve());
            assert_eq!(Retrieve::retrieve(&x), x_original.retrieve());
            for form in &forms {
                let (y, y_original) = (
                    DynResidue::from_montgomery(*form, params),
                    Original::from_montgomery(*form, original),
                );
                let product = x_original.mul(&y_original);
                #[allow(clippy::op_ref, reason = "these are operators, too")]
                let products = [x.mul(&y), x * y, &x * y, x * &y, &x * &y];
                for found in products {
                    same(found, product);
                }
                let mut assigned = x;
                assigned *= y;
                same(assigned, product);
                assigned *= &y;
                same(assigned, product.mul(&y_original));
                same(x + y, x_original + y_original);
                same(x - y, x_original - y_original);
                assert_eq!(x == y, x_original == y_original);
                assert_eq!(bool::from(x.ct_eq(&y)), x_original == y_original);
                same(
                    DynResidue::conditional_select(&x, &y, Choice::from(1)),
                    y_original,
                );
            }
        }
        let one = forms[0];
        let inverse = DynResidue::from_montgomery(one, params).invert().1;
        let expected = Original::from_montgomery(one, original).invert().1;
        assert_eq!(bool::from(inverse), bool::from(expected));
    }
}

#[test]
fn arithmetic_of_any_length_is_the_originals() {
    arithmetic_is_the_originals::<1>();
    arithmetic_is_the_originals::<3>();
    arithmetic_is_the_originals::<4>();
    arithmetic_is_the_originals::<8>();
    arithmetic_is_the_originals::<10>();
    arithmetic_is_the_originals::<12>();
    arithmetic_is_the_originals::<32>();
}

fn powers_are_the_originals<const LIMBS: usize>() {
    let rng = &mut ChaCha12Rng::seed_from_u64(LIMBS as u64);
    let mut exponents: Vec<U256> = [0_u64, 1, 2, 3, 15, 16, 17, 65_537].map(U256::from).to_vec();
    exponents.extend([U256::MAX, random(rng)]);
    for modulus in moduli::<LIMBS>(rng) {
        let (params, original) = (DynResidueParams::new(&modulus), OriginalParams::new(&modulus));
        let mut forms = residues(rng, &modulus);
        forms.push(Uint::MAX);
        let with = |form: &Uint<LIMBS>| {
            (
                DynResidue::from_montgomery(*form, params),
                Original::from_montgomery(*form, original),
            )
        };
        for (x, x_original) in forms.iter().map(with) {
            for exponent in &exponents {
                same(x.pow(exponent), x_original.pow(exponent));
                same(Pow::pow(&x, exponent), x_original.pow(exponent));
                for bits in [0, 1, 3, 4, 5, 64, 130] {
                    let expected = x_original.pow_bounded_exp(exponent, bits);
                    same(x.pow_bounded_exp(exponent, bits), expected);
                    same(PowBoundedExp::pow_bounded_exp(&x, exponent, bits), expected);
                }
            }
            same(x.pow(&U64::from(77_u8)), x_original.pow(&U64::from(77_u8)));
        }
        for forms in forms.windows(3) {
            let exponents = [exponents[9], exponents[5], exponents[7]];
            let (powers, originals): (Vec<_>, Vec<_>) = forms
                .iter()
                .zip(exponents)
                .map(|(form, exponent)| {
                    let (x, x_original) = with(form);
                    ((x, exponent), (x_original, exponent))
                })
                .unzip();
            let array: [_; 3] = powers[..].try_into().unwrap();
            let expected = Original::multi_exponentiate(&originals[..]);
            same(DynResidue::multi_exponentiate(&array), expected);
            same(DynResidue::multi_exponentiate(&powers[..]), expected);
            for bits in [0, 1, 70] {
                let expected = Original::multi_exponentiate_bounded_exp(&originals[..], bits);
                same(DynResidue::multi_exponentiate_bounded_exp(&array, bits), expected);
            }
        }
    }
}

#[test]
fn powers_of_any_length_are_the_originals() {
    powers_are_the_originals::<2>();
    powers_are_the_originals::<4>();
    powers_are_the_originals::<8>();
}

impl_modulus!(
    Short,
    U256,
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
);
impl_modulus!(
    Long,
    U512,
    "e00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000a5"
);

fn constants_are_the_originals<MOD: ResidueParams<LIMBS>, const LIMBS: usize>()
where
    Uint<LIMBS>: crate::Encoding,
{
    type Of<MOD, const LIMBS: usize> = Residue<MOD, LIMBS>;
    let rng = &mut ChaCha12Rng::seed_from_u64(LIMBS as u64);
    let same = |found: Of<MOD, LIMBS>, expected: OriginalConstant<MOD, LIMBS>| {
        assert_eq!(found.to_montgomery(), expected.to_montgomery());
        assert_eq!(found.as_montgomery(), expected.as_montgomery());
        assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        let text = serde_json::to_string(&found).unwrap();
        assert_eq!(text, serde_json::to_string(&expected).unwrap());
        assert_eq!(serde_json::from_str::<Of<MOD, LIMBS>>(&text).unwrap(), found);
    };
    same(Residue::ZERO, OriginalConstant::ZERO);
    same(Residue::ONE, OriginalConstant::ONE);
    same(Residue::default(), OriginalConstant::default());
    let mut numbers = residues(rng, &MOD::MODULUS);
    numbers.push(Uint::MAX);
    for number in &numbers {
        let (x, x_original) = (Residue::new(number), OriginalConstant::new(number));
        same(x, x_original);
        same(Residue::new_checked(number).unwrap(), x_original);
        same(x.square(), x_original.square());
        same(x.neg(), x_original.neg());
        same(x.div_by_2(), x_original.div_by_2());
        same(x.pow(number), x_original.pow(number));
        assert_eq!(x.retrieve(), x_original.retrieve());
        assert_eq!(bool::from(x.is_zero()), bool::from(x_original.is_zero()));
        let (inverse, expected) = (Invert::invert(&x), x_original.invert());
        assert_eq!(bool::from(inverse.is_some()), bool::from(expected.1));
        if inverse.is_some().into() {
            same(inverse.unwrap(), expected.0);
        }
        assert_eq!(DynResidue::from(&x).retrieve(), x.retrieve());
        for other in &numbers {
            let (y, y_original) = (Residue::new(other), OriginalConstant::new(other));
            same(x * y, x_original * y_original);
            same(x + y, x_original + y_original);
            same(x - y, x_original - y_original);
            let powers = [(x, *other), (y, *number)];
            let originals = [(x_original, *other), (y_original, *number)];
            let expected = OriginalConstant::multi_exponentiate(&originals);
            same(Residue::multi_exponentiate(&powers), expected);
            same(Residue::multi_exponentiate(&powers[..]), expected);
        }
    }
    let text = serde_json::to_string(&MOD::MODULUS).unwrap();
    assert!(serde_json::from_str::<Of<MOD, LIMBS>>(&text).is_err());
}

#[test]
fn residues_of_constant_moduli_are_the_originals() {
    constants_are_the_originals::<Short, { Short::LIMBS }>();
    constants_are_the_originals::<Long, { Long::LIMBS }>();
    let mut zeroized = Residue::<Short, { Short::LIMBS }>::random(&mut crate::rand_core::OsRng);
    crate::zeroize::Zeroize::zeroize(&mut zeroized);
    assert_eq!(zeroized, Residue::ZERO);
}

/// Constants stay constants.
#[test]
fn constants_can_be_computed() {
    const FIVE: U256 = U256::from_u8(5);
    const RESIDUE: Residue<Short, { Short::LIMBS }> = const_residue!(FIVE, Short);
    const SUM: U256 = RESIDUE.add(&RESIDUE).sub(&RESIDUE.neg()).retrieve();
    const PARAMS: DynResidueParams<{ U256::LIMBS }> = DynResidueParams::new(&Short::MODULUS);
    const DYNAMIC: DynResidue<{ U256::LIMBS }> = DynResidue::new(&FIVE, PARAMS);
    assert_eq!(SUM, U256::from_u8(15));
    assert_eq!(DYNAMIC, DynResidue::from(&RESIDUE));
}

#[test]
#[allow(
    deprecated,
    reason = "the function is there until the original has it no more"
)]
fn even_moduli_are_refused() {
    assert!(bool::from(
        DynResidueParams::new_checked(&U256::from(8_u8)).is_none()
    ));
    assert!(bool::from(
        DynResidueParams::new_checked(&U256::from(9_u8)).is_some()
    ));
    assert!(std::panic::catch_unwind(|| DynResidueParams::new(&U256::from(8_u8))).is_err());
}
