//! Numbers modulo an odd one, by Montgomery's products (Modular multiplication without trial division, Mathematics of Computation
//! 44, 1985), a digit at a time.
//!
//! `R` is 2^256 to the power of the modulus' digits. A number `x` stands for `x * R` modulo the modulus, and a product is divided by
//! `R`. Numbers have a digit more than the modulus, which is 0, and of the highest word below that some bit is 0, of the modulus, too:
//! so that the sums of a product have no more digits.

use alloc::vec;
use alloc::vec::Vec;

use super::digits::{add, is_below, shifted_down, subtract, trimmed};
use super::power_of_two::PowerOfTwo;
use crate::platform;
use crate::power::{Ring, power};
use crate::uint256::U256;

const ZERO: U256 = [0; 4];

/// What products modulo an odd number take.
pub(super) struct Montgomery {
    /// The modulus, and a 0 above.
    modulus: Vec<U256>,
    /// What times the modulus is -1 modulo 2^256.
    minus_inverse: U256,
    /// What stands for 1.
    one: Vec<U256>,
    /// What stands for `R`, below the modulus.
    radix: Vec<U256>,
    /// Sums of a product, which move down.
    sums: Vec<U256>,
}

impl Montgomery {
    /// Modulo a number that is odd and above 1, of digits of which the highest is not 0.
    pub(super) fn new(odd: &[U256]) -> Self {
        let mut odd = odd.to_vec();
        if odd.last().is_some_and(|highest| highest[3] == u64::MAX) {
            odd.push(ZERO);
        }
        let len = odd.len();
        let mut minus_inverse = ZERO;
        let inverse = PowerOfTwo::new(256).inverse(&odd);
        subtract(core::slice::from_mut(&mut minus_inverse), &inverse);

        // `R`, less the multiple of the modulus that has its highest bit: half of `R` at most, and less as that is no power of two.
        let highest = odd[len - 1].iter().rev();
        let num_zeros = highest.clone().take_while(|word| **word == 0).count();
        let top = highest
            .clone()
            .nth(num_zeros)
            .map_or(0, |word| word.leading_zeros());
        let mut multiple = vec![ZERO];
        multiple.extend_from_slice(&odd);
        let multiple = shifted_down(&multiple, 256 - 64 * num_zeros - top as usize);
        let mut one = vec![ZERO; len + 1];
        subtract(&mut one[..len], &multiple);

        odd.push(ZERO);
        let mut ring = Self {
            modulus: odd,
            minus_inverse,
            one,
            radix: vec![],
            sums: vec![ZERO; 2 * len + 2],
        };
        // What stands for 2, then by squares for 2^256, then for `R`.
        let mut two = ring.one.clone();
        add(&mut two, &ring.one);
        let one = ring.one.clone();
        ring.multiply(&mut two, &one);
        for _ in 0..8 {
            ring.square(&mut two);
        }
        let nibbles: [u8; 16] = core::array::from_fn(|index| (len as u64 >> (4 * (15 - index))) as u8 & 15);
        let mut radix = power(&mut ring, &two, &nibbles);
        // The square stands for the square; less a factor of `R` it is below the modulus.
        ring.square(&mut radix);
        ring.leave(&mut radix);
        ring.radix = radix;
        ring
    }

    /// What stands for a number of any length.
    pub(super) fn converted(&mut self, number: &[U256]) -> Vec<U256> {
        let len = self.modulus.len() - 1;
        let radix = self.radix.clone();
        let mut converted: Option<Vec<U256>> = None;
        for digits in number.chunks(len).rev() {
            let mut part = digits.to_vec();
            part.resize(len + 1, ZERO);
            self.multiply(&mut part, &radix);
            self.reduce(&mut part);
            if let Some(mut above) = converted {
                self.multiply(&mut above, &radix);
                self.reduce(&mut above);
                // Both are below the modulus, and there is a digit above.
                add(&mut part, &above);
                self.reduce(&mut part);
            }
            converted = Some(part);
        }
        converted.unwrap_or_else(|| vec![ZERO; len + 1])
    }

    /// The number that this one stands for.
    pub(super) fn restored(&mut self, mut number: Vec<U256>) -> Vec<U256> {
        self.leave(&mut number);
        trimmed(number)
    }

    /// Divides by `R`; the result is below the modulus.
    fn leave(&mut self, number: &mut Vec<U256>) {
        let mut unit = vec![ZERO; self.modulus.len()];
        unit[0] = [1, 0, 0, 0];
        self.multiply(number, &unit);
        self.reduce(number);
    }

    /// Takes the modulus away from what is not below it.
    fn reduce(&self, number: &mut [U256]) {
        if !is_below(number, &self.modulus) {
            subtract(number, &self.modulus);
        }
    }

    /// A product over `R`, of any digits `x`. It is below the sum of `x * y / R` and the modulus.
    fn product(&mut self, x: &[U256], y: &[U256]) -> &mut [U256] {
        let (sums, modulus) = (&mut self.sums[..], &self.modulus[..]);
        let len = modulus.len() - 1;
        sums.fill(ZERO);
        // Where the sum is, with a 0 below it. Behind each digit that is a 0 again, which the modulus' multiple has made of the
        // lowest digit, and everything has moved down.
        let mut sum = len + 1;
        for x in &x[..len] {
            platform::u256_mul_add_row(&mut sums[sum - 1..], x, y);
            let mut multiple = sums[sum - 1];
            platform::u256_mul_add_mod(&mut multiple, &self.minus_inverse, &ZERO, &ZERO);
            platform::u256_mul_add_row(&mut sums[sum - 2..], &multiple, modulus);
            sum -= 1;
        }
        let product = &mut sums[1..len + 2];
        // It is then above the modulus, and the difference is below `y`. The highest digit is 0 or 1.
        if product[len][0] != 0 || product[len - 1][3] == u64::MAX {
            subtract(product, modulus);
        }
        product
    }
}

impl Ring for Montgomery {
    type Element = Vec<U256>;

    fn one(&self) -> Vec<U256> {
        self.one.clone()
    }

    fn multiply(&mut self, x: &mut Vec<U256>, y: &Vec<U256>) {
        let product = self.product(x, y);
        // A digit at a time this takes half of what `memcpy` takes.
        for (to, from) in x.iter_mut().zip(product) {
            *to = *from;
        }
    }

    fn square(&mut self, x: &mut Vec<U256>) {
        let product = self.product(x, x);
        for (to, from) in x.iter_mut().zip(product) {
            *to = *from;
        }
    }
}
