//! The field that coordinates are in.

use core::fmt;
use core::ops::{Add, Mul, Neg};

use elliptic_curve::ff::{Field, PrimeField, helpers};
use elliptic_curve::ops::Invert;
use elliptic_curve::rand_core::RngCore;
use elliptic_curve::subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use elliptic_curve::zeroize::DefaultIsZeroes;

use zisk_secp256k1::modulus::FIELD;
use zisk_secp256k1::powers::{field_inverse, field_root};
use zisk_secp256k1::words::{self, Words, is_below, is_equal, is_zero};

use crate::FieldBytes;
use crate::operators::{assigning_operator, folding, operator};

/// An element of the field: a number below its order.
///
/// There is no other form of an element, so nothing has to be normalized; the methods for that give what they got.
#[derive(Clone, Copy, Default)]
pub struct FieldElement(pub(crate) Words);

impl FieldElement {
    /// Zero.
    pub const ZERO: Self = Self(words::ZERO);
    /// One.
    pub const ONE: Self = Self(words::ONE);

    /// Whether it is zero.
    pub fn is_zero(&self) -> Choice {
        Choice::from(u8::from(is_zero(&self.0)))
    }

    /// Whether the number is even.
    pub fn is_even(&self) -> Choice {
        !self.is_odd()
    }

    /// Whether the number is odd.
    pub fn is_odd(&self) -> Choice {
        Choice::from((self.0[0] & 1) as u8)
    }

    /// The element with these bytes, the highest first; none if the number is not below the order.
    pub fn from_bytes(bytes: &FieldBytes) -> CtOption<Self> {
        let number = words::from_be_bytes(bytes.as_ref());
        CtOption::new(Self(number), u8::from(is_below(&number, FIELD.value())).into())
    }

    /// The same as an `Option`: what takes care not to leak takes dozens of instructions.
    #[cfg(feature = "schnorr")]
    pub(crate) fn decode(bytes: &FieldBytes) -> Option<Self> {
        let number = words::from_be_bytes(bytes.as_ref());
        is_below(&number, FIELD.value()).then_some(Self(number))
    }

    /// A number as an element.
    pub const fn from_u64(number: u64) -> Self {
        Self([number, 0, 0, 0])
    }

    /// The bytes of the number, the highest first.
    pub fn to_bytes(self) -> FieldBytes {
        words::to_be_bytes(&self.0).into()
    }

    /// The negative, whatever the magnitude.
    #[must_use]
    pub fn negate(&self, _magnitude: u32) -> Self {
        Self(FIELD.negate(&self.0))
    }

    /// The same element.
    #[must_use]
    pub fn normalize(&self) -> Self {
        *self
    }

    /// The same element.
    #[must_use]
    pub fn normalize_weak(&self) -> Self {
        *self
    }

    /// Whether it is zero.
    pub fn normalizes_to_zero(&self) -> Choice {
        self.is_zero()
    }

    /// The product with a number.
    #[must_use]
    pub fn mul_single(&self, factor: u32) -> Self {
        self.mul(&Self::from_u64(factor.into()))
    }

    /// Twice the element.
    #[must_use]
    pub fn double(&self) -> Self {
        sum(self, self)
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        Self(FIELD.mul(&self.0, &other.0))
    }

    /// The square.
    #[must_use]
    pub fn square(&self) -> Self {
        Self(FIELD.square(&self.0))
    }

    /// The inverse; none of zero.
    pub fn invert(&self) -> CtOption<Self> {
        CtOption::new(Self(field_inverse(&self.0)), !self.is_zero())
    }

    /// A root, if there is one: that of the two which is a square.
    pub fn sqrt(&self) -> CtOption<Self> {
        let root = Self(field_root(&self.0));
        CtOption::new(root, root.square().ct_eq(self))
    }
}

fn sum(x: &FieldElement, y: &FieldElement) -> FieldElement {
    FieldElement(FIELD.add(&x.0, &y.0))
}

fn difference(x: &FieldElement, y: &FieldElement) -> FieldElement {
    FieldElement(FIELD.sub(&x.0, &y.0))
}

operator!(Add::add, sum: FieldElement, FieldElement; FieldElement, &FieldElement; &FieldElement, &FieldElement => FieldElement);
operator!(Sub::sub, difference: FieldElement, FieldElement; FieldElement, &FieldElement => FieldElement);
operator!(Mul::mul, FieldElement::mul: FieldElement, FieldElement; FieldElement, &FieldElement; &FieldElement, &FieldElement => FieldElement);
assigning_operator!(AddAssign::add_assign, sum: FieldElement, FieldElement);
assigning_operator!(SubAssign::sub_assign, difference: FieldElement, FieldElement);
assigning_operator!(MulAssign::mul_assign, FieldElement::mul: FieldElement, FieldElement);
folding!(Sum::sum, FieldElement, Self::ZERO, Add::add);
folding!(Product::product, FieldElement, Self::ONE, Mul::mul);

impl Neg for FieldElement {
    type Output = Self;

    fn neg(self) -> Self {
        self.negate(1)
    }
}

impl Neg for &FieldElement {
    type Output = FieldElement;

    fn neg(self) -> FieldElement {
        self.negate(1)
    }
}

impl fmt::Debug for FieldElement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(formatter, "FieldElement(0x{d:016x}{c:016x}{b:016x}{a:016x})")
    }
}

impl Invert for FieldElement {
    type Output = CtOption<Self>;

    fn invert(&self) -> CtOption<Self> {
        self.invert()
    }
}

impl Field for FieldElement {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;

    fn random(mut rng: impl RngCore) -> Self {
        loop {
            let mut bytes = FieldBytes::default();
            rng.fill_bytes(&mut bytes);
            if let Some(element) = Self::from_bytes(&bytes).into() {
                return element;
            }
        }
    }

    fn square(&self) -> Self {
        self.square()
    }

    fn double(&self) -> Self {
        self.double()
    }

    fn invert(&self) -> CtOption<Self> {
        self.invert()
    }

    fn sqrt(&self) -> CtOption<Self> {
        self.sqrt()
    }

    fn sqrt_ratio(numerator: &Self, denominator: &Self) -> (Choice, Self) {
        helpers::sqrt_ratio_generic(numerator, denominator)
    }
}

impl PrimeField for FieldElement {
    type Repr = FieldBytes;

    const MODULUS: &'static str = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
    const NUM_BITS: u32 = 256;
    const CAPACITY: u32 = 255;
    const TWO_INV: Self = Self([0xffff_ffff_7fff_fe18, u64::MAX, u64::MAX, u64::MAX >> 1]);
    const MULTIPLICATIVE_GENERATOR: Self = Self::from_u64(3);
    const S: u32 = 1;
    const ROOT_OF_UNITY: Self = Self([0xffff_fffe_ffff_fc2e, u64::MAX, u64::MAX, u64::MAX]);
    const ROOT_OF_UNITY_INV: Self = Self::ROOT_OF_UNITY;
    const DELTA: Self = Self::from_u64(9);

    fn from_repr(bytes: FieldBytes) -> CtOption<Self> {
        Self::from_bytes(&bytes)
    }

    fn to_repr(&self) -> FieldBytes {
        self.to_bytes()
    }

    fn is_odd(&self) -> Choice {
        self.is_odd()
    }
}

impl ConditionallySelectable for FieldElement {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        if choice.into() { *b } else { *a }
    }
}

impl ConstantTimeEq for FieldElement {
    fn ct_eq(&self, other: &Self) -> Choice {
        u8::from(self == other).into()
    }
}

impl PartialEq for FieldElement {
    fn eq(&self, other: &Self) -> bool {
        is_equal(&self.0, &other.0)
    }
}

impl Eq for FieldElement {}

impl DefaultIsZeroes for FieldElement {}

impl From<u64> for FieldElement {
    fn from(number: u64) -> Self {
        Self::from_u64(number)
    }
}
