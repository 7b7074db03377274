//! A run can be cut anywhere.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use zisk_abi::syscall::{WRITE, fd};
use zisk_emulator::{Machine, Stop};
use zisk_isa::Op;
use zisk_program::Program;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{CODE_START, DATA_START, RandomProgram};

use crate::fixture::{A0, A1, A2, CONSTANTS, Recorder, halt, machine};

/// Runs in pieces of `budget` instructions; returns how the run ended and how many pieces it took.
fn run_in_pieces(machine: &mut Machine, budget: u64, host: &mut Recorder) -> (Stop, u64) {
    let mut pieces = 0;
    loop {
        pieces += 1;
        let before = machine.instructions();
        let stop = machine.run(budget, host, &mut ()).unwrap();
        let retired = machine.instructions() - before;
        match stop {
            Stop::Budget => assert_eq!(retired, budget, "a piece has as many instructions as asked for"),
            Stop::Paused => panic!("nobody asked for that"),
            Stop::Halted { .. } => {
                assert!(retired <= budget);
                return (stop, pieces);
            }
        }
    }
}

#[test]
fn pieces_of_any_length_give_the_same_run() {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let random = RandomProgram::generate(&mut rng, 3, 24);
    let len = random.data.len() as u64;
    let mut code = random.code;
    // With output in the middle of the run, at both ends of pieces.
    code.push(Op::Addi, A0, 0, 0, fd::STDOUT as i32)
        .load_address(A1, DATA_START);
    code.push(Op::Addi, A2, 0, 0, 64).ecall(WRITE);
    code.push(Op::Addi, A0, 0, 0, 7)
        .load_address(A1, DATA_START)
        .ecall(zisk_abi::syscall::HALT);
    let segments = [
        Segment::code(CODE_START, code.into_bytes()),
        Segment::data(DATA_START, random.data),
    ];
    let program = Program::from_elf(&executable(CODE_START, &segments)).unwrap();
    let run = |budget| {
        let mut machine = Machine::new(&program, &[]).unwrap();
        let mut host = Recorder::default();
        let (stop, pieces) = run_in_pieces(&mut machine, budget, &mut host);
        let registers: Vec<u64> = (0..32)
            .map(|register| machine.registers().get(register))
            .collect();
        let memory = machine.memory().peek(DATA_START, len).unwrap().to_vec();
        let counts = (
            machine.instructions(),
            machine.memory().misaligned_accesses(),
            machine.pc(),
        );
        (pieces, (stop, registers, memory, counts, host.written))
    };
    let (pieces, whole) = run(u64::MAX);
    assert_eq!(pieces, 1);
    for budget in [1, 2, 3, 7, 64] {
        let (pieces, in_pieces) = run(budget);
        assert_eq!(pieces, whole.3.0.div_ceil(budget));
        assert!(
            in_pieces == whole,
            "pieces of {budget} instructions gave another run"
        );
    }
}

#[test]
fn a_budget_of_nothing_does_nothing() {
    let mut machine = machine(halt);
    let pc = machine.pc();
    assert_eq!(
        machine.run(0, &mut Recorder::default(), &mut ()),
        Ok(Stop::Budget)
    );
    assert_eq!((machine.pc(), machine.instructions()), (pc, 0));
}

#[test]
fn the_halting_instruction_counts() {
    let mut counted = machine(halt);
    counted.run(u64::MAX, &mut Recorder::default(), &mut ()).unwrap();
    let total = counted.instructions();
    let mut exact = machine(halt);
    assert!(matches!(
        exact.run(total, &mut Recorder::default(), &mut ()),
        Ok(Stop::Halted { .. })
    ));
    let mut one_less = machine(halt);
    assert_eq!(
        one_less.run(total - 1, &mut Recorder::default(), &mut ()),
        Ok(Stop::Budget)
    );
    assert!(matches!(
        one_less.run(1, &mut Recorder::default(), &mut ()),
        Ok(Stop::Halted { .. })
    ));
    assert_eq!(CONSTANTS % 8, 0, "the digest that halt names is aligned");
}
