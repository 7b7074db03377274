//! The state of a run.

use std::sync::Arc;

use thiserror::Error;
use zisk_abi::memory::INPUT;
use zisk_program::Program;

use crate::code::Code;
use crate::host::Host;
use crate::interpreter::{Exit, execute};
use crate::memory::{Memory, Page};
use crate::observer::Observer;
use crate::registers::Registers;
use crate::syscalls;
use crate::trap::{Trap, TrapCause};
use crate::walk::{Checkpoint, TouchedWord};

/// `ecall` and `ebreak` have no compressed form that calls the system, so what stands behind an `ecall` is
/// always 4 bytes on.
const ECALL_LEN: u64 = 4;

/// The input does not fit its region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the encoded input has {len} bytes; at most {max} fit")]
pub struct InputTooLong {
    /// Length of the encoded input in bytes.
    pub len: u64,
    /// Size of the input region in bytes.
    pub max: u64,
}

/// Why [`Machine::run`] returned without a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The guest ended.
    Halted {
        /// Its exit code.
        exit_code: u32,
        /// What it says is the SHA-256 digest of its journal.
        journal_digest: [u8; 32],
    },
    /// As many instructions as asked for were retired. The run can go on.
    Budget,
    /// The observer did not want the next instruction to run. The run can go on.
    Paused,
}

/// A program in execution.
#[derive(Debug)]
pub struct Machine {
    code: Arc<Code>,
    registers: Registers,
    pc: u64,
    memory: Memory,
    instructions: u64,
}

impl Machine {
    /// A run of `program` that has not begun. `input` is laid out as [`zisk_abi::input`] says.
    ///
    /// # Errors
    /// When the input does not fit its region.
    pub fn new(program: &Program, input: &[u8]) -> Result<Self, InputTooLong> {
        Self::with_code(Arc::new(Code::new(program)), program, input)
    }

    /// As [`new`](Self::new), with the code of `program` decoded before.
    ///
    /// # Errors
    /// When the input does not fit its region.
    pub fn with_code(code: Arc<Code>, program: &Program, input: &[u8]) -> Result<Self, InputTooLong> {
        if input.len() as u64 > INPUT.size() {
            return Err(InputTooLong {
                len: input.len() as u64,
                max: INPUT.size(),
            });
        }
        Ok(Self {
            code,
            registers: Registers::new(),
            pc: program.entry(),
            memory: Memory::new(program, input),
            instructions: 0,
        })
    }

    /// A segment of a run, about to be repeated by itself: what [`Walker`](crate::Walker) says of its start and of
    /// the `words` that it touches. There is nothing else in memory, so only this segment runs as it did: for
    /// its number of instructions and with its answers ([`Replayed`](crate::Replayed)). What it hands to the
    /// host may differ, because `words` say nothing of that, and a trap does not know the instruction's bits.
    pub fn resume(code: Arc<Code>, program: &Program, start: &Checkpoint, words: &[TouchedWord]) -> Self {
        let mut memory = Memory::empty(program);
        for word in words {
            memory.set_word(word.index, word.first);
        }
        Self {
            code,
            registers: Registers::from_array(&start.registers),
            pc: start.pc,
            memory,
            instructions: start.instructions,
        }
    }

    /// Address of the next instruction.
    pub fn pc(&self) -> u64 {
        self.pc
    }

    /// How many instructions have been retired.
    pub fn instructions(&self) -> u64 {
        self.instructions
    }

    /// The registers.
    pub fn registers(&self) -> &Registers {
        &self.registers
    }

    /// The memory.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The code.
    pub fn code(&self) -> &Arc<Code> {
        &self.code
    }

    /// The pages, by their number, that the guest accessed since this was last asked: loads, stores and what system calls
    /// read alike, instruction fetches not. [`Memory::touched_bytes`] goes on counting.
    pub fn take_touched_pages(&mut self) -> Vec<u32> {
        self.memory.take_touched_pages()
    }

    /// The pages, by their number, that the guest wrote since this or [`take_touched_pages`](Self::take_touched_pages) was
    /// last asked. There may be some among them that hold what they held.
    pub fn take_written_pages(&mut self) -> Vec<u32> {
        self.memory.take_written_pages()
    }

    /// Puts other content in a page, whoever may write it, for whoever takes a run back to where it was.
    pub(crate) fn set_page(&mut self, page: u32, content: &Page) {
        self.memory.set_page(page, content);
    }

    /// Goes on from elsewhere.
    pub(crate) fn set_state(&mut self, pc: u64, registers: &[u64; 32], instructions: u64) {
        self.pc = pc;
        self.registers = Registers::from_array(registers);
        self.instructions = instructions;
    }

    /// Retires up to `budget` instructions. `ecall`s count as one, the halting one included.
    ///
    /// # Errors
    /// When the guest does what it must not do; see [`TrapCause`]. Running on repeats the trap.
    pub fn run<H: Host, O: Observer>(
        &mut self,
        budget: u64,
        host: &mut H,
        observer: &mut O,
    ) -> Result<Stop, Trap> {
        let code = Arc::clone(&self.code);
        let mut remaining = budget;
        loop {
            if remaining == 0 {
                return Ok(Stop::Budget);
            }
            let segment = code
                .segment_at(self.pc)
                .ok_or_else(|| self.trap(TrapCause::NoCode { address: self.pc }))?;
            let before = remaining;
            let exit;
            (exit, remaining) = execute(
                segment,
                &mut self.pc,
                &mut self.registers.0,
                &mut self.memory,
                remaining,
                observer,
            );
            self.instructions += before - remaining;
            match exit {
                Exit::Budget => return Ok(Stop::Budget),
                Exit::Paused => return Ok(Stop::Paused),
                Exit::Elsewhere => {}
                Exit::Illegal => return Err(self.trap(TrapCause::IllegalInstruction)),
                Exit::Ebreak => return Err(self.trap(TrapCause::Breakpoint)),
                Exit::Fault(fault) => return Err(self.trap(TrapCause::Memory { fault })),
                Exit::Ecall => {
                    let number = self.registers.get(syscalls::NUMBER_REGISTER);
                    observer.before_syscall(&self.registers, &self.memory);
                    let stop =
                        syscalls::answer(&mut self.registers, &mut self.memory, self.instructions, host)
                            .map_err(|cause| self.trap(cause))?;
                    observer.syscall(number, &self.registers);
                    self.pc += ECALL_LEN;
                    self.instructions += 1;
                    remaining -= 1;
                    if let Some(stop) = stop {
                        return Ok(stop);
                    }
                }
            }
        }
    }

    fn trap(&self, cause: TrapCause) -> Trap {
        let mut bits = [0; 4];
        for (offset, byte) in (0..).zip(&mut bits) {
            *byte = self
                .memory
                .peek(self.pc.wrapping_add(offset), 1)
                .map_or(0, |bytes| bytes[0]);
        }
        Trap {
            pc: self.pc,
            bits: u32::from_le_bytes(bits),
            instructions: self.instructions,
            cause,
        }
    }
}
