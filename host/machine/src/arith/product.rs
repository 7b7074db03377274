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

/// The sum of all `x_i y_j` with `i + j = place`.
fn at_place<E: PrimeCharacteristicRing>(x: &[E; 8], y: &[E; 8], place: usize) -> E {
    let first = place.saturating_sub(7);
    (first..8.min(place + 1))
        .map(|i| x[i].clone() * y[place - i].clone())
        .sum()
}

/// The digits of a product of two values, given as bytes, low first; not yet carried.
pub(crate) fn digits<E: PrimeCharacteristicRing>(x: &[E; 8], y: &[E; 8]) -> [E; 8] {
    from_fn(|k| at_place(x, y, 2 * k) + at_place(x, y, 2 * k + 1) * E::from_u32(1 << 8))
}
