//! Arithmetic of numbers of 256 bits, with the platform's products: coprocessors in the VM.
//!
//! A number is four words, the lowest first. Operands may be any numbers, also above the modulus; modulo 0 everything is 0, as
//! the Ethereum virtual machine has it.
//!
//! ```
//! use zisk_guest::uint256::{add_mod, mul_mod};
//!
//! let seven = [7, 0, 0, 0];
//! assert_eq!(mul_mod(&[5, 0, 0, 0], &[4, 0, 0, 0], &seven), [6, 0, 0, 0]);
//! assert_eq!(add_mod(&[u64::MAX; 4], &[1, 0, 0, 0], &seven), [2, 0, 0, 0]);
//! ```

use core::cmp::Ordering;

use crate::platform;
use crate::power::{Ring, power};

/// A number: four words, the lowest first.
pub type U256 = [u64; 4];

const ZERO: U256 = [0; 4];
const ONE: U256 = [1, 0, 0, 0];

/// Compares two numbers.
pub(crate) fn compare(x: &U256, y: &U256) -> Ordering {
    x.iter().rev().cmp(y.iter().rev())
}

pub(crate) fn is_below(x: &U256, y: &U256) -> bool {
    compare(x, y) == Ordering::Less
}

/// `(x * y + z) mod m`.
pub fn mul_add_mod(x: &U256, y: &U256, z: &U256, m: &U256) -> U256 {
    if *m == ZERO {
        return ZERO;
    }
    // The coprocessor's quotient has 256 bits if one of the factors is below the modulus.
    let mut result = *x;
    if !is_below(x, m) && !is_below(y, m) {
        platform::u256_mul_add_mod(&mut result, &ONE, &ZERO, m);
    }
    platform::u256_mul_add_mod(&mut result, y, z, m);
    result
}

/// `(x * y) mod m`.
pub fn mul_mod(x: &U256, y: &U256, m: &U256) -> U256 {
    mul_add_mod(x, y, &ZERO, m)
}

/// `(x + y) mod m`.
pub fn add_mod(x: &U256, y: &U256, m: &U256) -> U256 {
    mul_add_mod(x, &ONE, y, m)
}

/// `x mod m`.
pub fn reduce(x: &U256, m: &U256) -> U256 {
    mul_add_mod(x, &ONE, &ZERO, m)
}

/// `x` to the power `exponent`, modulo `m`; anything to the power 0 is 1, modulo 1 it is 0.
pub fn pow_mod(x: &U256, exponent: &U256, m: &U256) -> U256 {
    let digits: [u8; 64] = core::array::from_fn(|index| {
        let (word, digit) = (exponent[3 - index / 16], 15 - index % 16);
        (word >> (4 * digit)) as u8 & 15
    });
    pow_mod_digits(x, &digits, m)
}

/// The same, of an exponent that is given by its digits, of four bits each, the highest first.
pub(crate) fn pow_mod_digits(x: &U256, digits: &[u8], m: &U256) -> U256 {
    if *m == ZERO {
        return ZERO;
    }
    // Nothing is 1 modulo 1. From here on, one of the factors is always below the modulus.
    let (x, one) = (reduce(x, m), reduce(&ONE, m));
    power(&mut Modulo { m, one }, &x, digits)
}

/// Numbers modulo one of 256 bits.
struct Modulo<'a> {
    m: &'a U256,
    one: U256,
}

impl Ring for Modulo<'_> {
    type Element = U256;

    fn one(&self) -> U256 {
        self.one
    }

    fn multiply(&mut self, x: &mut U256, y: &U256) {
        platform::u256_mul_add_mod(x, y, &ZERO, self.m);
    }

    fn square(&mut self, x: &mut U256) {
        platform::u256_square_mod(x, self.m);
    }
}

/// The number that these bytes are, the highest first.
pub fn from_be_bytes(bytes: &[u8; 32]) -> U256 {
    let words = bytes.as_chunks().0;
    core::array::from_fn(|index| u64::from_be_bytes(words[3 - index]))
}

/// The bytes of a number, the highest first.
pub fn to_be_bytes(number: &U256) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(number.iter().rev()) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;
    use std::vec::Vec;

    use super::*;

    fn big(number: &U256) -> BigUint {
        BigUint::from_bytes_be(&to_be_bytes(number))
    }

    /// Corners and random numbers of many lengths.
    pub(crate) fn numbers(num_random: usize) -> Vec<U256> {
        let mut rng = ChaCha12Rng::seed_from_u64(7);
        let mut numbers: Vec<U256> = [0, 1, 2, 255, u64::MAX].map(|low| [low, 0, 0, 0]).to_vec();
        numbers.extend([[u64::MAX; 4], [0, 0, 0, 1 << 63], [0, 1, 0, 0]]);
        numbers.extend((0..num_random).map(|_| {
            let len = rng.random_range(1..=4);
            core::array::from_fn(|index| if index < len { rng.random() } else { 0 })
        }));
        numbers
    }

    #[test]
    fn results_are_those_of_others() {
        let all = numbers(6);
        for (x, y) in all.iter().flat_map(|x| all.iter().map(move |y| (x, y))) {
            assert_eq!(compare(x, y), big(x).cmp(&big(y)));
            for m in &all {
                let expected = |value: BigUint| {
                    if *m == ZERO { BigUint::ZERO } else { value % big(m) }
                };
                assert_eq!(big(&mul_mod(x, y, m)), expected(big(x) * big(y)));
                assert_eq!(big(&add_mod(x, y, m)), expected(big(x) + big(y)));
                assert_eq!(big(&reduce(x, m)), expected(big(x)));
                let z = [u64::MAX; 4];
                assert_eq!(
                    big(&mul_add_mod(x, y, &z, m)),
                    expected(big(x) * big(y) + big(&z))
                );
            }
        }
    }

    #[test]
    fn powers_are_those_of_others() {
        let all = numbers(3);
        for (x, exponent) in all.iter().flat_map(|x| all.iter().map(move |y| (x, y))) {
            for m in all.iter().filter(|m| **m != ZERO) {
                let expected = big(x).modpow(&big(exponent), &big(m));
                assert_eq!(
                    big(&pow_mod(x, exponent, m)),
                    expected,
                    "{x:x?}^{exponent:x?} mod {m:x?}"
                );
            }
            assert_eq!(pow_mod(x, exponent, &ZERO), ZERO);
        }
    }

    #[test]
    fn bytes_are_the_highest_first() {
        let number = [1, 2, 3, 0x0405_0000_0000_0000];
        let bytes = to_be_bytes(&number);
        assert_eq!((bytes[0], bytes[1], bytes[31]), (4, 5, 1));
        assert_eq!(from_be_bytes(&bytes), number);
    }
}
