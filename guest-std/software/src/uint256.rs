//! Numbers of 256 bits, as four words, the lowest first.

use ruint::aliases::{U256, U512};

use crate::Problem;

type Words = [u64; 4];

fn wide(words: &Words) -> U512 {
    U512::from(U256::from_limbs(*words))
}

fn halves(number: U512) -> [Words; 2] {
    let limbs = number.into_limbs();
    [0, 4].map(|first| core::array::from_fn(|index| limbs[first + index]))
}

/// Quotient and remainder of `x * y + z` by `m`; a modulus of 0 stands for 2^256.
///
/// # Errors
/// When the quotient has more than 256 bits: if `x` or `y` is below the modulus, it has not.
pub fn mul_add_mod(x: &Words, y: &Words, z: &Words, m: &Words) -> Result<(Words, Words), Problem> {
    // Below 2^512: (2^256 - 1)^2 + 2^256 - 1.
    let sum = wide(x) * wide(y) + wide(z);
    if *m == [0; 4] {
        let [low, high] = halves(sum);
        return Ok((high, low));
    }
    let (quotient, remainder) = sum.div_rem(wide(m));
    match halves(quotient) {
        [quotient, [0, 0, 0, 0]] => Ok((quotient, halves(remainder)[0])),
        _ => Err(Problem::Quotient),
    }
}

/// The lower and the upper half of `x * y + z + w`, which has 512 bits.
pub fn mul_add(x: &Words, y: &Words, z: &Words, w: &Words) -> [Words; 2] {
    halves(wide(x) * wide(y) + wide(z) + wide(w))
}

#[cfg(test)]
mod tests {
    extern crate std;

    use num_bigint::BigUint;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;
    use std::vec::Vec;

    use super::*;

    fn big(words: &[u64]) -> BigUint {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        BigUint::from_bytes_le(&bytes)
    }

    fn numbers() -> impl Iterator<Item = Words> {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let ends = [
            [0; 4],
            [u64::MAX; 4],
            [1, 0, 0, 0],
            [0, 0, 0, 1 << 63],
            [2, 0, 0, 0],
        ];
        let random = (0..20).map(move |_| {
            let shift = rng.random::<u32>() % 64;
            core::array::from_fn(|_| rng.random::<u64>() >> shift)
        });
        ends.into_iter().chain(random)
    }

    #[test]
    fn products_are_those_of_others() {
        for (x, y) in numbers().flat_map(|x| numbers().map(move |y| (x, y))) {
            for z in [[0; 4], [u64::MAX; 4], [7, 0, 1, 0]] {
                let [low, high] = mul_add(&x, &y, &z, &x);
                let expected = big(&x) * big(&y) + big(&z) + big(&x);
                assert_eq!(big(&[low, high].concat()), expected);
                for m in numbers() {
                    let modulus = if m == [0; 4] {
                        BigUint::from(1_u8) << 256
                    } else {
                        big(&m)
                    };
                    let sum = big(&x) * big(&y) + big(&z);
                    let quotient = &sum / &modulus;
                    match mul_add_mod(&x, &y, &z, &m) {
                        Ok((found, remainder)) => {
                            assert_eq!(big(&found), quotient);
                            assert_eq!(big(&remainder), sum % &modulus);
                        }
                        Err(problem) => {
                            assert_eq!(problem, Problem::Quotient);
                            assert!(quotient >> 256_u32 != BigUint::ZERO);
                            assert!(big(&x) >= modulus && big(&y) >= modulus);
                        }
                    }
                }
            }
        }
    }
}
