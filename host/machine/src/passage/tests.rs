mod cuts;

use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::PassageColumns;
use crate::Table::{self, Main};
use crate::boundary::BoundaryColumns;
use crate::messages::SHARED_BUSES;
use crate::processor::{CLOCK_STEP, MainColumns};
use crate::testing::{ENTRY, Program, Run};

type Row = PassageColumns<Val>;
type Instruction = MainColumns<Val>;

const CONTINUE: &str = "bus continue";
const PASSAGE: &str = "bus passage";
const CURSOR: &str = "bus cursor";
const BEGIN: &str = "the run begins at the entry";
const FIRST: &str = "the first row is the beginning";
const ONCE: &str = "only the first row is the beginning";
const NO_END: &str = "the first row is no end";
const END: &str = "the end is behind the beginning, unless the run ends";
const INSTRUCTIONS_END: &str = "instructions end where the run does, or goes on";

/// Three segments of three instructions, and one of what ends the run.
fn honest() -> Run {
    let mut program = Program::default();
    for value in 0..9 {
        program.push(Op::Addi, 5, 5, 0, value);
    }
    program.run_in_segments(&[3, 6, 9])
}

fn with(run: &Run, segment: usize, row: usize, change: impl FnOnce(&mut Row)) -> Run {
    run.at(segment).with(Table::Passage, row, change)
}

#[test]
fn honest_rows_hold() {
    let run = honest();
    assert_eq!(run.check(), Ok(()));
    for segment in 0..4 {
        let row = |index| run.at(segment).row::<Row>(Table::Passage, index);
        assert_eq!((row(0).is_begin, row(0).is_end), (Val::ONE, Val::ZERO));
        assert_eq!(row(0).pc, Val::from_u64(ENTRY + 12 * segment as u64));
        let is_end = Val::from_bool(segment < 3);
        assert_eq!((row(1).is_begin, row(1).is_end), (Val::ZERO, is_end));
    }
}

#[test]
fn the_first_segment_begins_at_the_entry() {
    let mut run = honest();
    run.public_values(Table::Passage)[0] += Val::from_u32(4);
    run.assert_broken("another entry", &[BEGIN]);
    let run = with(&honest(), 0, 0, |row| row.pc += Val::from_u32(4));
    run.assert_broken("another beginning", &[BEGIN, CONTINUE]);
    // The program agrees: its first instructions do nothing, and it does not matter which of them comes first.
    let mut program = Program::default();
    program.push(Op::Jal, 0, 0, 0, 8).push(Op::Jal, 0, 0, 0, 4);
    let mut run = program.run();
    assert_eq!(run.check(), Ok(()));
    let skipped = Val::from_u32(4);
    run.change(Main, 0, |row: &mut Instruction| {
        (row.pc, row.jump) = (row.pc + skipped, Val::ZERO);
        row.imm[0] = row.pc + Val::from_u32(4);
        row.b[0] = row.imm[0];
        row.c[0] = row.imm[0];
    });
    let run = run.with(Table::Passage, 0, |row: &mut Row| row.pc += skipped);
    run.assert_broken("an instruction less", &[BEGIN]);
}

/// Two instructions that lead to the same one, wherever they stand: only where the run goes on tells them apart.
#[test]
fn a_segment_begins_where_the_one_before_ended() {
    let mut program = Program::default();
    program
        .set(5, ENTRY as i32 + 20)
        .push(Op::Fence, 0, 0, 0, 0)
        .push(Op::Jalr, 0, 5, 0, 0)
        .push(Op::Jalr, 0, 5, 0, 0);
    let mut run = program.run_in_segments(&[3]);
    assert_eq!(run.check(), Ok(()));
    let distance = Val::from_u32(4);
    run.at = 1;
    run.change(Main, 0, |row: &mut Instruction| {
        row.pc += distance;
        // Where it would return to.
        for cell in [&mut row.imm[0], &mut row.b[0], &mut row.c[0]] {
            *cell += distance;
        }
    });
    run.assert_broken("another first instruction", &[CONTINUE]);
    run.change(Table::Passage, 0, |row: &mut Row| row.pc += distance);
    run.assert_broken("another beginning", &[PASSAGE]);
    run.at = 0;
    run.change(Table::Passage, 1, |row: &mut Row| row.pc += distance);
    run.assert_broken("another end before it", &[CONTINUE]);
    run.change(Main, 3, |row: &mut Instruction| {
        row.pc += distance;
        row.next_pc += distance;
    });
    let names = ["the next row is the next instruction"];
    run.assert_broken("instructions that are handed on from elsewhere", &names);
    run.change(Main, 2, |row: &mut Instruction| row.next_pc += distance);
    let names = ["next_pc is what the instruction leads to"];
    run.assert_broken("an instruction that leads elsewhere", &names);
}

#[test]
fn a_segment_ends_at_its_last_clock() {
    for segment in 0..3 {
        for distance in [Val::ONE, Val::from_u32(CLOCK_STEP), -Val::from_u32(CLOCK_STEP)] {
            let run = with(&honest(), segment, 1, |row| row.clock += distance);
            run.assert_broken("another clock", &[CONTINUE]);
        }
    }
}

#[test]
fn masks_are_anything_that_both_segments_say() {
    for mask in 0..5 {
        for value in [Val::ZERO, Val::ONE, -Val::TWO] {
            let change = |row: &mut Row| row.masks[mask] = value;
            let run = with(&honest(), 1, 1, change);
            run.assert_broken("masks of one side", &[PASSAGE]);
            with(&run, 2, 0, change).assert_broken("masks of both", &[]);
        }
    }
}

#[test]
fn there_is_one_beginning() {
    for segment in 0..4 {
        let run = honest().at(segment);
        let begin: Row = run.row(Table::Passage, 0);
        let none = with(&run, segment, 0, |row| row.is_begin = Val::ZERO);
        assert!(none.broken().contains(FIRST));
        for row in 1..run.height(Table::Passage) {
            let twice = with(&run, segment, row, |row| *row = begin);
            assert!(twice.broken().contains(ONCE), "{segment}, {row}");
        }
        for value in [Val::TWO, -Val::ONE] {
            let many = with(&run, segment, 0, |row| row.is_begin = value);
            assert!(many.broken().contains(FIRST), "{segment}, {value}");
        }
        // A beginning that is an end, too.
        let both = with(&run, segment, 0, |row| row.is_end = Val::ONE);
        assert!(both.broken().contains(NO_END), "{segment}");
    }
    // In another row, and the end before it: whatever is said to others is the same.
    let run = honest().at(1);
    let [begin, end]: [Row; 2] = [0, 1].map(|row| run.row(Table::Passage, row));
    let swapped = with(&with(&run, 1, 0, |row| *row = end), 1, 1, |row| *row = begin);
    swapped.assert_broken("swapped", &[FIRST, ONCE, NO_END, END]);
}

#[test]
fn there_is_one_end() {
    let empty = PassageColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    for segment in 0..3 {
        let run = honest().at(segment);
        let end: Row = run.row(Table::Passage, 1);
        let dropped = with(&run, segment, 1, |row| *row = empty);
        dropped.assert_broken("no end", &[END, CONTINUE, PASSAGE]);
        for row in 2..run.height(Table::Passage) {
            let twice = with(&run, segment, row, |row| *row = end);
            twice.assert_broken("two ends", &[END, CONTINUE, PASSAGE]);
            let moved = with(&dropped, segment, row, |row| *row = end);
            moved.assert_broken("an end in another row", &[END]);
        }
        for value in [Val::TWO, -Val::ONE] {
            let many = with(&run, segment, 1, |row| row.is_end = value);
            assert!(many.broken().contains(END), "{segment}, {value}");
        }
    }
    // The run ends, and another goes on.
    let run = with(&honest(), 3, 1, |row| row.is_end = Val::ONE);
    run.assert_broken("an end of the last segment", &[END, CONTINUE, PASSAGE]);
}

/// The last segment, as if it were not: it ends the run, and does not lead anywhere.
#[test]
fn only_the_last_segment_ends_the_run() {
    let mut run = honest().at(3);
    run.public_values(Table::Passage)[3] = Val::ZERO;
    run.assert_broken("the last segment is not the last", &[END]);
    let mut run = with(&run, 3, 1, |row| {
        (row.is_end, row.pc) = (Val::ONE, Val::from_u64(ENTRY));
    });
    run.assert_broken("and goes on anywhere", &[CONTINUE, PASSAGE]);
    run.public_values(Table::Initial)[2] = Val::ZERO;
    run.assert_broken("its words go on, too", &[CONTINUE, PASSAGE, CURSOR]);
    // The instruction that ends the run hands on besides.
    let run = honest().at(3);
    let goes_on = run.with(Main, 4, |row: &mut Instruction| row.link = Val::ONE);
    let broken = goes_on.broken();
    assert!(broken.contains(INSTRUCTIONS_END), "{broken:?}");
}

/// Only the first segment, as if it were the last one.
#[test]
fn the_last_segment_ends_the_run() {
    let mut run = honest();
    run.truncate(1);
    run.public_values(Table::Passage)[3] = Val::ONE;
    run.public_values(Table::Initial)[2] = Val::ONE;
    let empty = PassageColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    run.change(Table::Passage, 1, |row: &mut Row| *row = empty);
    // It shares what begins with the run with nobody: of what it does not look at nobody tells.
    let begins = [0, 5];
    for register in 0..32 {
        run.change(Table::Boundary, register, |row: &mut BoundaryColumns<Val>| {
            row.is_last = Val::ONE;
            if !begins.contains(&register) && register >= 9 {
                *row = BoundaryColumns::of_row(&[Val::ZERO; BoundaryColumns::<Val>::WIDTH]);
            }
        });
    }
    run.assert_broken("a run that has not ended", &[CONTINUE]);
    run.change(Main, 3, |row: &mut Instruction| row.link = Val::ZERO);
    run.assert_broken("and goes on nowhere", &[INSTRUCTIONS_END]);
}

/// Number, whether it is the first, whether it is the last.
#[test]
fn public_values_are_those_of_the_segment() {
    for segment in 0..4 {
        for place in 1..4 {
            let mut run = honest().at(segment);
            let value = &mut run.public_values(Table::Passage)[place];
            *value = if place == 1 {
                *value + Val::ONE
            } else {
                Val::ONE - *value
            };
            let names: &[&str] = match (segment, place) {
                (0, 2) | (_, 1) => &[PASSAGE],
                (_, 2) => &[PASSAGE, BEGIN],
                _ => &[END],
            };
            run.assert_broken("another public value", names);
        }
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    for segment in 0..4 {
        let run = honest().at(segment);
        let rows: alloc::vec::Vec<usize> = (0..run.height(Table::Passage)).collect();
        let found = run.free_cells(Table::Passage, &rows);
        assert!(found.iter().all(|cell| !cell.speaks), "{segment}: {found:?}");
    }
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Passage, &SHARED_BUSES).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
