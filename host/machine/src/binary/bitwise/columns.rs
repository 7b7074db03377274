use crate::cells::columns;

columns! {
    /// An operation, bit by bit.
    pub(crate) struct BitwiseColumns {
        is_and: T,
        is_or: T,
        is_xor: T,
        /// The operands' bytes, low first.
        a: [T; 8],
        b: [T; 8],
        /// The bytes of `a & b`.
        and: [T; 8],
    }
}
