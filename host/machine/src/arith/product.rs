//! Products of values that are split into bytes.
//!
//! With bytes `x_i` and `y_j`, low first, the digit `k` of a product is
//! `sum x_i y_j over i + j = 2k, plus 2^8 times that over i + j = 2k + 1`, and the product is
//! `sum 2^16k digit_k`. A digit is longer than a limb: what of it exceeds 16 bits is carried to the next.
//!
//! Such an equation, `digit_k + carry_(k-1) = limb_k + 2^16 carry_k`, holds between integers, not only modulo `p`, if
//! both sides lie in an interval shorter than `p`, *and* all of its terms are integers. `s * carry` in `0..2^16`
//! alone does not make a carry an integer: the field has `1/s`. What does is the next equation, from which the carry
//! is an integer `I = limb_(k+1) + 2^16 carry_(k+1) - digit_(k+1)` if the next carry is one. If also
//! `s |I| < p - 2^16`, then `s I` is in `0..2^16` without a wrap, so `I` is in `0..2^16 / s`. So each table starts from
//! a topmost carry that is an integer otherwise, and has a factor for each carry below.

use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
#[cfg(feature = "trace")]
use {p3_field::PrimeField32, zisk_stark::Val};

/// The sum of all `x_i y_j` with `i + j = place`.
fn at_place<E: PrimeCharacteristicRing, const N: usize>(x: &[E; N], y: &[E; N], place: usize) -> E {
    let first = (place + 1).saturating_sub(N);
    (first..N.min(place + 1))
        .map(|i| x[i].clone() * y[place - i].clone())
        .sum()
}

/// The digits of a product of two values, given as bytes, low first; not yet carried.
pub(crate) fn digits<E: PrimeCharacteristicRing>(x: &[E; 8], y: &[E; 8]) -> [E; 8] {
    from_fn(|k| at_place(x, y, 2 * k) + at_place(x, y, 2 * k + 1) * E::from_u32(1 << 8))
}

/// The sum of all `x_i y_j` of places behind the last of `x` and `y`. If all are bytes, at most 28 * 255^2, so it is zero
/// only if each is: then the product is not longer than `x` and `y`.
pub(crate) fn beyond<E: PrimeCharacteristicRing, const N: usize>(x: &[E; N], y: &[E; N]) -> E {
    (N..2 * N - 1).map(|place| at_place(x, y, place)).sum()
}

/// A carry's byte and what is above it, which is less than `limit`; all of a carry that is too long is in the byte.
#[cfg(feature = "trace")]
pub(crate) fn split(carry: Val, limit: u32) -> (Val, u32) {
    let integer = carry.as_canonical_u32();
    let above = integer >> 8;
    if above < limit {
        (Val::from_u32(integer & 0xff), above)
    } else {
        (carry, 0)
    }
}
