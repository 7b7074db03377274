//! Residues modulo a constant.

use core::fmt::{self, Debug, Formatter};
use core::marker::PhantomData;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crypto_bigint_original::modular::constant_mod::Residue as Original;
pub use crypto_bigint_original::modular::constant_mod::ResidueParams;
use crypto_bigint_original::subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use crypto_bigint_original::{
    CtChoice, Invert, MultiExponentiateBoundedExp, PowBoundedExp, Square, U256, Uint, Zero,
};

use super::{Retrieve, Ring, factor};
use crate::coprocessor;

/// A residue modulo `MOD`, of `LIMBS` limbs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Residue<MOD: ResidueParams<LIMBS>, const LIMBS: usize> {
    montgomery_form: Uint<LIMBS>,
    modulus: PhantomData<MOD>,
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> Residue<MOD, LIMBS> {
    /// The representation of 0.
    pub const ZERO: Self = Self::from_montgomery(Uint::ZERO);

    /// The representation of 1.
    pub const ONE: Self = Self::from_montgomery(MOD::R);

    const FACTOR: U256 = factor(&MOD::MODULUS, &Self::from_montgomery(Uint::ONE).retrieve());

    const RING: Ring<'static, LIMBS> = Ring {
        modulus: &MOD::MODULUS,
        one: &MOD::R,
        factor: &Self::FACTOR,
    };

    const fn original(&self) -> Original<MOD, LIMBS> {
        Original::from_montgomery(self.montgomery_form)
    }

    const fn from_original(original: Original<MOD, LIMBS>) -> Self {
        Self::from_montgomery(original.to_montgomery())
    }

    /// The residue of an integer.
    ///
    /// # Panics
    /// If the modulus is even.
    pub const fn new(integer: &Uint<LIMBS>) -> Self {
        Self::from_original(Original::new(integer))
    }

    /// The residue of an integer; none if the modulus is even.
    pub fn new_checked(integer: &Uint<LIMBS>) -> CtOption<Self> {
        Original::new_checked(integer).map(Self::from_original)
    }

    /// The integer, which is below the modulus.
    pub const fn retrieve(&self) -> Uint<LIMBS> {
        self.original().retrieve()
    }

    /// How the residue is represented: multiplied with 2 to the power of its bits (Montgomery's form).
    pub const fn as_montgomery(&self) -> &Uint<LIMBS> {
        &self.montgomery_form
    }

    /// How the residue is represented, to be changed.
    pub const fn as_montgomery_mut(&mut self) -> &mut Uint<LIMBS> {
        &mut self.montgomery_form
    }

    /// The residue that is represented so.
    pub const fn from_montgomery(integer: Uint<LIMBS>) -> Self {
        Self {
            montgomery_form: integer,
            modulus: PhantomData,
        }
    }

    /// How the residue is represented.
    pub const fn to_montgomery(&self) -> Uint<LIMBS> {
        self.montgomery_form
    }

    /// The residue that is this one if it is doubled.
    #[must_use]
    pub fn div_by_2(&self) -> Self {
        Self::from_original(self.original().div_by_2())
    }

    /// The sum.
    #[must_use]
    pub const fn add(&self, other: &Self) -> Self {
        Self::from_original(Original::add(&self.original(), &other.original()))
    }

    /// The difference.
    #[must_use]
    pub const fn sub(&self, other: &Self) -> Self {
        Self::from_original(Original::sub(&self.original(), &other.original()))
    }

    /// What it is added to for 0.
    #[must_use]
    pub const fn neg(&self) -> Self {
        Self::from_original(Original::neg(&self.original()))
    }

    /// The inverse, if the second value says so; if not, there is none, and the first value is any.
    pub const fn invert(&self) -> (Self, CtChoice) {
        let (inverse, is_some) = self.original().invert();
        (Self::from_original(inverse), is_some)
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        let mut product = *self;
        if coprocessor::multiply(&mut product.montgomery_form, &other.montgomery_form, Self::RING) {
            product
        } else {
            Self::from_original(Original::mul(&self.original(), &other.original()))
        }
    }

    /// The product with itself.
    #[must_use]
    pub fn square(&self) -> Self {
        self.mul(self)
    }

    /// The residue to the power of `exponent`.
    #[must_use]
    pub fn pow<const EXPONENT: usize>(&self, exponent: &Uint<EXPONENT>) -> Self {
        self.pow_bounded_exp(exponent, Uint::<EXPONENT>::BITS)
    }

    /// The residue to the power of the number that the lowest `exponent_bits` bits of `exponent` are.
    #[must_use]
    pub fn pow_bounded_exp<const EXPONENT: usize>(
        &self,
        exponent: &Uint<EXPONENT>,
        exponent_bits: usize,
    ) -> Self {
        coprocessor::power(&self.montgomery_form, exponent, exponent_bits, Self::RING).map_or_else(
            || Self::from_original(self.original().pow_bounded_exp(exponent, exponent_bits)),
            Self::from_montgomery,
        )
    }
}

operators!([MOD: ResidueParams<LIMBS>, const LIMBS: usize] Residue<MOD, LIMBS>);

impl<const N: usize, MOD: ResidueParams<LIMBS>, const LIMBS: usize, const EXPONENT: usize>
    MultiExponentiateBoundedExp<Uint<EXPONENT>, [(Self, Uint<EXPONENT>); N]> for Residue<MOD, LIMBS>
{
    fn multi_exponentiate_bounded_exp(powers: &[(Self, Uint<EXPONENT>); N], exponent_bits: usize) -> Self {
        let terms = powers.iter().map(|(x, exponent)| (&x.montgomery_form, exponent));
        coprocessor::product_of_powers(&terms, exponent_bits, Self::RING).map_or_else(
            || {
                let powers = powers.map(|(x, exponent)| (x.original(), exponent));
                Self::from_original(Original::multi_exponentiate_bounded_exp(&powers, exponent_bits))
            },
            Self::from_montgomery,
        )
    }
}

#[cfg(feature = "alloc")]
impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize, const EXPONENT: usize>
    MultiExponentiateBoundedExp<Uint<EXPONENT>, [(Self, Uint<EXPONENT>)]> for Residue<MOD, LIMBS>
{
    fn multi_exponentiate_bounded_exp(powers: &[(Self, Uint<EXPONENT>)], exponent_bits: usize) -> Self {
        let terms = powers.iter().map(|(x, exponent)| (&x.montgomery_form, exponent));
        coprocessor::product_of_powers(&terms, exponent_bits, Self::RING).map_or_else(
            || {
                let originals = powers.iter().map(|(x, exponent)| (x.original(), *exponent));
                let originals: alloc::vec::Vec<_> = originals.collect();
                Self::from_original(Original::multi_exponentiate_bounded_exp(
                    &originals[..],
                    exponent_bits,
                ))
            },
            Self::from_montgomery,
        )
    }
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> Debug for Residue<MOD, LIMBS> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.original().fmt(f)
    }
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> ConditionallySelectable for Residue<MOD, LIMBS> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        let (a, b) = (&a.montgomery_form, &b.montgomery_form);
        Self::from_montgomery(Uint::conditional_select(a, b, choice))
    }
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> ConstantTimeEq for Residue<MOD, LIMBS> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.montgomery_form.ct_eq(&other.montgomery_form)
    }
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> Default for Residue<MOD, LIMBS> {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> Zero for Residue<MOD, LIMBS> {
    const ZERO: Self = Self::ZERO;
}

#[cfg(feature = "zeroize")]
impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> crate::zeroize::DefaultIsZeroes for Residue<MOD, LIMBS> {}

#[cfg(feature = "rand_core")]
impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> crate::Random for Residue<MOD, LIMBS> {
    fn random(rng: &mut impl crate::rand_core::CryptoRngCore) -> Self {
        Self::from_original(Original::random(rng))
    }
}

#[cfg(feature = "serde")]
impl<'de, MOD: ResidueParams<LIMBS>, const LIMBS: usize> serdect::serde::Deserialize<'de>
    for Residue<MOD, LIMBS>
where
    Uint<LIMBS>: crate::Encoding,
{
    fn deserialize<D: serdect::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Original::deserialize(deserializer).map(Self::from_original)
    }
}

#[cfg(feature = "serde")]
impl<MOD: ResidueParams<LIMBS>, const LIMBS: usize> serdect::serde::Serialize for Residue<MOD, LIMBS>
where
    Uint<LIMBS>: crate::Encoding,
{
    fn serialize<S: serdect::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.montgomery_form.serialize(serializer)
    }
}
