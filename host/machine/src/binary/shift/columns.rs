use crate::cells::columns;
use crate::word::Word;

columns! {
    /// A shift.
    pub(crate) struct ShiftColumns {
        /// Whether it is to the left, by less than 32 bits or by at least as many.
        left: [T; 2],
        /// Whether it is to the right, likewise.
        right: [T; 2],
        /// Whether the sign is shifted in.
        is_arithmetic: T,
        /// Whether the lower 32 bits are shifted.
        is_word: T,
        a: Word<T>,
        b: Word<T>,
        /// Bits 3 and 4 of the distance, its number of whole bytes up to three: 1, 2 or 3 if one is set, else 0.
        bytes: [T; 3],
        /// What is in the lowest limb of `b` above the distance.
        rest: T,
        /// The factor's exponent, divided by 3: 2 to the remainder.
        small_power: T,
        /// The factor's exponent, divided by 3: 8 to the quotient.
        large_power: T,
        /// What is multiplied with: 2 to the lower bits of the distance to the left, 2^8 over that to the right.
        factor: T,
        /// What has the sign for its top bit: the top limb of what is shifted, or limb 1 of the result.
        checked: T,
        /// The sign of what is shifted arithmetically; bit 31 of the result of other shifts.
        sign: T,
        /// Whether ones are shifted in.
        is_negative: T,
        /// The product's bytes, low first, and what each of its limbs hands to the next.
        product: [T; 9],
        carry: [T; 3],
        /// The product, moved by whole bytes: the result, but for the upper limbs of one of 32 bits.
        moved: Word<T>,
    }
}
