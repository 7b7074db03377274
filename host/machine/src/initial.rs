//! What registers, stack, heap and input hold in the beginning of a run.
//!
//! *Proves* that what the run touches there begins once: registers, stack and heap with zero, the input with whatever the
//! prover says, in limbs of 16 bits; and that nothing begins outside of these regions.
//!
//! *A row* is a register or a word, by strictly ascending address: registers first, as addresses 0 to 31, where no memory is.
//! They are shared among the segments of the run, in order. The first row of each is where the one before it ended, and
//! no word; in the first segment, the address before the first.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_start`, `is_register`, `is_stack`, `is_heap`, `is_input` | bits, at most one of them; `is_start` in the first row | constraints |
//! | `is_end` | a bit: this is the last row that is one of these | constraints |
//! | `high` | the region's: the address over 2^16 | [`Range16`] of the distances from its ends |
//! | `low` | the word's place in these 2^16 bytes: 13 bits; for registers 5 | [`Range16`] of a multiple |
//! | `first` | zero, or limbs of 16 bits for the input | constraints and [`Range16`] |
//! | `gap` | the distance to the next row, upper part | [`Range16`] |
//!
//! In the first row, only the address that `high` and `low` make counts. *Buses:* sends [`Handover`], receives and sends
//! [`Cursor`], sends [`Range16`]. All but `gap` is committed early. *Public values:* the segment's number, whether it is the
//! first, whether it is the last. *Padding:* zeros, behind the last word. *Max degree* 3.

use p3_air::{AirBuilder, NamedAirBuilder, WindowAccess};
use p3_field::{Algebra, PrimeCharacteristicRing};
use zisk_abi::memory::{HEAP, INPUT, Region, STACK};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::cells::columns;
use crate::messages::{Cursor, Handover, Range16, Space};
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

/// Words of 2^16 bytes.
const LOW_BITS: u32 = 13;
/// By how many bits the upper part of a distance is shifted: addresses of words have 28 bits.
const GAP_BITS: u32 = 12;
/// How many registers there are.
const NUM_REGISTERS: u32 = 32;

columns! {
    /// A register or a word.
    pub(crate) struct InitialColumns {
        is_start: T,
        is_end: T,
        is_register: T,
        is_stack: T,
        is_heap: T,
        is_input: T,
        high: T,
        low: T,
        first: Word<T>,
        /// Not committed early: no shared message says it.
        gap: T,
    }
}

/// The first address of a region and the first behind it, over 2^16: regions are whole multiples.
fn ends(region: Region) -> (u32, u32) {
    ((region.start >> 16) as u32, (region.end >> 16) as u32)
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let public: [B::Expr; 3] = core::array::from_fn(|i| builder.public_values()[i].into());
    let main = builder.main();
    let columns = InitialColumns::<B::Expr>::of_variables(main.current_slice());
    let next = InitialColumns::<B::Expr>::of_variables(main.next_slice());
    kinds(builder, &columns);
    place(builder, &columns);
    order(builder, &columns, &next, &public);
    contents(builder, &columns);
}

type Columns<B> = InitialColumns<<B as AirBuilder>::Expr>;

fn kinds<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    for (bit, label) in [
        (columns.is_start.clone(), "is_start is a bit"),
        (columns.is_register.clone(), "is_register is a bit"),
        (columns.is_stack.clone(), "is_stack is a bit"),
        (columns.is_heap.clone(), "is_heap is a bit"),
        (columns.is_input.clone(), "is_input is a bit"),
        (is_real(columns), "a row is of one region"),
    ] {
        builder.assert_bool_named(bit, label);
    }
}

/// Where a word lies. A register's region is the one number 0.
fn place<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let count = || Count::bounded(is_word(columns), 1);
    let regions = [
        (&columns.is_stack, STACK),
        (&columns.is_heap, HEAP),
        (&columns.is_input, INPUT),
    ];
    let (mut start, mut last) = (B::Expr::ZERO, B::Expr::ZERO);
    for (is_region, region) in regions {
        let (from, to) = ends(region);
        start += is_region.clone() * Val::from_u32(from);
        last += is_region.clone() * Val::from_u32(to - 1);
    }
    // A whole number, eight of which lie in 16 bits; for a register, so do eight and all but 2^8 of them. Were it not
    // seen to be whole, fractions of 8 would lead around the field in eight steps, and a word could begin twice.
    let all_but = Val::from_u32((1 << 16) - 8 * NUM_REGISTERS);
    let scaled = columns.low.clone() * Val::from_u32(8) + columns.is_register.clone() * all_but;
    let high = &columns.high;
    for value in [
        high.clone() - start,
        last - high.clone(),
        columns.low.clone(),
        scaled,
    ] {
        builder.send(Range16 { value }, count());
    }
}

/// Ascending, within a segment and from one to the next: each row is at least one behind the one before, and less than
/// 2^28 + 2^16, so that no word is behind by a whole turn around the field.
fn order<B: TableBuilder>(
    builder: &mut B,
    columns: &Columns<B>,
    next: &Columns<B>,
    [number, is_first, is_last]: &[B::Expr; 3],
) {
    let (is_start, is_end) = (columns.is_start.clone(), columns.is_end.clone());
    let (is_real, next_is_real) = (is_real(columns), self::is_real(next));
    builder
        .when_first_row()
        .assert_one_named(is_start.clone(), "the first row is the start");
    let mut transition = builder.when_transition();
    transition.assert_zero_named(next.is_start.clone(), "only the first row is the start");
    transition.assert_eq_named(
        is_end.clone(),
        is_real.clone() - next_is_real.clone(),
        "the end is the last row that is real",
    );
    let is_gap = next_is_real * (B::Expr::ONE - is_real.clone());
    transition.assert_zero_named(is_gap, "padding stands behind all words");
    builder.when_last_row().assert_eq_named(
        is_end.clone(),
        is_real.clone(),
        "the last row, if it is real, is the end",
    );
    let address = address(columns);
    let begins_run = is_start.clone() * is_first.clone();
    builder.assert_zero_named(
        begins_run * (address.clone() + B::Expr::ONE),
        "the run begins before the first address",
    );
    let is_followed = || Count::bounded(is_real.clone() - is_end.clone(), 1);
    let distance = self::address(next) - address.clone() - B::Expr::ONE;
    let low_gap = distance - columns.gap.clone() * Val::from_u32(1 << GAP_BITS);
    builder.send(Range16 { value: low_gap }, is_followed());
    builder.send(
        Range16 {
            value: columns.gap.clone(),
        },
        is_followed(),
    );
    let cursor = |segment: B::Expr| Cursor {
        segment,
        address: address.clone(),
    };
    let received = is_start * (B::Expr::ONE - is_first.clone());
    builder.receive(cursor(number.clone()), Count::bounded(received, 1));
    let sent = is_end.clone() * (B::Expr::ONE - is_last.clone());
    builder.send(cursor(number.clone() + B::Expr::ONE), Count::bounded(sent, 1));
}

/// What it holds.
fn contents<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let is_input = &columns.is_input;
    for limb in &columns.first {
        let is_zero = (is_real(columns) - is_input.clone()) * limb.clone();
        builder.assert_zero_named(is_zero, "all but the input begins with zero");
        builder.send(
            Range16 { value: limb.clone() },
            Count::bounded(is_input.clone(), 1),
        );
    }
    let [register, read_write, read_only] =
        [Space::Register, Space::ReadWrite, Space::ReadOnly].map(|space| Val::from_u32(space as u32));
    let memory = columns.is_stack.clone() + columns.is_heap.clone();
    let space = columns.is_register.clone() * register + memory * read_write + is_input.clone() * read_only;
    let state = Handover {
        space,
        address: address(columns),
        value: columns.first.clone(),
        segment: B::Expr::ZERO,
    };
    builder.send(state, Count::bounded(is_word(columns), 1));
}

fn address<E: PrimeCharacteristicRing + Algebra<Val>>(columns: &InitialColumns<E>) -> E {
    columns.high.clone() * Val::from_u32(1 << LOW_BITS) + columns.low.clone()
}

/// Whether a row is a register or a word.
fn is_word<E: PrimeCharacteristicRing>(columns: &InitialColumns<E>) -> E {
    columns.is_register.clone()
        + columns.is_stack.clone()
        + columns.is_heap.clone()
        + columns.is_input.clone()
}

fn is_real<E: PrimeCharacteristicRing>(columns: &InitialColumns<E>) -> E {
    columns.is_start.clone() + is_word(columns)
}

/// A register or a word that the run touches.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InitialWord {
    /// A register's number, or the address of the word over 8.
    pub address: u32,
    /// What it holds in the beginning.
    pub value: u64,
}

/// Fills the first row: the address is that of the last word that began in an earlier segment, if one did. `next` is the
/// address in the next row, if there is one.
#[cfg(feature = "trace")]
pub(crate) fn fill_start(before: Option<u32>, next: Option<u32>, row: &mut [Val]) {
    let address = before.map_or(-Val::ONE, |_| Val::ZERO);
    let mut columns = InitialColumns {
        is_start: Val::ONE,
        low: address,
        ..InitialColumns::of_row(row)
    };
    if let Some(address) = before {
        (columns.high, columns.low) = split(address);
    }
    let from = before.map_or(0, |address| address + 1);
    finish(columns, from, next, row);
}

/// Fills the row of a word.
#[cfg(feature = "trace")]
pub(crate) fn fill(word: &InitialWord, next: Option<u32>, row: &mut [Val]) {
    let is_in = |region: Region| Val::from_bool(region.contains(u64::from(word.address) * 8));
    let (high, low) = split(word.address);
    let columns = InitialColumns {
        is_register: Val::from_bool(word.address < NUM_REGISTERS),
        is_stack: is_in(STACK),
        is_heap: is_in(HEAP),
        is_input: is_in(INPUT),
        high,
        low,
        first: crate::word::word(word.value),
        ..InitialColumns::of_row(row)
    };
    finish(columns, word.address + 1, next, row);
}

#[cfg(feature = "trace")]
fn split(address: u32) -> (Val, Val) {
    let low = address & ((1 << LOW_BITS) - 1);
    (Val::from_u32(address >> LOW_BITS), Val::from_u32(low))
}

/// What depends on the next row, which is at address `from` or behind.
#[cfg(feature = "trace")]
fn finish(mut columns: InitialColumns<Val>, from: u32, next: Option<u32>, row: &mut [Val]) {
    columns.is_end = Val::from_bool(next.is_none());
    columns.gap = Val::from_u32(next.map_or(0, |next| (next - from) >> GAP_BITS));
    columns.store(row);
}
