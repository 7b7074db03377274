//! Addresses, which are a base and an offset: a register's value and a signed immediate of 12 bits.
//!
//! An address is a field element, `base + offset = 8 word + position` modulo p, where `position` is one of the 8 bytes of a
//! word. No column holds `word`, and nothing checks its range: it is computed from the others, and goes into
//! a message of a word's state. There are states only of words that are mapped, so `8 word + position` is an integer
//! below `0x7000_0000`. The base is an integer below `0x7001_0000` (the check here), so the sum lies
//! in `-2048..0x7001_0800`; as p is `0x7f00_0001`, what both sides are modulo p they are as integers:
//!
//! - A sum of at least zero is less than p, and so is the other side.
//! - A sum of less than zero is a number above `0x7000_0000` modulo p, where no word is mapped.
//!
//! As integers, they have one `word` and one `position` only. The honest address of whatever is mapped passes the check,
//! since nothing is mapped from `0x7000_0000` on, and neither in the first page: a base of more than 32 bits
//! and an offset never add up to a mapped address.

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::memory::{IMAGE, INPUT, PAGE_SIZE};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::messages::{Range16, Word};
use crate::word::LIMB_BITS;

/// Bytes of a word.
const WORD_BYTES: u32 = 8;
/// The greatest upper limb of a base.
const MAX_UPPER: u32 = (INPUT.end >> LIMB_BITS) as u32;

// What is mapped, and bases that offsets of less than a page lead there from.
const _: () =
    assert!(IMAGE.start >= PAGE_SIZE && ((MAX_UPPER as u64 + 1) << LIMB_BITS) >= INPUT.end + PAGE_SIZE);
// With any offset, such a base is less than p; and p minus a page is not mapped.
const _: () = assert!((((MAX_UPPER + 1) << LIMB_BITS) + PAGE_SIZE as u32) < 0x7f00_0001);

/// One message: shows that a base of these two limbs, both of 16 bits, is below `0x7001_0000`, and gives it.
pub(crate) fn base<B: TableBuilder>(
    builder: &mut B,
    [low, upper]: [B::Expr; 2],
    is_real: B::Expr,
) -> B::Expr {
    let shift = (1 << LIMB_BITS) - 1 - MAX_UPPER;
    // `upper` is an integer of 16 bits, so this leaves those up to `MAX_UPPER`.
    let value = upper.clone() + B::Expr::from_u32(shift);
    builder.send(Range16 { value }, Count::bounded(is_real, 1));
    low + upper * B::Expr::from_u32(1 << LIMB_BITS)
}

/// The operand that says a base: its two upper limbs are zero.
pub(crate) fn operand<E: PrimeCharacteristicRing>([low, upper]: [E; 2]) -> Word<E> {
    [low, upper, E::ZERO, E::ZERO]
}

/// The operand that says an offset, which may be less than zero: one element.
pub(crate) fn offset<E: PrimeCharacteristicRing>(offset: E) -> Word<E> {
    [offset, E::ZERO, E::ZERO, E::ZERO]
}

/// The address over 8 of the word that has an address in this position.
pub(crate) fn word<E>(address: E, position: E) -> E
where
    E: PrimeCharacteristicRing + core::ops::Mul<Val, Output = E>,
{
    (address - position) * Val::from_u32(WORD_BYTES).inverse()
}
