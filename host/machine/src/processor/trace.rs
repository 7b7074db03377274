use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;

use super::{CLOCK_STEP, FIRST_CLOCK, MainColumns};
use crate::rom::{Encoded, Flags, Immediate};
use crate::word::{limbs, word};

/// What an instruction found in the registers, and when they were looked at before.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Accesses {
    /// The value of `rs1`.
    pub(crate) a: u64,
    /// The value of `rs2`, if it is read.
    pub(crate) b: u64,
    /// The value of `rd` before, if it is written or stored.
    pub(crate) old: u64,
    pub(crate) a_before: u32,
    pub(crate) b_before: u32,
    pub(crate) old_before: u32,
}

/// The clock of an instruction, counted from 0.
pub(crate) fn clock(index: usize) -> u32 {
    FIRST_CLOCK + CLOCK_STEP * index as u32
}

/// Says that the run is taken over with this row.
pub(crate) fn take_over(row: &mut [Val]) {
    let mut columns = MainColumns::of_row(row);
    columns.link = Val::ONE;
    columns.store(row);
}

/// Fills the row of an instruction, given what it found and, where another table computes it, its result.
pub(crate) fn fill(index: usize, pc: u64, encoded: &Encoded, found: &Accesses, result: u64, row: &mut [Val]) {
    let flags = &encoded.flags;
    let clock = clock(index);
    // `b` as cells: an offset is one element.
    let b = match (flags.reads_rs2, encoded.immediate) {
        (true, _) => word(found.b),
        (false, Immediate::Value(value)) => word(value),
        (false, Immediate::Offset(offset)) => [Val::from_i64(offset.into()), Val::ZERO, Val::ZERO, Val::ZERO],
    };
    let c = word(result);
    let computes = flags.adds || flags.subtracts;
    let is_word = computes && !flags.adds_all && !flags.subtracts_all;
    let sign = is_word && (result >> 31) & 1 == 1;
    let limb = |value: u64, index: usize| Val::from_u32(limbs(value)[index]);
    let check = if flags.jumps_to_register {
        limb(found.a, 1) * Val::from_u32(1 << 3)
    } else if is_word {
        (limb(result, 1) - Val::from_u32(u32::from(sign) << 15)).double()
    } else if computes {
        limb(result, 2)
    } else {
        Val::ZERO
    };
    let sum: Val = c.iter().copied().sum();
    let condition = condition(flags, found, result);
    let next_pc = next_pc(pc, encoded, found.a, condition);
    let target = found.a.wrapping_add(i64::from(encoded.jump) as u64);
    MainColumns {
        is_real: Val::ONE,
        link: Val::ZERO,
        pc: Val::from_u64(pc),
        clock: Val::from_u32(clock),
        time_or_inverse: if flags.branches_on_zero {
            sum.try_inverse().unwrap_or(Val::ZERO)
        } else {
            Val::from_u32(if flags.has_time { clock } else { 0 })
        },
        next_pc: Val::from_u64(next_pc),
        flags: flags.to_list().map(Val::from_bool),
        code: Val::from_u32(encoded.code.map_or(0, |code| code as u32)),
        rd: Val::from_u8(encoded.rd),
        rs1: Val::from_u8(encoded.rs1),
        rs2: Val::from_u8(encoded.rs2),
        imm: encoded.immediate.elements().map(Val::from_i64),
        jump: Val::from_i64(encoded.jump.into()),
        a: word(found.a),
        b,
        c,
        old: word(found.old),
        a_before: Val::from_u32(found.a_before),
        b_before: Val::from_u32(found.b_before),
        old_before: Val::from_u32(found.old_before),
        sign_or_dropped: Val::from_bool(sign || (flags.jumps_to_register && target & 1 == 1)),
        check,
        condition: Val::from_bool(condition),
    }
    .store(row);
}

/// Whether the condition of a branch holds, before it is negated.
pub(crate) fn condition(flags: &Flags<bool>, found: &Accesses, result: u64) -> bool {
    if flags.branches_on_zero {
        found.a == found.b
    } else if flags.branches_on_less {
        found.a < found.b
    } else if flags.branches_on_result {
        result == 1
    } else {
        flags.jumps
    }
}

/// Where an instruction leads to.
pub(crate) fn next_pc(pc: u64, encoded: &Encoded, a: u64, condition: bool) -> u64 {
    let flags = &encoded.flags;
    let jump = i64::from(encoded.jump) as u64;
    let behind = pc + if flags.is_short { 2 } else { 4 };
    if flags.jumps_to_register {
        a.wrapping_add(jump) & !1
    } else if condition != flags.negates {
        behind.wrapping_add(jump)
    } else {
        behind
    }
}

/// Fills a row behind the last instruction: of the first behind it, the address where the run goes on, if it does.
pub(crate) fn pad(index: usize, goes_on: Option<u64>, row: &mut [Val]) {
    let mut columns = MainColumns::of_row(row);
    columns.clock = Val::from_u32(clock(index));
    let pc = goes_on.unwrap_or(0);
    columns.pc = Val::from_u64(pc);
    columns.link = Val::from_bool(goes_on.is_some());
    // What the constraints say of an instruction of four bytes.
    columns.next_pc = Val::from_u64(pc + 4);
    columns.store(row);
}
