//! Assembles instructions.

use zisk_isa::{Instruction, Op};

/// An instruction from its fields; those that its format lacks are 0.
pub fn instruction(op: Op, rd: u8, rs1: u8, rs2: u8, imm: i32) -> Instruction {
    Instruction {
        op,
        rd,
        rs1,
        rs2,
        imm,
    }
}

/// Code under construction.
#[derive(Clone, Debug, Default)]
pub struct Code {
    bytes: Vec<u8>,
}

impl Code {
    /// Appends an instruction in its 32-bit form.
    pub fn push(&mut self, op: Op, rd: u8, rs1: u8, rs2: u8, imm: i32) -> &mut Self {
        self.push_bits(instruction(op, rd, rs1, rs2, imm).encode())
    }

    /// Appends 32 bits.
    pub fn push_bits(&mut self, bits: u32) -> &mut Self {
        self.bytes.extend_from_slice(&bits.to_le_bytes());
        self
    }

    /// Appends 16 bits.
    pub fn push_half(&mut self, half: u16) -> &mut Self {
        self.bytes.extend_from_slice(&half.to_le_bytes());
        self
    }

    /// Appends other code.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.bytes.extend_from_slice(&other.bytes);
        self
    }

    /// Puts an address below 2^31 in a register; two instructions.
    pub fn load_address(&mut self, rd: u8, address: u64) -> &mut Self {
        let address = address as i32;
        let low = address << 20 >> 20;
        self.push(Op::Lui, rd, 0, 0, address.wrapping_sub(low))
            .push(Op::Addi, rd, rd, 0, low)
    }

    /// Puts any value in a register; 17 instructions.
    pub fn load_value(&mut self, rd: u8, value: u64) -> &mut Self {
        self.push(Op::Addi, rd, 0, 0, 0);
        for byte in value.to_be_bytes() {
            self.push(Op::Slli, rd, rd, 0, 8)
                .push(Op::Ori, rd, rd, 0, i32::from(byte));
        }
        self
    }

    /// A system call with its number in a7.
    pub fn ecall(&mut self, number: u64) -> &mut Self {
        const A7: u8 = 17;
        self.push(Op::Addi, A7, 0, 0, number as i32)
            .push(Op::Ecall, 0, 0, 0, 0)
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no code yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
