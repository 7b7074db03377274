//! What observers are told, and that they may stop a run.

use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, PAGE_SIZE};
use zisk_abi::syscall::{CYCLES_BEGIN, HALT, HOST_RANDOM, WRITE};
use zisk_emulator::{Machine, Observer, Operand, Registers, Stop, operands};
use zisk_isa::Op;

use crate::fixture::{A0, A1, A2, CODE, CONSTANTS, Recorder, halt, machine};

/// Stops before one instruction, and notes before which it was asked.
#[derive(Default)]
struct Pause {
    before: u64,
    asked: Vec<u64>,
}

impl Observer for Pause {
    fn pauses(&mut self, pc: u64) -> bool {
        self.asked.push(pc);
        pc == self.before
    }
}

fn run(machine: &mut Machine, before: u64) -> (Stop, Vec<u64>) {
    let mut pause = Pause {
        before,
        asked: Vec::new(),
    };
    let stop = machine.run(1000, &mut Recorder::default(), &mut pause).unwrap();
    (stop, pause.asked)
}

#[test]
fn a_run_stops_where_its_observer_wants() {
    let mut machine = machine(|code| {
        code.push(Op::Addi, A0, 0, 0, 1).push(Op::Addi, A1, 0, 0, 2);
        code.push(Op::Addi, A2, 0, 0, 3);
        halt(code);
    });
    let second = CODE + 4;
    assert_eq!(run(&mut machine, second), (Stop::Paused, vec![CODE, second]));
    assert_eq!((machine.pc(), machine.instructions()), (second, 1));
    let registers = [A0, A1].map(|register| machine.registers().get(register));
    assert_eq!(registers, [1, 0], "the instruction has not run");
    assert_eq!(run(&mut machine, second), (Stop::Paused, vec![second]));
    assert_eq!(machine.instructions(), 1);

    // Every instruction is asked for once, also the one that calls the system.
    let (stop, asked) = run(&mut machine, 0);
    assert!(matches!(stop, Stop::Halted { .. }), "{stop:?}");
    assert_eq!(asked, (0..7).map(|index| second + 4 * index).collect::<Vec<_>>());
    assert_eq!(machine.instructions(), 8);
}

#[test]
fn written_pages_are_told_once() {
    let store = |address| {
        machine(move |code| {
            code.load_address(A0, address).load_address(A1, CONSTANTS);
            code.push(Op::Sd, 0, A0, A0, 0).push(Op::Ld, A2, A1, 0, 0);
            code.push(Op::Sd, 0, A0, A0, 0);
            halt(code);
        })
    };
    let mut machine = store(HEAP.start + 5 * PAGE_SIZE);
    let page = (HEAP.start / PAGE_SIZE) as u32 + 5;
    let mut run = |budget| {
        machine.run(budget, &mut Recorder::default(), &mut ()).unwrap();
        machine.take_written_pages()
    };
    assert_eq!(run(6), [page], "the page that was read is not among them");
    assert!(run(0).is_empty());
    assert_eq!(run(1), [page]);
}

#[test]
fn operands_of_system_calls_are_known() {
    let of = |number: u64, arguments: [u64; 3]| {
        let mut machine = machine(|code| {
            for (register, value) in (A0..).zip(arguments) {
                code.load_value(register, value);
            }
            code.ecall(number);
        });
        let mut seen = Seen(Vec::new());
        // Only the call itself is of interest; some of these have operands that it refuses.
        let _ = machine.run(1000, &mut Recorder::default(), &mut seen);
        seen.0
    };
    let operand = |address, len, is_written| Operand {
        address,
        len,
        is_written,
    };
    let (state, block) = (HEAP.start, HEAP.start + 64);
    assert_eq!(
        of(SHA256_COMPRESS.number, [state, block, 0]),
        [operand(state, 32, true), operand(block, 64, false)]
    );
    assert_eq!(of(WRITE, [1, 7, u64::MAX]), [operand(7, u64::MAX, false)]);
    assert_eq!(
        of(CYCLES_BEGIN, [CONSTANTS, 3, 0]),
        [operand(CONSTANTS, 3, false)]
    );
    assert_eq!(of(HALT, [0, CONSTANTS, 0]), [operand(CONSTANTS, 32, false)]);
    assert_eq!(of(HOST_RANDOM, [0; 3]), []);
}

struct Seen(Vec<Operand>);

impl Observer for Seen {
    fn before_syscall(&mut self, registers: &Registers, _memory: &zisk_emulator::Memory) {
        self.0.extend(operands(registers));
    }
}
