use crate::cells::columns;
use crate::word::Word;

columns! {
    /// Whether a value is negated, that is, subtracted from 2^64 or 2^32, if it is not zero.
    pub(crate) struct Negates {
        /// All of it.
        full: T,
        /// The low 32 bits, as those of a word.
        word: T,
    }
}

columns! {
    /// A division.
    pub(crate) struct DivideSignedColumns {
        /// Whether the result is the quotient by a divisor that is not zero.
        is_quotient: T,
        /// Whether the result is the quotient by zero.
        is_quotient_by_zero: T,
        /// Whether the result is the remainder.
        is_remainder: T,
        /// Whether operands and result are words.
        is_word: T,
        a: Word<T>,
        b: Word<T>,
        c: Word<T>,
        /// Whether `a` is negative, whether `b` is, and whether the result is the negated magnitude.
        negates_a: Negates<T>,
        negates_b: Negates<T>,
        negates_c: Negates<T>,
        /// What is divided without signs. The upper limbs of a word's magnitude are not looked at there; so those of
        /// `a` hold twice the upper limbs of `c` and of `a` without their top bits, and the last of `b` that of `b`.
        magnitude_a: Word<T>,
        magnitude_b: Word<T>,
        magnitude_c: Word<T>,
        /// Of the sum of the divisor's limbs.
        inverse: T,
    }
}
