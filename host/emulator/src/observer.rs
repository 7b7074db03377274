//! Watching a run.

use zisk_isa::Width;

use crate::code::MicroOp;
use crate::memory::Memory;
use crate::registers::Registers;

/// Sees what a run does, in order, and may stop it. Every method does nothing by default, and what does nothing compiles
/// away: `()` is the observer of a run that nobody watches.
pub trait Observer {
    /// Whether the run stops before the instruction at `pc`, with [`Stop::Paused`](crate::Stop::Paused). Asked once for
    /// each instruction that is about to run, before everything else; also for the one that a run stopped at, when it goes on.
    #[inline(always)]
    fn pauses(&mut self, pc: u64) -> bool {
        let _ = pc;
        false
    }

    /// An instruction is about to run. It may still trap.
    #[inline(always)]
    fn instruction(&mut self, pc: u64, instruction: &MicroOp, registers: &[u64; 256]) {
        let _ = (pc, instruction, registers);
    }

    /// A load, a store or an atomic is about to access `memory`. It may still trap, so there need not be such
    /// an address.
    #[inline(always)]
    fn before_access(&mut self, address: u64, width: Width, memory: &Memory) {
        let _ = (address, width, memory);
    }

    /// A load read `value` (zero-extended) at `address`.
    #[inline(always)]
    fn load(&mut self, address: u64, width: Width, value: u64) {
        let _ = (address, width, value);
    }

    /// A store wrote the low bytes of `value` at `address`.
    #[inline(always)]
    fn store(&mut self, address: u64, width: Width, value: u64) {
        let _ = (address, width, value);
    }

    /// The system call that `registers` ask for is about to be answered. It may still trap.
    #[inline(always)]
    fn before_syscall(&mut self, registers: &Registers, memory: &Memory) {
        let _ = (registers, memory);
    }

    /// A system call with number `number` was answered; `registers` are as it left them.
    #[inline(always)]
    fn syscall(&mut self, number: u64, registers: &Registers) {
        let _ = (number, registers);
    }
}

impl Observer for () {}
