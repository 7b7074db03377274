use core::fmt;

use crate::compressed::{self, Format as Short};
use crate::decode::decode;
use crate::instruction::Instruction;
use crate::table::Format;

const REGISTER_NAMES: [&str; 32] = [
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6",
    "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
];

/// The name that the calling convention gives register `index` (taken modulo 32).
pub const fn register_name(index: u8) -> &'static str {
    REGISTER_NAMES[(index & 31) as usize]
}

/// Assembler text of one instruction, as LLVM writes it without aliases: `c.addi sp, -16`.
#[derive(Clone, Copy, Debug)]
pub struct Disassembly {
    bits: u32,
    pc: u64,
}

/// Text of the instruction at the start of `bits`, 32 bits of code in memory order that stand at `pc`. The
/// address matters for branch targets only. What is no instruction is shown as data.
pub const fn disassemble(bits: u32, pc: u64) -> Disassembly {
    Disassembly { bits, pc }
}

impl fmt::Display for Disassembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = self.bits as u16;
        match decode(self.bits) {
            Some(decoded) if decoded.len == 4 => write_full(f, decoded.instruction, self.pc),
            Some(decoded) => match compressed::find(half) {
                Some(spec) => write_compressed(f, spec, decoded.instruction, self.pc),
                None => write_full(f, decoded.instruction, self.pc),
            },
            // The manual defines all zeros to be illegal; compilers put it where control must not come.
            None if half == 0 => f.write_str("c.unimp"),
            None if crate::instruction_len(half) == 2 => write!(f, ".half {half:#06x}"),
            None => write!(f, ".word {:#010x}", self.bits),
        }
    }
}

fn target(pc: u64, imm: i32) -> u64 {
    pc.wrapping_add(imm as i64 as u64)
}

fn write_full(f: &mut fmt::Formatter<'_>, instruction: Instruction, pc: u64) -> fmt::Result {
    let spec = instruction.op.spec();
    let Instruction { imm, .. } = instruction;
    let [rd, rs1, rs2] = [instruction.rd, instruction.rs1, instruction.rs2].map(register_name);
    let mnemonic = spec.mnemonic;
    match spec.format {
        Format::R => write!(f, "{mnemonic} {rd}, {rs1}, {rs2}"),
        Format::I | Format::Shift64 | Format::Shift32 => write!(f, "{mnemonic} {rd}, {rs1}, {imm}"),
        Format::Load | Format::Jalr => write!(f, "{mnemonic} {rd}, {imm}({rs1})"),
        Format::S => write!(f, "{mnemonic} {rs2}, {imm}({rs1})"),
        Format::B => write!(f, "{mnemonic} {rs1}, {rs2}, {:#x}", target(pc, imm)),
        Format::U => write!(f, "{mnemonic} {rd}, {:#x}", (imm as u32) >> 12),
        Format::J => write!(f, "{mnemonic} {rd}, {:#x}", target(pc, imm)),
        Format::Atomic => write!(f, "{mnemonic}{} {rd}, {rs2}, ({rs1})", ordering(imm)),
        Format::LoadReserved => write!(f, "{mnemonic}{} {rd}, ({rs1})", ordering(imm)),
        Format::Fence => write_fence(f, imm),
        Format::System => f.write_str(mnemonic),
    }
}

fn write_compressed(
    f: &mut fmt::Formatter<'_>,
    spec: &compressed::Spec,
    instruction: Instruction,
    pc: u64,
) -> fmt::Result {
    let Instruction { imm, .. } = instruction;
    let [rd, rs1, rs2] = [instruction.rd, instruction.rs1, instruction.rs2].map(register_name);
    let mnemonic = spec.mnemonic;
    match spec.format {
        Short::Addi4spn => write!(f, "{mnemonic} {rd}, {rs1}, {imm}"),
        Short::LoadWord | Short::LoadDouble | Short::LoadWordSp | Short::LoadDoubleSp => {
            write!(f, "{mnemonic} {rd}, {imm}({rs1})")
        }
        Short::StoreWord | Short::StoreDouble | Short::StoreWordSp | Short::StoreDoubleSp => {
            write!(f, "{mnemonic} {rs2}, {imm}({rs1})")
        }
        Short::Immediate
        | Short::LoadImmediate
        | Short::Addi16sp
        | Short::ShiftPrime
        | Short::ImmediatePrime
        | Short::Shift => write!(f, "{mnemonic} {rd}, {imm}"),
        Short::LoadUpper => write!(f, "{mnemonic} {rd}, {:#x}", (imm as u32) >> 12),
        Short::RegisterPrime | Short::Move | Short::Register => write!(f, "{mnemonic} {rd}, {rs2}"),
        Short::Jump => write!(f, "{mnemonic} {:#x}", target(pc, imm)),
        Short::Branch => write!(f, "{mnemonic} {rs1}, {:#x}", target(pc, imm)),
        Short::JumpRegister | Short::CallRegister => write!(f, "{mnemonic} {rs1}"),
        Short::Plain => f.write_str(mnemonic),
    }
}

fn ordering(imm: i32) -> &'static str {
    match imm & 3 {
        0 => "",
        1 => ".rl",
        2 => ".aq",
        _ => ".aqrl",
    }
}

fn write_fence(f: &mut fmt::Formatter<'_>, imm: i32) -> fmt::Result {
    const TSO: i32 = 0x833;
    if imm & 0xfff == TSO {
        return f.write_str("fence.tso");
    }
    f.write_str("fence ")?;
    write_accesses(f, imm >> 4)?;
    f.write_str(", ")?;
    write_accesses(f, imm)
}

fn write_accesses(f: &mut fmt::Formatter<'_>, set: i32) -> fmt::Result {
    if set & 15 == 0 {
        return f.write_str("0");
    }
    [(8, "i"), (4, "o"), (2, "r"), (1, "w")]
        .iter()
        .filter(|(bit, _)| set & bit != 0)
        .try_for_each(|(_, name)| f.write_str(name))
}
