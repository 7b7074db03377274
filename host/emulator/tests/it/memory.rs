//! Loads and stores that are allowed.

use zisk_abi::memory::{HEAP, INPUT, PAGE_SIZE, STACK};
use zisk_emulator::{Machine, Observer, Stop};
use zisk_isa::{Op, Width};

use crate::fixture::{A0, A1, A2, A3, CONSTANTS, Recorder, VARIABLES, halt, machine, program, run};

const VALUE: u64 = 0x8877_6655_4433_2211;

#[test]
fn misaligned_accesses_work_and_are_counted() {
    let stores = [(Op::Sh, 2), (Op::Sw, 4), (Op::Sd, 8)];
    let loads = [Op::Lhu, Op::Lwu, Op::Ld];
    for ((store, width), load) in stores.into_iter().zip(loads) {
        for offset in 0..16 {
            // Around the border of two pages.
            let address = VARIABLES + PAGE_SIZE - 8 + offset;
            let mut machine = machine(|code| {
                code.load_value(A1, address).load_value(A2, VALUE);
                code.push(store, 0, A1, A2, 0).push(load, A3, A1, 0, 0);
                halt(code);
            });
            run(&mut machine, &mut Recorder::default()).unwrap();
            let expected = VALUE & (u64::MAX >> (64 - 8 * width));
            assert_eq!(machine.registers().get(A3), expected, "{store:?} at {address:#x}");
            let bytes = &expected.to_le_bytes()[..width as usize];
            assert_eq!(machine.memory().peek(address, width).unwrap(), bytes);
            let misaligned = if address.is_multiple_of(width) { 0 } else { 2 };
            assert_eq!(
                machine.memory().misaligned_accesses(),
                misaligned,
                "{store:?} at {address:#x}"
            );
        }
    }
}

#[test]
fn memory_starts_as_the_map_says() {
    let mut input = zisk_abi::input::FrameWriter::default();
    input.push(b"private!");
    let mut code = zisk_tests::assembler::Code::default();
    for (register, address) in [
        (5, CONSTANTS + 8),
        (6, VARIABLES),
        (7, STACK.end - 8),
        (8, HEAP.start),
        (9, INPUT.start + 16),
    ] {
        code.load_value(register, address)
            .push(Op::Ld, register, register, 0, 0);
    }
    halt(&mut code);
    let mut machine = Machine::new(&program(code), input.as_bytes()).unwrap();
    run(&mut machine, &mut Recorder::default()).unwrap();
    let read = [5, 6, 7, 8, 9].map(|register| machine.registers().get(register));
    let expected = [
        u64::from_le_bytes([8, 9, 10, 11, 12, 13, 14, 15]),
        0,
        0,
        0,
        u64::from_le_bytes(*b"private!"),
    ];
    assert_eq!(read, expected);
}

#[test]
fn an_input_longer_than_its_region_is_refused() {
    let mut code = zisk_tests::assembler::Code::default();
    halt(&mut code);
    let program = program(code);
    let max = INPUT.size();
    let error = Machine::new(&program, &vec![0; max as usize + 1]).unwrap_err();
    assert_eq!((error.len, error.max), (max + 1, max));
}

#[test]
fn touched_memory_is_counted_by_pages() {
    let mut machine = machine(|code| {
        code.load_value(A1, HEAP.start);
        code.push(Op::Sd, 0, A1, A1, 0)
            .push(Op::Ld, A0, A1, 0, 8)
            .push(Op::Ld, A0, A1, 0, 16);
        code.load_value(A1, HEAP.start + 10 * PAGE_SIZE);
        code.push(Op::Lb, A0, A1, 0, 0);
        halt(code);
    });
    run(&mut machine, &mut Recorder::default()).unwrap();
    // Two pages of the heap, and the one that halt's digest lies in.
    assert_eq!(machine.memory().touched_bytes(), 3 * PAGE_SIZE);
}

#[test]
fn atomics_return_the_old_value_and_a_conditional_store_succeeds() {
    let mut machine = machine(|code| {
        code.load_value(A1, VARIABLES).load_value(A2, 5);
        code.push(Op::AmoaddD, 5, A1, A2, 0)
            .push(Op::AmoaddD, 6, A1, A2, 0);
        code.push(Op::LrD, 7, A1, 0, 0).push(Op::ScD, 8, A1, 7, 0);
        code.push(Op::AmoswapW, 9, A1, 0, 0);
        halt(code);
    });
    machine.run(1_000, &mut Recorder::default(), &mut ()).unwrap();
    let read = [5, 6, 7, 8, 9].map(|register| machine.registers().get(register));
    assert_eq!(read, [0, 5, 10, 0, 10]);
    assert_eq!(machine.memory().peek(VARIABLES, 8).unwrap(), [0; 8]);
}

#[test]
fn an_observer_sees_every_instruction_and_access_in_order() {
    #[derive(Default)]
    struct Log(Vec<String>);
    impl Observer for Log {
        fn instruction(&mut self, pc: u64, instruction: &zisk_emulator::code::MicroOp, _: &[u64; 256]) {
            self.0.push(format!("{pc:#x} {}", instruction.op.spec().mnemonic));
        }
        fn load(&mut self, address: u64, width: Width, value: u64) {
            self.0
                .push(format!("load {address:#x} {} {value:#x}", width.bytes()));
        }
        fn store(&mut self, address: u64, width: Width, value: u64) {
            self.0
                .push(format!("store {address:#x} {} {value:#x}", width.bytes()));
        }
        fn syscall(&mut self, number: u64, _: &zisk_emulator::Registers) {
            self.0.push(format!("syscall {number}"));
        }
    }
    let mut machine = machine(|code| {
        code.push(Op::Lui, A1, 0, 0, CONSTANTS as i32)
            .push(Op::Lbu, A0, A1, 0, 3);
        code.push(Op::Lui, A2, 0, 0, VARIABLES as i32)
            .push(Op::AmoorW, 0, A2, A0, 0);
        code.push(Op::Ecall, 0, 0, 0, 0);
    });
    let mut log = Log::default();
    let stop = machine.run(100, &mut Recorder::default(), &mut log).unwrap();
    assert!(matches!(stop, Stop::Halted { exit_code: 3, .. }));
    let expected = [
        "0x10000 lui",
        "0x10004 lbu",
        "load 0x20003 1 0x3",
        "0x10008 lui",
        "0x1000c amoor.w",
        "load 0x30000 4 0x0",
        "store 0x30000 4 0x3",
        "0x10010 ecall",
        "syscall 0",
    ];
    assert_eq!(log.0, expected);
}
