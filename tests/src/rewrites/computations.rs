//! Other ways to compute.

use zisk_isa::{Instruction, Kind, Op};

use super::SCRATCH;
use super::writer::Writer;
use crate::assembler::{Code, instruction};

/// Instructions, one after the other.
pub(super) struct Row<'a> {
    pub(super) writer: &'a mut Writer,
    pub(super) code: &'a mut Code,
}

impl Row<'_> {
    /// `rd = op(a, b)`.
    pub(super) fn r(&mut self, op: Op, rd: u8, a: u8, b: u8) -> &mut Self {
        self.writer.push(self.code, instruction(op, rd, a, b, 0));
        self
    }

    /// `rd = op(a, imm)`, or a load from there.
    pub(super) fn i(&mut self, op: Op, rd: u8, a: u8, imm: i32) -> &mut Self {
        self.writer.push(self.code, instruction(op, rd, a, 0, imm));
        self
    }

    /// Stores.
    pub(super) fn s(&mut self, op: Op, rs2: u8, a: u8, imm: i32) -> &mut Self {
        self.writer.push(self.code, instruction(op, 0, a, rs2, imm));
        self
    }

    /// The lower 32 bits, with the sign that they have.
    fn signed(&mut self, rd: u8, a: u8) -> &mut Self {
        let [t, ..] = SCRATCH;
        self.i(Op::Slli, t, a, 32).i(Op::Srai, rd, t, 32)
    }

    /// The lower 32 bits, without a sign.
    fn unsigned(&mut self, rd: u8, a: u8) -> &mut Self {
        self.i(Op::Slli, rd, a, 32).i(Op::Srli, rd, rd, 32)
    }

    /// The magnitude of a number and, in `sign`, its sign: all ones or zeros. `rd` may be `a`.
    fn magnitude(&mut self, rd: u8, a: u8, sign: u8) -> &mut Self {
        self.i(Op::Srai, sign, a, 63)
            .r(Op::Xor, rd, a, sign)
            .r(Op::Sub, rd, rd, sign)
    }

    /// Adds or subtracts one factor where the other is negative.
    fn correct(&mut self, op: Op, rd: u8, product: u8, [negative, factor]: [u8; 2]) -> &mut Self {
        let [_, u, _] = SCRATCH;
        self.i(Op::Srai, u, negative, 63)
            .r(Op::And, u, u, factor)
            .r(op, rd, product, u)
    }
}

impl Writer {
    pub(super) fn compute(&mut self, code: &mut Code, plain: Instruction) {
        if !self.rewrites() {
            return self.push(code, plain);
        }
        let Instruction {
            op,
            rd,
            rs1,
            rs2,
            imm,
            ..
        } = plain;
        let [t, _, v] = SCRATCH;
        if matches!(op.spec().kind, Kind::Upper(_)) {
            // 12 bits, 8 and 12 zeros.
            Row { writer: self, code }
                .i(Op::Addi, t, 0, imm >> 20)
                .i(Op::Slli, t, t, 8)
                .i(Op::Ori, t, t, imm >> 12 & 0xff)
                .i(Op::Slli, rd, t, 12);
            return;
        }
        let Some(op) = of_registers(op) else {
            return self.compute_otherwise(code, op, rd, [rs1, rs2]);
        };
        self.push(code, instruction(Op::Addi, v, 0, 0, imm));
        if self.one_of(2) {
            self.push(code, instruction(op, rd, rs1, v, 0));
        } else {
            self.compute_otherwise(code, op, rd, [rs1, v]);
        }
    }

    /// `rd = op(a, b)` with other instructions. `b` may be the last scratch register, of which only `Srl` and `Div` make use
    /// for themselves, when they have seen `b`.
    #[allow(
        clippy::many_single_char_names,
        reason = "registers have short names in assembler"
    )]
    fn compute_otherwise(&mut self, code: &mut Code, op: Op, rd: u8, [a, b]: [u8; 2]) {
        let [t, u, v] = SCRATCH;
        let mut row = Row { writer: self, code };
        match op {
            Op::Add => row.r(Op::Sub, t, 0, b).r(Op::Sub, rd, a, t),
            Op::Sub => row
                .i(Op::Xori, t, b, -1)
                .i(Op::Addi, t, t, 1)
                .r(Op::Add, rd, a, t),
            Op::Xor => row.r(Op::Or, t, a, b).r(Op::And, u, a, b).r(Op::Sub, rd, t, u),
            Op::Or => row.r(Op::Xor, t, a, b).r(Op::And, u, a, b).r(Op::Add, rd, t, u),
            Op::And => row.r(Op::Add, t, a, b).r(Op::Or, u, a, b).r(Op::Sub, rd, t, u),
            // With their upper bits flipped, numbers with a sign are in the order of those without.
            Op::Slt | Op::Sltu => {
                let other = if op == Op::Slt { Op::Sltu } else { Op::Slt };
                row.i(Op::Addi, t, 0, 1)
                    .i(Op::Slli, t, t, 63)
                    .r(Op::Xor, u, a, t)
                    .r(Op::Xor, t, b, t)
                    .r(other, rd, u, t)
            }
            Op::Sll => row.i(Op::Addi, t, 0, 1).r(Op::Sll, t, t, b).r(Op::Mul, rd, a, t),
            // The upper half of a multiple is what is shifted out once more; the last bit is taken from the other side.
            Op::Srl => row
                .i(Op::Xori, t, b, -1)
                .r(Op::Sll, u, a, t)
                .i(Op::Srli, u, u, 63)
                .i(Op::Addi, v, 0, 1)
                .r(Op::Sll, t, v, t)
                .r(Op::Mulhu, t, a, t)
                .r(Op::Add, t, t, t)
                .r(Op::Or, rd, t, u),
            Op::Sra => row
                .i(Op::Srai, t, a, 63)
                .r(Op::Xor, u, a, t)
                .r(Op::Srl, u, u, b)
                .r(Op::Xor, rd, u, t),
            Op::Mul => row
                .unsigned(t, b)
                .r(Op::Mul, t, a, t)
                .i(Op::Srli, u, b, 32)
                .r(Op::Mul, u, a, u)
                .i(Op::Slli, u, u, 32)
                .r(Op::Add, rd, t, u),
            Op::Mulh => {
                row.r(Op::Mulhu, t, a, b)
                    .correct(Op::Sub, t, t, [a, b])
                    .correct(Op::Sub, rd, t, [b, a])
            }
            Op::Mulhu => {
                row.r(Op::Mulh, t, a, b)
                    .correct(Op::Add, t, t, [a, b])
                    .correct(Op::Add, rd, t, [b, a])
            }
            Op::Mulhsu => row.r(Op::Mulhu, t, a, b).correct(Op::Sub, rd, t, [a, b]),
            // That of the magnitudes with the sign; of a division by zero it is not turned.
            Op::Div => {
                let (sign, divisor) = (u, v);
                row.magnitude(divisor, b, sign)
                    .r(Op::Sltu, t, 0, divisor)
                    .r(Op::Sub, t, 0, t)
                    .r(Op::And, t, t, a)
                    .i(Op::Srai, t, t, 63)
                    .r(Op::Xor, sign, sign, t)
                    .magnitude(rd, a, t)
                    .r(Op::Divu, rd, rd, divisor)
                    .r(Op::Xor, rd, rd, sign)
                    .r(Op::Sub, rd, rd, sign)
            }
            Op::Divu => row.r(Op::Remu, t, a, b).r(Op::Sub, t, a, t).r(Op::Divu, rd, t, b),
            Op::Rem => row.r(Op::Div, t, a, b).r(Op::Mul, t, t, b).r(Op::Sub, rd, a, t),
            Op::Remu => row.r(Op::Divu, t, a, b).r(Op::Mul, t, t, b).r(Op::Sub, rd, a, t),
            Op::Addw => row.r(Op::Add, t, a, b).signed(rd, t),
            Op::Subw => row.r(Op::Sub, t, a, b).signed(rd, t),
            Op::Mulw => row.r(Op::Mul, t, a, b).signed(rd, t),
            Op::Sllw => row.i(Op::Andi, t, b, 31).r(Op::Sll, t, a, t).signed(rd, t),
            Op::Srlw => row
                .i(Op::Andi, t, b, 31)
                .unsigned(u, a)
                .r(Op::Srl, t, u, t)
                .signed(rd, t),
            Op::Sraw => row
                .i(Op::Andi, t, b, 31)
                .i(Op::Addiw, u, a, 0)
                .r(Op::Sra, rd, u, t),
            Op::Divw => row.signed(u, b).signed(t, a).r(Op::Div, t, t, u).signed(rd, t),
            Op::Remw => row.signed(u, b).signed(t, a).r(Op::Rem, rd, t, u),
            Op::Divuw => row
                .unsigned(t, a)
                .unsigned(u, b)
                .r(Op::Divu, t, t, u)
                .signed(rd, t),
            Op::Remuw => row
                .unsigned(t, a)
                .unsigned(u, b)
                .r(Op::Remu, t, t, u)
                .signed(rd, t),
            other => row.r(other, rd, a, b),
        };
    }
}

/// The operation of two registers that one with an immediate is.
fn of_registers(op: Op) -> Option<Op> {
    let pairs = [
        (Op::Addi, Op::Add),
        (Op::Slti, Op::Slt),
        (Op::Sltiu, Op::Sltu),
        (Op::Xori, Op::Xor),
        (Op::Ori, Op::Or),
        (Op::Andi, Op::And),
        (Op::Slli, Op::Sll),
        (Op::Srli, Op::Srl),
        (Op::Srai, Op::Sra),
        (Op::Addiw, Op::Addw),
        (Op::Slliw, Op::Sllw),
        (Op::Srliw, Op::Srlw),
        (Op::Sraiw, Op::Sraw),
    ];
    let found = pairs.iter().find(|(with_immediate, _)| *with_immediate == op);
    found.map(|(_, of_registers)| *of_registers)
}
