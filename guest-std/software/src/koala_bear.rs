//! KoalaBear, by Plonky3. An element is in memory as `x * 2^32` modulo the order, two of them in a word.

use p3_field::extension::QuinticTrinomialExtensionField;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing, PrimeField32};
use p3_koala_bear::{KoalaBear, default_koalabear_poseidon2_24};
use p3_symmetric::Permutation;

type Quintic = QuinticTrinomialExtensionField<KoalaBear>;

fn factor() -> KoalaBear {
    KoalaBear::from_u64(1 << 32)
}

/// The elements of words.
fn read<const N: usize>(words: &[u64]) -> [KoalaBear; N] {
    let inverse = factor().inverse();
    core::array::from_fn(|index| {
        KoalaBear::from_u32((words[index / 2] >> (32 * (index % 2))) as u32) * inverse
    })
}

fn write(elements: &[KoalaBear], words: &mut [u64]) {
    words.fill(0);
    for (index, element) in elements.iter().enumerate() {
        let half = (*element * factor()).as_canonical_u32();
        words[index / 2] |= u64::from(half) << (32 * (index % 2));
    }
}

/// The permutation Poseidon2 (eprint 2023/323) of 24 elements, with the constants of Plonky3.
pub fn poseidon2(state: &mut [u64; 12]) {
    let mut elements: [KoalaBear; 24] = read(state);
    default_koalabear_poseidon2_24().permute_mut(&mut elements);
    write(&elements, state);
}

/// `sum <- sum + x * y`, of five elements each: coefficients of polynomials modulo `X^5 + X^2 - 1`, the lowest first.
pub fn quintic_mul_add(sum: &mut [u64; 3], x: &[u64; 3], y: &[u64; 3]) {
    let [s, x, y] = [&*sum, x, y].map(|words| Quintic::new(read(words)));
    let result = s + x * y;
    write(result.as_basis_coefficients_slice(), sum);
}
