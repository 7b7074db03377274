//! Runs that are cut anywhere.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{CYCLES_BEGIN, HOST_RANDOM, WRITE};
use zisk_isa::Op;
use zisk_stark::Val;

use super::{CONTINUE, INSTRUCTIONS_END, Instruction, PASSAGE, Row};
use crate::Table::{self, Main, MainRest};
use crate::testing::{Program, Run};

/// Accesses of every kind, jumps, atomics, system calls: each looks at what others before it left.
fn program() -> Program {
    let mut program = Program {
        input: (0..16).collect(),
        random: 0x1234_5678_9abc_def0,
        ..Program::default()
    };
    program
        .set(20, INPUT.start as i32)
        .set(21, HEAP.start as i32 + 64)
        .push(Op::Ld, 5, 20, 0, 0)
        .push(Op::Lhu, 6, 20, 0, 7)
        .push(Op::Rem, 8, 5, 6, 0)
        .push(Op::Sd, 0, 21, 5, 0)
        .push(Op::Sw, 0, 21, 5, 13)
        .push(Op::LrD, 11, 21, 0, 0)
        .push(Op::ScD, 12, 21, 8, 0)
        .push(Op::AmomaxW, 10, 21, 6, 0)
        .push(Op::Lb, 13, 21, 0, 5)
        .push(Op::Bltu, 0, 5, 6, 8)
        .push(Op::Jal, 1, 0, 0, 8)
        .push(Op::Fence, 0, 0, 0, 0)
        .push(Op::Addi, 17, 0, 0, HOST_RANDOM as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Add, 15, 10, 1, 0)
        .push(Op::Addi, 17, 0, 0, WRITE as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Addi, 17, 0, 0, CYCLES_BEGIN as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Sd, 0, 21, 15, 0);
    program
}

/// Between the two halves of an atomic, on either side of a system call, before the last instruction: everywhere.
#[test]
fn a_run_is_cut_anywhere() {
    let program = program();
    let num_steps = program.run().pcs.len();
    for cut in 1..num_steps {
        for run in [
            program.run_in_segments(&[cut]),
            program.run_in_segments_in_two(&[cut]),
        ] {
            assert_eq!(run.check(), Ok(()), "{cut}");
        }
    }
}

#[test]
fn a_run_is_cut_everywhere() {
    let program = program();
    let num_steps = program.run().pcs.len();
    for len in [1, 2, 3, 7] {
        let cuts: Vec<usize> = (1..num_steps).filter(|step| step % len == 0).collect();
        for run in [
            program.run_in_segments(&cuts),
            program.run_in_segments_in_two(&cuts),
        ] {
            assert_eq!(run.check(), Ok(()), "{len}");
        }
    }
}

/// Ten instructions in the first segment: seven in the first table, three in the second, with a row behind each that hands
/// on. As many in the second, and what ends the run.
fn in_two() -> Run {
    let mut program = Program::default();
    for value in 0..16 {
        program.push(Op::Addi, 5, 5, 0, value);
    }
    program.run_in_segments_in_two(&[10])
}

#[test]
fn a_segment_fills_both_tables_and_does_not_end_the_run() {
    let run = in_two();
    assert_eq!(run.check(), Ok(()));
    for segment in [0, 1] {
        let run = run.at(segment);
        assert_eq!([Main, MainRest].map(|table| run.height(table)), [8, 4]);
        let hands_on = |table, row| {
            let row: Instruction = run.row(table, row);
            row.is_real == Val::ZERO && row.link == Val::ONE
        };
        assert!(hands_on(Main, 7));
        assert_eq!(hands_on(MainRest, 3), segment == 0);
    }
}

#[test]
fn the_second_table_hands_on() {
    let run = in_two();
    let unlinked = run.with(MainRest, 3, |row: &mut Instruction| row.link = Val::ZERO);
    unlinked.assert_broken("not handed on", &[INSTRUCTIONS_END, CONTINUE]);
    let elsewhere = run.with(MainRest, 3, |row: &mut Instruction| {
        row.pc += Val::from_u32(4);
        row.next_pc += Val::from_u32(4);
    });
    let names = ["the next row is the next instruction", CONTINUE];
    elsewhere.assert_broken("handed on elsewhere", &names);
    // An instruction more, and no row behind it.
    let more = run.with(MainRest, 3, |row: &mut Instruction| {
        (row.is_real, row.link) = (Val::ONE, Val::ZERO);
    });
    let label = "an instruction in the last row ends the run";
    assert!(more.broken().contains(label), "{:?}", more.broken());
}

/// The segment ends where the first table does, and the second one begins nowhere, or where it ends itself.
#[test]
fn a_segment_ends_behind_the_second_table() {
    let run = in_two();
    let [between, behind] = [(Main, 7), (MainRest, 3)].map(|(table, row)| run.row::<Instruction>(table, row));
    let end_at = |run: &Run, place: &Instruction| {
        run.with(Table::Passage, 1, |row: &mut Row| {
            (row.pc, row.clock) = (place.pc, place.clock);
        })
    };
    assert_eq!(end_at(&run, &behind).check(), Ok(()));
    let early = end_at(&run, &between);
    early.assert_broken("an end between the tables", &[CONTINUE, PASSAGE]);
    let circle = early.with(MainRest, 0, |row: &mut Instruction| {
        (row.pc, row.clock) = (behind.pc, behind.clock);
    });
    let broken = circle.broken();
    assert!(!broken.contains(CONTINUE), "{broken:?}");
    assert!(broken.contains("the clock moves on"), "{broken:?}");
}
