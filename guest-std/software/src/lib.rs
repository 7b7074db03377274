//! What the coprocessors of the VM compute, in software: for whoever executes guests, fills the tables of a proof, or runs a
//! guest natively. All of them compute the same because they ask here.

#![no_std]

mod koala_bear;
pub mod secp256k1;
mod uint256;

use thiserror::Error;
use zisk_abi::coprocessor::{
    BLOCK_WORDS, COMPARE_BLOCKS, COPY_BLOCK, Coprocessor, FILL_BLOCK, KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD,
    SECP256K1_ADD, SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD, U256_MUL_ADD_MOD,
};

pub use koala_bear::{poseidon2, quintic_mul_add};
pub use uint256::{mul_add, mul_add_mod};

/// Why a call has no result: it ends a run with a trap, and cannot be proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// A quotient has more than 256 bits.
    #[error("the quotient has more than 256 bits; one of the factors must be below the modulus")]
    Quotient,
    /// A coordinate of a point is not below the order of the field.
    #[error("the x coordinate of a point is not below the order of the field")]
    Coordinate,
    /// A line has no slope.
    #[error(
        "there is no such sum: both points have the same x coordinate, or the y coordinate of the only one is 0"
    )]
    Slope,
    /// There is no such coprocessor, or so many words are not its operands.
    #[error("there is no such coprocessor")]
    Unknown,
}

/// Computes on the words of all operands of a coprocessor, one operand behind the other; those of operands that are written
/// are then the results.
///
/// # Errors
/// [`Problem`]; the words are then as they were.
pub fn compute(coprocessor: &Coprocessor, words: &mut [u64]) -> Result<(), Problem> {
    match coprocessor.number {
        number if number == SHA256_COMPRESS.number => {
            let (state, block) = words.split_first_chunk_mut().ok_or(Problem::Unknown)?;
            sha256_compress_words(state, block.first_chunk().ok_or(Problem::Unknown)?);
            Ok(())
        }
        number if number == KECCAK_F.number => {
            keccak_f(words.first_chunk_mut().ok_or(Problem::Unknown)?);
            Ok(())
        }
        number if number == U256_MUL_ADD_MOD.number => {
            let [x, y, z, m] = four(words)?;
            *x = mul_add_mod(x, y, z, m)?.1;
            Ok(())
        }
        number if number == U256_MUL_ADD.number => {
            let [low, high, x, y] = four(words)?;
            [*low, *high] = mul_add(x, y, low, high);
            Ok(())
        }
        number if number == SECP256K1_ADD.number => {
            let (p, q) = words.split_first_chunk_mut().ok_or(Problem::Unknown)?;
            *p = secp256k1::add(p, q.first_chunk().ok_or(Problem::Unknown)?)?;
            Ok(())
        }
        number if number == SECP256K1_DOUBLE.number => {
            let p = words.first_chunk_mut().ok_or(Problem::Unknown)?;
            *p = secp256k1::double(p)?;
            Ok(())
        }
        number if number == POSEIDON2.number => {
            koala_bear::poseidon2(words.first_chunk_mut().ok_or(Problem::Unknown)?);
            Ok(())
        }
        number if number == QUINTIC_MUL_ADD.number => {
            let [sum, x, y] = words.as_chunks_mut().0 else {
                return Err(Problem::Unknown);
            };
            koala_bear::quintic_mul_add(sum, x, y);
            Ok(())
        }
        number if number == COPY_BLOCK.number => {
            let (to, from) = words.split_at_mut_checked(BLOCK_WORDS).ok_or(Problem::Unknown)?;
            to.copy_from_slice(from.get(..BLOCK_WORDS).ok_or(Problem::Unknown)?);
            Ok(())
        }
        number if number == FILL_BLOCK.number => {
            let (value, to) = words.split_last_mut().ok_or(Problem::Unknown)?;
            to.fill(*value);
            Ok(())
        }
        number if number == COMPARE_BLOCKS.number => {
            let (equal, blocks) = words.split_first_mut().ok_or(Problem::Unknown)?;
            let (x, y) = blocks.split_at_checked(BLOCK_WORDS).ok_or(Problem::Unknown)?;
            *equal = x.iter().zip(y).take_while(|(x, y)| x == y).count() as u64;
            Ok(())
        }
        _ => Err(Problem::Unknown),
    }
}

/// Four numbers of 256 bits.
fn four(words: &mut [u64]) -> Result<&mut [[u64; 4]; 4], Problem> {
    words.as_chunks_mut().0.first_chunk_mut().ok_or(Problem::Unknown)
}

/// One compression of SHA-256 (FIPS 180-4, section 6.2.2).
pub fn sha256_compress(state: &mut [u32; 8], block: &[u8; 64]) {
    sha2::compress256(state, &[(*block).into()]);
}

/// The same, of words of memory.
fn sha256_compress_words(state_words: &mut [u64; 4], block_words: &[u64; 8]) {
    let mut state = [0; 8];
    for (halves, word) in state.as_chunks_mut().0.iter_mut().zip(&*state_words) {
        *halves = [*word as u32, (*word >> 32) as u32];
    }
    let mut block = [0; 64];
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(block_words) {
        *bytes = word.to_le_bytes();
    }
    sha256_compress(&mut state, &block);
    for (word, [low, high]) in state_words.iter_mut().zip(state.as_chunks().0) {
        *word = u64::from(*low) | u64::from(*high) << 32;
    }
}

/// The permutation Keccak-f[1600] (FIPS 202, section 3.3): the lane at `x`, `y` is in place `x + 5 * y`.
pub fn keccak_f(state: &mut [u64; 25]) {
    keccak::Keccak::new().with_f1600(|keccak_f| keccak_f(state));
}

#[cfg(test)]
mod tests {
    use zisk_abi::coprocessor::COPROCESSORS;

    use super::{Problem, compute};

    #[test]
    fn every_coprocessor_computes_something_of_its_words() {
        for coprocessor in &COPROCESSORS {
            let mut words: [u64; 64] = core::array::from_fn(|index| 0x0123_4567_89ab_cdef + index as u64);
            let words = &mut words[..coprocessor.words()];
            let before = words.first().copied();
            assert_eq!(compute(coprocessor, words), Ok(()), "{}", coprocessor.name);
            assert_ne!(words.first().copied(), before, "{}", coprocessor.name);
            assert_eq!(compute(coprocessor, &mut []), Err(Problem::Unknown));
        }
    }

    #[test]
    fn the_permutation_is_that_of_others() {
        let mut state = core::array::from_fn(|lane| (lane as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut expected = state;
        super::keccak_f(&mut state);
        tiny_keccak::keccakf(&mut expected);
        assert_eq!(state, expected);
    }
}
