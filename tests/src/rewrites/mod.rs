//! Random programs that can be written down in many ways, all of which do the same.
//!
//! A [`Program`] is a tree of items over registers and a stretch of memory. [`Program::write`] writes it down: each item as
//! it stands, or as other instructions with the same result. What it ends with, all registers and all of that memory, is
//! its journal.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "an operation that has no other way is written as it stands"
)]

mod computations;
mod memory;
mod random;
mod writer;

use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::syscall::{HALT, WRITE, fd};
use zisk_isa::Op;

use crate::assembler::Code;
use crate::elf::{Segment, executable};
use crate::guests::SHA256_INITIAL_STATE;
use writer::Writer;

const CODE_START: u64 = 0x10_0000;
const DATA_START: u64 = 0x400_0000;
/// Registers that items compute with.
const VALUES: std::ops::Range<u8> = 8..32;
/// Points at the memory that items access, aligned to 8 bytes.
const BASE: u8 = 2;
/// Counts the rounds of a loop.
const COUNTER: u8 = 4;
/// What other ways of writing an item may use.
const SCRATCH: [u8; 3] = [5, 6, 7];
/// How far items reach behind [`BASE`], in bytes.
const REACH: i32 = 256;
/// The data: registers, then what items access. Whole blocks of SHA-256.
const DATA_LEN: usize = 256 + REACH as usize;
const REGISTERS_LEN: i32 = 256;

/// Something that a program does.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// `rd = op(rs1, rs2 or imm)`.
    Compute {
        op: Op,
        rd: u8,
        rs1: u8,
        rs2: u8,
        imm: i32,
    },
    /// `rd = memory[offset]`.
    Load { op: Op, rd: u8, offset: i32 },
    /// `memory[offset] = rs2`.
    Store { op: Op, rs2: u8, offset: i32 },
    /// `rd = memory[offset]`, then `memory[offset] = op(rd, rs2)`.
    Atomic { op: Op, rd: u8, rs2: u8, offset: i32 },
    /// These, if the branch `op` is not taken.
    Unless {
        op: Op,
        rs1: u8,
        rs2: u8,
        then: Vec<Item>,
    },
    /// These, so many times.
    Repeat { times: i32, body: Vec<Item> },
}

/// A program without a form.
#[derive(Clone, Debug)]
pub struct Program {
    items: Vec<Item>,
    /// Registers and memory in the beginning.
    data: Vec<u8>,
}

/// How a program is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Each item as it stands, in instructions of 32 bits.
    Plain,
    /// Most of it otherwise; which other ways are taken depends on this number.
    Rewritten(u64),
}

impl Program {
    /// The ELF file of a guest that does it and writes [`DATA_LEN`] bytes to its journal.
    pub fn write(&self, style: Style) -> Vec<u8> {
        let digest_input_end = DATA_START + DATA_LEN as u64;
        let state = digest_input_end + 64;
        let mut code = Code::default();
        code.load_address(BASE, DATA_START);
        for register in VALUES {
            code.push(Op::Ld, register, BASE, 0, i32::from(register) * 8);
        }
        code.push(Op::Addi, BASE, BASE, 0, REGISTERS_LEN);
        code.append(&Writer::new(style).write(&self.items));
        code.push(Op::Addi, BASE, BASE, 0, -REGISTERS_LEN);
        for register in VALUES {
            code.push(Op::Sd, 0, BASE, register, i32::from(register) * 8);
        }
        let [a0, a1, a2] = [10, 11, 12];
        for block in (DATA_START..=digest_input_end).step_by(64) {
            code.load_address(a0, state).load_address(a1, block);
            code.ecall(SHA256_COMPRESS.number);
        }
        // The digest is the state's words, each with its bytes in the other order.
        code.load_address(BASE, state);
        for word in 0..8 {
            code.push(Op::Lwu, 5, BASE, 0, 4 * word);
            for (byte, shift) in [24, 16, 8, 0].into_iter().enumerate() {
                code.push(Op::Srli, 6, 5, 0, shift);
                code.push(Op::Sb, 0, BASE, 6, 32 + 4 * word + byte as i32);
            }
        }
        code.push(Op::Addi, a0, 0, 0, fd::JOURNAL as i32);
        code.load_address(a1, DATA_START);
        code.push(Op::Addi, a2, 0, 0, DATA_LEN as i32);
        code.ecall(WRITE);
        code.push(Op::Addi, a0, 0, 0, 0).load_address(a1, state + 32);
        code.ecall(HALT);
        executable(
            CODE_START,
            &[
                Segment::code(CODE_START, code.into_bytes()),
                Segment::data(DATA_START, self.data_with_tail()),
            ],
        )
    }

    /// The data, what SHA-256 pads it with, its first state, and room for the digest.
    fn data_with_tail(&self) -> Vec<u8> {
        let mut data = self.data.clone();
        data.push(0x80);
        data.resize(DATA_LEN + 56, 0);
        data.extend((8 * DATA_LEN as u64).to_be_bytes());
        data.extend(SHA256_INITIAL_STATE.iter().flat_map(|word| word.to_le_bytes()));
        data.resize(DATA_LEN + 64 + 64, 0);
        data
    }
}
