use crate::table::{Format, Op};

/// A decoded instruction, in its full form: a compressed one appears as what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Instruction {
    /// What it does.
    pub op: Op,
    /// Destination register, 0 to 31; 0 where the format has none.
    pub rd: u8,
    /// First source register, 0 to 31; 0 where the format has none.
    pub rs1: u8,
    /// Second source register, 0 to 31; 0 where the format has none.
    pub rs2: u8,
    /// The immediate as the instruction uses it: sign-extended, offsets in bytes, upper immediates shifted
    /// into place. For atomics the `aq` (2) and `rl` (1) bits; for `fence` its `fm`, `pred` and `succ` bits.
    pub imm: i32,
}

impl Instruction {
    /// The 32-bit encoding. Fields that the format lacks are ignored, and bits of the immediate that it
    /// cannot hold are dropped.
    pub const fn encode(&self) -> u32 {
        let spec = self.op.spec();
        let rd = (self.rd as u32 & 31) << 7;
        let rs1 = (self.rs1 as u32 & 31) << 15;
        let rs2 = (self.rs2 as u32 & 31) << 20;
        let imm = self.imm as u32;
        spec.value
            | match spec.format {
                Format::R => rd | rs1 | rs2,
                Format::I | Format::Load | Format::Jalr => rd | rs1 | bits(imm, 0, 12, 20),
                Format::Shift64 => rd | rs1 | bits(imm, 0, 6, 20),
                Format::Shift32 => rd | rs1 | bits(imm, 0, 5, 20),
                Format::S => rs1 | rs2 | bits(imm, 0, 5, 7) | bits(imm, 5, 7, 25),
                Format::B => {
                    rs1 | rs2
                        | bits(imm, 11, 1, 7)
                        | bits(imm, 1, 4, 8)
                        | bits(imm, 5, 6, 25)
                        | bits(imm, 12, 1, 31)
                }
                Format::U => rd | bits(imm, 12, 20, 12),
                Format::J => {
                    rd | bits(imm, 12, 8, 12)
                        | bits(imm, 11, 1, 20)
                        | bits(imm, 1, 10, 21)
                        | bits(imm, 20, 1, 31)
                }
                Format::Atomic => rd | rs1 | rs2 | bits(imm, 0, 2, 25),
                Format::LoadReserved => rd | rs1 | bits(imm, 0, 2, 25),
                Format::Fence => bits(imm, 0, 12, 20),
                Format::System => 0,
            }
    }
}

/// Moves bits `from` and up of the immediate, `len` of them, to bit `to` of the word.
const fn bits(imm: u32, from: u32, len: u32, to: u32) -> u32 {
    ((imm >> from) & ((1 << len) - 1)) << to
}
