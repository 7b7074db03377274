//! Other ways to load, to store and to do both at once.

use zisk_isa::{Kind, Op, Width};

use super::computations::Row;
use super::writer::Writer;
use super::{BASE, SCRATCH};
use crate::assembler::{Code, instruction};

impl Writer {
    pub(super) fn load(&mut self, code: &mut Code, op: Op, rd: u8, offset: i32) {
        if !self.rewrites() {
            return self.push(code, instruction(op, rd, BASE, 0, offset));
        }
        let [t, u, _] = SCRATCH;
        let mut row = Row { writer: self, code };
        let mut halves = |op: Op, bytes: i32| {
            row.i(op, t, BASE, offset)
                .i(op, u, BASE, offset + bytes)
                .i(Op::Slli, u, u, 8 * bytes)
                .r(Op::Or, rd, t, u);
        };
        match op {
            Op::Ld => halves(Op::Lwu, 4),
            Op::Lwu => halves(Op::Lhu, 2),
            Op::Lhu => halves(Op::Lbu, 1),
            Op::Lbu => {
                row.i(Op::Lb, t, BASE, offset).i(Op::Andi, rd, t, 255);
            }
            signed => {
                let (unsigned, shift) = match signed {
                    Op::Lw => (Op::Lwu, 32),
                    Op::Lh => (Op::Lhu, 48),
                    other => {
                        assert_eq!(other, Op::Lb, "a load");
                        (Op::Lbu, 56)
                    }
                };
                row.i(unsigned, t, BASE, offset)
                    .i(Op::Slli, t, t, shift)
                    .i(Op::Srai, rd, t, shift);
            }
        }
    }

    pub(super) fn store(&mut self, code: &mut Code, op: Op, rs2: u8, offset: i32) {
        if !self.rewrites() {
            return self.push(code, instruction(op, 0, BASE, rs2, offset));
        }
        let [t, u, _] = SCRATCH;
        let mut row = Row { writer: self, code };
        let half = match op {
            Op::Sd => Some((Op::Sw, 4)),
            Op::Sw => Some((Op::Sh, 2)),
            Op::Sh => Some((Op::Sb, 1)),
            _ => None,
        };
        if let Some((half, bytes)) = half {
            row.s(half, rs2, BASE, offset)
                .i(Op::Srli, t, rs2, 8 * bytes)
                .s(half, t, BASE, offset + bytes);
            return;
        }
        // A byte, put in the word that it is of.
        let (word, shift) = (offset & -4, 8 * (offset & 3));
        row.i(Op::Addi, u, 0, 255)
            .i(Op::Slli, u, u, shift)
            .i(Op::Xori, u, u, -1)
            .i(Op::Lwu, t, BASE, word)
            .r(Op::And, t, t, u)
            .i(Op::Andi, u, rs2, 255)
            .i(Op::Slli, u, u, shift)
            .r(Op::Or, t, t, u)
            .s(Op::Sw, t, BASE, word);
    }

    pub(super) fn atomic(&mut self, code: &mut Code, op: Op, rd: u8, rs2: u8, offset: i32) {
        let [t, u, v] = SCRATCH;
        self.push(code, instruction(Op::Addi, v, BASE, 0, offset));
        if !self.rewrites() {
            return self.push(code, instruction(op, rd, v, rs2, 0));
        }
        let is_word = matches!(op.spec().kind, Kind::Amo(Width::Word, ..));
        let [load, store, reserve, conditional] = if is_word {
            [Op::Lw, Op::Sw, Op::LrW, Op::ScW]
        } else {
            [Op::Ld, Op::Sd, Op::LrD, Op::ScD]
        };
        let reserves = self.one_of(2);
        let mut row = Row { writer: self, code };
        row.i(if reserves { reserve } else { load }, t, v, 0);
        row.i(if is_word { Op::Addiw } else { Op::Addi }, u, rs2, 0);
        let computed = match op {
            Op::AmoaddW | Op::AmoaddD => Some(Op::Add),
            Op::AmoxorW | Op::AmoxorD => Some(Op::Xor),
            Op::AmoandW | Op::AmoandD => Some(Op::And),
            Op::AmoorW | Op::AmoorD => Some(Op::Or),
            _ => None,
        };
        if let Some(computed) = computed {
            row.r(computed, u, u, t);
        }
        // The operand stays, unless what was there is the one to take.
        let stays = match op {
            Op::AmominW | Op::AmominD => Some((Op::Bge, [t, u])),
            Op::AmomaxW | Op::AmomaxD => Some((Op::Bge, [u, t])),
            Op::AmominuW | Op::AmominuD => Some((Op::Bgeu, [t, u])),
            Op::AmomaxuW | Op::AmomaxuD => Some((Op::Bgeu, [u, t])),
            _ => None,
        };
        if let Some((branch, operands)) = stays {
            let mut take = Code::default();
            take.push(Op::Addi, u, t, 0, 0);
            row.code
                .push(branch, 0, operands[0], operands[1], 4 + take.len() as i32);
            row.code.append(&take);
        }
        if reserves {
            row.r(conditional, 0, v, u);
        } else {
            row.s(store, u, v, 0);
        }
        row.i(Op::Addi, rd, t, 0);
    }
}
