use crate::cells::columns;
use crate::word::Word;

/// A carry that is range-checked: of which limb, what is added before it is scaled, and the scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scaled {
    pub(crate) limb: usize,
    pub(crate) offset: u32,
    pub(crate) scale: u32,
}

const fn scaled(limb: usize, offset: u32, scale: u32) -> Scaled {
    Scaled { limb, offset, scale }
}

/// Carries of [`MultiplyHighColumns::scaled`]. From limb 3 on, they are at least -256.
pub(crate) const SCALED: [Scaled; 5] = [
    scaled(1, 0, 16),
    scaled(3, 1 << 8, 7),
    scaled(4, 1 << 8, 15),
    scaled(5, 1 << 8, 31),
    scaled(6, 1 << 8, 64),
];

columns! {
    /// A product.
    pub(crate) struct MultiplyHighColumns {
        is_real: T,
        /// Whether the low half is given too.
        gives_low: T,
        is_a_signed: T,
        is_b_signed: T,
        /// The operands' bytes; the last of a negative operand is less by 2^8.
        a: [T; 8],
        b: [T; 8],
        is_a_negative: T,
        is_b_negative: T,
        /// The halves of the product.
        low: Word<T>,
        high: Word<T>,
        /// The carry of limb 0: a byte, and 2^8 times a bit.
        carry_0: T,
        carry_0_bit: T,
        /// The carry of limb 2: a byte, and 2^8 times a digit to base 3 plus three times a bit.
        carry_2: T,
        carry_2_digit: T,
        carry_2_bit: T,
        /// Other carries, each plus an offset and times a factor: [`SCALED`].
        scaled: [T; SCALED.len()],
        /// Whether the product is negative.
        is_negative: T,
    }
}
