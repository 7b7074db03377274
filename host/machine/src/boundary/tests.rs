use alloc::vec;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use zisk_abi::memory::{HEAP, INPUT, Region, STACK};
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{BoundaryColumns, GAP_BITS, LOW_BITS, is_real};
use crate::Table;
use crate::testing::{Program, Run};

type Row = BoundaryColumns<Val>;

const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";

/// Looks at a word of the stack, of the heap and of the input, and at the first four words of the heap in the end.
fn honest() -> Run {
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
    program.run()
}

fn address(row: &Row) -> Val {
    row.high * Val::from_u32(1 << LOW_BITS) + row.low
}

/// A word that nobody looks at.
fn word_at(region: Region, address: u64) -> Row {
    let mut row = BoundaryColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    match region {
        STACK => row.is_stack = Val::ONE,
        HEAP => row.is_heap = Val::ONE,
        _ => row.is_input = Val::ONE,
    }
    row.high = Val::from_u64(address >> 16);
    row.low = Val::from_u64((address & 0xffff) / 8);
    row
}

/// The rows, changed; what each says of the next one is what it is then, as whoever forges them would.
fn with_rows(change: impl FnOnce(&mut Vec<Row>)) -> Run {
    let mut run = honest();
    let all = (0..run.height(Table::Boundary)).map(|index| run.row::<Row>(Table::Boundary, index));
    let mut rows: Vec<Row> = all.filter(|row| is_real(row) != Val::ZERO).collect();
    change(&mut rows);
    assert!(
        rows.len() <= run.height(Table::Boundary),
        "the table is tall enough"
    );
    for index in 0..run.height(Table::Boundary) {
        let next = rows.get(index + 1).map(address);
        let row = rows.get_mut(index).map(|row| {
            row.is_followed = Val::from_bool(next.is_some());
            let distance = next.map_or(Val::ZERO, |next| next - address(row) - Val::ONE);
            row.gap = Val::from_u32(distance.as_canonical_u32() >> GAP_BITS);
            *row
        });
        let empty = BoundaryColumns::of_row(&[Val::ZERO; Row::WIDTH]);
        run.change(Table::Boundary, index, |cells: &mut Row| {
            *cells = row.unwrap_or(empty);
        });
    }
    run
}

/// The rows with one more, in order if there is an order.
fn with_row(row: Row) -> Run {
    with_rows(|rows| {
        let is_behind = |other: &Row| address(other).as_canonical_u32() > address(&row).as_canonical_u32();
        let place = rows.iter().position(is_behind).unwrap_or(rows.len());
        rows.insert(place, row);
    })
}

#[test]
fn honest_rows_hold() {
    assert_eq!(honest().check(), Ok(()));
    assert_eq!(with_rows(|_| {}).check(), Ok(()));
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
        let mut register = honest().row::<Row>(Table::Boundary, 31);
        register.low = Val::from_u32(number);
        (register.last, register.last_time) = (register.first, Val::ZERO);
        with_row(register).assert_broken("a register that there is not", &[RANGE]);
    }
}

/// A word that begins twice holds what it held in the beginning whenever a cheat wants it to.
#[test]
fn nothing_begins_twice() {
    let num_rows = 32 + 7;
    for index in 0..num_rows {
        for behind in [false, true] {
            let run = with_rows(|rows| {
                assert_eq!(rows.len(), num_rows);
                let mut again = rows[index];
                (again.last, again.last_time) = (again.first, Val::ZERO);
                rows.insert(index + usize::from(behind), again);
            });
            run.assert_broken("a row and its copy", &[RANGE]);
        }
        // At the end, by going on around the field.
        let run = with_rows(|rows| {
            let mut again = rows[index];
            (again.last, again.last_time) = (again.first, Val::ZERO);
            rows.push(again);
        });
        run.assert_broken("the copy at the end", &[RANGE]);
    }
}

#[test]
fn a_distance_that_wraps_around_is_refused() {
    // The distance of a row and its copy is -1: a gap that leaves a number of 16 bits is none itself.
    let index = 34;
    for low in [0, 1, 0xffff] {
        let mut run = with_rows(|rows| {
            let mut again = rows[index];
            (again.last, again.last_time) = (again.first, Val::ZERO);
            rows.insert(index, again);
        });
        let gap = -Val::from_u32(low + 1) * Val::from_u32(1 << GAP_BITS).inverse();
        run.change(Table::Boundary, index, |row: &mut Row| row.gap = gap);
        run.assert_broken("a gap of a negative distance", &[RANGE]);
    }
}

#[test]
fn rows_stand_in_order() {
    for index in [0, 5, 31, 33] {
        with_rows(|rows| rows.swap(index, index + 1)).assert_broken("two rows swapped", &[RANGE]);
    }
    with_rows(|rows| rows.reverse()).assert_broken("all rows reversed", &[RANGE]);
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
            row.last = row.first;
            let names: &[&str] = if region == INPUT { &[] } else { &[label] };
            with_row(row).assert_broken(region.name, names);
        }
        // A register that nobody has looked at.
        let run = with_rows(|rows| {
            rows[25].first[limb] = Val::ONE;
            rows[25].last = rows[25].first;
        });
        run.assert_broken("a register", &[label]);
    }
}

#[test]
fn limbs_of_the_input_have_16_bits() {
    for limb in 0..4 {
        for value in [Val::from_u32(1 << 16), -Val::ONE, Val::TWO.inverse()] {
            let mut row = word_at(INPUT, INPUT.start + 0x100);
            row.first[limb] = value;
            row.last = row.first;
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
    for value in [Val::TWO, -Val::ONE, Val::TWO.inverse()] {
        for (bit, label) in [
            "is_register is a bit",
            "is_stack is a bit",
            "is_heap is a bit",
            "is_input is a bit",
        ]
        .into_iter()
        .enumerate()
        {
            // The four of them are the first columns; the sum of them is a bit.
            let mut cells = [Val::ZERO; 4];
            cells[bit] = value;
            cells[(bit + 1) % 4] = Val::ONE - value;
            let run = honest().with(Table::Boundary, 60, |row: &mut [Val; Row::WIDTH]| {
                row[..4].copy_from_slice(&cells);
            });
            assert!(run.broken().contains(label), "{label}: {:?}", run.broken());
        }
    }
}

#[test]
fn padding_stands_behind_all_words() {
    let mut run = honest();
    let last = 32 + 6;
    let row = run.row::<Row>(Table::Boundary, last);
    run.change(Table::Boundary, last + 1, |other: &mut Row| *other = row);
    run.change(Table::Boundary, last - 1, |other: &mut Row| {
        other.is_followed = Val::ZERO;
    });
    let empty = BoundaryColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    run.change(Table::Boundary, last, |row: &mut Row| *row = empty);
    assert!(run.broken().contains("padding stands behind all words"));
    // As if there were a word there, so that what follows need not be behind it.
    run.change(Table::Boundary, last, |row: &mut Row| row.is_followed = Val::ONE);
    assert!(run.broken().contains("padding stands behind all words"));
    let run = honest().with(Table::Boundary, last - 1, |row: &mut Row| {
        row.is_followed = Val::ZERO;
    });
    run.assert_broken("a row that is not followed", &["is_followed is the next row's"]);
}

#[test]
fn what_is_looked_at_begins_and_ends() {
    let num_rows = 32 + 7;
    for index in (0..num_rows).filter(|index| {
        let row = honest().row::<Row>(Table::Boundary, *index);
        row.last_time != Val::ZERO
    }) {
        let without = with_rows(|rows| {
            rows.remove(index);
        });
        without.assert_broken("a row less", &[MEMORY]);
        let changes: [fn(&mut Row); 4] = [
            |row| row.last[0] += Val::ONE,
            |row| row.last_time -= Val::ONE,
            |row| row.last_time = Val::ZERO,
            |row| row.last[3] += Val::from_u32(1 << 16),
        ];
        for change in changes {
            with_rows(|rows| change(&mut rows[index])).assert_broken("another end", &[MEMORY]);
        }
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = honest().free_cells(Table::Boundary, &[0, 5, 32, 34, 38, 39]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Boundary, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
