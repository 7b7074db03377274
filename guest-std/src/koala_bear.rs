//! What the proofs of this machine are made of: Poseidon2 over the field KoalaBear, of 2^31 - 2^24 + 1 elements, and its extension of
//! degree five. On coprocessors in the VM, for guests that verify proofs.
//!
//! An element `x` is held as `x * 2^32` modulo the order, as Plonky3 holds it: whoever computes with such numbers anyway converts
//! nothing. [`held`] and [`value`] are for all others.

use crate::platform;

/// The order of the field.
pub const ORDER: u32 = 0x7f00_0001;

/// What an element is held as; any number stands for what it is modulo the order.
///
/// ```
/// use zisk_guest::koala_bear::{held, value};
///
/// assert_eq!(value(held(12_345)), 12_345);
/// ```
pub fn held(value: u32) -> u32 {
    ((u64::from(value) << 32) % u64::from(ORDER)) as u32
}

/// The element that is held as this.
pub fn value(held: u32) -> u32 {
    // 2^32 times this is 1 modulo the order.
    const INVERSE: u64 = {
        let (order, mut inverse, mut bit) = (ORDER as u64, 1_u64, 0);
        while bit < 32 {
            inverse = inverse.midpoint(inverse % 2 * order);
            bit += 1;
        }
        inverse
    };
    (u64::from(held) * INVERSE % u64::from(ORDER)) as u32
}

/// Two numbers a word, the first in its lower half.
fn joined<const N: usize>(numbers: &[u32]) -> [u64; N] {
    core::array::from_fn(|word| {
        let half = |half: usize| {
            numbers
                .get(2 * word + half)
                .map_or(0, |number| u64::from(*number))
        };
        half(0) | half(1) << 32
    })
}

fn split<const N: usize>(words: &[u64]) -> [u32; N] {
    core::array::from_fn(|half| (words[half / 2] >> (32 * (half % 2))) as u32)
}

/// A state of Poseidon2: 24 elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State([u64; 12]);

impl State {
    /// The state of these elements, each as it is held.
    pub fn new(elements: &[u32; 24]) -> Self {
        Self(joined(elements))
    }

    /// Its elements, each as it is held.
    pub fn elements(&self) -> [u32; 24] {
        split(&self.0)
    }

    /// The permutation Poseidon2 (eprint 2023/323), with the constants of Plonky3's `p3-koala-bear`.
    ///
    /// ```
    /// let mut state = zisk_guest::koala_bear::State::new(&[0; 24]);
    /// state.permute();
    /// assert_ne!(state.elements()[0], 0);
    /// ```
    pub fn permute(&mut self) {
        platform::poseidon2(&mut self.0);
    }
}

/// An element of the extension by a root of `X^5 + X^2 - 1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quintic([u64; 3]);

impl Quintic {
    /// The element of these coefficients, the lowest first, each as it is held.
    pub fn new(coefficients: &[u32; 5]) -> Self {
        Self(joined(coefficients))
    }

    /// Its coefficients, each as it is held.
    pub fn coefficients(&self) -> [u32; 5] {
        split(&self.0)
    }

    /// Adds the product of two others.
    ///
    /// ```
    /// use zisk_guest::koala_bear::{Quintic, held};
    ///
    /// let [x, one] = [&[0, held(1), 0, 0, 0], &[held(1), 0, 0, 0, 0]].map(Quintic::new);
    /// let mut sum = one;
    /// sum.add_product(&x, &x);
    /// assert_eq!(sum.coefficients(), [held(1), 0, held(1), 0, 0]);
    /// ```
    pub fn add_product(&mut self, x: &Self, y: &Self) {
        platform::quintic_mul_add(&mut self.0, &x.0, &y.0);
    }
}

#[cfg(test)]
mod tests {
    use p3_field::extension::QuinticTrinomialExtensionField;
    use p3_field::{BasedVectorSpace, PrimeCharacteristicRing, PrimeField32};
    use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
    use p3_symmetric::Permutation;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;

    use super::*;

    type Extension = QuinticTrinomialExtensionField<KoalaBear>;

    #[test]
    fn what_is_held_stands_for_what_it_was() {
        for number in [0, 1, 2, 0x1234_5678, ORDER - 1] {
            assert_eq!(value(held(number)), number);
        }
        assert_eq!(held(ORDER), 0);
        assert_eq!(ORDER, KoalaBear::ORDER_U32);
    }

    #[test]
    fn permutations_are_those_of_plonky3() {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        for highest in [1, ORDER, u32::MAX] {
            let elements: [u32; 24] = core::array::from_fn(|_| rng.random_range(0..=highest));
            let mut expected = elements.map(|element| KoalaBear::from_u32(value(element)));
            default_koalabear_poseidon2_24().permute_mut(&mut expected);
            let mut state = State::new(&elements);
            state.permute();
            assert_eq!(
                state.elements(),
                expected.map(|element| held(element.as_canonical_u32()))
            );
        }
    }

    #[test]
    fn products_are_those_of_plonky3() {
        let mut rng = ChaCha12Rng::seed_from_u64(5);
        for highest in [1, ORDER, u32::MAX] {
            let [sum, x, y] = [(); 3].map(|()| core::array::from_fn(|_| rng.random_range(0..=highest)));
            let [begun, left, right] = [sum, x, y].map(|coefficients: [u32; 5]| {
                Extension::new(coefficients.map(|held| KoalaBear::from_u32(value(held))))
            });
            let mut result = Quintic::new(&sum);
            result.add_product(&Quintic::new(&x), &Quintic::new(&y));
            let expected = begun + left * right;
            let expected: &[KoalaBear] = expected.as_basis_coefficients_slice();
            for (held_as, element) in result.coefficients().iter().zip(expected) {
                assert_eq!(*held_as, held(element.as_canonical_u32()));
            }
        }
    }
}
