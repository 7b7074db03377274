//! Coprocessors for elements of KoalaBear, which the machine is proven with itself: see [`coprocessor`](crate::coprocessor) for what
//! every call does.
//!
//! An element `x` is in memory as `x * 2^32` modulo the order, in two limbs. As what is read, limbs that come to more than the order
//! stand for what remains; what is written is below the order: its upper limb is below that of the order less 1, 0x7f00, or not above
//! it, and then the lower one is 0.

use core::array::from_fn;

use p3_field::{Algebra, PrimeCharacteristicRing, PrimeField32};
use zisk_stark::{Interactions, TableBuilder, Val};

use crate::coprocessor::CallColumns;
use crate::messages::Range16;
use crate::word::LIMB_BITS;

pub(crate) mod poseidon2;
pub(crate) mod quintic;
mod rounds;
#[cfg(all(test, feature = "trace"))]
mod tests;

/// The upper limb of the highest element.
const HIGHEST: u32 = (Val::ORDER_U32 - 1) >> LIMB_BITS;
const _: () = assert!(
    (Val::ORDER_U32 - 1) == HIGHEST << LIMB_BITS,
    "its lower limb is 0"
);

/// What an element in memory is multiplied with to get the element, `2^-32`: a constant, since constraints are computed for every row.
const INVERSE: Val = {
    let (order, mut inverse, mut bit) = (Val::ORDER_U32, 1_u32, 0);
    while bit < 32 {
        inverse = inverse.midpoint(inverse % 2 * order);
        bit += 1;
    }
    Val::new(inverse)
};

/// The elements that limbs in memory stand for.
fn elements<E: Algebra<Val>, const N: usize>(limbs: &[E]) -> [E; N] {
    let [low, high] = [INVERSE, INVERSE * Val::from_u32(1 << LIMB_BITS)];
    let pairs = limbs.as_chunks::<2>().0;
    from_fn(|index| pairs[index][0].clone() * low + pairs[index][1].clone() * high)
}

/// Limbs that a call writes stand for these elements and are below the order; `is_highest` says which upper limbs may be the highest.
fn are_written<
    B: TableBuilder,
    const N: usize,
    const OPERANDS: usize,
    const WORDS: usize,
    const READ: usize,
>(
    builder: &mut B,
    call: &CallColumns<B::Expr, OPERANDS, WORDS, READ>,
    results: &[B::Expr; N],
    limbs: &[B::Expr],
    is_highest: &[B::Expr; N],
) {
    let stands_for: [B::Expr; N] = elements(limbs);
    let pairs = limbs.as_chunks::<2>().0;
    call.have_16_bits(builder, limbs);
    for (index, is_highest) in is_highest.iter().enumerate() {
        let result = results[index].clone();
        builder.assert_eq_named(stands_for[index].clone(), result, "a result is what is computed");
        let [low, high] = pairs[index].clone();
        builder.assert_bool_named(is_highest.clone(), "is_highest is a bit");
        builder.assert_zero_named(is_highest.clone() * low, "behind the highest limb is 0");
        // A number of 16 bits, so the limb is not above the highest one, and below it where that may not be.
        let gap = call.is_real.clone() * Val::from_u32(HIGHEST) - high;
        let value = gap - call.is_real.clone() + is_highest.clone();
        builder.send(Range16 { value }, call.count());
    }
}

#[cfg(feature = "trace")]
mod trace {
    use core::array::from_fn;

    use p3_field::{PrimeCharacteristicRing, PrimeField32};
    use zisk_stark::Val;

    use super::{HIGHEST, INVERSE};
    use crate::word::LIMB_BITS;

    /// The halves of words.
    pub(super) fn halves(words: &[u64]) -> impl Iterator<Item = u32> {
        words.iter().flat_map(|word| [*word as u32, (word >> 32) as u32])
    }

    /// How an element is in memory.
    pub(super) fn in_memory(element: Val) -> u32 {
        (element * Val::from_u64(1 << 32)).as_canonical_u32()
    }

    /// The limbs of elements, as they are written, and which upper ones are the highest.
    pub(super) fn written<const LIMBS: usize, const N: usize>(elements: &[Val]) -> ([Val; LIMBS], [Val; N]) {
        let element = |index: usize| elements.get(index).map_or(0, |element| in_memory(*element));
        let limb = |index: usize| element(index / 2) >> (LIMB_BITS as usize * (index % 2)) & 0xffff;
        let is_highest = |index: usize| element(index) >> LIMB_BITS == HIGHEST;
        (
            from_fn(|index| Val::from_u32(limb(index))),
            from_fn(|index| Val::from_bool(is_highest(index))),
        )
    }

    /// The elements that words stand for.
    pub(super) fn read<const N: usize>(words: &[u64]) -> [Val; N] {
        let mut halves = halves(words).map(|half| Val::from_u32(half) * INVERSE);
        from_fn(|_| halves.next().unwrap_or_default())
    }
}
