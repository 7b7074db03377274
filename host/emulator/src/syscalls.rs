//! Answers to `ecall`.

use zisk_abi::coprocessor::{self, Access};
use zisk_abi::syscall::{
    CYCLES_BEGIN, CYCLES_END, FIRST_COPROCESSOR, HALT, HOST_RANDOM, MAX_SCOPE_NAME, WRITE, fd,
};

use crate::coprocessors;
use crate::host::{Host, OutputChannel};
use crate::machine::Stop;
use crate::memory::{Memory, MemoryFault};
use crate::registers::Registers;
use crate::trap::TrapCause;

/// `a7`.
pub(crate) const NUMBER_REGISTER: u8 = 17;
/// `a0`; the other arguments follow.
pub(crate) const FIRST_ARGUMENT: u8 = 10;

/// `a1`, which has the address of the digest that `halt` is given.
const DIGEST_ARGUMENT: u8 = FIRST_ARGUMENT + 1;
/// Length of the digest that `halt` is given, in bytes.
const DIGEST_LEN: u64 = 32;

/// Answers the system call that `registers` ask for; `Some` if it ends the run.
pub(crate) fn answer<H: Host>(
    registers: &mut Registers,
    memory: &mut Memory,
    instructions: u64,
    host: &mut H,
) -> Result<Option<Stop>, TrapCause> {
    let number = registers.get(NUMBER_REGISTER);
    let [a0, a1, a2] = [0, 1, 2].map(|i| registers.get(FIRST_ARGUMENT + i));
    match number {
        HALT => return halt(memory, a0, a1).map(Some),
        WRITE => {
            let channel = match a0 {
                fd::STDOUT => OutputChannel::Stdout,
                fd::STDERR => OutputChannel::Stderr,
                fd::JOURNAL => OutputChannel::Journal,
                _ => return Err(TrapCause::UnknownFileDescriptor { fd: a0 }),
            };
            let bytes = memory.read(a1, a2).map_err(operand("write", "buffer"))?;
            host.write(channel, bytes)?;
        }
        CYCLES_BEGIN => host.scope_begin(scope_name(memory, a0, a1)?, instructions),
        CYCLES_END => host.scope_end(scope_name(memory, a0, a1)?, instructions),
        HOST_RANDOM => registers.set(FIRST_ARGUMENT, host.random()?),
        FIRST_COPROCESSOR.. => coprocessors::call(number, registers, memory)?,
        _ => return Err(TrapCause::UnknownSyscall { number }),
    }
    Ok(None)
}

/// The words of memory that the call which `registers` ask for accesses, by address / 8. What output and scope
/// names are read from is not among them: it changes nothing for the guest.
pub(crate) fn words(registers: &Registers) -> impl Iterator<Item = u64> {
    let number = registers.get(NUMBER_REGISTER);
    let operands = coprocessor::find(number).map_or(&[][..], |(_, coprocessor)| coprocessor.operands);
    let operands = (FIRST_ARGUMENT..)
        .zip(operands)
        .map(|(register, operand)| (register, operand.words as u64));
    let digest = (number == HALT).then_some((DIGEST_ARGUMENT, DIGEST_LEN / 8));
    operands.chain(digest).flat_map(|(register, num_words)| {
        let first = registers.get(register) / 8;
        first..first + num_words
    })
}

/// A range of memory that a system call accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// First address.
    pub address: u64,
    /// Length in bytes.
    pub len: u64,
    /// Whether it is written; it is read in any case.
    pub is_written: bool,
}

/// The ranges of memory that the call which `registers` ask for accesses: operands of coprocessors, output, names of
/// scopes, the digest of the halting call.
pub fn operands(registers: &Registers) -> impl Iterator<Item = Operand> {
    let number = registers.get(NUMBER_REGISTER);
    let argument = |index| registers.get(FIRST_ARGUMENT + index);
    let read = |address, len| Operand {
        address,
        len,
        is_written: false,
    };
    let of_coprocessor = coprocessor::find(number).map_or(&[][..], |(_, coprocessor)| coprocessor.operands);
    let of_system = match number {
        HALT => Some(read(argument(1), DIGEST_LEN)),
        WRITE => Some(read(argument(1), argument(2))),
        CYCLES_BEGIN | CYCLES_END => Some(read(argument(0), argument(1))),
        _ => None,
    };
    let of_coprocessor = (0..).zip(of_coprocessor).map(move |(index, operand)| Operand {
        address: argument(index),
        len: operand.words as u64 * 8,
        is_written: operand.access == Access::ReadWrite,
    });
    of_coprocessor.chain(of_system)
}

/// Names a system call and its operand in a fault.
pub(crate) fn operand(name: &'static str, operand: &'static str) -> impl Fn(MemoryFault) -> TrapCause + Copy {
    move |fault| TrapCause::Operand { name, operand, fault }
}

fn halt(memory: &mut Memory, exit_code: u64, digest: u64) -> Result<Stop, TrapCause> {
    let bytes = memory
        .read_words(digest, DIGEST_LEN)
        .map_err(operand("halt", "journal digest"))?;
    let mut journal_digest = [0; DIGEST_LEN as usize];
    journal_digest.copy_from_slice(bytes);
    Ok(Stop::Halted {
        exit_code: exit_code as u32,
        journal_digest,
    })
}

fn scope_name(memory: &mut Memory, address: u64, len: u64) -> Result<&[u8], TrapCause> {
    if len > MAX_SCOPE_NAME {
        return Err(TrapCause::ScopeNameTooLong {
            len,
            limit: MAX_SCOPE_NAME,
        });
    }
    memory.read(address, len).map_err(operand("cycles", "name"))
}
