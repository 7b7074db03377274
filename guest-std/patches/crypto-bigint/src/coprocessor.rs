//! Products of residues on the coprocessors.
//!
//! With `R`, which is 2 to the power of a residue's bits, `x` is in memory as `x * R` modulo the modulus; a product is divided by `R`
//! (Montgomery, Modular multiplication without trial division, Mathematics of Computation 44, 1985).
//!
//! Whatever the original computes of operands that are not below the modulus, and of lengths that are no multiple of 256 bits, is
//! left to it.

use crypto_bigint_original::Uint;

use crate::modular::Ring;

/// A digit of a number, the lowest word first.
type Digit = [u64; 4];

const WORDS: usize = size_of::<Digit>() / size_of::<u64>();

/// Exponents are read four bits at a time.
const WINDOW: usize = 4;

#[cfg(all(target_arch = "riscv64", target_os = "none"))]
use zisk_coprocessor::{u256_mul_add_mod, u256_mul_add_row};

#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
use software::{u256_mul_add_mod, u256_mul_add_row};

/// What the coprocessors compute, for tests.
#[cfg(not(all(target_arch = "riscv64", target_os = "none")))]
mod software {
    use zisk_software::{mul_add, mul_add_mod};

    use super::Digit;

    pub(super) fn u256_mul_add_mod(x: &mut Digit, y: &Digit, z: &Digit, m: &Digit) {
        *x = mul_add_mod(x, y, z, m).expect("the quotient has 256 bits").1;
    }

    pub(super) fn u256_mul_add_row(sum: &mut [Digit], x: &Digit, digits: &[Digit]) {
        for (index, digit) in digits.iter().enumerate() {
            let [low, high] = mul_add(x, digit, &sum[index], &sum[index + 1]);
            (sum[index], sum[index + 1]) = (low, high);
        }
    }
}

fn digits<const LIMBS: usize>(number: &Uint<LIMBS>) -> &[Digit] {
    number.as_words().as_chunks().0
}

fn digits_mut<const LIMBS: usize>(number: &mut Uint<LIMBS>) -> &mut [Digit] {
    number.as_words_mut().as_chunks_mut().0
}

/// Whether a number is below another one of as many digits.
fn is_below(x: &[Digit], y: &[Digit]) -> bool {
    let words = x.as_flattened().iter().zip(y.as_flattened()).rev();
    let mut unequal = words.filter(|(x, y)| x != y);
    unequal.next().is_some_and(|(x, y)| x < y)
}

/// `x <- x + y`: whether there is a carry.
fn add(x: &mut Digit, y: &Digit) -> bool {
    x.iter_mut().zip(y).fold(false, |carry, (x, y)| {
        let (sum, is_above) = x.overflowing_add(*y);
        let (sum, is_above_now) = sum.overflowing_add(carry.into());
        *x = sum;
        is_above | is_above_now
    })
}

/// `x <- x - y`, of as many digits; what is borrowed is left out.
fn subtract(x: &mut [Digit], y: &[Digit]) {
    let words = x.as_flattened_mut().iter_mut().zip(y.as_flattened());
    words.fold(false, |borrow, (x, y)| {
        let (difference, is_below) = x.overflowing_sub(*y);
        let (difference, is_below_now) = difference.overflowing_sub(borrow.into());
        *x = difference;
        is_below | is_below_now
    });
}

/// Whether coprocessors compute with residues of this length, and this is one.
fn is_residue<const LIMBS: usize>(x: &Uint<LIMBS>, ring: Ring<'_, LIMBS>) -> bool {
    LIMBS != 0 && LIMBS.is_multiple_of(WORDS) && is_below(digits(x), digits(ring.modulus))
}

/// `x <- x * y / R`: whether that was done.
pub(crate) fn multiply<const LIMBS: usize>(
    x: &mut Uint<LIMBS>,
    y: &Uint<LIMBS>,
    ring: Ring<'_, LIMBS>,
) -> bool {
    let is_done = is_residue(x, ring) && is_residue(y, ring);
    if is_done {
        product(x, y, ring);
    }
    is_done
}

/// `x <- x * y / R`, of numbers below the modulus.
fn product<const LIMBS: usize>(x: &mut Uint<LIMBS>, y: &Uint<LIMBS>, ring: Ring<'_, LIMBS>) {
    let factor = &digits(ring.factor)[0];
    match (digits_mut(x), digits(y), digits(ring.modulus)) {
        ([x], [y], [m]) => {
            u256_mul_add_mod(x, y, &[0; WORDS], m);
            u256_mul_add_mod(x, factor, &[0; WORDS], m);
        }
        (x, y, m) => {
            let mut sums = [Uint::<LIMBS>::ZERO.to_words(); 3];
            long_product(x, y, m, factor, sums.as_flattened_mut().as_chunks_mut().0);
        }
    }
}

/// The same, a digit at a time. `sums` has twice as many digits and one, which are 0.
fn long_product(x: &mut [Digit], y: &[Digit], m: &[Digit], minus_inverse: &Digit, sums: &mut [Digit]) {
    let len = x.len();
    // Whether the sum, which is below twice the modulus, has a bit above its digits.
    let mut is_above = false;
    for (digit, at) in x.iter().zip((1..=len).rev()) {
        // The sum begins behind the place `at`, where a 0 is, and below that is another one. Behind the product it begins there.
        u256_mul_add_row(&mut sums[at..], digit, y);
        let carry = is_above && add(&mut sums[at + len], &[1, 0, 0, 0]);
        // The multiple of the modulus that makes a 0 of the lowest digit, with which the sum moves down again.
        let mut multiple = sums[at];
        u256_mul_add_mod(&mut multiple, minus_inverse, &[0; WORDS], &[0; WORDS]);
        u256_mul_add_row(&mut sums[at - 1..], &multiple, m);
        let highest = sums[at + len];
        is_above = add(&mut sums[at + len - 1], &highest) | carry;
    }
    let sum = &mut sums[1..=len];
    if is_above || !is_below(sum, m) {
        subtract(sum, m);
    }
    x.copy_from_slice(sum);
}

/// `x` to a power, of which `bits` are looked at, if that is computed here.
pub(crate) fn power<const LIMBS: usize, const EXPONENT: usize>(
    x: &Uint<LIMBS>,
    exponent: &Uint<EXPONENT>,
    bits: usize,
    ring: Ring<'_, LIMBS>,
) -> Option<Uint<LIMBS>> {
    // Modulo 1, the original's 1 is not below the modulus.
    if bits > Uint::<EXPONENT>::BITS || !is_residue(x, ring) || !is_residue(ring.one, ring) {
        return None;
    }
    let mut x = *x;
    let result = match (digits_mut(&mut x), digits(ring.modulus), digits(ring.factor)) {
        // Products of numbers that are not multiplied with `R` take one call and not two.
        ([digit], [m], [inverse]) => {
            u256_mul_add_mod(digit, inverse, &[0; WORDS], m);
            let multiply = |x: &mut Uint<LIMBS>, y: &Uint<LIMBS>| {
                u256_mul_add_mod(&mut digits_mut(x)[0], &digits(y)[0], &[0; WORDS], m);
            };
            windows(&x, exponent, bits, multiply).map(|mut result| {
                multiply(&mut result, ring.one);
                result
            })
        }
        _ => windows(&x, exponent, bits, |x, y| product(x, y, ring)),
    };
    Some(result.unwrap_or(*ring.one))
}

/// `x` to a power; `None` for the power 0.
fn windows<const LIMBS: usize, const EXPONENT: usize>(
    x: &Uint<LIMBS>,
    exponent: &Uint<EXPONENT>,
    bits: usize,
    multiply: impl Fn(&mut Uint<LIMBS>, &Uint<LIMBS>),
) -> Option<Uint<LIMBS>> {
    let windows = (0..bits.div_ceil(WINDOW)).rev().map(|index| {
        let (start, len) = (index * WINDOW, WINDOW.min(bits - index * WINDOW));
        let word = exponent.as_words()[start / 64] >> (start % 64);
        (word & ((1 << len) - 1)) as usize
    });
    // Exponents like 3 and 65,537 take few of these.
    let largest = windows.clone().max().unwrap_or(0);
    let mut powers = [*x; (1 << WINDOW) - 1];
    for index in 1..largest {
        let mut next = powers[index - 1];
        multiply(&mut next, x);
        powers[index] = next;
    }
    let mut result = None;
    for window in windows {
        if let Some(result) = &mut result {
            for _ in 0..WINDOW {
                let same = *result;
                multiply(result, &same);
            }
        }
        if let Some(power) = window.checked_sub(1).map(|index| &powers[index]) {
            match &mut result {
                Some(result) => multiply(result, power),
                None => result = Some(*power),
            }
        }
    }
    result
}

/// The product of powers, of whose exponents `bits` are looked at, if that is computed here. Squares are those of all together (Straus,
/// Addition chains of vectors, American Mathematical Monthly 71, 1964).
pub(crate) fn product_of_powers<'a, const LIMBS: usize, const EXPONENT: usize>(
    powers: &(impl Iterator<Item = (&'a Uint<LIMBS>, &'a Uint<EXPONENT>)> + Clone),
    bits: usize,
    ring: Ring<'_, LIMBS>,
) -> Option<Uint<LIMBS>> {
    let is_residue = |x| is_residue(x, ring);
    if bits > Uint::<EXPONENT>::BITS || !is_residue(ring.one) || !powers.clone().all(|(x, _)| is_residue(x)) {
        return None;
    }
    let mut result = None;
    for bit in (0..bits).rev() {
        if let Some(result) = &mut result {
            let same = *result;
            product(result, &same, ring);
        }
        for (x, exponent) in powers.clone() {
            if exponent.as_words()[bit / 64] >> (bit % 64) & 1 == 1 {
                match &mut result {
                    Some(result) => product(result, x, ring),
                    None => result = Some(*x),
                }
            }
        }
    }
    Some(result.unwrap_or(*ring.one))
}
