//! Numbers of many digits: of 256 bits each, the lowest first.

use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::platform;
use crate::uint256::{U256, compare, from_be_bytes, to_be_bytes};

const ZERO: U256 = [0; 4];

/// The number that these bytes are, the highest first; its highest digit is not 0.
pub(super) fn from_be(bytes: &[u8]) -> Vec<U256> {
    let (highest, others) = bytes.as_rchunks();
    let mut number: Vec<U256> = others.iter().rev().map(from_be_bytes).collect();
    let mut padded = [0; 32];
    padded[32 - highest.len()..].copy_from_slice(highest);
    number.push(from_be_bytes(&padded));
    trimmed(number)
}

/// The bytes of a number, the highest first, as many of the lower ones as there shall be.
pub(super) fn to_be(number: &[U256], len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    for (bytes, digit) in bytes.rchunks_mut(32).zip(number) {
        bytes.copy_from_slice(&to_be_bytes(digit)[32 - bytes.len()..]);
    }
    bytes
}

/// Without zeros above.
pub(super) fn trimmed(mut number: Vec<U256>) -> Vec<U256> {
    let len = number
        .iter()
        .rposition(|digit| *digit != ZERO)
        .map_or(0, |last| last + 1);
    number.truncate(len);
    number
}

/// Bits that are 0 below the lowest one that is not.
pub(super) fn trailing_zeros(number: &[U256]) -> usize {
    let words = || number.as_flattened().iter();
    let zeros = words().take_while(|word| **word == 0).count();
    let last = words().nth(zeros).map_or(0, |word| word.trailing_zeros());
    64 * zeros + last as usize
}

/// A number over a power of two.
pub(super) fn shifted_down(number: &[U256], bits: usize) -> Vec<U256> {
    let (words, shift) = (number.as_flattened(), bits % 64);
    let word = |index: usize| words.get(index + bits / 64).copied().unwrap_or(0);
    let mut shifted = vec![ZERO; number.len()];
    for (index, to) in shifted.as_flattened_mut().iter_mut().enumerate() {
        // What comes from the word above; nothing does where nothing is shifted.
        let above = word(index + 1) << 1 << (63 - shift);
        *to = word(index) >> shift | above;
    }
    shifted
}

/// A number of few digits is below one of as many.
pub(super) fn is_below(x: &[U256], y: &[U256]) -> bool {
    let digits = x.iter().zip(y).rev();
    let mut unequal = digits
        .map(|(x, y)| compare(x, y))
        .filter(|order| *order != Ordering::Equal);
    unequal.next() == Some(Ordering::Less)
}

/// `x <- x - y`, of as many digits; whether that was below 0, where 2^256 to the power of their number is added.
pub(super) fn subtract(x: &mut [U256], y: &[U256]) -> bool {
    let words = x.as_flattened_mut().iter_mut().zip(y.as_flattened());
    words.fold(false, |borrow, (x, y)| {
        let (difference, is_below) = x.overflowing_sub(*y);
        let (difference, is_below_now) = difference.overflowing_sub(borrow.into());
        *x = difference;
        is_below | is_below_now
    })
}

/// `x <- x + y`, of as many digits; whether there is a carry.
pub(super) fn add(x: &mut [U256], y: &[U256]) -> bool {
    let words = x.as_flattened_mut().iter_mut().zip(y.as_flattened());
    words.fold(false, |carry, (x, y)| {
        let (sum, is_above) = x.overflowing_add(*y);
        let (sum, is_above_now) = sum.overflowing_add(carry.into());
        *x = sum;
        is_above | is_above_now
    })
}

/// The lowest digits of `x * y + z`, as many as `product` has; `y` has as many. `sum` has one more: 0, then `z`.
pub(super) fn add_product(product: &mut [U256], x: &[U256], y: &[U256], sum: &mut [U256]) {
    let len = product.len();
    for (index, lowest) in product.iter_mut().enumerate() {
        // Everything moves down by a digit, and the lowest one of what remains to the first place.
        match x.get(index) {
            Some(x) => platform::u256_mul_add_row(sum, x, &y[..len - index]),
            None => sum.copy_within(1.., 0),
        }
        *lowest = core::mem::take(&mut sum[0]);
    }
}
