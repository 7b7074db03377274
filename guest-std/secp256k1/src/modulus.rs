//! Arithmetic modulo the order of the field and modulo the order of the curve (SEC 2, section 2.4.1).
//!
//! Results are below their modulus, always. Of operands it is enough that the factors of a product are not both above it: a
//! coprocessor's quotient has 256 bits, and a call whose quotient has more is a trap. A sum, a difference and a negative are products
//! with 1 or -1, because one call takes less than the dozens of instructions that carry from word to word.

use crate::platform;
use crate::words::{ONE, Words, ZERO};

/// A number that others are taken modulo.
#[derive(Debug)]
pub struct Modulus {
    pub(crate) value: Words,
    /// What -1 is.
    pub(crate) minus_one: Words,
}

/// The order of the field, 2^256 - 2^32 - 977.
pub static FIELD: Modulus = Modulus::of([0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX]);
/// The order of the curve, which is the number of its points: scalars are below it.
pub static ORDER: Modulus = Modulus::of([
    0xbfd2_5e8c_d036_4141,
    0xbaae_dce6_af48_a03b,
    0xffff_ffff_ffff_fffe,
    u64::MAX,
]);

impl Modulus {
    /// A modulus, whose lowest word is not 0.
    pub const fn of(value: Words) -> Self {
        let [low, ..] = value;
        let mut minus_one = value;
        minus_one[0] = low - 1;
        Self { value, minus_one }
    }

    /// The modulus as a number.
    #[inline]
    pub const fn value(&self) -> &Words {
        &self.value
    }

    /// `x * y + z`, of which `x` or `y` is below the modulus; `z` may be any number.
    #[inline]
    pub fn mul_add(&self, x: &Words, y: &Words, z: &Words) -> Words {
        let mut result = *x;
        platform::u256_mul_add_mod(&mut result, y, z, &self.value);
        result
    }

    /// `x * y`, of which `x` or `y` is below the modulus.
    #[inline]
    pub fn mul(&self, x: &Words, y: &Words) -> Words {
        self.mul_add(x, y, &ZERO)
    }

    /// `x * x`, of an `x` below the modulus.
    #[inline]
    pub fn square(&self, x: &Words) -> Words {
        let mut result = *x;
        platform::u256_square_mod(&mut result, &self.value);
        result
    }

    /// `x + y`, of any numbers.
    #[inline]
    pub fn add(&self, x: &Words, y: &Words) -> Words {
        self.mul_add(x, &ONE, y)
    }

    /// `x - y`, of any numbers.
    #[inline]
    pub fn sub(&self, x: &Words, y: &Words) -> Words {
        self.mul_add(y, &self.minus_one, x)
    }

    /// `-x`, of any number.
    #[inline]
    pub fn negate(&self, x: &Words) -> Words {
        self.mul_add(x, &self.minus_one, &ZERO)
    }

    /// Any number, reduced.
    #[inline]
    pub fn reduce(&self, x: &Words) -> Words {
        self.mul_add(x, &ONE, &ZERO)
    }

    /// `x <- x^(2^times) * y`: appends zeros to the exponent of `x`, in which that of `y` then stands. In place, because
    /// a copy takes more than a product.
    #[inline]
    pub(crate) fn shift_and_mul(&self, x: &mut Words, times: usize, y: &Words) {
        self.square_times(x, times);
        platform::u256_mul_add_mod(x, y, &ZERO, &self.value);
    }

    /// Eight squares at a time, because a round of a loop takes as much as a call.
    #[inline]
    pub(crate) fn square_times(&self, x: &mut Words, times: usize) {
        for _ in 0..times / 8 {
            for _ in 0..8 {
                platform::u256_square_mod(x, &self.value);
            }
        }
        for _ in 0..times % 8 {
            platform::u256_square_mod(x, &self.value);
        }
    }

    /// `x` to any power, of an `x` below the modulus. The exponent is a number of any length, the lowest word first.
    pub fn pow(&self, x: &Words, exponent: &[u64]) -> Words {
        let mut result = ONE;
        for word in exponent.iter().rev() {
            for bit in (0..64).rev() {
                platform::u256_square_mod(&mut result, &self.value);
                if word >> bit & 1 == 1 {
                    platform::u256_mul_add_mod(&mut result, x, &ZERO, &self.value);
                }
            }
        }
        result
    }
}
