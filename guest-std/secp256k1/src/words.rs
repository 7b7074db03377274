//! Numbers of 256 bits as four words, the lowest first: the operands of coprocessors.

use core::cmp::Ordering;

use crate::platform;

/// A number of 256 bits: four words, the lowest first.
pub type Words = [u64; 4];

/// 0
pub const ZERO: Words = [0; 4];
/// 1
pub const ONE: Words = [1, 0, 0, 0];

/// The number that these bytes are, the highest first. It may be any.
#[inline]
pub fn from_be_bytes(bytes: &[u8; 32]) -> Words {
    let bytes = bytes.as_chunks().0;
    core::array::from_fn(|index| platform::load_word(&bytes[3 - index]).swap_bytes())
}

/// The bytes of a number, the highest first.
#[inline]
pub fn to_be_bytes(number: &Words) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(number.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

/// Whether a number is 0.
#[inline]
pub const fn is_zero(x: &Words) -> bool {
    x[0] | x[1] | x[2] | x[3] == 0
}

/// Whether two numbers are the same.
///
/// Word by word from the lowest, because unequal numbers differ there already; as a comparison of slices this would be a call.
#[inline]
pub const fn is_equal(x: &Words, y: &Words) -> bool {
    x[0] == y[0] && (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) == 0
}

/// Whether `x` is less than `y`.
#[inline]
pub const fn is_below(x: &Words, y: &Words) -> bool {
    let mut index = x.len();
    while index > 0 {
        index -= 1;
        if x[index] != y[index] {
            return x[index] < y[index];
        }
    }
    false
}

/// Compares two numbers.
#[inline]
pub fn compare(x: &Words, y: &Words) -> Ordering {
    x.iter().rev().cmp(y.iter().rev())
}

/// `x + y` without its 257th bit, and whether that is set.
#[inline]
pub const fn sum(x: &Words, y: &Words) -> (Words, bool) {
    let (mut result, mut carry, mut index) = (ZERO, false, 0);
    while index < result.len() {
        let (word, first) = x[index].overflowing_add(y[index]);
        let (word, second) = word.overflowing_add(carry as u64);
        (result[index], carry) = (word, first | second);
        index += 1;
    }
    (result, carry)
}

/// `x - y`, and whether it is negative: then 2^256 is added to it.
#[inline]
pub const fn difference(x: &Words, y: &Words) -> (Words, bool) {
    let (mut result, mut borrow, mut index) = (ZERO, false, 0);
    while index < result.len() {
        let (word, first) = x[index].overflowing_sub(y[index]);
        let (word, second) = word.overflowing_sub(borrow as u64);
        (result[index], borrow) = (word, first | second);
        index += 1;
    }
    (result, borrow)
}

/// `x / 2^shift`, rounded down.
#[inline]
pub const fn shifted_right(x: &Words, shift: usize) -> Words {
    let (mut result, skipped, bits, mut index) = (ZERO, shift / 64, shift % 64, 0);
    while index + skipped < x.len() {
        result[index] = x[index + skipped] >> bits;
        if bits > 0 && index + skipped + 1 < x.len() {
            result[index] |= x[index + skipped + 1] << (64 - bits);
        }
        index += 1;
    }
    result
}
