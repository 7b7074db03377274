//! How a run can fail.

use thiserror::Error;
use zisk_abi::memory::REGIONS;
use zisk_isa::disassemble;
use zisk_software::Problem;

use crate::host::{OutputLimitReached, RandomnessUnavailable};
use crate::memory::MemoryFault;

/// The guest did something it must not do. The instruction at `pc` has not taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{cause} (pc {pc:#x}, `{}`, after {instructions} instructions)", disassemble(*bits, *pc))]
pub struct Trap {
    /// Address of the instruction.
    pub pc: u64,
    /// Its bits, 0 if there is no code.
    pub bits: u32,
    /// How many instructions had been retired.
    pub instructions: u64,
    /// What was wrong.
    pub cause: TrapCause,
}

/// What a guest did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrapCause {
    /// A load, store or atomic access that the memory map does not allow.
    #[error("{fault}; {}", place(.fault.address))]
    Memory {
        /// What was wrong with it.
        fault: MemoryFault,
    },
    /// The bytes at pc are no instruction of RV64IMAC.
    #[error("illegal instruction; guests are built for rv64imac")]
    IllegalInstruction,
    /// pc left the program's code.
    #[error("jump to an address without code; {}", place(*.address))]
    NoCode {
        /// Where the guest jumped.
        address: u64,
    },
    /// `ebreak`.
    #[error("breakpoint: the guest executed ebreak")]
    Breakpoint,
    /// A system call that does not exist.
    #[error("unknown system call {number:#x}; was the guest built with another version of zisk-guest?")]
    UnknownSyscall {
        /// What was in `a7`.
        number: u64,
    },
    /// A system call was asked to read memory that the guest may not read, or to write what it may not write.
    #[error("system call `{name}`, {operand}: {fault}; {}", place(.fault.address))]
    Operand {
        /// The call.
        name: &'static str,
        /// Which of its operands.
        operand: &'static str,
        /// What was wrong with it.
        fault: MemoryFault,
    },
    /// A coprocessor's operands have no result.
    #[error("coprocessor `{name}`: {problem}")]
    Coprocessor {
        /// Which.
        name: &'static str,
        /// Why.
        problem: Problem,
    },
    /// `write` to a channel that does not exist.
    #[error("write to unknown file descriptor {fd}; 1 is stdout, 2 is stderr, 3 is the journal")]
    UnknownFileDescriptor {
        /// What was in `a0`.
        fd: u64,
    },
    /// A scope name that is too long.
    #[error("the name of a cycle scope has {len} bytes; the limit is {limit}")]
    ScopeNameTooLong {
        /// Its length in bytes.
        len: u64,
        /// The longest allowed.
        limit: u64,
    },
    /// The host wants no more output.
    #[error(transparent)]
    OutputLimit(#[from] OutputLimitReached),
    /// The guest asked for random bytes that the host does not have.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
}

/// Says where an address lies.
fn place(address: u64) -> String {
    match REGIONS.iter().find(|region| region.contains(address)) {
        Some(region) => {
            format!(
                "{address:#x} is in the {} ({:#x} to {:#x})",
                region.name, region.start, region.end
            )
        }
        None => format!("{address:#x} is in no region of the memory map"),
    }
}
