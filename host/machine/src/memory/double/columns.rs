use crate::cells::columns;
use crate::memory::access::AccessColumns;
use crate::word::Word;

columns! {
    /// A load or a store of a word.
    pub(crate) struct DoubleColumns {
        time: T,
        access: AccessColumns<T>,
        /// The two lower limbs of the register of the address; the others are zero.
        base: [T; 2],
        /// What is added to it.
        offset: T,
        /// Whether the word is one that may only be read.
        is_read_only: T,
        /// What is done: at most one is set.
        is_load: T,
        is_store: T,
        /// The word before and after.
        old: Word<T>,
        new: Word<T>,
    }
}
