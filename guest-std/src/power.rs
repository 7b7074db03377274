//! Powers, wherever there are products.

use alloc::vec::Vec;

/// Where factors and products are from.
pub(crate) trait Ring {
    /// A number of it.
    type Element: Clone;

    /// What everything times is itself.
    fn one(&self) -> Self::Element;

    /// `x <- x * y`.
    fn multiply(&mut self, x: &mut Self::Element, y: &Self::Element);

    /// `x <- x * x`.
    fn square(&mut self, x: &mut Self::Element);
}

/// `x` to a power that is given by its digits, of four bits each, the highest first. No digits are 0: the result is then 1.
pub(crate) fn power<R: Ring>(ring: &mut R, x: &R::Element, digits: &[u8]) -> R::Element {
    // Exponents like 3 and 65,537 have small digits only, and need no other powers.
    let largest = digits.iter().copied().max().unwrap_or(0);
    let mut powers: Vec<R::Element> = Vec::with_capacity(usize::from(largest));
    for index in 0..usize::from(largest) {
        let mut next = x.clone();
        match powers.get(index.wrapping_sub(1)) {
            // Powers with an even exponent could be squares: that costs the same.
            Some(before) => ring.multiply(&mut next, before),
            None => debug_assert_eq!(index, 0, "the first power is the number itself"),
        }
        powers.push(next);
    }
    let mut result = None;
    for digit in digits.iter().copied() {
        if let Some(result) = &mut result {
            for _ in 0..4 {
                ring.square(result);
            }
        }
        if let Some(power) = powers.get(usize::from(digit).wrapping_sub(1)) {
            match &mut result {
                Some(result) => ring.multiply(result, power),
                None => result = Some(power.clone()),
            }
        }
    }
    result.unwrap_or_else(|| ring.one())
}
