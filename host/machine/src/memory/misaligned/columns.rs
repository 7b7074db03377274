use crate::cells::columns;
use crate::memory::access::AccessColumns;

/// Bytes of two words.
pub(crate) const NUM_BYTES: usize = 16;

columns! {
    /// A load or a store at any byte.
    pub(crate) struct MisalignedColumns {
        time: T,
        /// The accesses of the two words.
        first: AccessColumns<T>,
        second: AccessColumns<T>,
        /// Whether each word is one that may only be read.
        is_read_only: [T; 2],
        /// The two lower limbs of the register of the address; the others are zero.
        base: [T; 2],
        /// What is added to it.
        offset: T,
        /// The width: at most one is set.
        is_half: T,
        is_word: T,
        is_double: T,
        is_store: T,
        /// Whether what is loaded is sign-extended; loads of 8 bytes count as such.
        is_signed: T,
        /// In which byte of the first word the access begins: one is set.
        begins_at: [T; 8],
        /// Whether it ends in the second word.
        is_across: T,
        /// The bytes of both words before and after; zeros for a second one that is not accessed.
        old: [T; NUM_BYTES],
        new: [T; NUM_BYTES],
        /// The bytes of what is stored, or of what is loaded, extended.
        value: [T; 8],
        /// The last byte that is accessed, as it is afterwards.
        last: T,
        /// Its top bit, if the access is signed.
        sign: T,
    }
}
