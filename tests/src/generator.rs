//! Random instruction sequences with a defined result, for comparing two executors.
//!
//! A program is a row of sequences. Each sequence has a block of memory of its own: it loads all registers
//! from the block, runs random instructions that may load and store in the block's scratch area, and stores
//! all registers back. One register, the base, points at the scratch area and is never written by the random
//! part. Control flow only goes forward, over whole instructions.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use zisk_isa::{Format, Instruction, Kind, Op, Width, compressed};

use crate::assembler::Code;

/// Where the code of a generated program begins.
pub const CODE_START: u64 = 0x0010_0000;
/// Where its data begin: one block per sequence.
pub const DATA_START: u64 = 0x0400_0000;
/// Size of a sequence's block in bytes.
pub const BLOCK_SIZE: usize = 1024;
/// Where in the block the registers are stored at the end; x0's word is not written.
pub const RESULT_OFFSET: usize = 256;
/// Where in the block the base register points: the middle of the scratch area.
const BASE_OFFSET: i32 = 768;
/// The scratch area reaches this far to either side of the base.
const REACH: i32 = 256;

const NUM_REGISTERS: u8 = 32;

/// Values that arithmetic tends to get wrong.
const CORNERS: &[u64] = &[
    0,
    1,
    2,
    u64::MAX,
    u64::MAX - 1,
    i64::MIN as u64,
    i64::MAX as u64,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    0xffff_ffff_8000_0000,
    0xffff_ffff_0000_0000,
    0x0000_ffff_0000_ffff,
    0x5555_5555_5555_5555,
    31,
    32,
    63,
    64,
];

/// A row of sequences.
#[derive(Clone, Debug, Default)]
pub struct RandomProgram {
    /// The code, to be placed at [`CODE_START`]; control runs off its end.
    pub code: Code,
    /// The blocks, to be placed at [`DATA_START`].
    pub data: Vec<u8>,
    /// Where each sequence's random part begins and ends, in bytes from [`CODE_START`].
    pub bodies: Vec<std::ops::Range<usize>>,
    /// Which instructions were generated, by the mnemonic of their row.
    pub mnemonics: std::collections::BTreeSet<&'static str>,
}

impl RandomProgram {
    /// `num_sequences` sequences of `len` random items each.
    pub fn generate<R: Rng>(rng: &mut R, num_sequences: usize, len: usize) -> Self {
        let mut program = Self::default();
        for index in 0..num_sequences {
            program.add_sequence(rng, index, len);
        }
        program
    }

    fn add_sequence<R: Rng>(&mut self, rng: &mut R, index: usize, len: usize) {
        let block = DATA_START + (index * BLOCK_SIZE) as u64;
        self.data
            .extend((0..RESULT_OFFSET / 8).flat_map(|_| value(rng).to_le_bytes()));
        self.data.extend([0; RESULT_OFFSET]);
        self.data.extend((0..2 * REACH).map(|_| rng.random::<u8>()));
        // Compressed loads and stores know x8 to x15 and the stack pointer.
        let base = *[2, rng.random_range(8..16), rng.random_range(1..NUM_REGISTERS)]
            .choose(rng)
            .unwrap_or(&2);
        self.code.load_address(base, block);
        let others = || (1..NUM_REGISTERS).filter(move |&register| register != base);
        for register in others() {
            self.code.push(Op::Ld, register, base, 0, i32::from(register) * 8);
        }
        self.code.push(Op::Addi, base, base, 0, BASE_OFFSET);
        let start = self.code.len();
        let mut generator = SequenceGenerator {
            rng,
            base,
            mnemonics: &mut self.mnemonics,
        };
        for _ in 0..len {
            generator.item(&mut self.code, true);
        }
        self.bodies.push(start..self.code.len());
        self.code
            .push(Op::Addi, base, base, 0, RESULT_OFFSET as i32 - BASE_OFFSET);
        for register in others() {
            self.code.push(Op::Sd, 0, base, register, i32::from(register) * 8);
        }
    }
}

/// A value, often one that arithmetic tends to get wrong.
pub(crate) fn value<R: Rng>(rng: &mut R) -> u64 {
    match rng.random_range(0..4) {
        0 => rng.random(),
        1 => rng.random::<i32>() as u64,
        _ => *CORNERS.choose(rng).unwrap_or(&0),
    }
}

/// How far an operation shifts, if it shifts by an immediate.
pub(crate) fn shift_amount<R: Rng>(rng: &mut R, op: Op) -> Option<i32> {
    let end = match op.spec().format {
        Format::Shift64 => 64,
        Format::Shift32 => 32,
        Format::R
        | Format::I
        | Format::Load
        | Format::Jalr
        | Format::S
        | Format::B
        | Format::U
        | Format::J
        | Format::Atomic
        | Format::LoadReserved
        | Format::Fence
        | Format::System => return None,
    };
    Some(rng.random_range(0..end))
}

struct SequenceGenerator<'a, R> {
    rng: &'a mut R,
    base: u8,
    mnemonics: &'a mut std::collections::BTreeSet<&'static str>,
}

impl<R: Rng> SequenceGenerator<'_, R> {
    /// Appends one random instruction, with what it needs before and behind it.
    fn item(&mut self, code: &mut Code, with_control_flow: bool) {
        if self.rng.random_range(0..3) == 0 {
            self.compressed_item(code, with_control_flow);
        } else {
            self.full_item(code, with_control_flow);
        }
    }

    fn any(&mut self) -> u8 {
        self.rng.random_range(0..NUM_REGISTERS)
    }

    /// A register that may be written.
    fn target(&mut self) -> u8 {
        loop {
            let register = self.any();
            if register != self.base {
                return register;
            }
        }
    }

    /// A register that may be written and read back.
    fn temporary(&mut self) -> u8 {
        loop {
            let register = self.target();
            if register != 0 {
                return register;
            }
        }
    }

    fn immediate(&mut self) -> i32 {
        *[-2048, 2047, 0, 1, -1, self.rng.random_range(-2048..2048)]
            .choose(self.rng)
            .unwrap_or(&0)
    }

    fn offset(&mut self, width: Width) -> i32 {
        self.rng.random_range(-REACH..=REACH - width.bytes() as i32)
    }

    /// Code to be jumped over.
    fn skipped(&mut self) -> Code {
        let mut code = Code::default();
        for _ in 0..self.rng.random_range(0..4) {
            self.item(&mut code, false);
        }
        code
    }

    fn full_item(&mut self, code: &mut Code, with_control_flow: bool) {
        let Some(&op) = Op::ALL.choose(self.rng) else {
            return;
        };
        let spec = op.spec();
        let (rd, rs1, rs2, imm) = (self.target(), self.any(), self.any(), self.immediate());
        let base = self.base;
        match spec.kind {
            Kind::Alu(_) => {
                let imm = shift_amount(self.rng, op).unwrap_or(imm);
                code.push(op, rd, rs1, rs2, imm);
            }
            Kind::Upper(_) => {
                code.push(op, rd, 0, 0, self.rng.random());
            }
            Kind::Load(width, _) => {
                code.push(op, rd, base, 0, self.offset(width));
            }
            Kind::Store(width) => {
                code.push(op, 0, base, rs2, self.offset(width));
            }
            Kind::LoadReserved(width, _) => {
                let pointer = self.aligned_pointer(code, width);
                code.push(op, rd, pointer, 0, imm & 3);
            }
            Kind::StoreConditional(width) => {
                let load = if width == Width::Word { Op::LrW } else { Op::LrD };
                let pointer = self.aligned_pointer(code, width);
                // Reserving must not overwrite the pointer.
                code.push(load, 0, pointer, 0, 0)
                    .push(op, rd, pointer, rs2, imm & 3);
                self.mnemonics.insert(load.spec().mnemonic);
            }
            Kind::Amo(width, ..) => {
                let pointer = self.aligned_pointer(code, width);
                code.push(op, rd, pointer, rs2, imm & 3);
            }
            Kind::Fence => {
                code.push(op, 0, 0, 0, 0x33);
            }
            Kind::Branch(_) | Kind::Jal | Kind::Jalr if !with_control_flow => return,
            Kind::Branch(_) => {
                let skipped = self.skipped();
                code.push(op, 0, rs1, rs2, 4 + skipped.len() as i32)
                    .append(&skipped);
            }
            Kind::Jal => {
                let skipped = self.skipped();
                code.push(op, rd, 0, 0, 4 + skipped.len() as i32).append(&skipped);
            }
            Kind::Jalr => {
                let skipped = self.skipped();
                let pointer = self.temporary();
                // The lowest bit of the target is ignored.
                let distance = 8 + skipped.len() as i32 + self.rng.random_range(0..2);
                code.push(Op::Auipc, pointer, 0, 0, 0);
                code.push(op, rd, pointer, 0, distance).append(&skipped);
            }
            Kind::Ecall | Kind::Ebreak => return,
        }
        self.mnemonics.insert(spec.mnemonic);
    }

    /// Points a register at an aligned place of the scratch area.
    fn aligned_pointer(&mut self, code: &mut Code, width: Width) -> u8 {
        let pointer = self.temporary();
        let offset = self.offset(width) & -(width.bytes() as i32);
        code.push(Op::Addi, pointer, self.base, 0, offset);
        pointer
    }

    fn compressed_item(&mut self, code: &mut Code, with_control_flow: bool) {
        let Some(spec) = compressed::SPECS.choose(self.rng) else {
            return;
        };
        let skipped = if with_control_flow {
            self.skipped()
        } else {
            Code::default()
        };
        let distance = 2 + skipped.len() as i32;
        // Most random encodings of most rows will do; a row for which none is found is taken another time.
        for _ in 0..256 {
            let half = spec.value | (self.rng.random::<u16>() & !spec.mask);
            let Some(instruction) = compressed::expand(half) else {
                continue;
            };
            if zisk_isa::disassemble(u32::from(half), 0)
                .to_string()
                .split(' ')
                .next()
                != Some(spec.mnemonic)
            {
                continue;
            }
            match instruction.op.spec().kind {
                Kind::Branch(_) | Kind::Jal => {
                    if !with_control_flow || instruction.imm != distance {
                        continue;
                    }
                    code.push_half(half).append(&skipped);
                }
                Kind::Jalr => {
                    if !with_control_flow || [instruction.rs1, instruction.rd].contains(&self.base) {
                        continue;
                    }
                    let pointer = instruction.rs1;
                    code.push(Op::Auipc, pointer, 0, 0, 0);
                    code.push(Op::Addi, pointer, pointer, 0, 8 + distance);
                    code.push_half(half).append(&skipped);
                }
                Kind::Ecall | Kind::Ebreak => return,
                Kind::Alu(_)
                | Kind::Upper(_)
                | Kind::Load(..)
                | Kind::Store(_)
                | Kind::LoadReserved(..)
                | Kind::StoreConditional(_)
                | Kind::Amo(..)
                | Kind::Fence => {
                    if !self.is_harmless(instruction) {
                        continue;
                    }
                    code.push_half(half);
                }
            }
            self.mnemonics.insert(spec.mnemonic);
            return;
        }
    }

    /// Whether an instruction leaves the base alone and stays in the scratch area.
    fn is_harmless(&self, instruction: Instruction) -> bool {
        let in_reach =
            |width: Width| instruction.rs1 == self.base && instruction.imm + width.bytes() as i32 <= REACH;
        let stays = match instruction.op.spec().kind {
            Kind::Load(width, _) | Kind::Store(width) => in_reach(width),
            Kind::Alu(_)
            | Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::LoadReserved(..)
            | Kind::StoreConditional(_)
            | Kind::Amo(..)
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => true,
        };
        // A store has no destination: its rd is 0, which no base is.
        stays && instruction.rd != self.base
    }
}
