//! Small programs and a host that remembers what it was told.

use zisk_abi::syscall::HALT;
use zisk_emulator::{Host, Machine, OutputChannel, OutputLimitReached, RandomnessUnavailable, Stop, Trap};
use zisk_isa::Op;
use zisk_program::Program;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{PF_R, Segment, executable};

pub(crate) const CODE: u64 = 0x1_0000;
pub(crate) const CONSTANTS: u64 = 0x2_0000;
pub(crate) const VARIABLES: u64 = 0x3_0000;
/// Two pages, so that there is a page boundary between mapped pages and one to unmapped memory.
pub(crate) const VARIABLES_SIZE: u64 = 0x2000;

pub(crate) const A0: u8 = 10;
pub(crate) const A1: u8 = 11;
pub(crate) const A2: u8 = 12;
pub(crate) const A3: u8 = 13;

/// Everything that a guest told its host.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) written: Vec<(OutputChannel, Vec<u8>)>,
    pub(crate) scopes: Vec<(&'static str, Vec<u8>, u64)>,
    pub(crate) random: Option<u64>,
    pub(crate) refuses_output: bool,
}

impl Host for Recorder {
    fn write(&mut self, channel: OutputChannel, bytes: &[u8]) -> Result<(), OutputLimitReached> {
        if self.refuses_output {
            return Err(OutputLimitReached { limit: 0 });
        }
        self.written.push((channel, bytes.to_vec()));
        Ok(())
    }

    fn random(&mut self) -> Result<u64, RandomnessUnavailable> {
        self.random.ok_or(RandomnessUnavailable)
    }

    fn scope_begin(&mut self, name: &[u8], instructions: u64) {
        self.scopes.push(("begin", name.to_vec(), instructions));
    }

    fn scope_end(&mut self, name: &[u8], instructions: u64) {
        self.scopes.push(("end", name.to_vec(), instructions));
    }
}

/// A program with this code, 64 bytes of constants (0, 1, 2, ...) and zeroed variables.
pub(crate) fn program(code: Code) -> Program {
    let constants = Segment {
        start: CONSTANTS,
        data: (0..64).collect(),
        size: 64,
        flags: PF_R,
    };
    let variables = Segment {
        size: VARIABLES_SIZE,
        ..Segment::data(VARIABLES, Vec::new())
    };
    let segments = [Segment::code(CODE, code.into_bytes()), constants, variables];
    Program::from_elf(&executable(CODE, &segments)).expect("the program is well formed")
}

/// A machine about to run what `write` writes.
pub(crate) fn machine(write: impl FnOnce(&mut Code)) -> Machine {
    let mut code = Code::default();
    write(&mut code);
    Machine::new(&program(code), &[]).expect("no input")
}

/// Appends an orderly end: exit code 0, some digest.
pub(crate) fn halt(code: &mut Code) {
    code.push(Op::Addi, A0, 0, 0, 0)
        .load_address(A1, CONSTANTS)
        .ecall(HALT);
}

/// Runs to the end, up to a million instructions.
pub(crate) fn run(machine: &mut Machine, host: &mut Recorder) -> Result<Stop, Trap> {
    machine.run(1_000_000, host, &mut ())
}

/// Runs a program that must trap.
pub(crate) fn trap_of(machine: &mut Machine) -> Trap {
    run(machine, &mut Recorder::default()).expect_err("the program must trap")
}
