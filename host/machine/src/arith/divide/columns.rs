use crate::cells::columns;
use crate::word::Word;

columns! {
    /// A division.
    pub(crate) struct DivideColumns {
        is_real: T,
        is_signed: T,
        is_word: T,
        /// Whether the remainder is the result.
        is_remainder: T,
        a: Word<T>,
        b: Word<T>,
        /// The upper limbs of the operands, those of a word extended.
        upper_a: [T; 2],
        upper_b: [T; 2],
        /// The operands' top bits.
        sign_a: T,
        sign_b: T,
        is_negative_a: T,
        is_negative_b: T,
        /// Magnitudes: `dividend = quotient divisor + remainder`.
        dividend: Word<T>,
        divisor: Word<T>,
        quotient: Word<T>,
        remainder: Word<T>,
        /// `quotient divisor`.
        product: Word<T>,
        /// Whether the divisor is zero.
        is_by_zero: T,
        /// Whether the result is the quotient of a division by zero.
        is_all_ones: T,
        /// Whether one operand is negative.
        signs_differ: T,
        /// Whether the result is a magnitude's negative.
        is_negative: T,
        /// The magnitude of the result.
        magnitude: Word<T>,
        /// The result, before a word's sign is extended.
        result: Word<T>,
        /// The top bit of the lower half of the result.
        word_sign: T,
    }
}
