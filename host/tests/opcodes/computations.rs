//! Operations on registers alone.

use zisk_isa::{Format, Op};
use zisk_tests::assembler::instruction;

use crate::guest::{CORNERS, FEW, Form, Guest};

/// Signed immediates, among them the greatest and the least of every compressed instruction.
const IMMEDIATES: [i32; 12] = [-2048, -512, -32, -1, 0, 1, 4, 16, 31, 496, 1020, 2047];

/// `rd`, `rs1`, `rs2`: equal ones, x0, and those that compressed instructions know.
const REGISTERS: [(u8, u8, u8); 14] = [
    (5, 5, 6),
    (6, 5, 6),
    (7, 5, 5),
    (5, 5, 5),
    (0, 5, 6),
    (0, 0, 0),
    (7, 0, 6),
    (7, 5, 0),
    (6, 0, 6),
    (8, 8, 15),
    (15, 15, 8),
    (9, 9, 9),
    (1, 1, 30),
    (2, 2, 2),
];

/// `rd = f(rs1, rs2)`, and `rd = f(rs1, imm)`.
pub(crate) fn computation(guest: &mut Guest, op: Op) {
    match op.spec().format {
        Format::R => of_registers(guest, op),
        Format::I => of_immediates(guest, op, &IMMEDIATES),
        Format::Shift64 => of_immediates(guest, op, &[0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 63]),
        Format::Shift32 => of_immediates(guest, op, &[0, 1, 8, 15, 16, 17, 31]),
        Format::Load
        | Format::Jalr
        | Format::S
        | Format::B
        | Format::U
        | Format::J
        | Format::Atomic
        | Format::LoadReserved
        | Format::Fence
        | Format::System => panic!("no format of computations"),
    }
}

fn of_registers(guest: &mut Guest, op: Op) {
    for a in CORNERS {
        for b in CORNERS {
            guest.case(&[(5, a), (6, b)], instruction(op, 7, 5, 6, 0));
        }
    }
    for (a, b) in FEW {
        for (rd, rs1, rs2) in REGISTERS {
            guest.case(&[(rs1, a), (rs2, b)], instruction(op, rd, rs1, rs2, 0));
        }
    }
}

fn of_immediates(guest: &mut Guest, op: Op, immediates: &[i32]) {
    for &imm in immediates {
        for a in CORNERS {
            guest.case(&[(5, a)], instruction(op, 7, 5, 0, imm));
        }
        for (a, _) in FEW {
            for (rd, rs1, _) in REGISTERS {
                guest.case(&[(rs1, a)], instruction(op, rd, rs1, 0, imm));
            }
            // To another register, the stack pointer and an offset.
            guest.case(&[(2, a)], instruction(op, 8, 2, 0, imm));
        }
    }
}

/// `rd = f(pc, imm)`.
pub(crate) fn upper(guest: &mut Guest, op: Op) {
    let immediates = [
        0,
        0x1000,
        -0x1000,
        0x1_f000,
        -0x2_0000,
        0x1234_5000,
        0x7fff_f000,
        i32::MIN,
    ];
    for imm in immediates {
        for rd in [0, 1, 2, 5, 8, 30] {
            guest.case(&[], instruction(op, rd, 0, 0, imm));
        }
    }
}

/// `fence` in all its modes; the fields that are reserved do not matter.
pub(crate) fn fence(guest: &mut Guest, op: Op) {
    for imm in [0, 0x33, 0xff, -0x7cd, -1] {
        for registers in [0, 0x1f << 7, 0x1f << 15, (5 << 7) | (6 << 15)] {
            let bits = instruction(op, 0, 0, 0, imm).encode() | registers;
            guest.set(&[(5, 1), (6, 2)]);
            guest.push(Form::Full(bits));
        }
    }
}
