//! Residues modulo a number that is known when the program runs.

use core::fmt::{self, Debug, Formatter};
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crypto_bigint_original::modular::runtime_mod::{
    DynResidue as Original, DynResidueParams as OriginalParams,
};
use crypto_bigint_original::subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use crypto_bigint_original::{
    CtChoice, Integer, Invert, MultiExponentiateBoundedExp, PowBoundedExp, Square, U256, Uint,
};

use super::constant_mod::{Residue, ResidueParams};
use super::{Retrieve, Ring, factor};
use crate::coprocessor;

/// What computing modulo an odd number takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DynResidueParams<const LIMBS: usize> {
    original: OriginalParams<LIMBS>,
    one: Uint<LIMBS>,
    factor: U256,
}

impl<const LIMBS: usize> DynResidueParams<LIMBS> {
    const fn from_original(original: OriginalParams<LIMBS>) -> Self {
        let inverse = Original::from_montgomery(Uint::ONE, original).retrieve();
        Self {
            original,
            one: Original::one(original).to_montgomery(),
            factor: factor(original.modulus(), &inverse),
        }
    }

    /// Modulo this number.
    ///
    /// # Panics
    /// If it is even.
    pub const fn new(modulus: &Uint<LIMBS>) -> Self {
        Self::from_original(OriginalParams::new(modulus))
    }

    /// Modulo this number; none if it is even.
    #[deprecated(since = "0.5.3", note = "`new` will return an option in a later version")]
    pub fn new_checked(modulus: &Uint<LIMBS>) -> CtOption<Self> {
        let is_odd = bool::from(modulus.is_odd());
        let odd = if is_odd { modulus } else { &Uint::ONE };
        CtOption::new(Self::new(odd), u8::from(is_odd).into())
    }

    /// The number.
    pub const fn modulus(&self) -> &Uint<LIMBS> {
        self.original.modulus()
    }

    /// Modulo a constant.
    pub const fn from_residue_params<P: ResidueParams<LIMBS>>() -> Self {
        Self::from_original(OriginalParams::from_residue_params::<P>())
    }

    pub(crate) const fn ring(&self) -> Ring<'_, LIMBS> {
        Ring {
            modulus: self.modulus(),
            one: &self.one,
            factor: &self.factor,
        }
    }
}

impl<const LIMBS: usize> Debug for DynResidueParams<LIMBS> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.original.fmt(f)
    }
}

impl<const LIMBS: usize> ConditionallySelectable for DynResidueParams<LIMBS> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            original: OriginalParams::conditional_select(&a.original, &b.original, choice),
            one: Uint::conditional_select(&a.one, &b.one, choice),
            factor: U256::conditional_select(&a.factor, &b.factor, choice),
        }
    }
}

impl<const LIMBS: usize> ConstantTimeEq for DynResidueParams<LIMBS> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.original.ct_eq(&other.original)
    }
}

/// A residue of `LIMBS` limbs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DynResidue<const LIMBS: usize> {
    montgomery_form: Uint<LIMBS>,
    residue_params: DynResidueParams<LIMBS>,
}

impl<const LIMBS: usize> DynResidue<LIMBS> {
    const fn original(&self) -> Original<LIMBS> {
        Original::from_montgomery(self.montgomery_form, self.residue_params.original)
    }

    const fn with(&self, original: &Original<LIMBS>) -> Self {
        Self::from_montgomery(original.to_montgomery(), self.residue_params)
    }

    /// The residue of an integer.
    pub const fn new(integer: &Uint<LIMBS>, residue_params: DynResidueParams<LIMBS>) -> Self {
        let original = Original::new(integer, residue_params.original);
        Self::from_montgomery(original.to_montgomery(), residue_params)
    }

    /// The integer, which is below the modulus.
    pub const fn retrieve(&self) -> Uint<LIMBS> {
        self.original().retrieve()
    }

    /// The residue of 0.
    pub const fn zero(residue_params: DynResidueParams<LIMBS>) -> Self {
        Self::from_montgomery(Uint::ZERO, residue_params)
    }

    /// The residue of 1.
    pub const fn one(residue_params: DynResidueParams<LIMBS>) -> Self {
        Self::from_montgomery(residue_params.one, residue_params)
    }

    /// What it is a residue of.
    pub const fn params(&self) -> &DynResidueParams<LIMBS> {
        &self.residue_params
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
    pub const fn from_montgomery(integer: Uint<LIMBS>, residue_params: DynResidueParams<LIMBS>) -> Self {
        Self {
            montgomery_form: integer,
            residue_params,
        }
    }

    /// How the residue is represented.
    pub const fn to_montgomery(&self) -> Uint<LIMBS> {
        self.montgomery_form
    }

    /// The residue that is this one if it is doubled.
    #[must_use]
    pub fn div_by_2(&self) -> Self {
        self.with(&self.original().div_by_2())
    }

    /// The sum.
    #[must_use]
    pub const fn add(&self, other: &Self) -> Self {
        self.with(&Original::add(&self.original(), &other.original()))
    }

    /// The difference.
    #[must_use]
    pub const fn sub(&self, other: &Self) -> Self {
        self.with(&Original::sub(&self.original(), &other.original()))
    }

    /// What it is added to for 0.
    #[must_use]
    pub const fn neg(&self) -> Self {
        self.with(&Original::neg(&self.original()))
    }

    /// The inverse, if the second value says so; if not, there is none, and the first value is any.
    pub const fn invert(&self) -> (Self, CtChoice) {
        let (inverse, is_some) = self.original().invert();
        (self.with(&inverse), is_some)
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        debug_assert_eq!(self.residue_params, other.residue_params, "one modulus");
        let mut product = *self;
        let ring = self.residue_params.ring();
        if coprocessor::multiply(&mut product.montgomery_form, &other.montgomery_form, ring) {
            product
        } else {
            self.with(&Original::mul(&self.original(), &other.original()))
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
        let ring = self.residue_params.ring();
        match coprocessor::power(&self.montgomery_form, exponent, exponent_bits, ring) {
            Some(power) => Self::from_montgomery(power, self.residue_params),
            None => self.with(&self.original().pow_bounded_exp(exponent, exponent_bits)),
        }
    }
}

operators!([const LIMBS: usize] DynResidue<LIMBS>);

impl<const N: usize, const LIMBS: usize, const EXPONENT: usize>
    MultiExponentiateBoundedExp<Uint<EXPONENT>, [(Self, Uint<EXPONENT>); N]> for DynResidue<LIMBS>
{
    fn multi_exponentiate_bounded_exp(powers: &[(Self, Uint<EXPONENT>); N], exponent_bits: usize) -> Self {
        let first = powers.first().expect("of no powers the modulus is not known").0;
        let terms = powers.iter().map(|(x, exponent)| (&x.montgomery_form, exponent));
        if let Some(product) =
            coprocessor::product_of_powers(&terms, exponent_bits, first.residue_params.ring())
        {
            return Self::from_montgomery(product, first.residue_params);
        }
        let powers = powers.map(|(x, exponent)| (x.original(), exponent));
        first.with(&Original::multi_exponentiate_bounded_exp(&powers, exponent_bits))
    }
}

#[cfg(feature = "alloc")]
impl<const LIMBS: usize, const EXPONENT: usize>
    MultiExponentiateBoundedExp<Uint<EXPONENT>, [(Self, Uint<EXPONENT>)]> for DynResidue<LIMBS>
{
    fn multi_exponentiate_bounded_exp(powers: &[(Self, Uint<EXPONENT>)], exponent_bits: usize) -> Self {
        let first = powers.first().expect("of no powers the modulus is not known").0;
        let terms = powers.iter().map(|(x, exponent)| (&x.montgomery_form, exponent));
        if let Some(product) =
            coprocessor::product_of_powers(&terms, exponent_bits, first.residue_params.ring())
        {
            return Self::from_montgomery(product, first.residue_params);
        }
        let originals = powers.iter().map(|(x, exponent)| (x.original(), *exponent));
        let originals: alloc::vec::Vec<_> = originals.collect();
        first.with(&Original::multi_exponentiate_bounded_exp(
            &originals[..],
            exponent_bits,
        ))
    }
}

impl<P: ResidueParams<LIMBS>, const LIMBS: usize> From<&Residue<P, LIMBS>> for DynResidue<LIMBS> {
    fn from(residue: &Residue<P, LIMBS>) -> Self {
        Self::from_montgomery(
            residue.to_montgomery(),
            DynResidueParams::from_residue_params::<P>(),
        )
    }
}

impl<const LIMBS: usize> Debug for DynResidue<LIMBS> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.original().fmt(f)
    }
}

impl<const LIMBS: usize> ConditionallySelectable for DynResidue<LIMBS> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self {
            montgomery_form: Uint::conditional_select(&a.montgomery_form, &b.montgomery_form, choice),
            residue_params: DynResidueParams::conditional_select(
                &a.residue_params,
                &b.residue_params,
                choice,
            ),
        }
    }
}

impl<const LIMBS: usize> ConstantTimeEq for DynResidue<LIMBS> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.montgomery_form.ct_eq(&other.montgomery_form) & self.residue_params.ct_eq(&other.residue_params)
    }
}

/// As in the original, what it is a residue of is left as it is.
#[cfg(feature = "zeroize")]
impl<const LIMBS: usize> crate::zeroize::Zeroize for DynResidue<LIMBS> {
    fn zeroize(&mut self) {
        self.montgomery_form.zeroize();
    }
}
