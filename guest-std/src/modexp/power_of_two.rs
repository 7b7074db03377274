//! Numbers modulo a power of two: what remains of products and differences if upper digits are left out.

use alloc::vec;
use alloc::vec::Vec;
use core::mem::swap;

use super::digits::{add_product, subtract};
use crate::power::Ring;
use crate::uint256::U256;

/// Numbers modulo a power of two, in as many digits as it takes: bits above may be anything.
pub(super) struct PowerOfTwo {
    bits: usize,
    sum: Vec<U256>,
    product: Vec<U256>,
}

impl PowerOfTwo {
    /// Modulo 2 to the power `bits`, which is not 0.
    pub(super) fn new(bits: usize) -> Self {
        let len = bits.div_ceil(256);
        Self {
            bits,
            sum: vec![[0; 4]; len + 1],
            product: vec![[0; 4]; len],
        }
    }

    fn of(&self, low: u64) -> Vec<U256> {
        let mut number = vec![[0; 4]; self.product.len()];
        number[0][0] = low;
        number
    }

    /// A number of any length.
    pub(super) fn reduced(&self, number: &[U256]) -> Vec<U256> {
        let mut reduced = number.to_vec();
        reduced.resize(self.product.len(), [0; 4]);
        reduced
    }

    /// What times an odd number is 1.
    pub(super) fn inverse(&mut self, odd: &[U256]) -> Vec<U256> {
        let odd = self.reduced(odd);
        // An odd number is its own inverse modulo 8. Each step doubles the bits of which that is so.
        let mut inverse = self.of(odd[0][0]);
        let mut num_right = 3;
        while num_right < self.bits {
            let (mut error, mut next) = (inverse.clone(), self.of(2));
            self.multiply(&mut error, &odd);
            subtract(&mut next, &error);
            self.multiply(&mut inverse, &next);
            num_right *= 2;
        }
        inverse
    }

    /// A number over an odd one, without bits above the power of two.
    pub(super) fn quotient(&mut self, number: &[U256], odd: &[U256]) -> Vec<U256> {
        let mut quotient = self.inverse(odd);
        self.multiply(&mut quotient, &number.to_vec());
        for (index, word) in quotient.as_flattened_mut().iter_mut().enumerate() {
            let kept = self.bits.saturating_sub(64 * index);
            *word &= if kept < 64 { (1 << kept) - 1 } else { u64::MAX };
        }
        quotient
    }

    /// The product, to take the place of a factor.
    fn product(&mut self, x: &[U256], y: &[U256]) -> &mut Vec<U256> {
        self.sum.fill([0; 4]);
        add_product(&mut self.product, x, y, &mut self.sum);
        &mut self.product
    }
}

impl Ring for PowerOfTwo {
    type Element = Vec<U256>;

    fn one(&self) -> Vec<U256> {
        self.of(1)
    }

    fn multiply(&mut self, x: &mut Vec<U256>, y: &Vec<U256>) {
        let product = self.product(x, y);
        swap(x, product);
    }

    fn square(&mut self, x: &mut Vec<U256>) {
        let product = self.product(x, x);
        swap(x, product);
    }
}
