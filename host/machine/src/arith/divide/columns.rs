use crate::cells::columns;
use crate::word::Word;

/// What the carries of limbs 0, 1 and 2 are multiplied with in [`DivideColumns::scaled`].
pub(crate) const SCALES: [u32; 3] = [3, 7, 15];

columns! {
    /// A division. It is one if the divisor is zero or a limb decides; otherwise the row is padding.
    pub(crate) struct DivideColumns {
        /// Whether the divisor is zero.
        is_zero: T,
        /// Which limb is the highest in which remainder and divisor differ.
        decides: [T; 4],
        /// Whether the remainder is the result, not the quotient.
        is_remainder: T,
        /// Whether operands and result are words.
        is_word: T,
        /// The dividend; of a word, the upper limbs are not looked at.
        a: Word<T>,
        /// The divisor's bytes; of a word, the upper ones are not looked at.
        b: [T; 8],
        /// The bytes of the quotient; of words, the upper ones are the sign of the result, whichever it is.
        quotient: [T; 8],
        /// The remainder; of words, the upper limbs are the sign of the result.
        remainder: Word<T>,
        /// The carries of limbs 0, 1 and 2, times [`SCALES`]. Of words, the last is twice the upper limb of the result
        /// without its top bit.
        scaled: [T; 3],
        /// By how much more than 1 the remainder is less than the divisor in the limb that decides.
        gap: T,
    }
}
