use crate::cells::columns;
use crate::word::Word;

/// What the carry of limb 1 is multiplied with in [`MultiplyColumns::scaled`].
pub(crate) const SCALE_1: u32 = 4;
/// What the carry of limb 2 is multiplied with.
pub(crate) const SCALE_2: u32 = 12;

columns! {
    /// A product.
    pub(crate) struct MultiplyColumns {
        is_real: T,
        /// Whether operands and result are words.
        is_word: T,
        /// The operands' bytes.
        a: [T; 8],
        b: [T; 8],
        /// The result.
        c: Word<T>,
        /// The carry of limb 0: a byte, and 2^8 times a bit.
        carry_0: T,
        carry_0_bit: T,
        /// The carries of limbs 1 and 2, times [`SCALE_1`] and [`SCALE_2`]. Of words, the second is twice the upper limb
        /// of the product without its top bit.
        scaled: [T; 2],
        /// The carry of limb 3, or for words of limb 1: a byte, and 2^8 times the number that two digits to base 3 make.
        top: T,
        top_digits: [T; 2],
    }
}
