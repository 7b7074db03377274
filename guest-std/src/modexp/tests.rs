use num_bigint::BigUint;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::vec;
use std::vec::Vec;

use super::modexp;

fn expected(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    let [base, exponent, m] = [base, exponent, modulus].map(BigUint::from_bytes_be);
    let power = if m == BigUint::ZERO {
        m
    } else {
        base.modpow(&exponent, &m)
    };
    let mut bytes = vec![0; modulus.len()];
    if power != BigUint::ZERO {
        let digits = power.to_bytes_be();
        bytes[modulus.len() - digits.len()..].copy_from_slice(&digits);
    }
    bytes
}

fn check(base: &[u8], exponent: &[u8], modulus: &[u8]) {
    let power = modexp(base, exponent, modulus);
    assert_eq!(
        power,
        expected(base, exponent, modulus),
        "{base:x?}^{exponent:x?} mod {modulus:x?}"
    );
}

/// Random bytes, now and then all bits of a part of them, or none.
fn random(rng: &mut ChaCha12Rng, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    rng.fill_bytes(&mut bytes);
    let (first, last) = (rng.random_range(0..=len), rng.random_range(0..=len));
    let part = &mut bytes[first.min(last)..first.max(last)];
    match rng.random_range(0..4) {
        0 => part.fill(0xff),
        1 => part.fill(0),
        _ => {}
    }
    bytes
}

/// Lengths around whole digits of 32 bytes.
const LENGTHS: [usize; 10] = [0, 1, 8, 31, 32, 33, 63, 64, 65, 130];

#[test]
fn powers_are_those_of_others() {
    let mut rng = ChaCha12Rng::seed_from_u64(11);
    for _ in 0..400 {
        let mut length = || LENGTHS[rng.random_range(0..LENGTHS.len())];
        let lengths = [length(), length(), length()];
        let exponent_len = lengths[1].min(if lengths[2] > 64 { 8 } else { 33 });
        let base = random(&mut rng, lengths[0]);
        let exponent = random(&mut rng, exponent_len);
        let mut modulus = random(&mut rng, lengths[2]);
        // Odd, even, or a multiple of a high power of two.
        if let Some(last) = modulus.last_mut() {
            *last |= rng.random_range(0..2);
        }
        if rng.random_range(0..4) == 0 {
            let len = modulus.len();
            modulus[len - rng.random_range(0..=len)..].fill(0);
        }
        check(&base, &exponent, &modulus);
    }
}

/// Where everything has as many bits as it can, sums have a carry, and products have to be made smaller.
#[test]
fn the_highest_numbers_are_computed_right() {
    for len in [32, 33, 64, 96] {
        let highest = vec![0xff; len];
        for low in [0xff, 0xfe, 0xfd, 0x81, 0x01, 0x00] {
            let mut modulus = highest.clone();
            modulus[len - 1] = low;
            for base_low in [0xff, 0xfe, 0xfd, 0xfc, 0] {
                let mut base = highest.clone();
                base[len - 1] = base_low;
                check(&base, &[3], &modulus);
                check(&[&base[..], &base].concat(), &[2, 0xff], &modulus);
            }
        }
    }
}

#[test]
fn ends_are_defined() {
    let long = [0xff; 70];
    for base in [&[][..], &[0], &[1], &[7], &long] {
        for exponent in [&[][..], &[0], &[0, 0, 1], &[2], &[1, 0, 1]] {
            for modulus in [&[][..], &[0], &[0; 40], &[1], &[0, 0, 1], &[2], &[0, 3]] {
                check(base, exponent, modulus);
            }
            // Powers of two, of one digit, of a whole number of digits and between.
            for (len, high) in [(32, 0x80), (33, 1), (33, 2), (65, 1), (40, 0x10)] {
                let mut modulus = vec![0; len];
                modulus[0] = high;
                check(base, exponent, &modulus);
            }
        }
    }
}
