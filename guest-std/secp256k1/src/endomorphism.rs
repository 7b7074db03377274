//! Scalars of half the length: secp256k1 has a map that multiplies a point by a constant and costs one product.
//!
//! For a cube root of one in the field, [`BETA`], and one modulo the order of the curve, `LAMBDA`, the point
//! `(BETA * x, y)` is `LAMBDA` times `(x, y)`. A multiple by a scalar is therefore the sum of two multiples by scalars of about 128
//! bits, which share their doublings (Hankerson, Menezes, Vanstone, Guide to Elliptic Curve Cryptography, section 3.5).
//!
//! Pairs with `a + b * LAMBDA = 0` modulo the order `n` form a lattice, with the basis `(a1, b1)` and `(a2, b2)` of
//! algorithm 3.74 there; `b1` is negative and `b2 = a1`. With `c1` and `c2` near `k * b2 / n` and `-k * b1 / n`,
//! `(k, 0) - c1 * (a1, b1) - c2 * (a2, b2)` is short and is `k`, too. Here the quotients are rounded down to `c1` and `c2` from factors
//! that are themselves rounded down, so both are too small by less than 2. Then 2 is added to the first and 1 taken from the
//! second: what is left over of the first is in [-2, 0), of the second in [1, 3), and both halves of the scalar are positive
//! and below 2^130, as the sizes of the basis have it:
//!
//! ```text
//! k1 = a1 * [-2, 0) + a2 * [1, 3)    a1 = 0.190 * 2^128    a2 = 1.081 * 2^128
//! k2 = b1 * [-2, 0) + b2 * [1, 3)    b1 = -0.892 * 2^128   b2 = 0.190 * 2^128
//! ```

use crate::coordinates::{Coordinates, coordinates, x_of, y_of};
use crate::modulus::{FIELD, ORDER};
use crate::platform;
use crate::words::{Words, ZERO};

/// A cube root of one in the field.
pub(crate) const BETA: Words = [
    0xc139_6c28_7195_01ee,
    0x9cf0_4975_12f5_8995,
    0x6e64_479e_ac34_34e9,
    0x7ae9_6a2b_657c_0710,
];
/// `-LAMBDA` modulo the order.
const MINUS_LAMBDA: Words = [
    0xe0cf_c810_b512_83cf,
    0xa880_b9fc_8ec7_39c2,
    0x5ad9_e3fd_77ed_9ba4,
    0xac9c_52b3_3fa3_cf1f,
];
/// `-b1`.
const MINUS_B1: Words = [0x6f54_7fa9_0abf_e4c3, 0xe443_7ed6_010e_8828, 0, 0];
/// `-b2` modulo the order.
const MINUS_B2: Words = [
    0xd765_cda8_3db1_562c,
    0x8a28_0ac5_0774_346d,
    0xffff_ffff_ffff_fffe,
    u64::MAX,
];
/// `b2 * 2^256 / n`, rounded down.
const FIRST_FACTOR: Words = [0xe86c_90e4_9284_eb15, 0x3086_d221_a7d4_6bcd, 0, 0];
/// `-b1 * 2^256 / n`, rounded down.
const SECOND_FACTOR: Words = [0x6f54_7fa9_0abf_e4c4, 0xe443_7ed6_010e_8828, 0, 0];
/// `-2 * b1 + b2`: what the second half gains where 2 is added to the first quotient and 1 taken from the second.
const GAIN: Words = [0xc715_9036_a804_b49b, 0xf90d_cfcd_a9f1_7c1e, 1, 0];

/// Of a scalar below the order, two numbers below 2^130 such that the first and `LAMBDA` times the second are a scalar.
pub(crate) fn halves(scalar: &Words) -> [Words; 2] {
    let half = ORDER.mul_add(&quotient(scalar, &FIRST_FACTOR), &MINUS_B1, &GAIN);
    let second = ORDER.mul_add(&quotient(scalar, &SECOND_FACTOR), &MINUS_B2, &half);
    [ORDER.mul_add(&second, &MINUS_LAMBDA, scalar), second]
}

/// `x * factor / 2^256`, rounded down.
fn quotient(x: &Words, factor: &Words) -> Words {
    let mut product = [0; 8];
    platform::u256_mul_add(&mut product, x, factor);
    *product.last_chunk().expect("half of the words")
}

/// `LAMBDA` times a point.
pub(crate) fn image(p: &Coordinates) -> Coordinates {
    let mut x = *x_of(p);
    platform::u256_mul_add_mod(&mut x, &BETA, &ZERO, &FIELD.value);
    coordinates(&x, y_of(p))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::LOW;
    use crate::multiples::tests::scalars;
    use crate::words::{ONE, difference, is_below, sum};

    #[test]
    fn constants_are_what_they_are_said_to_be() {
        let cube = |modulus: &crate::modulus::Modulus, x: &Words| modulus.mul(&modulus.square(x), x);
        let lambda = ORDER.negate(&MINUS_LAMBDA);
        assert_eq!((cube(&FIELD, &BETA), cube(&ORDER, &lambda)), (ONE, ONE));
        assert_eq!(
            image(&LOW[1]),
            crate::multiples::tests::bit_by_bit(&LOW[1], &lambda)
        );
        // The basis: both vectors are in the lattice, and what they span is the order in size.
        let (b1, b2) = (ORDER.negate(&MINUS_B1), ORDER.negate(&MINUS_B2));
        let (a1, a2) = (b2, ORDER.mul(&b2, &MINUS_LAMBDA));
        assert_eq!(ORDER.mul_add(&b1, &lambda, &a1), ZERO);
        assert_eq!((a2[2], a2[3]), (1, 0));
        let mut determinant = [0; 8];
        platform::u256_mul_add(&mut determinant, &a1, &b2);
        platform::u256_mul_add(&mut determinant, &a2, &MINUS_B1);
        assert_eq!(determinant.first_chunk(), Some(&ORDER.value));
        assert_eq!(determinant[4..], ZERO);
        assert_eq!(sum(&sum(&MINUS_B1, &MINUS_B1).0, &b2), (GAIN, false));
        for (factor, b) in [(FIRST_FACTOR, b2), (SECOND_FACTOR, MINUS_B1)] {
            // factor * n <= b * 2^256 < (factor + 1) * n
            let mut product = [0; 8];
            platform::u256_mul_add(&mut product, &factor, &ORDER.value);
            let low: Words = *product.first_chunk().unwrap();
            let high: Words = *product.last_chunk().unwrap();
            assert_eq!(sum(&high, &ONE).0, b);
            assert!(is_below(&difference(&ZERO, &low).0, &ORDER.value));
        }
    }

    #[test]
    fn halves_are_short_and_make_up_the_scalar() {
        let lambda = ORDER.negate(&MINUS_LAMBDA);
        for scalar in scalars() {
            let [first, second] = halves(&scalar);
            assert_eq!(ORDER.mul_add(&second, &lambda, &first), scalar);
            for half in [first, second] {
                assert!(is_below(&half, &[0, 0, 4, 0]), "{scalar:x?}: {half:x?}");
            }
        }
    }
}
