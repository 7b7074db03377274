//! A row per instruction: operands, and what must come out, worked out by hand from the manual's text.

use std::collections::BTreeSet;

use zisk_emulator::Machine;
use zisk_isa::{Kind, Op, Width};

use crate::fixture::{A0, A1, A2, CODE, Recorder, VARIABLES, machine};

const NEG: u64 = u64::MAX;
const MIN: u64 = i64::MIN as u64;
/// What memory holds before a load or an atomic access.
const WORD: u64 = 0x8f8e_8d8c_8b8a_8988;
/// What is stored.
const STORED: u64 = 0x1122_3344_5566_7788;

/// `(op, rs1, rs2, imm, rd)`.
const COMPUTATIONS: &[(Op, u64, u64, i32, u64)] = &[
    (Op::Lui, 0, 0, 0x1234_5000, 0x1234_5000),
    (Op::Lui, 0, 0, i32::MIN, 0xffff_ffff_8000_0000),
    (Op::Auipc, 0, 0, 0x7000, CODE + 0x7000 + PROLOGUE),
    (Op::Auipc, 0, 0, -0x1000, CODE + PROLOGUE - 0x1000),
    (Op::Addi, 5, 0, -7, NEG - 1),
    (Op::Slti, NEG, 0, 0, 1),
    (Op::Sltiu, 5, 0, -1, 1),
    (Op::Xori, 0b1010, 0, -1, !0b1010),
    (Op::Ori, 0b1010, 0, 0b0101, 0b1111),
    (Op::Andi, 0b1010, 0, 0b0110, 0b0010),
    (Op::Slli, 1, 0, 63, MIN),
    (Op::Srli, MIN, 0, 63, 1),
    (Op::Srai, MIN, 0, 63, NEG),
    (Op::Addiw, 0x7fff_ffff, 0, 1, 0xffff_ffff_8000_0000),
    (Op::Slliw, 1, 0, 31, 0xffff_ffff_8000_0000),
    (Op::Srliw, 0xffff_ffff, 0, 31, 1),
    (Op::Sraiw, 0x8000_0000, 0, 31, NEG),
    (Op::Add, NEG, 2, 0, 1),
    (Op::Sub, 1, 2, 0, NEG),
    (Op::Sll, 3, 65, 0, 6),
    (Op::Slt, NEG, 1, 0, 1),
    (Op::Sltu, NEG, 1, 0, 0),
    (Op::Xor, 0b1100, 0b1010, 0, 0b0110),
    (Op::Srl, NEG, 60, 0, 15),
    (Op::Sra, MIN, 62, 0, NEG - 1),
    (Op::Or, 0b1100, 0b1010, 0, 0b1110),
    (Op::And, 0b1100, 0b1010, 0, 0b1000),
    (Op::Mul, NEG, 7, 0, NEG - 6),
    (Op::Mulh, NEG, 7, 0, NEG),
    (Op::Mulhsu, NEG, NEG, 0, NEG),
    (Op::Mulhu, NEG, NEG, 0, NEG - 1),
    (Op::Div, NEG - 6, 2, 0, NEG - 2),
    (Op::Divu, NEG, 2, 0, i64::MAX as u64),
    (Op::Rem, NEG - 6, 2, 0, NEG),
    (Op::Remu, NEG, 2, 0, 1),
    (Op::Addw, 0xffff_ffff, 1, 0, 0),
    (Op::Subw, 0, 1, 0, NEG),
    (Op::Sllw, 1, 33, 0, 2),
    (Op::Srlw, 0xf_0000_0010, 4, 0, 1),
    (Op::Sraw, 0x8000_0000, 4, 0, 0xffff_ffff_f800_0000),
    (Op::Mulw, 0x1_0000_0003, 0x8000_0000, 0, 0xffff_ffff_8000_0000),
    (Op::Divw, 0x8000_0000, 2, 0, 0xffff_ffff_c000_0000),
    (Op::Divuw, 0x8000_0000, 2, 0, 0x4000_0000),
    (Op::Remw, 0xffff_fff9, 2, 0, NEG),
    (Op::Remuw, 0xffff_fff9, 2, 0, 1),
    (Op::Fence, 0, 0, 0xff, 0),
];

/// `(op, rs1, rs2, taken)`.
const BRANCHES: &[(Op, u64, u64, bool)] = &[
    (Op::Beq, 5, 5, true),
    (Op::Beq, 5, 6, false),
    (Op::Bne, 5, 6, true),
    (Op::Bne, 5, 5, false),
    (Op::Blt, NEG, 0, true),
    (Op::Blt, 0, NEG, false),
    (Op::Bge, 0, NEG, true),
    (Op::Bge, NEG, 0, false),
    (Op::Bltu, 0, NEG, true),
    (Op::Bltu, NEG, 0, false),
    (Op::Bgeu, NEG, 0, true),
    (Op::Bgeu, 0, NEG, false),
];

/// `(op, rd)`, from [`WORD`].
const LOADS: &[(Op, u64)] = &[
    (Op::Lb, 0xffff_ffff_ffff_ff88),
    (Op::Lbu, 0x88),
    (Op::Lh, 0xffff_ffff_ffff_8988),
    (Op::Lhu, 0x8988),
    (Op::Lw, 0xffff_ffff_8b8a_8988),
    (Op::Lwu, 0x8b8a_8988),
    (Op::Ld, WORD),
    (Op::LrW, 0xffff_ffff_8b8a_8988),
    (Op::LrD, WORD),
];

/// `(op, memory)`: [`STORED`] over [`WORD`].
const STORES: &[(Op, u64)] = &[
    (Op::Sb, 0x8f8e_8d8c_8b8a_8988),
    (Op::Sh, 0x8f8e_8d8c_8b8a_7788),
    (Op::Sw, 0x8f8e_8d8c_5566_7788),
    (Op::Sd, STORED),
    (Op::ScW, 0x8f8e_8d8c_5566_7788),
    (Op::ScD, STORED),
];

/// `(op, rs2, memory)`, over [`WORD`]; the old value comes back sign-extended.
const ATOMICS: &[(Op, u64, u64)] = &[
    (Op::AmoswapW, 0x7_0000_0001, 0x8f8e_8d8c_0000_0001),
    (Op::AmoaddW, 0x8000_0000, 0x8f8e_8d8c_0b8a_8988),
    (Op::AmoxorW, NEG, 0x8f8e_8d8c_7475_7677),
    (Op::AmoandW, 0xff, 0x8f8e_8d8c_0000_0088),
    (Op::AmoorW, 0xff, 0x8f8e_8d8c_8b8a_89ff),
    (Op::AmominW, 1, WORD),
    (Op::AmomaxW, 1, 0x8f8e_8d8c_0000_0001),
    (Op::AmominuW, 1, 0x8f8e_8d8c_0000_0001),
    (Op::AmomaxuW, 1, WORD),
    (Op::AmoswapD, 1, 1),
    (Op::AmoaddD, 0x8000_0000_0000_0000, 0x0f8e_8d8c_8b8a_8988),
    (Op::AmoxorD, NEG, !WORD),
    (Op::AmoandD, 0xff, 0x88),
    (Op::AmoorD, 0xff, 0x8f8e_8d8c_8b8a_89ff),
    (Op::AmominD, 1, WORD),
    (Op::AmomaxD, 1, 1),
    (Op::AmominuD, 1, 1),
    (Op::AmomaxuD, 1, WORD),
];

/// Bytes of code before the instruction under test: two values of 17 instructions each.
const PROLOGUE: u64 = 2 * 17 * 4;

/// Executes `op a0, a1, a2, imm` with these values, and nothing else.
fn run_one(op: Op, rs1: u64, rs2: u64, imm: i32) -> Machine {
    let mut machine = machine(|code| {
        code.load_value(A1, rs1).load_value(A2, rs2);
        assert_eq!(code.len() as u64, PROLOGUE);
        code.push(op, A0, A1, A2, imm);
    });
    let budget = PROLOGUE / 4 + 1;
    machine
        .run(budget, &mut Recorder::default(), &mut ())
        .unwrap_or_else(|trap| panic!("{op:?}: {trap}"));
    assert_eq!(machine.instructions(), budget);
    machine
}

/// Executes `op a0, a2, (a1)` with `memory` at a1.
fn run_on_memory(op: Op, rs2: u64, memory: u64) -> (u64, u64) {
    let mut machine = machine(|code| {
        code.load_value(A1, VARIABLES)
            .load_value(A2, memory)
            .push(Op::Sd, 0, A1, A2, 0);
        code.load_value(A2, rs2).push(op, A0, A1, A2, 0);
    });
    machine
        .run(3 * 17 + 2, &mut Recorder::default(), &mut ())
        .unwrap_or_else(|trap| panic!("{op:?}: {trap}"));
    let memory = machine.memory().peek(VARIABLES, 8).unwrap().try_into().unwrap();
    (machine.registers().get(A0), u64::from_le_bytes(memory))
}

#[test]
fn computations() {
    for &(op, rs1, rs2, imm, expected) in COMPUTATIONS {
        let machine = run_one(op, rs1, rs2, imm);
        assert_eq!(machine.registers().get(A0), expected, "{op:?}");
        assert_eq!(machine.pc(), CODE + PROLOGUE + 4, "{op:?}");
    }
}

#[test]
fn branches() {
    for &(op, rs1, rs2, taken) in BRANCHES {
        for distance in [-64, -2, 2, 1024] {
            let expected = if taken { distance } else { 4 };
            let pc = (CODE + PROLOGUE).wrapping_add_signed(expected);
            assert_eq!(
                run_one(op, rs1, rs2, distance as i32).pc(),
                pc,
                "{op:?} by {distance}"
            );
        }
    }
}

#[test]
fn jumps() {
    for distance in [-64, 2, 0x1_0000] {
        let machine = run_one(Op::Jal, 0, 0, distance as i32);
        assert_eq!(machine.pc(), (CODE + PROLOGUE).wrapping_add_signed(distance));
        assert_eq!(machine.registers().get(A0), CODE + PROLOGUE + 4);
    }
    // The lowest bit of the target is dropped.
    for (base, offset, target) in [
        (CODE, 8, CODE + 8),
        (CODE + 1, 8, CODE + 8),
        (CODE + 0x900, -2047, CODE + 0x100),
    ] {
        let machine = run_one(Op::Jalr, base, 0, offset);
        assert_eq!(
            (machine.pc(), machine.registers().get(A0)),
            (target, CODE + PROLOGUE + 4)
        );
    }
}

#[test]
fn a_jump_may_overwrite_its_own_base() {
    let mut machine = machine(|code| {
        code.load_value(A1, CODE).push(Op::Jalr, A1, A1, 0, 4);
    });
    machine.run(18, &mut Recorder::default(), &mut ()).unwrap();
    assert_eq!(
        (machine.pc(), machine.registers().get(A1)),
        (CODE + 4, CODE + 18 * 4)
    );
}

#[test]
fn loads() {
    for &(op, expected) in LOADS {
        assert_eq!(run_on_memory(op, 0, WORD), (expected, WORD), "{op:?}");
    }
}

#[test]
fn stores() {
    for &(op, expected) in STORES {
        let (rd, memory) = run_on_memory(op, STORED, WORD);
        assert_eq!((rd, memory), (0, expected), "{op:?}");
    }
}

#[test]
fn atomics() {
    for &(op, rs2, expected) in ATOMICS {
        let old = match op.spec().kind {
            Kind::Amo(Width::Word, ..) => 0xffff_ffff_8b8a_8988,
            _ => WORD,
        };
        assert_eq!(run_on_memory(op, rs2, WORD), (old, expected), "{op:?}");
    }
}

#[test]
fn every_instruction_has_a_row() {
    let mut covered: BTreeSet<Op> = COMPUTATIONS.iter().map(|row| row.0).collect();
    covered.extend(BRANCHES.iter().map(|row| row.0));
    covered.extend(LOADS.iter().chain(STORES).map(|row| row.0));
    covered.extend(ATOMICS.iter().map(|row| row.0));
    // Jumps have a test above; these two are in the tests of system calls and traps.
    covered.extend([Op::Jal, Op::Jalr, Op::Ecall, Op::Ebreak]);
    let missing: Vec<_> = Op::ALL.iter().filter(|op| !covered.contains(op)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn nothing_writes_x0() {
    for &(op, rs1, rs2, imm, _) in COMPUTATIONS {
        let mut machine = machine(|code| {
            code.load_value(A1, rs1)
                .load_value(A2, rs2)
                .push(op, 0, A1, A2, imm);
            code.push(Op::Addi, A0, 0, 0, 0);
        });
        machine.run(36, &mut Recorder::default(), &mut ()).unwrap();
        assert_eq!(
            (machine.registers().get(0), machine.registers().get(A0)),
            (0, 0),
            "{op:?}"
        );
    }
}
