use crate::cells::columns;
use crate::word::Word;

columns! {
    /// A comparison.
    pub(crate) struct CompareColumns {
        is_real: T,
        is_signed: T,
        a: Word<T>,
        b: Word<T>,
        /// `a - b` modulo 2^64.
        difference: Word<T>,
        /// The top bit of `a`, of `b`.
        sign_a: T,
        sign_b: T,
        /// Whether `a < b`.
        is_less: T,
    }
}
