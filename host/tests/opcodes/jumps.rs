//! Branches and jumps: taken and not, to and fro, as far as they reach.

use zisk_isa::table::Binary;
use zisk_isa::{Instruction, Op};
use zisk_tests::assembler::{Code, instruction};
use zisk_tests::elf::Segment;

use crate::guest::{CODE, CORNERS, FEW, Form, Guest};

/// What a jump passes over.
fn passed(guest: &mut Guest) {
    guest.code.push(Op::Addi, 7, 7, 0, 1);
}

/// A jump to a place behind it or before it, in all its forms: over an instruction, and back to one.
fn near(guest: &mut Guest, values: &[(u8, u64)], jump: impl Fn(i32) -> Instruction) {
    for len in [4, 2] {
        if let Some(form) = Form::of_len(jump(len + 4), len) {
            guest.set(values);
            guest.push(form);
            passed(guest);
            guest.look_at(jump(0).rd);
        }
        if let Some(form) = Form::of_len(jump(-4), len) {
            guest.set(values);
            guest.goto(8);
            guest.goto(4 + len);
            guest.push(form);
            guest.look_at(jump(0).rd);
        }
    }
}

/// A jump of a certain length, from the form that reaches so far at most to a place behind it.
fn far_behind(guest: &mut Guest, values: &[(u8, u64)], distance: i32, form: Form, len: i32) {
    guest.set(values);
    guest.push(form);
    guest.goto(distance - len);
    guest.skip(distance - len - 4);
}

/// The same to a place before it.
fn far_before(guest: &mut Guest, values: &[(u8, u64)], distance: i32, form: Form, len: i32) {
    guest.set(values);
    guest.goto(4 + distance);
    guest.goto(distance + len);
    guest.skip(distance - 4);
    guest.push(form);
}

fn far(guest: &mut Guest, values: &[(u8, u64)], len: i32, ends: [i32; 2], jump: impl Fn(i32) -> Instruction) {
    let [before, behind] = ends;
    if let Some(form) = Form::of_len(jump(behind), len) {
        far_behind(guest, values, behind, form, len);
    }
    if let Some(form) = Form::of_len(jump(before), len) {
        far_before(guest, values, -before, form, len);
    }
}

/// `if f(rs1, rs2) != 0 { pc += imm }`.
pub(crate) fn branch(guest: &mut Guest, op: Op, function: Binary) {
    let mut outcomes = [None; 2];
    for a in CORNERS {
        for b in CORNERS {
            near(guest, &[(5, a), (6, b)], |imm| instruction(op, 0, 5, 6, imm));
            outcomes[usize::from(function(a, b) != 0)] = Some((a, b));
        }
    }
    for (a, b) in FEW {
        for (rs1, rs2) in [(5, 5), (0, 6), (5, 0), (0, 0), (8, 0), (15, 0)] {
            let values = [(rs1, a), (rs2, b)];
            near(guest, &values, |imm| instruction(op, 0, rs1, rs2, imm));
        }
    }
    for outcome in outcomes {
        let (a, b) = outcome.expect("there are operands for both");
        far(guest, &[(5, a), (6, b)], 4, [-4096, 4094], |imm| {
            instruction(op, 0, 5, 6, imm)
        });
    }
    for a in [0, 1] {
        far(guest, &[(8, a)], 2, [-256, 254], |imm| {
            instruction(op, 0, 8, 0, imm)
        });
    }
}

/// `rd = address of the next instruction; pc += imm`.
pub(crate) fn jump(guest: &mut Guest, op: Op) {
    // As far as it reaches: from the second instruction to another segment, and from there to the fourth one.
    let reach = 1 << 20;
    let mut there = Code::default();
    let nothing = Form::of_len(instruction(Op::Addi, 0, 0, 0, 0), 2).expect("c.nop");
    let mut code = std::mem::take(&mut guest.code);
    guest.push(nothing);
    guest.push(Form::Full(instruction(op, 1, 0, 0, reach - 2).encode()));
    let back = guest.code.len();
    for _ in 0..back / 2 {
        there.push_half(0x0001);
    }
    there.push(op, 5, 0, 0, -reach);
    guest.cases += 1;
    guest
        .segments
        .push(Segment::code(CODE + reach as u64, there.into_bytes()));
    guest.look_at(1);
    guest.look_at(5);
    guest.code.append(&std::mem::take(&mut code));
    for rd in [0, 1, 2, 5] {
        near(guest, &[(rd, u64::MAX)], |imm| instruction(op, rd, 0, 0, imm));
        far(guest, &[], 2, [-2048, 2046], |imm| instruction(op, rd, 0, 0, imm));
        guest.look_at(rd);
    }
}

/// `rd = address of the next instruction; pc = (rs1 + imm) & !1`.
pub(crate) fn jump_to_register(guest: &mut Guest, op: Op) {
    for imm in [-2048, -1, 0, 1, 2047] {
        for (rd, rs1) in [(1, 5), (5, 5), (0, 5), (1, 1), (0, 1), (1, 8), (2, 2)] {
            let jump = instruction(op, rd, rs1, 0, imm);
            for len in [4, 2] {
                let Some(form) = Form::of_len(jump, len) else {
                    continue;
                };
                // The lowest bit of the target is dropped.
                for odd in [0, 1] {
                    let base = |target: u64| (target + odd).wrapping_add_signed(-i64::from(imm));
                    // Over an instruction; setting the register takes 8 bytes.
                    let target = guest.here() + 8 + len as u64 + 4;
                    guest.set(&[(rs1, base(target))]);
                    guest.push(form);
                    passed(guest);
                    guest.look_at(rd);
                    // And back to one.
                    guest.goto(8);
                    let target = guest.here();
                    guest.goto(12 + len);
                    guest.set(&[(rs1, base(target))]);
                    guest.push(form);
                    guest.look_at(rd);
                }
            }
        }
    }
}
