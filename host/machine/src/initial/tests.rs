mod segments;

use alloc::vec;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use zisk_abi::memory::{HEAP, INPUT, Region, STACK};
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{GAP_BITS, InitialColumns, LOW_BITS, is_real};
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::messages::{SHARED_BUSES, Space};
use crate::testing::{Program, Run};

type Row = InitialColumns<Val>;

const RANGE: &str = "bus range 16";
const HANDOVER: &str = "bus handover";
const END: &str = "the end is the last row that is real";

/// Rows of the honest run: the start, registers, words.
const NUM_ROWS: usize = 1 + 32 + 7;

/// Looks at a word of the stack, of the heap and of the input, and at the first four words of the heap in the end.
fn program() -> Program {
    let mut program = Program {
        input: vec![0xa5; 8],
        ..Program::default()
    };
    program
        .set(5, STACK.start as i32 + 0x1_0000)
        .set(6, INPUT.start as i32 + 0x1_0000)
        .push(Op::Sd, 0, 5, 6, 8)
        .set(7, HEAP.start as i32 + 0x1_0000)
        .push(Op::Ld, 8, 7, 0, 0)
        .push(Op::Ld, 8, 6, 0, 16);
    program
}

fn honest() -> Run {
    program().run()
}

fn address(row: &Row) -> Val {
    row.high * Val::from_u32(1 << LOW_BITS) + row.low
}

/// No word.
fn empty() -> Row {
    InitialColumns::of_row(&[Val::ZERO; Row::WIDTH])
}

/// A word that nobody looks at.
fn word_at(region: Region, address: u64) -> Row {
    let mut row = empty();
    match region {
        STACK => row.is_stack = Val::ONE,
        HEAP => row.is_heap = Val::ONE,
        _ => row.is_input = Val::ONE,
    }
    row.high = Val::from_u64(address >> 16);
    row.low = Val::from_u64((address & 0xffff) / 8);
    row
}

/// The rows that are real.
fn rows(run: &Run) -> Vec<Row> {
    let all = (0..run.height(Table::Initial)).map(|index| run.row::<Row>(Table::Initial, index));
    all.filter(|row| is_real(row) != Val::ZERO).collect()
}

/// Puts these rows in place of others; what each says of the next one is what it is then, as whoever forges them would.
fn store(run: &mut Run, rows: &[Row]) {
    assert!(
        rows.len() <= run.height(Table::Initial),
        "the table is tall enough"
    );
    for index in 0..run.height(Table::Initial) {
        let next = rows.get(index + 1).map(address);
        let row = rows.get(index).map(|row| {
            let distance = next.map_or(Val::ZERO, |next| next - address(row) - Val::ONE);
            InitialColumns {
                is_end: Val::from_bool(next.is_none()),
                gap: Val::from_u32(distance.as_canonical_u32() >> GAP_BITS),
                ..*row
            }
        });
        run.change(Table::Initial, index, |cells: &mut Row| {
            *cells = row.unwrap_or(empty());
        });
    }
}

/// The rows, changed.
fn with_rows(change: impl FnOnce(&mut Vec<Row>)) -> Run {
    let mut run = honest();
    let mut rows = rows(&run);
    change(&mut rows);
    store(&mut run, &rows);
    run
}

/// Somebody takes over what begins with this row once more.
fn take_over(run: &mut Run, row: &Row) {
    let space = if row.is_register == Val::ONE {
        Space::Register
    } else if row.is_input == Val::ONE {
        Space::ReadOnly
    } else {
        Space::ReadWrite
    };
    run.take_over(space, address(row), row.first);
}

/// The rows with one more, in order if there is an order, which somebody takes over.
fn with_row(row: Row) -> Run {
    let mut run = with_rows(|rows| {
        let is_behind = |other: &Row| address(other).as_canonical_u32() > address(&row).as_canonical_u32();
        // The start is before all.
        let place = rows.iter().skip(1).position(is_behind);
        rows.insert(place.map_or(rows.len(), |place| place + 1), row);
    });
    take_over(&mut run, &row);
    run
}

/// The rows with a word once more, before the row at some place; somebody takes it over once more.
fn again_at(index: usize, place: usize) -> Run {
    let row = rows(&honest())[index];
    let mut run = with_rows(|rows| rows.insert(place, row));
    take_over(&mut run, &row);
    run
}

#[test]
fn honest_rows_hold() {
    assert_eq!(honest().check(), Ok(()));
    assert_eq!(with_rows(|rows| assert_eq!(rows.len(), NUM_ROWS)).check(), Ok(()));
}

#[test]
fn regions_reach_to_their_ends_and_no_further() {
    for region in [STACK, HEAP, INPUT] {
        for inside in [region.start + 32, region.end - 8] {
            with_row(word_at(region, inside)).assert_broken("inside", &[]);
        }
        for outside in [region.start - 8, region.end, region.end + 0x1_0000, 0, 0x1000] {
            with_row(word_at(region, outside)).assert_broken("outside", &[RANGE]);
        }
    }
    // The heap's words are no stack's, and the input's no heap's.
    with_row(word_at(STACK, HEAP.start + 32)).assert_broken("the stack in the heap", &[RANGE]);
    with_row(word_at(HEAP, INPUT.start)).assert_broken("the heap in the input", &[RANGE]);
    with_row(word_at(INPUT, HEAP.end - 8)).assert_broken("the input in the heap", &[RANGE]);
    for number in [32, 33, 0xff, 0xffff] {
        let mut register = honest().row::<Row>(Table::Initial, 1 + 31);
        register.low = Val::from_u32(number);
        with_row(register).assert_broken("a register that there is not", &[RANGE]);
    }
}

/// A word that begins twice holds what it held in the beginning whenever a cheat wants it to.
#[test]
fn nothing_begins_twice() {
    for index in 1..NUM_ROWS {
        for place in [index, index + 1] {
            again_at(index, place).assert_broken("a row and its copy", &[RANGE]);
        }
        // At the end, by going on around the field.
        again_at(index, NUM_ROWS).assert_broken("the copy at the end", &[RANGE]);
    }
}

#[test]
fn a_distance_that_wraps_around_is_refused() {
    // The distance of a row and its copy is -1: a gap that leaves a number of 16 bits is none itself.
    let index = 35;
    for low in [0, 1, 0xffff] {
        let gap = -Val::from_u32(low + 1) * Val::from_u32(1 << GAP_BITS).inverse();
        let run = again_at(index, index).with(Table::Initial, index, |row: &mut Row| row.gap = gap);
        run.assert_broken("a gap of a negative distance", &[RANGE]);
    }
}

#[test]
fn rows_stand_in_order() {
    for index in [1, 6, 32, 34] {
        with_rows(|rows| rows.swap(index, index + 1)).assert_broken("two rows swapped", &[RANGE]);
    }
    with_rows(|rows| rows[1..].reverse()).assert_broken("all words reversed", &[RANGE]);
}

#[test]
fn a_word_has_one_place() {
    let word = word_at(HEAP, HEAP.start + 0x3_0000);
    let fraction = Val::from_u32(8).inverse();
    let two_to_13 = Val::from_u32(1 << LOW_BITS);
    let moves: [fn(&mut Row, Val, Val); 6] = [
        |row, _, two_to_13| {
            row.low += two_to_13;
            row.high -= Val::ONE;
        },
        |row, _, two_to_13| {
            row.low -= two_to_13;
            row.high += Val::ONE;
        },
        // Addresses that are an eighth apart, eight of which lead around the field.
        |row, fraction, _| row.low += fraction,
        |row, fraction, _| row.low -= fraction,
        |row, fraction, _| row.high += fraction,
        |row, _, two_to_13| {
            row.high += row.low * two_to_13.inverse();
            row.low = Val::ZERO;
        },
    ];
    for (number, change) in moves.into_iter().enumerate() {
        let mut row = word;
        row.low += Val::TWO;
        change(&mut row, fraction, two_to_13);
        let broken = with_row(row).broken();
        assert!(
            broken.contains(RANGE) && broken.len() == 1,
            "{number}: {broken:?}"
        );
    }
}

#[test]
fn all_but_the_input_begins_with_zero() {
    let label = "all but the input begins with zero";
    for limb in 0..4 {
        for region in [STACK, HEAP, INPUT] {
            let mut row = word_at(region, region.start + 0x100);
            row.first[limb] = Val::from_u32(0xffff);
            let names: &[&str] = if region == INPUT { &[] } else { &[label] };
            with_row(row).assert_broken(region.name, names);
        }
        // A register that nobody has looked at.
        let mut run = with_rows(|rows| rows[1 + 25].first[limb] = Val::ONE);
        run.change(Table::Boundary, 25, |row: &mut BoundaryColumns<Val>| {
            (row.first[limb], row.last[limb]) = (Val::ONE, Val::ONE);
        });
        run.assert_broken("a register", &[label]);
        // The start is no word, and says nothing.
        let run = with_rows(|rows| rows[0].first[limb] = Val::ONE);
        run.assert_broken("the start", &[label]);
    }
}

#[test]
fn limbs_of_the_input_have_16_bits() {
    for limb in 0..4 {
        for value in [Val::from_u32(1 << 16), -Val::ONE, Val::TWO.inverse()] {
            let mut row = word_at(INPUT, INPUT.start + 0x100);
            row.first[limb] = value;
            with_row(row).assert_broken("a limb", &[RANGE]);
        }
    }
}

#[test]
fn a_word_is_of_one_region_once() {
    let broken_by = |change: fn(&mut Row), label: &str| {
        let mut row = word_at(HEAP, HEAP.start + 0x100);
        change(&mut row);
        let broken = with_row(row).broken();
        assert!(broken.contains(label), "{label}: {broken:?}");
    };
    broken_by(|row| row.is_stack = Val::ONE, "a row is of one region");
    broken_by(|row| row.is_input = Val::ONE, "a row is of one region");
    broken_by(|row| row.is_register = Val::ONE, "a row is of one region");
    broken_by(|row| row.is_start = Val::ONE, "a row is of one region");
    for value in [Val::TWO, -Val::ONE, Val::TWO.inverse()] {
        for (bit, label) in [
            "is_start is a bit",
            "is_register is a bit",
            "is_stack is a bit",
            "is_heap is a bit",
            "is_input is a bit",
        ]
        .into_iter()
        .enumerate()
        {
            // The sum of them is a bit.
            let mut cells = [Val::ZERO; 5];
            cells[bit] = value;
            cells[(bit + 1) % 5] = Val::ONE - value;
            let [is_start, is_register, is_stack, is_heap, is_input] = cells;
            let run = honest().with(Table::Initial, 60, |row: &mut Row| {
                *row = Row {
                    is_start,
                    is_register,
                    is_stack,
                    is_heap,
                    is_input,
                    ..*row
                };
            });
            assert!(run.broken().contains(label), "{label}: {:?}", run.broken());
        }
    }
}

#[test]
fn padding_stands_behind_all_words() {
    let mut run = honest();
    let last = NUM_ROWS - 1;
    let row = run.row::<Row>(Table::Initial, last);
    run.change(Table::Initial, last + 1, |other: &mut Row| *other = row);
    run.change(Table::Initial, last - 1, |other: &mut Row| {
        other.is_end = Val::ONE;
    });
    run.change(Table::Initial, last, |row: &mut Row| *row = empty());
    assert!(run.broken().contains("padding stands behind all words"));
    // As if the word behind it were an end less, so that it need not be behind the others.
    let gap = Val::from_u32((address(&row) - Val::ONE).as_canonical_u32() >> GAP_BITS);
    run.change(Table::Initial, last, |row: &mut Row| {
        (row.is_end, row.gap) = (-Val::ONE, gap);
    });
    run.assert_broken("padding before a word", &["padding stands behind all words"]);
}

/// Behind an end, words need not ascend.
#[test]
fn a_row_is_the_end_if_none_follows() {
    for index in [0, 1, 32, NUM_ROWS - 2] {
        let run = honest().with(Table::Initial, index, |row: &mut Row| row.is_end = Val::ONE);
        run.assert_broken("an end that others follow", &[END]);
        if index > 0 {
            let mut run = again_at(index, index + 1);
            run.change(Table::Initial, index, |row: &mut Row| row.is_end = Val::ONE);
            run.assert_broken("a copy behind an end", &[END]);
        }
    }
    let last = honest().with(Table::Initial, NUM_ROWS - 1, |row: &mut Row| {
        row.is_end = Val::ZERO;
    });
    assert!(last.broken().contains(END), "{:?}", last.broken());
}

#[test]
fn what_is_taken_over_begins() {
    for index in 1..NUM_ROWS {
        let without = with_rows(|rows| {
            rows.remove(index);
        });
        without.assert_broken("a row less", &[HANDOVER]);
    }
    // And what begins is taken over, or nobody tells of it.
    let more = with_rows(|rows| rows.push(word_at(INPUT, INPUT.end - 8)));
    more.assert_broken("a row more", &[HANDOVER]);
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = honest().free_cells(Table::Initial, &[0, 1, 6, 33, 35, 39, 40]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Initial, &SHARED_BUSES).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
