//! Identities of big numbers.
//!
//! A number is bytes or limbs, low first. What products and numbers come to is a list of coefficients, one for each power of
//! 2^8. It is zero as an integer if it is zero step by step: two coefficients and the carry from below are a multiple of 2^16,
//! which is the carry to the next two, and behind the last ones nothing is carried.
//!
//! In the field that means the same as in the integers as long as nothing goes around it. A carry is `low + 2^7 high - 2^14` of
//! two bytes, so 2^14 + 2^7 from zero at most, and two coefficients must come to less than 2^29 + 2^28 from zero: all together
//! is then below 2^31 - 2^27, and so below the characteristic. They do as long as no more than one product of up to 384 bits is
//! added and no more than one subtracted, and few numbers: (2^8 + 1) * 48 * 255^2 < 2^29 + 2^28 - 2^21. What is more than that
//! is zero coefficient by coefficient, with as many carries, each a number of 16 bits less 2^15: then a coefficient must only
//! come to less than 2^23 - 2^15 from zero, as it does for a few products.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::{AddAssign, Mul, SubAssign};

use p3_field::{Algebra, Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::messages::{BytePair, Range16};
use crate::word::LIMB_BITS;

/// Bytes of a limb.
const LIMB_BYTES: usize = 2;
/// What a carry is more than what its bytes say.
const CARRY_OFFSET: i32 = -(1 << 14);
/// What the carry of a single coefficient is more than what is said.
const BYTE_CARRY_OFFSET: i32 = -(1 << 15);
/// What the upper byte of a carry stands for.
pub(crate) const CARRY_HIGH: i32 = 1 << 7;

/// A sum of products and numbers: coefficients of powers of 2^8, not reduced.
pub(crate) struct Sum<T>(Vec<T>);

impl<T: Clone + Mul<Output = T> + AddAssign + SubAssign> Sum<T> {
    /// Nothing, in so many bytes.
    pub(crate) fn new(zero: T, len: usize) -> Self {
        Self(vec![zero; len])
    }

    /// Adds the product of two numbers in bytes.
    pub(crate) fn add_product(&mut self, x: &[T], y: &[T]) {
        for (i, x) in x.iter().enumerate() {
            for (sum, y) in self.0[i..].iter_mut().zip(y) {
                *sum += x.clone() * y.clone();
            }
        }
    }

    /// Subtracts the product of two numbers in bytes.
    pub(crate) fn subtract_product(&mut self, x: &[T], y: &[T]) {
        for (i, x) in x.iter().enumerate() {
            for (sum, y) in self.0[i..].iter_mut().zip(y) {
                *sum -= x.clone() * y.clone();
            }
        }
    }

    /// Subtracts a number in bytes that stands behind so many bytes.
    pub(crate) fn subtract_bytes(&mut self, bytes: &[T], at: usize) {
        for (sum, byte) in self.0[at..].iter_mut().zip(bytes) {
            *sum -= byte.clone();
        }
    }

    /// Adds a number in limbs that stands behind so many bytes.
    pub(crate) fn add_limbs(&mut self, limbs: &[T], at: usize) {
        for (sum, limb) in self.0[at..].iter_mut().step_by(LIMB_BYTES).zip(limbs) {
            *sum += limb.clone();
        }
    }

    /// Subtracts a number in limbs that stands behind so many bytes.
    pub(crate) fn subtract_limbs(&mut self, limbs: &[T], at: usize) {
        for (sum, limb) in self.0[at..].iter_mut().step_by(LIMB_BYTES).zip(limbs) {
            *sum -= limb.clone();
        }
    }
}

impl<E: Algebra<Val>> Sum<E> {
    /// It is zero, with these carries: one behind every two coefficients but the last.
    pub(crate) fn is_zero<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        [low, high]: [&[E]; 2],
        is_real: &E,
        label: &'static str,
    ) {
        let mut carry_in = E::ZERO;
        let pairs = self.0.as_chunks::<LIMB_BYTES>().0;
        for (index, [even, odd]) in pairs.iter().enumerate() {
            let carry = match (low.get(index), high.get(index)) {
                (Some(low), Some(high)) if index + 1 < pairs.len() => {
                    let pair = BytePair {
                        x: low.clone(),
                        y: high.clone(),
                    };
                    builder.send(pair, Count::bounded(is_real.clone(), 1));
                    low.clone()
                        + high.clone() * Val::from_i32(CARRY_HIGH)
                        + is_real.clone() * Val::from_i32(CARRY_OFFSET)
                }
                _ => E::ZERO,
            };
            let sum = even.clone() + odd.clone() * Val::from_u32(1 << 8) + carry_in;
            builder.assert_zero_named(sum - carry.clone() * Val::from_u32(1 << LIMB_BITS), label);
            carry_in = carry;
        }
    }
}

impl<E: Algebra<Val>> Sum<E> {
    /// It is zero, with these carries: one behind every coefficient but the last.
    pub(crate) fn is_zero_by_bytes<B: TableBuilder<Expr = E>>(
        &self,
        builder: &mut B,
        carries: &[E],
        is_real: &E,
        label: &'static str,
    ) {
        let mut carry_in = E::ZERO;
        for (index, coefficient) in self.0.iter().enumerate() {
            let said = carries.get(index).filter(|_| index + 1 < self.0.len());
            let carry = said.map_or(E::ZERO, |said| {
                builder.send(
                    Range16 { value: said.clone() },
                    Count::bounded(is_real.clone(), 1),
                );
                said.clone() + is_real.clone() * Val::from_i32(BYTE_CARRY_OFFSET)
            });
            let sum = coefficient.clone() + carry_in;
            builder.assert_zero_named(sum - carry.clone() * Val::from_u32(1 << 8), label);
            carry_in = carry;
        }
    }
}

/// These are bytes.
pub(crate) fn are_bytes<B: TableBuilder>(builder: &mut B, bytes: &[B::Expr], is_real: &B::Expr) {
    for [x, y] in bytes.as_chunks().0 {
        let pair = BytePair {
            x: x.clone(),
            y: y.clone(),
        };
        builder.send(pair, Count::bounded(is_real.clone(), 1));
    }
}

/// The limbs of a number in bytes.
pub(crate) fn limbs_of_bytes<E: PrimeCharacteristicRing>(bytes: &[E]) -> Vec<E> {
    let pairs = bytes.as_chunks::<LIMB_BYTES>().0.iter();
    pairs
        .map(|[low, high]| crate::word::limb_of_bytes(low.clone(), high.clone()))
        .collect()
}

/// `x + gap + is_real` is `y` and, if something is carried out, one more behind it: all limbs have 16 bits. So `x` is below `y` if
/// nothing is.
pub(crate) fn is_below<B: TableBuilder>(
    builder: &mut B,
    x: &[B::Expr],
    y: &[B::Expr],
    gap: &[B::Expr],
    is_real: &B::Expr,
    carry_out: &B::Expr,
) {
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = is_real.clone();
    for ((x, y), gap) in x.iter().zip(y).zip(gap) {
        carry = (x.clone() + gap.clone() + carry - y.clone()) * inverse;
        builder.assert_bool_named(carry.clone(), "a carry of the comparison is a bit");
    }
    builder.assert_eq_named(carry, carry_out.clone(), "the comparison carries nothing out");
}

#[cfg(feature = "trace")]
pub(crate) use trace::{byte_carries, bytes, carries, gap, integers, quotient};

#[cfg(feature = "trace")]
mod trace {
    use alloc::vec::Vec;
    use core::array::from_fn;

    use p3_field::PrimeCharacteristicRing;
    use ruint::Uint;
    use ruint::aliases::U256;
    use zisk_stark::Val;

    use super::{BYTE_CARRY_OFFSET, CARRY_HIGH, CARRY_OFFSET, LIMB_BYTES, Sum};
    use crate::word::LIMB_BITS;

    /// Bytes of a quotient that may be negative.
    pub(crate) const QUOTIENT_BYTES: usize = 33;

    /// The bytes of words.
    pub(crate) fn bytes<const N: usize>(words: &[u64]) -> [Val; N] {
        let mut bytes = words.iter().flat_map(|word| word.to_le_bytes());
        from_fn(|_| Val::from_u8(bytes.next().unwrap_or_default()))
    }

    /// The digits of words, as integers: bytes, or limbs.
    pub(crate) fn integers(words: &[u64], digit_bytes: usize) -> Vec<i64> {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let digit = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |digit, byte| digit << 8 | i64::from(*byte))
        };
        bytes.chunks(digit_bytes).map(digit).collect()
    }

    /// The bytes of the carries of a sum that is zero: the lower ones, and the upper ones.
    pub(crate) fn carries<const N: usize>(sum: &Sum<i64>) -> [[Val; N]; 2] {
        let mut carry = 0;
        let mut low = [Val::ZERO; N];
        let mut high = [Val::ZERO; N];
        for ([even, odd], (low, high)) in sum
            .0
            .as_chunks::<LIMB_BYTES>()
            .0
            .iter()
            .zip(low.iter_mut().zip(&mut high))
        {
            carry = (even + (odd << 8) + carry) >> LIMB_BITS;
            let said = carry as i32 - CARRY_OFFSET;
            *low = Val::from_i32(said.rem_euclid(CARRY_HIGH));
            *high = Val::from_i32(said.div_euclid(CARRY_HIGH));
        }
        [low, high]
    }

    /// The carries of a sum that is zero, of one coefficient each.
    pub(crate) fn byte_carries<const N: usize>(sum: &Sum<i64>) -> [Val; N] {
        let mut carry = 0;
        from_fn(|index| {
            carry = (sum.0[index] + carry) >> 8;
            Val::from_i64(carry - i64::from(BYTE_CARRY_OFFSET))
        })
    }

    /// What a sum is of `field`, which divides it, more than `-4 * 2^256` times; in bytes.
    pub(crate) fn quotient(sum: &Sum<i64>, field: &[u64; 4]) -> [u8; QUOTIENT_BYTES] {
        type Wide = Uint<640, 10>;
        let mut total = Wide::ZERO;
        for coefficient in sum.0.iter().rev() {
            let digit = Wide::from(coefficient.unsigned_abs());
            total = (total << 8_usize).wrapping_add(if *coefficient < 0 {
                digit.wrapping_neg()
            } else {
                digit
            });
        }
        let field = Wide::from(U256::from_limbs(*field));
        let quotient = total.wrapping_add(field << 258_usize) / field;
        let bytes = quotient.to_le_bytes::<80>();
        from_fn(|index| bytes[index])
    }

    /// What `y` is more than `x + 1`, modulo 2^(64 N).
    pub(crate) fn gap<const N: usize>(x: &[u64; N], y: &[u64; N]) -> [u64; N] {
        let mut borrow = true;
        from_fn(|index| {
            let (less, first) = y[index].overflowing_sub(x[index]);
            let (less, second) = less.overflowing_sub(u64::from(borrow));
            borrow = first || second;
            less
        })
    }
}
