//! Powers modulo numbers of any length, with the platform's products of 256 bits: coprocessors in the VM.
//!
//! Modulo an odd number, products are Montgomery's; modulo a power of two, they are what remains of ordinary ones. A number that
//! is even is the product of both, and what a power is modulo each says what it is modulo the number (Koç, Montgomery reduction
//! with even modulus, IEE Proceedings 141, 1994). Up to 256 bits, the coprocessor's modular product is all that it takes.

mod digits;
mod montgomery;
mod power_of_two;
#[cfg(test)]
mod tests;

use alloc::vec;
use alloc::vec::Vec;

use digits::{add_product, from_be, shifted_down, subtract, to_be, trailing_zeros, trimmed};
use montgomery::Montgomery;
use power_of_two::PowerOfTwo;

use crate::power::power;
use crate::uint256::{U256, add_mod, mul_add_mod, pow_mod_digits};

/// `base` to the power `exponent`, modulo `modulus`: numbers of any length, the highest byte first. The result is as long as the
/// modulus. Anything to the power 0 is 1; modulo 1, and modulo 0, everything is 0: as Ethereum's precompiled contract has it (EIP-198).
///
/// In the VM, products run on a coprocessor.
///
/// ```
/// assert_eq!(zisk_guest::modexp(&[3], &[1, 0], &[0, 100]), [0, 21]); // 3^256
/// ```
pub fn modexp(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let nibbles: Vec<u8> = exponent.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect();
    let m = from_be(modulus);
    let result = match m[..] {
        [] => vec![],
        [m] => vec![pow_mod_digits(&reduced(&from_be(base), &m), &nibbles, &m)],
        _ => long(&from_be(base), &nibbles, &m),
    };
    to_be(&result, modulus.len())
}

/// A number of many digits, modulo one of a single one that is not 0.
fn reduced(x: &[U256], m: &U256) -> U256 {
    // 2^256, from the highest number below it.
    let radix = add_mod(&[u64::MAX; 4], &[1, 0, 0, 0], m);
    x.iter()
        .rev()
        .fold([0; 4], |high, digit| mul_add_mod(&high, &radix, digit, m))
}

/// The power modulo a number of several digits.
fn long(base: &[U256], nibbles: &[u8], m: &[U256]) -> Vec<U256> {
    let num_zeros = trailing_zeros(m);
    let odd = trimmed(shifted_down(m, num_zeros));
    let of_odd = || {
        if odd[..] == [[1, 0, 0, 0]] {
            return vec![];
        }
        let mut ring = Montgomery::new(&odd);
        let x = ring.converted(base);
        let result = power(&mut ring, &x, nibbles);
        ring.restored(result)
    };
    if num_zeros == 0 {
        return of_odd();
    }
    let mut ring = PowerOfTwo::new(num_zeros);
    let x = ring.reduced(base);
    let mut difference = power(&mut ring, &x, nibbles);
    let mut result = of_odd();
    // The multiple of the odd part that, added to what the power is modulo that, makes it what it is modulo the other one.
    subtract(&mut difference, &ring.reduced(&result));
    let mut multiple = ring.quotient(&difference, &odd);
    multiple.resize(m.len(), [0; 4]);
    result.resize(m.len() + 1, [0; 4]);
    result.rotate_right(1);
    let mut product = vec![[0; 4]; m.len()];
    add_product(&mut product, &odd, &multiple, &mut result);
    product
}
