//! Results, conditions and targets that are not what the operands make them.

use alloc::string::String;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::HOST_RANDOM;
use zisk_isa::Op;
use zisk_stark::Val;

use super::forged::{NEXT_PC, RANGE, Row, one_of_each, with, with_result};
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::memory::double::DoubleColumns;
use crate::messages::Space;
use crate::system::SystemColumns;
use crate::testing::{ENTRY, Program};

/// A result that is one more: no look-up objects, only the carries.
#[test]
fn a_sum_has_carries_of_a_bit() {
    for (op, label) in [
        (Op::Add, "a carry of the sum is a bit"),
        (Op::Sub, "a borrow of the difference is a bit"),
        (Op::Addw, "a carry of the sum is a bit"),
        (Op::Subw, "a borrow of the difference is a bit"),
    ] {
        let mut program = Program::default();
        program.set(5, 0x55).set(6, 0x22).push(op, 7, 5, 6, 0);
        let run = program.run();
        let limbs = if matches!(op, Op::Add | Op::Sub) { 4 } else { 2 };
        for limb in 0..limbs {
            let forged = with_result(&run, 4, 7, |row| {
                row.c[limb] += Val::ONE;
                row.check = if limbs == 4 { row.c[2] } else { row.c[1].double() };
            });
            forged.assert_broken("another result", &[label]);
        }
    }
}

#[test]
fn a_sum_has_limbs_of_16_bits() {
    for op in [Op::Add, Op::Sub, Op::Addw, Op::Subw] {
        for (a, b) in [(-3, 5), (5, -3), (0x7fff_ffff, 1), (0x1_0000, 0xffff)] {
            let mut program = Program::default();
            program.set(5, a).set(6, b).push(op, 7, 5, 6, 0);
            let run = program.run();
            let wide = Val::from_u32(1 << 16);
            let of_64_bits = matches!(op, Op::Add | Op::Sub);
            for limb in 0..if of_64_bits { 3 } else { 1 } {
                for (up, down) in [(wide, Val::ONE), (-wide, -Val::ONE)] {
                    let forged = with_result(&run, 4, 7, |row| {
                        row.c[limb] += up;
                        row.c[limb + 1] -= down;
                        if of_64_bits {
                            row.check = row.c[2];
                        } else {
                            row.check = (row.c[1] - row.sign_or_dropped * Val::from_u32(1 << 15)).double();
                        }
                    });
                    // A limb more may also take a carry out of its range.
                    assert!(
                        forged.broken().contains(RANGE),
                        "{op:?} {a} {b} {limb}: {:?}",
                        forged.broken()
                    );
                }
                let forged = with_result(&run, 4, 7, |row| row.c[limb] += Val::ONE);
                let label = match op {
                    Op::Add | Op::Addw => "a carry of the sum is a bit",
                    _ => "a borrow of the difference is a bit",
                };
                assert!(forged.broken().contains(label), "{op:?} {a} {b} {limb}");
            }
            if !of_64_bits {
                // Extended by the other sign.
                let forged = with_result(&run, 4, 7, |row| {
                    row.sign_or_dropped = Val::ONE - row.sign_or_dropped;
                    row.c[2] = row.sign_or_dropped * Val::from_u32(0xffff);
                    row.c[3] = row.c[2];
                    row.check = (row.c[1] - row.sign_or_dropped * Val::from_u32(1 << 15)).double();
                });
                forged.assert_broken("the other sign", &[RANGE]);
                for limb in [2, 3] {
                    let forged = with_result(&run, 4, 7, |row| row.c[limb] = Val::from_u32(0x1234));
                    forged.assert_broken("another upper limb", &["the upper limbs are the sign's"]);
                }
            }
        }
    }
}

/// A branch to the next instruction: taken or not, it goes on there, so nothing but its condition objects.
#[test]
fn a_condition_is_what_it_is_said_to_be() {
    for (op, label) in [
        (Op::Beq, "have no difference"),
        (Op::Bne, "have no difference"),
        (Op::Bltu, "the last borrow says which is less"),
        (Op::Bgeu, "the last borrow says which is less"),
        (Op::Blt, "the result says whether to branch"),
        (Op::Bge, "the result says whether to branch"),
    ] {
        for (a, b) in [(0, 0), (-3, -3), (3, 4), (4, 3), (-1, 1), (1, -1), (0, 1)] {
            let mut program = Program::default();
            program.set(5, a).set(6, b).push(op, 0, 5, 6, 4);
            let run = program.run();
            let forged = with(&run, 4, |row| row.condition = Val::ONE - row.condition);
            let broken = forged.broken();
            let is_named = |name: &String| name.contains(label) || name.contains("have a difference");
            assert!(
                !broken.is_empty() && broken.iter().all(is_named),
                "{op:?} {a} {b}: {broken:?}"
            );
            // With an inverse that makes the condition what it is said to be.
            let forged = with(&run, 4, |row| {
                row.condition = Val::ONE - row.condition;
                let sum: Val = row.c.iter().copied().sum();
                row.time_or_inverse = (Val::ONE - row.condition) * sum.try_inverse().unwrap_or(Val::ONE);
            });
            assert!(!forged.broken().is_empty(), "{op:?} {a} {b}");
            // Neither nor.
            let forged = with(&run, 4, |row| {
                row.condition = Val::TWO;
                let sum: Val = row.c.iter().copied().sum();
                row.time_or_inverse = -sum.try_inverse().unwrap_or(Val::ONE);
            });
            assert!(!forged.broken().is_empty(), "{op:?} {a} {b}");
        }
    }
    // Of equal operands and of different ones, with the inverse that is of most use.
    for (a, b, label) in [
        (3, 3, "equal operands have no difference"),
        (3, 4, "different operands have a difference"),
    ] {
        let mut program = Program::default();
        program.set(5, a).set(6, b).push(Op::Beq, 0, 5, 6, 4);
        let forged = with(&program.run(), 4, |row| {
            row.condition = Val::ONE - row.condition;
            row.time_or_inverse = Val::ZERO;
        });
        forged.assert_broken("the other condition", &[label]);
    }
    // What is no branch has no condition, and what jumps has one.
    let run = one_of_each().run();
    for row in 0..run.pcs.len() {
        let forged = with(&run, row, |row| row.condition += Val::ONE);
        assert!(!forged.broken().is_empty(), "row {row}");
    }
}

/// A jump to what the host answers: with any answer, it goes on where that is.
#[test]
fn a_target_has_no_alias() {
    let mut program = Program {
        random: ENTRY + 12,
        ..Program::default()
    };
    program
        .push(Op::Addi, 17, 0, 0, HOST_RANDOM as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Jalr, 0, 10, 0, 0);
    let run = program.run();
    assert_eq!(run.check(), Ok(()));
    let jump_to = |register: [u32; 4]| {
        let register = register.map(Val::from_u32);
        let mut forged = run.clone();
        forged.change(Table::System, 0, |row: &mut SystemColumns<Val>| {
            row.random = register;
        });
        forged.change(Table::Main, 2, |row: &mut Row| {
            row.a = register;
            row.check = register[1] * Val::from_u32(1 << 3);
        });
        // What ends the run overwrites it.
        forged.change(Table::Main, 4, |row: &mut Row| row.old = register);
        forged
    };
    let low = (ENTRY + 12) as u32;
    jump_to([low, 0, 0, 0]).assert_broken("as it is", &[]);
    // One characteristic more, 0x7f00_0001, and the same lower half.
    jump_to([low + 1, 0x7f00, 0, 0]).assert_broken("an alias", &[RANGE]);
    jump_to([low, 0, 1, 0]).assert_broken("33 bits", &["the target is below 2^32"]);
    jump_to([low, 0, 0, 0x8000]).assert_broken("64 bits", &["the target is below 2^32"]);
    // An odd target loses its lowest bit, and no other.
    let mut odd = jump_to([low + 1, 0, 0, 0]);
    odd.assert_broken("the bit is not dropped", &[NEXT_PC]);
    odd.change(Table::Main, 2, |row: &mut Row| row.sign_or_dropped = Val::ONE);
    odd.assert_broken("the bit is dropped", &[]);
    let mut even = jump_to([low + 2, 0, 0, 0]);
    even.change(Table::Main, 2, |row: &mut Row| row.sign_or_dropped = Val::TWO);
    even.assert_broken(
        "two bits are dropped",
        &["the sign is a bit, and what is dropped"],
    );
}

/// A load at another time than that of its instruction, to which memory agrees: it would read what stood there then.
#[test]
fn an_operation_is_asked_for_at_its_instructions_time() {
    let mut program = Program::default();
    program
        .set(5, HEAP.start as i32)
        .push(Op::Ld, 6, 5, 0, 64)
        .push(Op::Lui, 7, 0, 0, 0x1000);
    let run = program.run();
    let time = run.row::<Row>(Table::Main, 2).time_or_inverse;
    let is_word = |row: &usize| {
        let row: BoundaryColumns<Val> = run.row(Table::Boundary, *row);
        row.space == Val::from_u32(Space::ReadWrite as u32) && row.last_time == time
    };
    let word = (0..run.height(Table::Boundary)).find(is_word).unwrap();
    for delay in [Val::ONE, -Val::ONE] {
        let mut forged = with(&run, 2, |row| row.time_or_inverse += delay);
        forged.change(Table::Double, 0, |row: &mut DoubleColumns<Val>| row.time += delay);
        forged.change(Table::Boundary, word, |row: &mut BoundaryColumns<Val>| {
            row.last_time += delay;
        });
        forged.assert_broken("another time", &["the time is the clock where it matters"]);
    }
    // What is computed without time has none.
    let mut program = Program::default();
    program.set(5, 3).push(Op::And, 6, 5, 5, 0);
    let forged = with(&program.run(), 2, |row| row.time_or_inverse = row.clock);
    let label = "the time is the clock where it matters";
    forged.assert_broken("a time", &[label, "bus operation"]);
}

/// Only an instruction of which it says something may set the bit that is a sign or is dropped.
#[test]
fn no_other_instruction_has_a_sign() {
    let run = one_of_each().run();
    for row in 0..run.height(Table::Main) {
        let forged = with(&run, row, |row| {
            row.sign_or_dropped = Val::ONE - row.sign_or_dropped;
        });
        assert!(!forged.broken().is_empty(), "row {row}");
    }
    let mut program = Program::default();
    program.set(5, 3).push(Op::Add, 6, 5, 5, 0);
    let forged = with(&program.run(), 2, |row| row.sign_or_dropped = Val::ONE);
    forged.assert_broken(
        "a sign of 64 bits",
        &["only 32-bit results have a sign, only targets a bit that is dropped"],
    );
}
