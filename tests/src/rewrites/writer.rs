//! Writes items down.

use std::collections::HashMap;
use std::sync::OnceLock;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_isa::{Instruction, Op, compressed};

use super::{BASE, COUNTER, Item, SCRATCH, Style};
use crate::assembler::{Code, instruction};

/// The farthest that a branch is trusted to reach, in bytes; a jump goes on from there.
const NEAR: usize = 4000;

/// Writes items down in a style.
pub(super) struct Writer {
    /// What other ways are chosen with; none are, without.
    choices: Option<ChaCha12Rng>,
}

impl Writer {
    pub(super) fn new(style: Style) -> Self {
        let choices = match style {
            Style::Plain => None,
            Style::Rewritten(seed) => Some(ChaCha12Rng::seed_from_u64(seed)),
        };
        Self { choices }
    }

    /// One time of `n` on average; never if there is but one way.
    pub(super) fn one_of(&mut self, n: u32) -> bool {
        let choices = self.choices.as_mut();
        choices.is_some_and(|choices| choices.random_range(0..n) == 0)
    }

    /// Whether something is to be written otherwise.
    pub(super) fn rewrites(&mut self) -> bool {
        self.choices.is_some() && !self.one_of(4)
    }

    pub(super) fn write(&mut self, items: &[Item]) -> Code {
        let mut code = Code::default();
        for item in items {
            self.item(&mut code, item);
        }
        code
    }

    fn item(&mut self, code: &mut Code, item: &Item) {
        match item {
            Item::Compute {
                op,
                rd,
                rs1,
                rs2,
                imm,
            } => self.compute(code, instruction(*op, *rd, *rs1, *rs2, *imm)),
            Item::Load { op, rd, offset } => self.load(code, *op, *rd, *offset),
            Item::Store { op, rs2, offset } => self.store(code, *op, *rs2, *offset),
            Item::Atomic { op, rd, rs2, offset } => self.atomic(code, *op, *rd, *rs2, *offset),
            Item::Unless { op, rs1, rs2, then } => {
                let then = self.write(then);
                self.unless(code, *op, [*rs1, *rs2], &then);
            }
            Item::Repeat { times, body } => self.repeat(code, *times, body),
        }
    }

    /// An instruction that does not jump, perhaps compressed, perhaps with another before it that does nothing.
    pub(super) fn push(&mut self, code: &mut Code, instruction: Instruction) {
        if self.one_of(16) {
            code.push(Op::Addi, 0, BASE, 0, 5);
        }
        match compressed_form(instruction) {
            Some(half) if self.one_of(2) => code.push_half(half),
            _ => code.push_bits(instruction.encode()),
        };
    }

    /// `then`, unless a branch is taken.
    pub(super) fn unless(&mut self, code: &mut Code, op: Op, [a, b]: [u8; 2], then: &Code) {
        let [t, ..] = SCRATCH;
        let (op, [a, b]) = if self.one_of(3) {
            // The condition is computed first, so that there is something to compare with zero.
            let (by, op) = of_zero(op);
            self.push(code, instruction(by, t, a, b, 0));
            (op, [t, 0])
        } else {
            (op, [a, b])
        };
        let len = then.len() as i32;
        if then.len() < NEAR && !self.one_of(3) {
            code.push(op, 0, a, b, 4 + len);
        } else if self.one_of(2) && len < 2000 {
            code.push(opposite(op), 0, a, b, 12);
            code.push(Op::Auipc, t, 0, 0, 0).push(Op::Jalr, 0, t, 0, 8 + len);
        } else {
            code.push(opposite(op), 0, a, b, 8);
            code.push(Op::Jal, 0, 0, 0, 4 + len);
        }
        code.append(then);
    }

    fn repeat(&mut self, code: &mut Code, times: i32, body: &[Item]) {
        if self.one_of(2) {
            for _ in 0..times {
                code.append(&self.write(body));
            }
            return;
        }
        self.push(code, instruction(Op::Addi, COUNTER, 0, 0, times));
        let mut round = self.write(body);
        self.push(&mut round, instruction(Op::Addi, COUNTER, COUNTER, 0, -1));
        code.append(&round);
        let len = round.len() as i32;
        if round.len() < NEAR {
            code.push(Op::Bne, 0, COUNTER, 0, -len);
        } else {
            code.push(Op::Beq, 0, COUNTER, 0, 8);
            code.push(Op::Jal, 0, 0, 0, -len - 4);
        }
    }
}

/// What computes whether a branch is taken, and the branch that compares that with zero.
fn of_zero(branch: Op) -> (Op, Op) {
    let (by, if_nonzero) = match branch {
        Op::Bne => (Op::Xor, true),
        Op::Blt => (Op::Slt, true),
        Op::Bge => (Op::Slt, false),
        Op::Bltu => (Op::Sltu, true),
        Op::Bgeu => (Op::Sltu, false),
        other => {
            assert_eq!(other, Op::Beq, "a branch");
            (Op::Xor, false)
        }
    };
    (by, if if_nonzero { Op::Bne } else { Op::Beq })
}

/// The branch that is taken when this one is not.
fn opposite(branch: Op) -> Op {
    match branch {
        Op::Bne => Op::Beq,
        Op::Blt => Op::Bge,
        Op::Bge => Op::Blt,
        Op::Bltu => Op::Bgeu,
        Op::Bgeu => Op::Bltu,
        other => {
            assert_eq!(other, Op::Beq, "a branch");
            Op::Bne
        }
    }
}

/// The 16 bits that stand for an instruction, if there are any.
fn compressed_form(instruction: Instruction) -> Option<u16> {
    static FORMS: OnceLock<HashMap<Instruction, u16>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| {
        let all = (0..=u16::MAX).filter_map(|half| Some((compressed::expand(half)?, half)));
        all.collect()
    });
    forms.get(&instruction).copied()
}
