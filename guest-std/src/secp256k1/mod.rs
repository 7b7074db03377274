//! Signatures of ECDSA over secp256k1, with the platform's sums of points and products of numbers: coprocessors in the VM.
//!
//! Keys, signatures and hashes are bytes as Ethereum has them: numbers of 32 bytes, the highest first. Nothing here is secret, so
//! nothing takes care not to leak: these functions are for checking signatures, not for making them.

mod generator;

use generator::MULTIPLES;

use crate::keccak256;
use crate::platform;
use crate::uint256::{
    U256, add_mod, from_be_bytes, is_below, mul_add_mod, mul_mod, pow_mod, reduce, to_be_bytes,
};

/// `x`, then `y`, the lowest word first.
type Point = [u64; 8];

/// The order of the field, 2^256 - 2^32 - 977.
const FIELD: U256 = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];
/// (FIELD + 1) / 4: the order of the field is 3 modulo 4, so this power of a square is a root of it.
const ROOT: U256 = [0xffff_ffff_bfff_ff0c, u64::MAX, u64::MAX, u64::MAX >> 2];
/// The number of points.
const ORDER: U256 = [
    0xbfd2_5e8c_d036_4141,
    0xbaae_dce6_af48_a03b,
    0xffff_ffff_ffff_fffe,
    u64::MAX,
];
const ZERO: U256 = [0; 4];
/// `y^2 = x^3 + 7`.
const CURVE: U256 = [7, 0, 0, 0];
/// Bits of a scalar that are looked at together.
const WINDOW: usize = 4;

/// Whether a signature, `r` and `s`, of a hash is one of this key, `x` and `y`.
///
/// Not if the key is no point of the curve, or `r` or `s` is 0 or not below the order of the curve. `s` may be in the upper half
/// of what there is.
///
/// ```
/// assert!(!zisk_guest::secp256k1::verify(&[1; 32], &[2; 64], &[3; 64]));
/// ```
pub fn verify(hash: &[u8; 32], signature: &[u8; 64], key: &[u8; 64]) -> bool {
    let (Some([r, s]), Some(key)) = (scalars(signature), point_of_bytes(key)) else {
        return false;
    };
    let inverse = inverse(&s);
    let [u1, u2] = [from_be_bytes(hash), r].map(|scalar| mul_mod(&inverse, &scalar, &ORDER));
    // The inverse is not 0, so neither is `u2`.
    let sum = sum_of_multiples(&u1, &u2, &key);
    sum.is_some_and(|sum| reduce(&x_of(&sum), &ORDER) == r)
}

/// The key, `x` and `y`, whose signature of a hash this is; `recovery_id`, 0 to 3, says which of those that there may be.
///
/// `None` if there is none: where `r` or `s` is 0 or not below the order of the curve, or no point has such an `x`. Ethereum's
/// `v` is `recovery_id + 27`, its address of a key is in [`address`].
pub fn ecrecover(hash: &[u8; 32], signature: &[u8; 64], recovery_id: u8) -> Option<[u8; 64]> {
    let [r, s] = scalars(signature)?;
    if recovery_id > 3 {
        return None;
    }
    let mut x = r;
    if recovery_id & 2 != 0 {
        // What the order took away from `x`, which is below that of the field.
        x = sum_below(&r, &ORDER, &FIELD)?;
    }
    let point = point_at(&x, recovery_id & 1 == 1)?;
    let inverse = inverse(&r);
    let minus_hash = negated(&reduce(&from_be_bytes(hash), &ORDER));
    let [u1, u2] = [minus_hash, s].map(|scalar| mul_mod(&inverse, &scalar, &ORDER));
    let key = sum_of_multiples(&u1, &u2, &point)?;
    let mut bytes = [0; 64];
    let (x, y) = bytes.split_at_mut(32);
    x.copy_from_slice(&to_be_bytes(&x_of(&key)));
    y.copy_from_slice(&to_be_bytes(&y_of(&key)));
    Some(bytes)
}

/// The Ethereum address of a key: the last 20 bytes of its Keccak-256 digest.
pub fn address(key: &[u8; 64]) -> [u8; 20] {
    let digest = keccak256(key);
    core::array::from_fn(|index| digest[12 + index])
}

fn x_of(point: &Point) -> U256 {
    core::array::from_fn(|index| point[index])
}

fn y_of(point: &Point) -> U256 {
    core::array::from_fn(|index| point[4 + index])
}

/// `r` and `s`, unless they are 0 or not below the order.
fn scalars(signature: &[u8; 64]) -> Option<[U256; 2]> {
    let [r, s] = halves(signature);
    let is_scalar = |scalar: &U256| *scalar != ZERO && is_below(scalar, &ORDER);
    (is_scalar(&r) && is_scalar(&s)).then_some([r, s])
}

/// Two numbers, the highest byte first.
fn halves(bytes: &[u8; 64]) -> [U256; 2] {
    let halves = bytes.as_chunks().0;
    [0, 1].map(|index| from_be_bytes(&halves[index]))
}

/// The point of these coordinates, if it is one of the curve.
fn point_of_bytes(bytes: &[u8; 64]) -> Option<Point> {
    let [x, y] = halves(bytes);
    let is_point = is_below(&x, &FIELD) && is_below(&y, &FIELD) && mul_mod(&y, &y, &FIELD) == square_at(&x);
    is_point.then(|| point(&x, &y))
}

fn point(x: &U256, y: &U256) -> Point {
    core::array::from_fn(|index| if index < 4 { x[index] } else { y[index - 4] })
}

/// The square of the `y` at an `x`.
fn square_at(x: &U256) -> U256 {
    let square = mul_mod(x, x, &FIELD);
    mul_add_mod(&square, x, &CURVE, &FIELD)
}

/// The point at `x` whose `y` is odd or even, if there is one.
fn point_at(x: &U256, is_odd: bool) -> Option<Point> {
    if !is_below(x, &FIELD) {
        return None;
    }
    let square = square_at(x);
    let root = pow_mod(&square, &ROOT, &FIELD);
    // No point has the `y` 0, since -7 is no cube.
    if mul_mod(&root, &root, &FIELD) != square {
        return None;
    }
    let y = if (root[0] & 1 == 1) == is_odd {
        root
    } else {
        difference(&FIELD, &root)
    };
    Some(point(x, &y))
}

/// `1 / scalar` modulo the order, of a scalar that is not 0.
fn inverse(scalar: &U256) -> U256 {
    let mut exponent = ORDER;
    exponent[0] -= 2;
    pow_mod(scalar, &exponent, &ORDER)
}

/// `-scalar` modulo the order.
fn negated(scalar: &U256) -> U256 {
    if *scalar == ZERO {
        ZERO
    } else {
        difference(&ORDER, scalar)
    }
}

/// `x - y`, which is not negative.
fn difference(x: &U256, y: &U256) -> U256 {
    let mut borrow = false;
    core::array::from_fn(|index| {
        let (less, first) = x[index].overflowing_sub(y[index]);
        let (less, second) = less.overflowing_sub(u64::from(borrow));
        borrow = first || second;
        less
    })
}

/// `x + y` if it is below `limit`.
fn sum_below(x: &U256, y: &U256, limit: &U256) -> Option<U256> {
    // Both are below the limit: their sum is if it is not reduced.
    let sum = add_mod(x, y, limit);
    (!is_below(&sum, x)).then_some(sum)
}

/// `a * G + b * p`; `None` for the point at infinity.
fn sum_of_multiples(a: &U256, b: &U256, p: &Point) -> Option<Point> {
    let mut multiples = [*p; (1 << WINDOW) - 1];
    for index in 1..multiples.len() {
        // No multiple of a point below its order, which is a prime, is another one's negative or infinity.
        let mut sum = multiples[index - 1];
        add(&mut sum, p);
        multiples[index] = sum;
    }
    let mut sum: Option<Point> = None;
    for position in (0..64 * a.len()).step_by(WINDOW).rev() {
        if let Some(sum) = &mut sum {
            for _ in 0..WINDOW {
                platform::secp256k1_double(sum);
            }
        }
        for (scalar, multiples) in [(a, &MULTIPLES), (b, &multiples)] {
            let digit = (scalar[position / 64] >> (position % 64)) as usize & ((1 << WINDOW) - 1);
            let Some(multiple) = digit.checked_sub(1).and_then(|index| multiples.get(index)) else {
                continue;
            };
            match &mut sum {
                None => sum = Some(*multiple),
                Some(point) => {
                    if !add(point, multiple) {
                        sum = None;
                    }
                }
            }
        }
    }
    sum
}

/// `p <- p + q`, of points of the curve; `false` if the sum is the point at infinity, and then `p` is as it was.
fn add(p: &mut Point, q: &Point) -> bool {
    if p[..4] != q[..4] {
        platform::secp256k1_add(p, q);
        true
    } else if p[4..] == q[4..] {
        // No point of the curve has the `y` 0.
        platform::secp256k1_double(p);
        true
    } else {
        false
    }
}

#[cfg(test)]
mod tests;
