//! The interpreter: the one place where instructions are executed.

use zisk_isa::{Op, Width, for_each_instruction, operations};

use crate::code::CodeSegment;
use crate::memory::{Memory, MemoryFault};
use crate::observer::Observer;

/// Why the interpreter stopped.
#[derive(Debug)]
pub(crate) enum Exit {
    /// The number of instructions asked for has been retired.
    Budget,
    /// The observer wants to stop before the instruction at `pc`.
    Paused,
    /// `pc` is outside the code segment that was being executed.
    Elsewhere,
    /// `pc` is at an `ecall`.
    Ecall,
    /// `pc` is at an `ebreak`.
    Ebreak,
    /// `pc` is at what is no instruction.
    Illegal,
    /// The access of the instruction at `pc` is not allowed.
    Fault(MemoryFault),
}

/// Executes instructions of `segment` from `*pc` on until `budget` of them have been retired or one of the
/// other exits is reached. Leaves `*pc` at the next instruction to execute; returns why it stopped and how
/// much of the budget is left.
///
/// A stand-in for this function (a recompiler) must do the same with the same arguments.
#[inline(never)]
#[allow(
    clippy::too_many_lines,
    reason = "one arm per kind of instruction, all on the same locals"
)]
pub(crate) fn execute<O: Observer>(
    segment: &CodeSegment,
    pc: &mut u64,
    registers: &mut [u64; 256],
    memory: &mut Memory,
    budget: u64,
    observer: &mut O,
) -> (Exit, u64) {
    let start = segment.start;
    let slots = segment.slots.as_slice();
    let x = registers;
    let mut remaining = budget;
    // The slot of the next instruction; a jump outside the segment makes it an index outside `slots`.
    let mut at = (pc.wrapping_sub(start) >> 1) as usize;

    macro_rules! access {
        ($access:expr) => {
            match $access {
                Ok(value) => value,
                Err(fault) => break Exit::Fault(fault),
            }
        };
    }
    macro_rules! pc_of {
        ($slot:expr) => {
            start.wrapping_add(($slot as u64) << 1)
        };
    }
    // One arm per row of the instruction table: what its kind means, with its operations inlined.
    macro_rules! arm {
        ($m:ident, R, Alu $f:ident) => {{
            x[$m.rd as usize] = operations::$f(x[$m.rs1 as usize], x[$m.rs2 as usize]);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Alu $f:ident) => {{
            x[$m.rd as usize] = operations::$f(x[$m.rs1 as usize], $m.imm);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Upper $f:ident) => {{
            x[$m.rd as usize] = operations::$f(pc_of!(at), $m.imm);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Branch $f:ident) => {{
            let taken = operations::$f(x[$m.rs1 as usize], x[$m.rs2 as usize]) != 0;
            at = at.wrapping_add(if taken { $m.imm as usize } else { $m.slots as usize });
        }};
        ($m:ident, $format:ident, Jal) => {{
            x[$m.rd as usize] = pc_of!(at + $m.slots as usize);
            at = at.wrapping_add($m.imm as usize);
        }};
        ($m:ident, $format:ident, Jalr) => {{
            let target = x[$m.rs1 as usize].wrapping_add($m.imm) & !1;
            x[$m.rd as usize] = pc_of!(at + $m.slots as usize);
            at = (target.wrapping_sub(start) >> 1) as usize;
        }};
        ($m:ident, $format:ident, Load $w:ident $e:ident) => {{
            let address = x[$m.rs1 as usize].wrapping_add($m.imm);
            observer.before_access(address, Width::$w, memory);
            let value = access!(memory.load::<{ Width::$w.bytes() as usize }>(address));
            observer.load(address, Width::$w, value);
            x[$m.rd as usize] = operations::$e(value);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Store $w:ident) => {{
            let address = x[$m.rs1 as usize].wrapping_add($m.imm);
            let value = x[$m.rs2 as usize];
            observer.before_access(address, Width::$w, memory);
            access!(memory.store::<{ Width::$w.bytes() as usize }>(address, value));
            observer.store(address, Width::$w, value);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, LoadReserved $w:ident $e:ident) => {{
            let address = x[$m.rs1 as usize];
            access!(Memory::check_atomic::<{ Width::$w.bytes() as usize }>(address));
            observer.before_access(address, Width::$w, memory);
            let value = access!(memory.load::<{ Width::$w.bytes() as usize }>(address));
            observer.load(address, Width::$w, value);
            x[$m.rd as usize] = operations::$e(value);
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, StoreConditional $w:ident) => {{
            let address = x[$m.rs1 as usize];
            let value = x[$m.rs2 as usize];
            access!(Memory::check_atomic::<{ Width::$w.bytes() as usize }>(address));
            observer.before_access(address, Width::$w, memory);
            access!(memory.store::<{ Width::$w.bytes() as usize }>(address, value));
            observer.store(address, Width::$w, value);
            x[$m.rd as usize] = 0;
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Amo $w:ident $e:ident $f:ident) => {{
            let address = x[$m.rs1 as usize];
            access!(Memory::check_atomic::<{ Width::$w.bytes() as usize }>(address));
            observer.before_access(address, Width::$w, memory);
            let loaded = access!(memory.load::<{ Width::$w.bytes() as usize }>(address));
            let old = operations::$e(loaded);
            let value = operations::$f(old, operations::$e(x[$m.rs2 as usize]));
            access!(memory.store::<{ Width::$w.bytes() as usize }>(address, value));
            observer.load(address, Width::$w, loaded);
            observer.store(address, Width::$w, value);
            x[$m.rd as usize] = old;
            at += $m.slots as usize;
        }};
        ($m:ident, $format:ident, Fence) => {
            at += $m.slots as usize
        };
        ($m:ident, $format:ident, Ecall) => {
            break Exit::Ecall
        };
        ($m:ident, $format:ident, Ebreak) => {
            break Exit::Ebreak
        };
    }
    macro_rules! dispatch {
        ($($op:ident $mnemonic:literal $format:ident $mask:literal $value:literal
           $kind:ident($($operation:ident),*);)*) => {
            loop {
                if remaining == 0 {
                    break Exit::Budget;
                }
                let Some(slot) = slots.get(at) else {
                    break Exit::Elsewhere;
                };
                if observer.pauses(pc_of!(at)) {
                    break Exit::Paused;
                }
                let Some(micro_op) = slot else {
                    break Exit::Illegal;
                };
                observer.instruction(pc_of!(at), micro_op, x);
                match micro_op.op {
                    $(Op::$op => arm!(micro_op, $format, $kind $($operation)*),)*
                }
                remaining -= 1;
            }
        };
    }
    let exit = for_each_instruction!(dispatch);
    *pc = pc_of!(at);
    (exit, remaining)
}
