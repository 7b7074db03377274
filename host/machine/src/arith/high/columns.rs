use crate::cells::columns;
use crate::word::Word;

/// Carries of a product of 128 bits: behind the last limb there is none.
pub(crate) const NUM_CARRIES: usize = 7;

columns! {
    /// An upper half of a product.
    pub(crate) struct HighColumns {
        /// Whether both operands are signed, the first is, or none.
        is_signed: T,
        is_mixed: T,
        is_unsigned: T,
        /// The operands' bytes.
        a: [T; 8],
        b: [T; 8],
        /// The product of the operands without signs.
        low: Word<T>,
        high: Word<T>,
        carry: [T; NUM_CARRIES],
        /// The top bits of the operands.
        sign_a: T,
        sign_b: T,
        /// Whether an operand is negative: signed, and its top bit is set.
        is_negative_a: T,
        is_negative_b: T,
        /// The result.
        c: Word<T>,
        /// What is carried where the operands are taken off the upper half.
        borrow: Word<T>,
    }
}
