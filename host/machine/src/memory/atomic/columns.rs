use crate::cells::columns;
use crate::memory::access::AccessColumns;
use crate::word::Word;

columns! {
    /// Which of the operations: at most one is set.
    pub(crate) struct KindColumns {
        load_reserved: T,
        store_conditional: T,
        swap: T,
        add: T,
        xor: T,
        and: T,
        or: T,
        min: T,
        max: T,
        minu: T,
        maxu: T,
    }
}

columns! {
    /// An atomic operation.
    pub(crate) struct AtomicColumns {
        time: T,
        access: AccessColumns<T>,
        /// The two lower limbs of the address; the others are zero.
        base: [T; 2],
        /// Whether the word is one that may only be read.
        is_read_only: T,
        kind: KindColumns<T>,
        /// Whether it is one of 8 bytes, else of 4.
        is_double: T,
        /// Of 4 bytes: whether they are the word's upper half.
        is_upper: T,
        /// The code of the operation and its width.
        code: T,
        /// The word before and after.
        old: Word<T>,
        new: Word<T>,
        /// The operand as it is asked for.
        b: Word<T>,
        /// Of 4 bytes: the top bit of what stood there, and that of the operand.
        old_sign: T,
        b_sign: T,
        /// What stood there, extended.
        x: Word<T>,
        /// The upper limbs of the operand, extended.
        y_upper: [T; 2],
        /// What is computed from both; its low bytes are stored.
        result: Word<T>,
        /// Of operations that compare: whether what stood there is less than the operand.
        is_less: T,
    }
}
