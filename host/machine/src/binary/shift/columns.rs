use crate::cells::columns;
use crate::word::Word;

columns! {
    /// A shift.
    pub(crate) struct ShiftColumns {
        is_left: T,
        is_right: T,
        /// Whether the sign is shifted in.
        is_arithmetic: T,
        /// Whether the lower 32 bits are shifted.
        is_word: T,
        a: Word<T>,
        b: Word<T>,
        c: Word<T>,
        /// The lower three bits of the distance.
        bits: [T; 3],
        /// Which the upper bits of the distance are, its number of whole bytes: the one that is set.
        bytes: [T; 8],
        /// What is in the lowest limb of `b` above the distance.
        rest: T,
        /// 2 to the lower bits of the distance.
        power: T,
        /// What is multiplied with: `power` to the left, 2^8 / `power` to the right.
        factor: T,
        /// What the upper two limbs are multiplied with: 0 if they do not count.
        upper_factor: T,
        /// The top bit of what is shifted.
        sign: T,
        /// Whether `a` and `c` are complemented: the sign that is shifted in.
        is_complemented: T,
        /// The product's bytes, low first, and what each of its limbs hands to the next.
        product: [T; 8],
        carry: Word<T>,
        /// The product, moved by whole bytes.
        moved: Word<T>,
        /// The top bit of the lower half of `c`.
        word_sign: T,
    }
}
