//! What registers, stack, heap and input hold in the beginning and in the end.
//!
//! *Proves* that what is looked at there begins once: registers, stack and heap with zero, the input with whatever the
//! prover says, in limbs of 16 bits; and that nothing begins outside of these regions. *A row* is a register or a word that
//! is looked at, by strictly ascending address: registers first, as addresses 0 to 31, where no memory is.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_register`, `is_stack`, `is_heap`, `is_input` | bits, at most one of them | constraints |
//! | `high` | the region's: the address over 2^16 | [`Range16`] of the distances from its ends |
//! | `low` | the word's place in these 2^16 bytes: 13 bits; for registers 5 | [`Range16`] of a multiple |
//! | `first` | zero, or limbs of 16 bits for the input | constraints and [`Range16`] |
//! | `last`, `last_time` | as they come | the bus |
//! | `is_followed` | a bit: the next row is a word too | constraints |
//! | `gap` | the distance to the next row, upper part | [`Range16`] |
//!
//! *Buses:* sends and receives [`Memory`], sends [`Range16`]. *Padding:* zeros, behind the last word. *Max degree* 3.

use p3_air::{NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::{HEAP, INPUT, Region, STACK};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::cells::columns;
use crate::messages::{Memory, Range16, Space};
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

/// Words of 2^16 bytes.
const LOW_BITS: u32 = 13;
/// By how many bits the upper part of a distance is shifted: addresses of words have 28 bits.
const GAP_BITS: u32 = 12;
/// How many registers there are.
pub(crate) const NUM_REGISTERS: u32 = 32;

columns! {
    /// A register or a word.
    pub(crate) struct BoundaryColumns {
        is_register: T,
        is_stack: T,
        is_heap: T,
        is_input: T,
        high: T,
        low: T,
        first: Word<T>,
        last: Word<T>,
        last_time: T,
        is_followed: T,
        gap: T,
    }
}

/// The first address of a region and the first behind it, over 2^16: regions are whole multiples.
fn ends(region: Region) -> (u32, u32) {
    ((region.start >> 16) as u32, (region.end >> 16) as u32)
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let main = builder.main();
    let columns = BoundaryColumns::<B::Expr>::of_variables(main.current_slice());
    let next = BoundaryColumns::<B::Expr>::of_variables(main.next_slice());
    let BoundaryColumns {
        is_register,
        is_stack,
        is_heap,
        is_input,
        ..
    } = columns.clone();
    let regions = [
        (is_stack.clone(), STACK),
        (is_heap.clone(), HEAP),
        (is_input.clone(), INPUT),
    ];
    let is_real = is_real(&columns);
    for (bit, label) in [
        (is_register.clone(), "is_register is a bit"),
        (is_stack, "is_stack is a bit"),
        (is_heap, "is_heap is a bit"),
        (is_input.clone(), "is_input is a bit"),
        (is_real.clone(), "a row is of one region"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    let count = || Count::bounded(is_real.clone(), 1);

    // Where it lies. A register's region is the one number 0.
    let (mut start, mut last) = (B::Expr::ZERO, B::Expr::ZERO);
    for (is_region, region) in regions {
        let (from, to) = ends(region);
        start += is_region.clone() * Val::from_u32(from);
        last += is_region * Val::from_u32(to - 1);
    }
    builder.send(
        Range16 {
            value: columns.high.clone() - start,
        },
        count(),
    );
    builder.send(
        Range16 {
            value: last - columns.high.clone(),
        },
        count(),
    );
    // A whole number, eight of which lie in 16 bits; for a register, so do eight and all but 2^8 of them. Were it not
    // seen to be whole, fractions of 8 would lead around the field in eight steps, and a word could begin twice.
    let all_but = Val::from_u32((1 << 16) - 8 * NUM_REGISTERS);
    let scaled = columns.low.clone() * Val::from_u32(8) + is_register.clone() * all_but;
    builder.send(
        Range16 {
            value: columns.low.clone(),
        },
        count(),
    );
    builder.send(Range16 { value: scaled }, count());

    // Ascending: each is at least one behind the one before, and less than 2^28 + 2^16, so that no row is behind by a
    // whole turn around the field.
    let address = |columns: &BoundaryColumns<B::Expr>| {
        columns.high.clone() * Val::from_u32(1 << LOW_BITS) + columns.low.clone()
    };
    let is_followed = columns.is_followed.clone();
    let next_is_real = self::is_real(&next);
    let mut transition = builder.when_transition();
    transition.assert_eq_named(
        is_followed.clone(),
        next_is_real.clone(),
        "is_followed is the next row's",
    );
    let is_gap = next_is_real * (B::Expr::ONE - is_real.clone());
    transition.assert_zero_named(is_gap, "padding stands behind all words");
    builder
        .when_last_row()
        .assert_zero_named(is_followed.clone(), "nothing follows the last row");
    let distance = address(&next) - address(&columns) - B::Expr::ONE;
    let low_gap = distance - columns.gap.clone() * Val::from_u32(1 << GAP_BITS);
    builder.send(Range16 { value: low_gap }, Count::bounded(is_followed.clone(), 1));
    builder.send(
        Range16 {
            value: columns.gap.clone(),
        },
        Count::bounded(is_followed, 1),
    );

    // What it holds.
    for limb in &columns.first {
        let is_zero = (is_real.clone() - is_input.clone()) * limb.clone();
        builder.assert_zero_named(is_zero, "all but the input begins with zero");
        builder.send(
            Range16 { value: limb.clone() },
            Count::bounded(is_input.clone(), 1),
        );
    }
    let [register, read_write, read_only] =
        [Space::Register, Space::ReadWrite, Space::ReadOnly].map(|space| Val::from_u32(space as u32));
    let memory = is_real.clone() - is_register.clone() - is_input.clone();
    let space = is_register * register + memory * read_write + is_input * read_only;
    let state = |value: &Word<B::Expr>, time: B::Expr| Memory {
        space: space.clone(),
        address: address(&columns),
        value: value.clone(),
        time,
    };
    builder.send(state(&columns.first, B::Expr::ZERO), count());
    builder.receive(state(&columns.last, columns.last_time.clone()), count());
}

fn is_real<E: PrimeCharacteristicRing>(columns: &BoundaryColumns<E>) -> E {
    columns.is_register.clone()
        + columns.is_stack.clone()
        + columns.is_heap.clone()
        + columns.is_input.clone()
}

/// What becomes of a register or a word.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// A register's number, or the address of the word over 8.
    pub(crate) address: u64,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) last_time: u32,
}

/// Fills a row; `next` is the address in the next row, if there is one.
#[cfg(feature = "trace")]
pub(crate) fn fill(life: &Life, next: Option<u64>, row: &mut [Val]) {
    use crate::word::word;
    let is_in = |region: Region| Val::from_bool(region.contains(life.address * 8));
    let is_register = life.address < u64::from(NUM_REGISTERS);
    let distance = next.map_or(0, |next| next - life.address - 1);
    BoundaryColumns {
        is_register: Val::from_bool(is_register),
        is_stack: is_in(STACK),
        is_heap: is_in(HEAP),
        is_input: is_in(INPUT),
        high: Val::from_u64(life.address >> LOW_BITS),
        low: Val::from_u64(life.address & ((1 << LOW_BITS) - 1)),
        first: word(life.first),
        last: word(life.last),
        last_time: Val::from_u32(life.last_time),
        is_followed: Val::from_bool(next.is_some()),
        gap: Val::from_u64(distance >> GAP_BITS),
    }
    .store(row);
}
