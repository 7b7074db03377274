//! A run can be taken back to any of its states.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::memory::{HEAP, PAGE_SIZE};
use zisk_emulator::{History, Machine, Replayed, Stop};
use zisk_isa::Op;
use zisk_program::Program;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};

use crate::fixture::{CODE, VARIABLES, halt};

/// How much of the heap the program writes.
const WRITTEN: u64 = 64 * PAGE_SIZE;
const DATA_LEN: u64 = 64;

/// Writes all over the heap, and over variables that are not zero at the start.
fn program(rounds: u64) -> Program {
    let mut code = Code::default();
    code.load_value(5, rounds).load_address(6, HEAP.start);
    code.load_value(7, 1).load_address(8, WRITTEN - 8);
    code.load_value(9, 0x5851_f42d_4c95_7f2d)
        .load_address(11, VARIABLES);
    code.push(Op::Mul, 7, 7, 9, 0).push(Op::Addi, 7, 7, 0, 11);
    code.push(Op::Srli, 10, 7, 0, 33).push(Op::And, 10, 10, 8, 0);
    code.push(Op::Add, 10, 10, 6, 0).push(Op::Sd, 0, 10, 7, 0);
    code.push(Op::Ld, 12, 11, 0, 8).push(Op::Add, 12, 12, 7, 0);
    code.push(Op::Sd, 0, 11, 12, 8).push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -40);
    halt(&mut code);
    let segments = [
        Segment::code(CODE, code.into_bytes()),
        Segment::data(VARIABLES, (1..=DATA_LEN as u8).collect()),
    ];
    Program::from_elf(&executable(CODE, &segments)).unwrap()
}

fn run(machine: &mut Machine, budget: u64) {
    assert_eq!(
        machine.run(budget, &mut Replayed::default(), &mut ()),
        Ok(Stop::Budget)
    );
}

/// All of a state, as a run that only went forward has it.
fn state(machine: &Machine) -> (u64, u64, [u64; 32], Vec<u8>, Vec<u8>) {
    let bytes = |start, len| machine.memory().peek(start, len).unwrap().to_vec();
    (
        machine.instructions(),
        machine.pc(),
        machine.registers().to_array(),
        bytes(HEAP.start, WRITTEN),
        bytes(VARIABLES, DATA_LEN),
    )
}

fn state_after(program: &Program, instructions: u64) -> (u64, u64, [u64; 32], Vec<u8>, Vec<u8>) {
    let mut machine = Machine::new(program, &[]).unwrap();
    run(&mut machine, instructions);
    state(&machine)
}

/// Goes here and there, as a person with a debugger does, and compares every place with a run that only went forward.
fn wander(max_bytes: u64) -> History<u64> {
    let program = program(4000);
    let mut machine = Machine::new(&program, &[]).unwrap();
    let mut history = History::new(program.clone(), &mut machine, 0, max_bytes);
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for _ in 0..300 {
        if rng.random_range(0..3) == 0 {
            let to: u64 = rng.random_range(0..40_000);
            let note = *history.restore(&mut machine, to);
            assert_eq!(note, machine.instructions(), "the note of that state");
            assert!(note <= to);
        } else {
            let end = 40_000 - machine.instructions();
            run(&mut machine, rng.random_range(0..500).min(end));
        }
        assert!(state(&machine) == state_after(&program, machine.instructions()));
        if rng.random_range(0..2) == 0 {
            let now = machine.instructions();
            history.record(&mut machine, now);
            assert!(history.page_bytes() <= max_bytes);
        }
    }
    history
}

#[test]
fn every_state_is_as_it_was() {
    let history = wander(u64::MAX);
    assert!(history.numbers().count() > 20);
}

#[test]
fn little_memory_makes_fewer_checkpoints_and_the_same_states() {
    let history = wander(70 * PAGE_SIZE);
    assert!(history.page_bytes() > 0);
    let history = wander(0);
    assert_eq!(history.numbers().collect::<Vec<_>>(), [0]);
}

#[test]
fn a_checkpoint_is_the_last_before() {
    let program = program(4000);
    let mut machine = Machine::new(&program, &[]).unwrap();
    let mut history = History::new(program, &mut machine, (), u64::MAX);
    for _ in 0..3 {
        run(&mut machine, 1000);
        history.record(&mut machine, ());
    }
    assert_eq!(history.numbers().collect::<Vec<_>>(), [0, 1000, 2000, 3000]);
    for (wanted, found) in [
        (2500, 2000),
        (2000, 2000),
        (1999, 1000),
        (u64::MAX, 3000),
        (999, 0),
    ] {
        history.restore(&mut machine, wanted);
        assert_eq!(machine.instructions(), found);
    }
    // Of a state that is known nothing is kept twice.
    let bytes = history.page_bytes();
    run(&mut machine, 1000);
    history.record(&mut machine, ());
    assert_eq!((history.numbers().count(), history.page_bytes()), (4, bytes));
}

#[test]
fn checkpoints_are_close_nearby_and_rare_far_away() {
    let program = program(4000);
    let mut machine = Machine::new(&program, &[]).unwrap();
    let mut history = History::new(program, &mut machine, (), u64::MAX);
    for _ in 0..1500 {
        run(&mut machine, 20);
        history.record(&mut machine, ());
    }
    let now = machine.instructions();
    let numbers: Vec<u64> = history.numbers().collect();
    assert_eq!((numbers[0], *numbers.last().unwrap()), (0, now));
    assert!(numbers.len() <= 128);
    for pair in numbers.windows(2) {
        let (gap, distance) = (pair[1] - pair[0], now - pair[1]);
        assert!(
            gap <= 40 + distance / 4,
            "{gap} instructions between checkpoints {distance} back"
        );
    }
}
