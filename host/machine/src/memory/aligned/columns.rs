use crate::cells::columns;
use crate::memory::access::AccessColumns;
use crate::word::Word;

columns! {
    /// A load or a store of less than a word.
    pub(crate) struct AlignedColumns {
        time: T,
        access: AccessColumns<T>,
        /// The two lower limbs of the register of the address; the others are zero.
        base: [T; 2],
        /// What is added to it.
        offset: T,
        /// Whether the word is one that may only be read.
        is_read_only: T,
        /// The width: at most one is set. Of single bytes, those in the lower and in the upper half of a limb differ.
        is_low_byte: T,
        is_high_byte: T,
        is_half: T,
        is_word: T,
        is_store: T,
        /// Whether what is loaded is sign-extended.
        is_signed: T,
        /// Which limb of the word is the last that is accessed: `2 last_is_upper + last_is_odd`.
        last_is_odd: T,
        last_is_upper: T,
        /// The word before and after.
        old: Word<T>,
        new: Word<T>,
        /// What is loaded, extended, or stored.
        value: Word<T>,
        /// The last limb before: the byte that is accessed and the other one, or, of wider accesses, its upper and its
        /// lower byte.
        byte: T,
        other_byte: T,
        /// The upper byte of the lowest limb of what is loaded or stored.
        second_byte: T,
        /// The top bit of `byte`, if the access is signed.
        sign: T,
    }
}
