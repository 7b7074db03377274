use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{BoundaryColumns, NUM_REGISTERS};
use crate::Table;
use crate::memory::double::DoubleColumns;
use crate::messages::SHARED_BUSES;
use crate::processor::MainColumns;
use crate::testing::{Program, Run};
use crate::trace::ImageWord;

type Row = BoundaryColumns<Val>;

const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";
const HANDOVER: &str = "bus handover";

/// A word that the program begins with, and one that may only be read.
const VARIABLE: u64 = 0x8000;
const CONSTANT: u64 = 0x8010;
/// Words of the heap: touched in the first segment and the third, in all of them, in the second, in the first.
const OUTER: u64 = HEAP.start + 64;
const ALL: u64 = OUTER + 8;
const SECOND: u64 = OUTER + 16;
const FIRST: u64 = OUTER + 24;
/// A register that nobody looks at.
const IDLE: usize = 28;

fn program() -> Program {
    let image_word = |address: u64, is_writable| ImageWord {
        is_writable,
        address: address / 8,
        value: 0x1_0001_0001_0001 * address,
    };
    let mut program = Program {
        image: [image_word(VARIABLE, true), image_word(CONSTANT, false)].into(),
        input: (1..=8).collect(),
        ..Program::default()
    };
    program
        .set(5, VARIABLE as i32)
        .set(6, OUTER as i32)
        .set(7, INPUT.start as i32)
        .push(Op::Ld, 8, 5, 0, 0)
        .push(Op::Ld, 9, 5, 0, 16)
        .push(Op::Ld, 12, 7, 0, 0)
        .push(Op::Sd, 0, 6, 8, 0)
        .push(Op::Sd, 0, 5, 9, 0)
        .push(Op::Sd, 0, 6, 9, 8)
        .push(Op::Sd, 0, 6, 9, 24);
    assert_eq!(program.body.len(), CUTS[0]);
    program
        .push(Op::Ld, 13, 6, 0, 16)
        .push(Op::Ld, 14, 6, 0, 8)
        .push(Op::Addi, 14, 14, 0, 1)
        .push(Op::Sd, 0, 6, 14, 8);
    assert_eq!(program.body.len(), CUTS[1]);
    for (rd, word) in (18..).zip(LOADED) {
        let (rs1, base) = match word {
            VARIABLE | CONSTANT => (5, VARIABLE),
            INPUT_WORD => (7, INPUT_WORD),
            _ => (6, OUTER),
        };
        program.push(Op::Ld, rd, rs1, 0, (word - base) as i32);
    }
    program
}

const INPUT_WORD: u64 = INPUT.start;
const CUTS: [usize; 2] = [13, 17];
/// What the third segment loads, to registers from x18 on.
const LOADED: [u64; 5] = [OUTER, VARIABLE, CONSTANT, INPUT_WORD, ALL];

/// Three segments.
fn honest() -> Run {
    program().run_in_segments(&CUTS)
}

/// Where a word stands in a segment's table, if it touches it.
fn place(run: &Run, segment: usize, word: u64) -> Option<usize> {
    let run = run.at(segment);
    (NUM_REGISTERS..run.height(Table::Boundary)).find(|row| {
        let row: Row = run.row(Table::Boundary, *row);
        row.is_real == Val::ONE && row.address == Val::from_u64(word / 8)
    })
}

/// Changes the row of a word in a segment.
fn change(run: &mut Run, segment: usize, word: u64, change: impl FnOnce(&mut Row)) {
    let place = place(run, segment, word).expect("the segment touches it");
    change_at(run, segment, place, change);
}

fn change_at(run: &mut Run, segment: usize, place: usize, change: impl FnOnce(&mut Row)) {
    run.at = segment;
    run.change(Table::Boundary, place, change);
}

/// One more row, where there is padding.
fn push(run: &mut Run, segment: usize, row: Row) {
    let at = run.at(segment);
    let is_padding = |place: &usize| at.row::<Row>(Table::Boundary, *place).is_real == Val::ZERO;
    let place = (0..at.height(Table::Boundary)).find(is_padding).unwrap();
    change_at(run, segment, place, |padding: &mut Row| *padding = row);
}

fn row(run: &Run, segment: usize, word: u64) -> Row {
    let place = place(run, segment, word).expect("the segment touches it");
    run.at(segment).row(Table::Boundary, place)
}

/// The third segment finds this in a word, and everything in it agrees.
fn loads(run: &mut Run, word: u64, value: [Val; 4]) {
    change(run, 2, word, |row| (row.first, row.last) = (value, value));
    let load = LOADED.iter().position(|loaded| *loaded == word).unwrap();
    run.change(Table::Double, load, |row: &mut DoubleColumns<Val>| {
        (row.old, row.new) = (value, value);
    });
    run.change(Table::Main, load, |row: &mut MainColumns<Val>| row.c = value);
    run.change(Table::Boundary, 18 + load, |row: &mut Row| row.last = value);
}

#[test]
fn honest_rows_hold() {
    let run = honest();
    assert_eq!(run.check(), Ok(()));
    let touched = |word| [0, 1, 2].map(|segment| place(&run, segment, word).is_some());
    for word in [VARIABLE, CONSTANT, OUTER, INPUT_WORD] {
        assert_eq!(touched(word), [true, false, true], "{word:x}");
        let previous = [0, 2].map(|segment| row(&run, segment, word).previous);
        assert_eq!(previous, [Val::ZERO, Val::ONE], "{word:x}");
    }
    assert_eq!(touched(ALL), [true; 3]);
    assert_eq!(touched(SECOND), [false, true, false]);
    assert_eq!(touched(FIRST), [true, false, false]);
    // Cut anywhere, and everywhere.
    let num_steps = run.pcs.len();
    for cut in 1..num_steps {
        assert_eq!(program().run_in_segments(&[cut]).check(), Ok(()), "{cut}");
    }
    let each: Vec<usize> = (1..num_steps).collect();
    assert_eq!(program().run_in_segments(&each).check(), Ok(()));
}

#[test]
fn a_segment_finds_what_the_one_before_left() {
    for (word, limb) in [
        (VARIABLE, 0),
        (CONSTANT, 1),
        (OUTER, 2),
        (INPUT_WORD, 3),
        (ALL, 0),
    ] {
        let mut run = honest();
        let mut value = row(&run, 2, word).first;
        value[limb] += Val::ONE;
        loads(&mut run, word, value);
        run.assert_broken("another value that is found", &[HANDOVER]);
        let mut run = honest();
        change(&mut run, 2, word, |row| row.first = value);
        run.assert_broken("another value than what is found", &[HANDOVER, MEMORY]);
    }
    for segment in 0..3 {
        let mut run = honest();
        change_at(&mut run, segment, IDLE, |row| {
            row.first[3] += Val::ONE;
            row.last[3] += Val::ONE;
        });
        run.assert_broken("another value of a register", &[HANDOVER]);
    }
}

#[test]
fn a_segment_hands_on_what_it_leaves() {
    for word in [VARIABLE, CONSTANT, OUTER, INPUT_WORD] {
        let mut run = honest();
        let mut value = row(&run, 0, word).last;
        value[0] += Val::ONE;
        change(&mut run, 0, word, |row| row.last = value);
        run.assert_broken("another value that nobody takes over", &[HANDOVER, MEMORY]);
        loads(&mut run, word, value);
        run.assert_broken("another value", &[MEMORY]);
    }
    // A register that nobody looks at.
    for segment in 0..3 {
        let mut run = honest();
        change_at(&mut run, segment, IDLE, |row| row.last[1] += Val::ONE);
        for later in segment + 1..3 {
            change_at(&mut run, later, IDLE, |row| {
                row.first[1] += Val::ONE;
                row.last[1] += Val::ONE;
            });
        }
        run.assert_broken("another value of a register", &[MEMORY]);
    }
}

/// When it was looked at, within the segment; and another word, or another kind of memory.
#[test]
fn a_row_is_of_what_the_segment_touches() {
    let honest = honest();
    for segment in 0..3 {
        let touched = [VARIABLE, OUTER, ALL, SECOND].map(|word| place(&honest, segment, word));
        for place in touched.into_iter().flatten().chain([6, 8, IDLE]) {
            for distance in [Val::ONE, -Val::ONE] {
                let mut run = honest.clone();
                change_at(&mut run, segment, place, |row| row.last_time += distance);
                run.assert_broken("another time", &[MEMORY]);
            }
            for (space, address) in [(1, 0), (0, 1 << 10)] {
                let mut run = honest.clone();
                change_at(&mut run, segment, place, |row| {
                    row.space += Val::from_u32(space);
                    row.address += Val::from_u32(address);
                });
                let broken = run.broken();
                assert!(broken.contains(HANDOVER), "{segment}, {place}: {broken:?}");
            }
            let mut run = honest.clone();
            change_at(&mut run, segment, place, |row| {
                *row = BoundaryColumns::of_row(&[Val::ZERO; Row::WIDTH]);
            });
            let broken = run.broken();
            assert!(broken.contains(HANDOVER), "{segment}, {place}: {broken:?}");
        }
    }
}

/// Else a state would not need to have come from anywhere: one would lead to another, and back.
#[test]
fn a_state_is_of_an_earlier_segment() {
    let nonsense = [Val::from_u32(0xbad); 4];
    // One that takes over its own state; the others pass by.
    let mut run = honest();
    change_at(&mut run, 1, IDLE, |row| {
        (row.first, row.last, row.previous) = (nonsense, nonsense, Val::TWO);
    });
    change_at(&mut run, 2, IDLE, |row| row.previous = Val::ONE);
    run.assert_broken("its own state", &[RANGE]);
    // Two that take over each other's.
    let mut run = honest();
    change_at(&mut run, 0, IDLE, |row| row.is_last = Val::ONE);
    change_at(&mut run, 1, IDLE, |row| {
        (row.first, row.last, row.previous) = (nonsense, nonsense, Val::from_u32(3));
    });
    change_at(&mut run, 2, IDLE, |row| {
        (row.first, row.last, row.is_last) = (nonsense, nonsense, Val::ZERO);
    });
    run.assert_broken("a later state", &[RANGE]);
    // Differences that are no numbers of 16 bits, and the last one that is: there is no such segment.
    for (segment, number) in [(0, 1), (1, 2), (2, 3)] {
        let number = Val::from_u32(number);
        for (previous, names) in [
            (number - Val::from_u32(1 << 16), &[HANDOVER][..]),
            (number - Val::from_u32((1 << 16) + 1), &[RANGE, HANDOVER]),
            (number, &[RANGE, HANDOVER]),
            (number + Val::ONE, &[RANGE, HANDOVER]),
            (-Val::ONE / Val::TWO, &[RANGE, HANDOVER]),
        ] {
            let mut run = honest();
            change_at(&mut run, segment, IDLE, |row| row.previous = previous);
            run.assert_broken("another segment", names);
        }
    }
}

/// A second row could bring back what the word held when the segment began.
#[test]
fn a_segment_takes_over_a_word_once() {
    for word in [ALL, SECOND] {
        let honest = honest();
        let first = row(&honest, 1, word);
        let second = Row {
            last: first.first,
            last_time: Val::ZERO,
            is_last: Val::ONE,
            ..first
        };
        let mut run = honest.clone();
        push(&mut run, 1, second);
        run.assert_broken("the same state again", &[HANDOVER]);
        // From the beginning of the run, whether it began before or not.
        let mut run = honest.clone();
        push(
            &mut run,
            1,
            Row {
                first: [Val::ZERO; 4],
                last: [Val::ZERO; 4],
                previous: Val::ZERO,
                ..second
            },
        );
        run.assert_broken("from the beginning", &[HANDOVER]);
        // What it leaves itself.
        let mut run = honest;
        change(&mut run, 1, word, |row| row.is_last = Val::ZERO);
        push(
            &mut run,
            1,
            Row {
                first: first.last,
                last: first.last,
                previous: Val::TWO,
                is_last: first.is_last,
                ..second
            },
        );
        run.assert_broken("what it leaves", &[RANGE]);
    }
}

/// The third segment finds what the first one left, and what the second one wrote is lost.
#[test]
fn no_two_segments_take_over_the_same_state() {
    let mut run = honest();
    let old = row(&run, 0, ALL).last;
    assert_ne!(row(&run, 1, ALL).last, old);
    loads(&mut run, ALL, old);
    change(&mut run, 2, ALL, |row| row.previous = Val::ONE);
    run.assert_broken("two that take it over", &[HANDOVER]);
    change(&mut run, 1, ALL, |row| row.is_last = Val::ONE);
    run.assert_broken("and a state that nobody else would", &[HANDOVER]);
    // The same with what the run began with.
    let mut run = honest();
    loads(&mut run, ALL, [Val::ZERO; 4]);
    change(&mut run, 2, ALL, |row| row.previous = Val::ZERO);
    change(&mut run, 1, ALL, |row| row.is_last = Val::ONE);
    run.assert_broken("what it began with", &[HANDOVER]);
}

#[test]
fn what_is_handed_on_is_taken_over() {
    let honest = honest();
    for (segment, word) in [
        (0, OUTER),
        (0, ALL),
        (1, ALL),
        (0, CONSTANT),
        (0, FIRST),
        (1, SECOND),
        (2, ALL),
        (2, INPUT_WORD),
    ] {
        let mut run = honest.clone();
        change(&mut run, segment, word, |row| {
            row.is_last = Val::ONE - row.is_last;
        });
        run.assert_broken("the last one, or not", &[HANDOVER]);
    }
    for segment in 0..3 {
        let mut run = honest.clone();
        change_at(&mut run, segment, IDLE, |row| {
            row.is_last = Val::ONE - row.is_last;
        });
        run.assert_broken("the last one, or not", &[HANDOVER]);
    }
    // By padding, which takes it away.
    let mut run = honest;
    change_at(&mut run, 2, IDLE, |row| row.is_last = Val::ZERO);
    let idle: Row = run.row(Table::Boundary, IDLE);
    push(
        &mut run,
        2,
        Row {
            is_real: Val::ZERO,
            is_last: Val::ONE,
            ..idle
        },
    );
    run.assert_broken("padding", &["only what is touched is touched last"]);
}

#[test]
fn bits_are_bits() {
    for segment in 0..3 {
        for value in [Val::TWO, -Val::ONE, Val::TWO.halve().halve()] {
            for place in [8, NUM_REGISTERS] {
                let mut run = honest();
                change_at(&mut run, segment, place, |row| row.is_real = value);
                assert!(run.broken().contains("is_real is a bit"), "{segment}, {place}");
                change_at(&mut run, segment, place, |row| {
                    (row.is_real, row.is_last) = (Val::ONE, value);
                });
                assert!(run.broken().contains("is_last is a bit"), "{segment}, {place}");
            }
        }
    }
}

#[test]
fn the_number_is_the_segments() {
    for (segment, number, name) in [
        (0, 2, HANDOVER),
        (1, 3, HANDOVER),
        (2, 2, RANGE),
        (2, 1 << 17, RANGE),
    ] {
        let mut run = honest().at(segment);
        run.public_values(Table::Boundary)[0] = Val::from_u32(number);
        let broken = run.broken();
        assert!(broken.contains(name), "{segment}, {number}: {broken:?}");
    }
}

/// Every cell says something to others, but for those of padding.
#[test]
fn no_cell_can_be_changed() {
    let honest = honest();
    for segment in [0, 2] {
        let words = [OUTER, CONSTANT, INPUT_WORD].map(|word| place(&honest, segment, word).unwrap());
        let rows = [&[0, 8, IDLE][..], &words].concat();
        let run = honest.at(segment);
        assert_eq!(run.free_cells(Table::Boundary, &rows), [], "{segment}");
        let padding = run.height(Table::Boundary) - 1;
        let found = run.free_cells(Table::Boundary, &[padding]);
        assert!(found.iter().all(|cell| !cell.speaks), "{segment}: {found:?}");
    }
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Boundary, &SHARED_BUSES).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
