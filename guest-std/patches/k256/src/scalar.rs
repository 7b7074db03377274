//! Scalars: numbers modulo the order of the curve.

mod conversions;
mod field;

use core::cmp::Ordering;
use core::fmt;
use core::ops::{Add, Mul, Neg, Shr, ShrAssign};

use elliptic_curve::bigint::{ArrayEncoding, U256, U512};
use elliptic_curve::ops::{Invert, Reduce, ReduceNonZero};
use elliptic_curve::rand_core::{CryptoRngCore, RngCore};
use elliptic_curve::scalar::IsHigh;
use elliptic_curve::subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use elliptic_curve::zeroize::DefaultIsZeroes;

use zisk_secp256k1::modulus::{Modulus, ORDER};
use zisk_secp256k1::powers::scalar_inverse;
use zisk_secp256k1::words::{self, Words, is_below, is_equal, is_zero};

use crate::operators::{assigning_operator, folding, operator};
use crate::{FieldBytes, WideBytes};

/// The order, for constants.
const MODULUS: Words = crate::ORDER.to_words();
/// The order's half, rounded down.
const HALF: Words = words::shifted_right(&MODULUS, 1);
/// Numbers that are not 0 are those below this one, with 1 added.
static ORDER_LESS_ONE: Modulus = Modulus::of(ORDER_LESS_ONE_VALUE);
const ORDER_LESS_ONE_VALUE: Words = words::difference(&MODULUS, &words::ONE).0;
/// 2^256 modulo the order.
const TWO_TO_256: Words = words::difference(&words::ZERO, &MODULUS).0;
/// 2^256 modulo one less.
const TWO_TO_256_LESS_ONE: Words = words::difference(&words::ZERO, &ORDER_LESS_ONE_VALUE).0;

/// A number modulo the order of the curve.
///
/// With the feature `serde` it is written as 32 bytes, the highest first; in text as hexadecimal digits.
#[derive(Clone, Copy, Default)]
pub struct Scalar(pub(crate) Words);

impl Scalar {
    /// Zero.
    pub const ZERO: Self = Self(words::ZERO);
    /// One.
    pub const ONE: Self = Self(words::ONE);

    /// Whether it is zero.
    pub fn is_zero(&self) -> Choice {
        u8::from(is_zero(&self.0)).into()
    }

    /// The bytes of the number, the highest first.
    pub fn to_bytes(&self) -> FieldBytes {
        words::to_be_bytes(&self.0).into()
    }

    /// The negative. For constants; the operator asks a coprocessor.
    #[must_use]
    pub const fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }

    /// The sum. For constants; the operator asks a coprocessor.
    #[must_use]
    pub const fn add(&self, other: &Self) -> Self {
        let (sum, is_long) = words::sum(&self.0, &other.0);
        if is_long || !is_below(&sum, &MODULUS) {
            Self(words::difference(&sum, &MODULUS).0)
        } else {
            Self(sum)
        }
    }

    /// The difference. For constants; the operator asks a coprocessor.
    #[must_use]
    pub const fn sub(&self, other: &Self) -> Self {
        let (difference, is_negative) = words::difference(&self.0, &other.0);
        if is_negative {
            Self(words::sum(&difference, &MODULUS).0)
        } else {
            Self(difference)
        }
    }

    /// The product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        Self(ORDER.mul(&self.0, &other.0))
    }

    /// The square.
    #[must_use]
    pub fn square(&self) -> Self {
        Self(ORDER.square(&self.0))
    }

    /// The number without its lowest bits.
    #[must_use]
    pub fn shr_vartime(&self, shift: usize) -> Self {
        Self(words::shifted_right(&self.0, shift))
    }

    /// The inverse; none of zero.
    pub fn invert(&self) -> CtOption<Self> {
        CtOption::new(Self(scalar_inverse(&self.0)), !self.is_zero())
    }

    /// A random scalar: 512 random bits, reduced, so that some are likelier than others by next to nothing.
    pub fn generate_biased(rng: &mut impl CryptoRngCore) -> Self {
        let mut bytes = WideBytes::default();
        rng.fill_bytes(&mut bytes);
        <Self as Reduce<U512>>::reduce_bytes(&bytes)
    }

    /// A random scalar: random numbers are drawn until one is below the order.
    pub fn generate_vartime(rng: &mut impl RngCore) -> Self {
        loop {
            let mut bytes = FieldBytes::default();
            rng.fill_bytes(&mut bytes);
            let number = words::from_be_bytes(bytes.as_ref());
            if is_below(&number, &MODULUS) {
                return Self(number);
            }
        }
    }
}

fn sum(x: &Scalar, y: &Scalar) -> Scalar {
    Scalar(ORDER.add(&x.0, &y.0))
}

fn difference(x: &Scalar, y: &Scalar) -> Scalar {
    Scalar(ORDER.sub(&x.0, &y.0))
}

operator!(Add::add, sum: Scalar, Scalar; Scalar, &Scalar; &Scalar, Scalar; &Scalar, &Scalar => Scalar);
operator!(Sub::sub, difference: Scalar, Scalar; Scalar, &Scalar; &Scalar, &Scalar => Scalar);
operator!(Mul::mul, Scalar::mul: Scalar, Scalar; Scalar, &Scalar; &Scalar, &Scalar => Scalar);
assigning_operator!(AddAssign::add_assign, sum: Scalar, Scalar);
assigning_operator!(SubAssign::sub_assign, difference: Scalar, Scalar);
assigning_operator!(MulAssign::mul_assign, Scalar::mul: Scalar, Scalar);
folding!(Sum::sum, Scalar, Self::ZERO, Add::add);
folding!(Product::product, Scalar, Self::ONE, Mul::mul);

impl Neg for Scalar {
    type Output = Self;

    fn neg(self) -> Self {
        Self(ORDER.negate(&self.0))
    }
}

impl Neg for &Scalar {
    type Output = Scalar;

    fn neg(self) -> Scalar {
        -*self
    }
}

impl Shr<usize> for Scalar {
    type Output = Self;

    fn shr(self, shift: usize) -> Self {
        self.shr_vartime(shift)
    }
}

impl Shr<usize> for &Scalar {
    type Output = Scalar;

    fn shr(self, shift: usize) -> Scalar {
        self.shr_vartime(shift)
    }
}

impl ShrAssign<usize> for Scalar {
    fn shr_assign(&mut self, shift: usize) {
        *self = self.shr_vartime(shift);
    }
}

impl Invert for Scalar {
    type Output = CtOption<Self>;

    fn invert(&self) -> CtOption<Self> {
        self.invert()
    }
}

impl IsHigh for Scalar {
    fn is_high(&self) -> Choice {
        u8::from(is_below(&HALF, &self.0)).into()
    }
}

impl Reduce<U256> for Scalar {
    type Bytes = FieldBytes;

    fn reduce(number: U256) -> Self {
        Self(ORDER.reduce(number.as_words()))
    }

    fn reduce_bytes(bytes: &FieldBytes) -> Self {
        Self(ORDER.reduce(&words::from_be_bytes(bytes.as_ref())))
    }
}

impl Reduce<U512> for Scalar {
    type Bytes = WideBytes;

    fn reduce(number: U512) -> Self {
        let [low, high] = halves(&number);
        Self(ORDER.mul_add(&high, &TWO_TO_256, &low))
    }

    fn reduce_bytes(bytes: &WideBytes) -> Self {
        <Self as Reduce<U512>>::reduce(U512::from_be_byte_array(*bytes))
    }
}

impl ReduceNonZero<U256> for Scalar {
    fn reduce_nonzero(number: U256) -> Self {
        Self(ORDER_LESS_ONE.reduce(number.as_words())) + Self::ONE
    }

    fn reduce_nonzero_bytes(bytes: &FieldBytes) -> Self {
        <Self as ReduceNonZero<U256>>::reduce_nonzero(U256::from_be_byte_array(*bytes))
    }
}

impl ReduceNonZero<U512> for Scalar {
    fn reduce_nonzero(number: U512) -> Self {
        let [low, high] = halves(&number);
        Self(ORDER_LESS_ONE.mul_add(&high, &TWO_TO_256_LESS_ONE, &low)) + Self::ONE
    }

    fn reduce_nonzero_bytes(bytes: &WideBytes) -> Self {
        <Self as ReduceNonZero<U512>>::reduce_nonzero(U512::from_be_byte_array(*bytes))
    }
}

/// The lower and the upper half.
fn halves(number: &U512) -> [Words; 2] {
    let (halves, _) = number.as_words().as_chunks();
    [0, 1].map(|index| halves[index])
}

impl ConditionallySelectable for Scalar {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        if choice.into() { *b } else { *a }
    }
}

impl ConstantTimeEq for Scalar {
    fn ct_eq(&self, other: &Self) -> Choice {
        u8::from(self == other).into()
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        is_equal(&self.0, &other.0)
    }
}

impl Eq for Scalar {}

impl PartialOrd for Scalar {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scalar {
    fn cmp(&self, other: &Self) -> Ordering {
        words::compare(&self.0, &other.0)
    }
}

impl DefaultIsZeroes for Scalar {}

impl AsRef<Scalar> for Scalar {
    fn as_ref(&self) -> &Scalar {
        self
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Scalar").field(&U256::from(self)).finish()
    }
}
