//! The 16-bit instructions of the C extension, and what each stands for (manual, chapter 27).

use crate::instruction::Instruction;
use crate::table::Op;

/// Where a compressed encoding keeps its registers and its immediate. A prime marks the three-bit register
/// fields that name x8 to x15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `rd', sp, imm`: `c.addi4spn`.
    Addi4spn,
    /// `rd', imm(rs1')`, 4 bytes.
    LoadWord,
    /// `rd', imm(rs1')`, 8 bytes.
    LoadDouble,
    /// `rs2', imm(rs1')`, 4 bytes.
    StoreWord,
    /// `rs2', imm(rs1')`, 8 bytes.
    StoreDouble,
    /// `rd, rd, imm`: 6 bits, sign-extended.
    Immediate,
    /// `rd, x0, imm`: 6 bits, sign-extended.
    LoadImmediate,
    /// `sp, sp, imm`: `c.addi16sp`.
    Addi16sp,
    /// `rd, imm`: bits 17 to 12, sign-extended.
    LoadUpper,
    /// `rd', rd', shamt`.
    ShiftPrime,
    /// `rd', rd', imm`: 6 bits, sign-extended.
    ImmediatePrime,
    /// `rd', rd', rs2'`.
    RegisterPrime,
    /// `x0, offset`.
    Jump,
    /// `rs1', x0, offset`.
    Branch,
    /// `rd, rd, shamt`.
    Shift,
    /// `rd, imm(sp)`, 4 bytes.
    LoadWordSp,
    /// `rd, imm(sp)`, 8 bytes.
    LoadDoubleSp,
    /// `rs2, imm(sp)`, 4 bytes.
    StoreWordSp,
    /// `rs2, imm(sp)`, 8 bytes.
    StoreDoubleSp,
    /// `x0, 0(rs1)`.
    JumpRegister,
    /// `ra, 0(rs1)`.
    CallRegister,
    /// `rd, x0, rs2`.
    Move,
    /// `rd, rd, rs2`.
    Register,
    /// No fields.
    Plain,
}

/// Field values that the manual reserves, so that they are no instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reserved {
    /// None.
    Never,
    /// An immediate of 0.
    ImmZero,
    /// A destination of x0.
    RdZero,
    /// A first source of x0.
    Rs1Zero,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Assembler mnemonic.
    pub mnemonic: &'static str,
    /// Bits that tell this instruction from the lines behind it.
    pub mask: u16,
    /// What those bits are.
    pub value: u16,
    /// Fields of the encoding.
    pub format: Format,
    /// The operation it stands for.
    pub op: Op,
    /// Field values that make it no instruction.
    pub reserved: Reserved,
}

const fn row(
    mnemonic: &'static str,
    mask: u16,
    value: u16,
    format: Format,
    op: Op,
    reserved: Reserved,
) -> Spec {
    Spec {
        mnemonic,
        mask,
        value,
        format,
        op,
        reserved,
    }
}

/// The table. The first line that matches counts.
pub const SPECS: &[Spec] = &{
    use Format::*;
    use Reserved::*;
    [
        row("c.addi4spn", 0xe003, 0x0000, Addi4spn, Op::Addi, ImmZero),
        row("c.lw", 0xe003, 0x4000, LoadWord, Op::Lw, Never),
        row("c.ld", 0xe003, 0x6000, LoadDouble, Op::Ld, Never),
        row("c.sw", 0xe003, 0xc000, StoreWord, Op::Sw, Never),
        row("c.sd", 0xe003, 0xe000, StoreDouble, Op::Sd, Never),
        row("c.nop", 0xffff, 0x0001, Plain, Op::Addi, Never),
        row("c.addi", 0xe003, 0x0001, Immediate, Op::Addi, Never),
        row("c.addiw", 0xe003, 0x2001, Immediate, Op::Addiw, RdZero),
        row("c.li", 0xe003, 0x4001, LoadImmediate, Op::Addi, Never),
        row("c.addi16sp", 0xef83, 0x6101, Addi16sp, Op::Addi, ImmZero),
        row("c.lui", 0xe003, 0x6001, LoadUpper, Op::Lui, ImmZero),
        row("c.srli", 0xec03, 0x8001, ShiftPrime, Op::Srli, Never),
        row("c.srai", 0xec03, 0x8401, ShiftPrime, Op::Srai, Never),
        row("c.andi", 0xec03, 0x8801, ImmediatePrime, Op::Andi, Never),
        row("c.sub", 0xfc63, 0x8c01, RegisterPrime, Op::Sub, Never),
        row("c.xor", 0xfc63, 0x8c21, RegisterPrime, Op::Xor, Never),
        row("c.or", 0xfc63, 0x8c41, RegisterPrime, Op::Or, Never),
        row("c.and", 0xfc63, 0x8c61, RegisterPrime, Op::And, Never),
        row("c.subw", 0xfc63, 0x9c01, RegisterPrime, Op::Subw, Never),
        row("c.addw", 0xfc63, 0x9c21, RegisterPrime, Op::Addw, Never),
        row("c.j", 0xe003, 0xa001, Jump, Op::Jal, Never),
        row("c.beqz", 0xe003, 0xc001, Branch, Op::Beq, Never),
        row("c.bnez", 0xe003, 0xe001, Branch, Op::Bne, Never),
        row("c.slli", 0xe003, 0x0002, Shift, Op::Slli, Never),
        row("c.lwsp", 0xe003, 0x4002, LoadWordSp, Op::Lw, RdZero),
        row("c.ldsp", 0xe003, 0x6002, LoadDoubleSp, Op::Ld, RdZero),
        row("c.jr", 0xf07f, 0x8002, JumpRegister, Op::Jalr, Rs1Zero),
        row("c.mv", 0xf003, 0x8002, Move, Op::Add, Never),
        row("c.ebreak", 0xffff, 0x9002, Plain, Op::Ebreak, Never),
        row("c.jalr", 0xf07f, 0x9002, CallRegister, Op::Jalr, Never),
        row("c.add", 0xf003, 0x9002, Register, Op::Add, Never),
        row("c.swsp", 0xe003, 0xc002, StoreWordSp, Op::Sw, Never),
        row("c.sdsp", 0xe003, 0xe002, StoreDoubleSp, Op::Sd, Never),
    ]
};

/// The line that `half` matches, reserved values included.
pub(crate) fn find(half: u16) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| half & spec.mask == spec.value)
}

/// What the compressed instruction `half` stands for; `None` if it is none, or a reserved one. Encodings
/// that the manual calls hints are the instructions without effect that they look like.
pub fn expand(half: u16) -> Option<Instruction> {
    let spec = find(half)?;
    let instruction = fields(half, spec);
    let reserved = match spec.reserved {
        Reserved::Never => false,
        Reserved::ImmZero => instruction.imm == 0,
        Reserved::RdZero => instruction.rd == 0,
        Reserved::Rs1Zero => instruction.rs1 == 0,
    };
    (!reserved).then_some(instruction)
}

fn fields(half: u16, spec: &Spec) -> Instruction {
    const ZERO: u8 = 0;
    const RA: u8 = 1;
    const SP: u8 = 2;
    // The bits `from`.. of the encoding, `len` of them, moved to bit `to` of the immediate.
    let bits = |from: u32, len: u32, to: u32| ((half as u32 >> from & ((1 << len) - 1)) << to) as i32;
    let sign = |bit: u32, to: u32| -bits(bit, 1, to);
    let wide = |from: u32| (half >> from & 31) as u8;
    let prime = |from: u32| (half >> from & 7) as u8 + 8;
    let (rd, low, rd_prime, low_prime) = (wide(7), wide(2), prime(7), prime(2));
    let shamt = bits(12, 1, 5) | bits(2, 5, 0);
    let signed = sign(12, 5) | bits(2, 5, 0);
    let word = bits(10, 3, 3) | bits(6, 1, 2) | bits(5, 1, 6);
    let double = bits(10, 3, 3) | bits(5, 2, 6);
    let (rd, rs1, rs2, imm) = match spec.format {
        Format::Addi4spn => (
            low_prime,
            SP,
            ZERO,
            bits(11, 2, 4) | bits(7, 4, 6) | bits(6, 1, 2) | bits(5, 1, 3),
        ),
        Format::LoadWord => (low_prime, rd_prime, ZERO, word),
        Format::LoadDouble => (low_prime, rd_prime, ZERO, double),
        Format::StoreWord => (ZERO, rd_prime, low_prime, word),
        Format::StoreDouble => (ZERO, rd_prime, low_prime, double),
        Format::Immediate => (rd, rd, ZERO, signed),
        Format::LoadImmediate => (rd, ZERO, ZERO, signed),
        Format::Addi16sp => (
            SP,
            SP,
            ZERO,
            sign(12, 9) | bits(6, 1, 4) | bits(5, 1, 6) | bits(3, 2, 7) | bits(2, 1, 5),
        ),
        Format::LoadUpper => (rd, ZERO, ZERO, signed << 12),
        Format::ShiftPrime => (rd_prime, rd_prime, ZERO, shamt),
        Format::ImmediatePrime => (rd_prime, rd_prime, ZERO, signed),
        Format::RegisterPrime => (rd_prime, rd_prime, low_prime, 0),
        Format::Jump => {
            let high = sign(12, 11) | bits(11, 1, 4) | bits(9, 2, 8) | bits(8, 1, 10);
            (
                ZERO,
                ZERO,
                ZERO,
                high | bits(7, 1, 6) | bits(6, 1, 7) | bits(3, 3, 1) | bits(2, 1, 5),
            )
        }
        Format::Branch => {
            let high = sign(12, 8) | bits(10, 2, 3) | bits(5, 2, 6);
            (ZERO, rd_prime, ZERO, high | bits(3, 2, 1) | bits(2, 1, 5))
        }
        Format::Shift => (rd, rd, ZERO, shamt),
        Format::LoadWordSp => (rd, SP, ZERO, bits(12, 1, 5) | bits(4, 3, 2) | bits(2, 2, 6)),
        Format::LoadDoubleSp => (rd, SP, ZERO, bits(12, 1, 5) | bits(5, 2, 3) | bits(2, 3, 6)),
        Format::StoreWordSp => (ZERO, SP, low, bits(9, 4, 2) | bits(7, 2, 6)),
        Format::StoreDoubleSp => (ZERO, SP, low, bits(10, 3, 3) | bits(7, 3, 6)),
        Format::JumpRegister => (ZERO, rd, ZERO, 0),
        Format::CallRegister => (RA, rd, ZERO, 0),
        Format::Move => (rd, ZERO, low, 0),
        Format::Register => (rd, rd, low, 0),
        Format::Plain => (ZERO, ZERO, ZERO, 0),
    };
    Instruction {
        op: spec.op,
        rd,
        rs1,
        rs2,
        imm,
    }
}
