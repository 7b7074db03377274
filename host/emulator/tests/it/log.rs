//! A run, noted down in full, and a program that does a bit of everything.

use std::collections::BTreeSet;

use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, PAGE_SIZE};
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT, HOST_RANDOM, WRITE, fd};
use zisk_emulator::code::MicroOp;
use zisk_emulator::{Observer, Registers};
use zisk_isa::{Op, Width};
use zisk_program::Program;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{CODE_START, DATA_START, RandomProgram};

use crate::fixture::{A0, A1, A2, A3};

/// A load or a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    address: u64,
    len: u64,
    is_store: bool,
    value: u64,
}

/// An instruction, as it found the registers, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) pc: u64,
    pub(crate) registers: [u64; 32],
    pub(crate) class: u8,
    pub(crate) accesses: Vec<Access>,
    pub(crate) call: Option<u64>,
}

impl Step {
    fn argument(&self, index: u8) -> u64 {
        self.registers[usize::from(A0 + index)]
    }

    /// The ranges of memory, as addresses and lengths, that the guest depends on.
    fn ranges(&self) -> Vec<(u64, u64)> {
        let accesses = self.accesses.iter().map(|access| (access.address, access.len));
        let operands = match self.call {
            Some(HALT) => vec![(self.argument(1), 32)],
            Some(number) if number == SHA256_COMPRESS.number => {
                vec![(self.argument(0), 32), (self.argument(1), 64)]
            }
            _ => vec![],
        };
        accesses.chain(operands).collect()
    }

    /// The words that the guest depends on, by address / 8.
    pub(crate) fn words(&self) -> BTreeSet<u32> {
        let ranges = self.ranges();
        let words = ranges
            .iter()
            .flat_map(|(address, len)| address / 8..=(address + len - 1) / 8);
        words.map(|index| index as u32).collect()
    }

    /// The pages that are looked at, whoever depends on them.
    pub(crate) fn pages(&self) -> BTreeSet<u64> {
        let mut ranges = self.ranges();
        match self.call {
            Some(WRITE) => ranges.push((self.argument(1), self.argument(2))),
            Some(CYCLES_BEGIN | CYCLES_END) => ranges.push((self.argument(0), self.argument(1))),
            _ => {}
        }
        let pages = ranges
            .iter()
            .flat_map(|(address, len)| address / PAGE_SIZE..=(address + len - 1) / PAGE_SIZE);
        pages.collect()
    }

    /// Whether an access has an address that is not a multiple of its length.
    pub(crate) fn is_misaligned(&self) -> bool {
        self.accesses
            .iter()
            .any(|access| !access.address.is_multiple_of(access.len))
    }
}

/// Notes everything down.
#[derive(Debug, Default)]
pub(crate) struct Log(pub(crate) Vec<Step>);

impl Log {
    fn access(&mut self, address: u64, width: Width, is_store: bool, value: u64) {
        let step = self.0.last_mut().expect("an instruction accesses memory");
        step.accesses.push(Access {
            address,
            len: width.bytes(),
            is_store,
            value,
        });
    }
}

impl Observer for Log {
    fn instruction(&mut self, pc: u64, instruction: &MicroOp, registers: &[u64; 256]) {
        self.0.push(Step {
            pc,
            registers: std::array::from_fn(|index| registers[index]),
            class: instruction.class,
            accesses: Vec::new(),
            call: None,
        });
    }

    fn load(&mut self, address: u64, width: Width, value: u64) {
        self.access(address, width, false, value);
    }

    fn store(&mut self, address: u64, width: Width, value: u64) {
        self.access(address, width, true, value);
    }

    fn syscall(&mut self, number: u64, _: &Registers) {
        self.0.last_mut().expect("an instruction calls").call = Some(number);
    }
}

/// How many answers [`eventful`] programs ask for.
pub(crate) const NUM_ANSWERS: usize = 8;

/// Random instructions, twice on the same data, each time followed by accesses in other pages and by every
/// system call.
pub(crate) fn eventful(rng: &mut ChaCha12Rng) -> Program {
    let mut first = RandomProgram::generate(rng, 3, 24);
    calls(&mut first.code);
    let second = RandomProgram::generate(rng, 3, 24);
    first.code.append(&second.code);
    calls(&mut first.code);
    let code = &mut first.code;
    code.push(Op::Addi, A0, 0, 0, 7)
        .load_address(A1, DATA_START + 64)
        .ecall(HALT);
    let segments = [
        Segment::code(CODE_START, first.code.into_bytes()),
        Segment::data(DATA_START, first.data),
    ];
    Program::from_elf(&executable(CODE_START, &segments)).expect("the program is well formed")
}

fn calls(code: &mut Code) {
    for page in [3, 1, 2, 1] {
        // A store across the border of two pages, and a load from the second.
        code.ecall(HOST_RANDOM)
            .load_address(A1, HEAP.start + page * PAGE_SIZE);
        code.push(Op::Sd, 0, A1, A0, -3).push(Op::Lhu, A3, A1, 0, 8);
        if page == 2 {
            code.load_address(A0, HEAP.start + 9 * PAGE_SIZE)
                .push(Op::Addi, A1, 0, 0, 5);
            code.ecall(CYCLES_BEGIN).ecall(CYCLES_END);
        }
        if page == 3 {
            code.push(Op::Addi, A0, 0, 0, fd::STDOUT as i32)
                .push(Op::Addi, A2, 0, 0, 64)
                .ecall(WRITE);
        }
    }
    // The operands overlap.
    code.load_address(A0, DATA_START + 32)
        .load_address(A1, DATA_START)
        .ecall(SHA256_COMPRESS.number);
    code.push(Op::LrD, A2, A0, 0, 0).push(Op::ScD, A3, A0, A1, 0);
}
