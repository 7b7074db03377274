use crate::compressed;
use crate::instruction::Instruction;
use crate::table::{Format, SPECS};

/// An instruction and how many bytes it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decoded {
    /// The instruction in its full form.
    pub instruction: Instruction,
    /// 2 if it was compressed, else 4.
    pub len: u8,
}

/// Length in bytes of the instruction whose first 16 bits are given: 2 or 4. (The manual's longer formats
/// are not used by any ratified extension; they decode as 4 bytes and as no instruction.)
pub const fn instruction_len(first_half: u16) -> u8 {
    if first_half & 3 == 3 { 4 } else { 2 }
}

/// Decodes the instruction at the start of `bits`, 32 bits of code in memory order. If the low half is a
/// compressed instruction the upper half is ignored. `None` if it is no instruction of RV64IMAC.
pub fn decode(bits: u32) -> Option<Decoded> {
    let len = instruction_len(bits as u16);
    let instruction = if len == 2 {
        compressed::expand(bits as u16)
    } else {
        decode_full(bits)
    };
    instruction.map(|instruction| Decoded { instruction, len })
}

/// The rows of each major opcode as a range of [`SPECS`].
const ROWS: [(u8, u8); 128] = {
    let mut rows = [(0, 0); 128];
    let mut i = 0;
    while i < SPECS.len() {
        let opcode = (SPECS[i].value & 0x7f) as usize;
        if rows[opcode].1 == 0 {
            rows[opcode].0 = i as u8;
        }
        assert!(
            rows[opcode].1 == 0 || rows[opcode].1 == i as u8,
            "rows of an opcode stand together"
        );
        rows[opcode].1 = i as u8 + 1;
        i += 1;
    }
    rows
};

fn decode_full(bits: u32) -> Option<Instruction> {
    let (start, end) = ROWS[(bits & 0x7f) as usize];
    let spec = SPECS[start as usize..end as usize]
        .iter()
        .find(|spec| bits & spec.mask == spec.value)?;
    let rd = (bits >> 7 & 31) as u8;
    let rs1 = (bits >> 15 & 31) as u8;
    let rs2 = (bits >> 20 & 31) as u8;
    let signed = bits as i32;
    // Moves `len` bits from bit `from` of the word to bit `to` of the immediate.
    let field = |from: u32, len: u32, to: u32| ((bits >> from & ((1 << len) - 1)) << to) as i32;
    let (rd, rs1, rs2, imm) = match spec.format {
        Format::R => (rd, rs1, rs2, 0),
        Format::I | Format::Load | Format::Jalr => (rd, rs1, 0, signed >> 20),
        Format::Shift64 => (rd, rs1, 0, field(20, 6, 0)),
        Format::Shift32 => (rd, rs1, 0, field(20, 5, 0)),
        Format::S => (0, rs1, rs2, (signed >> 25) << 5 | field(7, 5, 0)),
        Format::B => (
            0,
            rs1,
            rs2,
            (signed >> 31) << 12 | field(7, 1, 11) | field(25, 6, 5) | field(8, 4, 1),
        ),
        Format::U => (rd, 0, 0, signed & !0xfff),
        Format::J => (
            rd,
            0,
            0,
            (signed >> 31) << 20 | field(12, 8, 12) | field(20, 1, 11) | field(21, 10, 1),
        ),
        Format::Atomic => (rd, rs1, rs2, field(25, 2, 0)),
        Format::LoadReserved => (rd, rs1, 0, field(25, 2, 0)),
        // The manual asks that unused fields of a fence be ignored, for forward compatibility.
        Format::Fence => (0, 0, 0, field(20, 12, 0)),
        Format::System => (0, 0, 0, 0),
    };
    Some(Instruction {
        op: spec.op,
        rd,
        rs1,
        rs2,
        imm,
    })
}
