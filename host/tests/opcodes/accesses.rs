//! Loads, stores and atomic operations, at every place of a word and at the ends of all that is mapped.

use zisk_abi::memory::{HEAP, INPUT, PAGE_SIZE, STACK};
use zisk_isa::{Op, Width};
use zisk_tests::assembler::instruction;

use crate::guest::{BEHIND, CODE, CONSTANTS, CORNERS, DATA, FEW, Guest, LAST};

/// Offsets, among them the greatest that compressed instructions have.
const OFFSETS: [i32; 8] = [0, -2048, 2047, 124, 248, 252, 504, -1];

/// Where something can be written: aligned, misaligned, across words and pages, and at the ends of regions.
fn writable(width: Width) -> Vec<u64> {
    let len = width.bytes();
    let mut places: Vec<u64> = (0..8).map(|byte| DATA + 0x800 + byte).collect();
    places.extend((1..=8).map(|byte| DATA + PAGE_SIZE - byte));
    for (start, end) in [
        (DATA, BEHIND),
        (LAST, LAST + PAGE_SIZE),
        (STACK.start, STACK.end),
        (HEAP.start, HEAP.end),
    ] {
        places.extend([start, start + 1, end - len, end - len - 1]);
    }
    places
}

/// Where something can be read and not written, or partly so.
fn read_only(width: Width) -> Vec<u64> {
    let len = width.bytes();
    let mut places: Vec<u64> = (1..len).map(|byte| BEHIND - byte).collect();
    // The input begins where the heap ends.
    places.extend((1..len).map(|byte| INPUT.start - byte));
    places.extend((0..8).map(|byte| BEHIND + byte));
    for start in [CONSTANTS, CODE, INPUT.start] {
        places.extend([start, start + 1]);
    }
    places.extend([INPUT.end - len, INPUT.end - len - 1]);
    places
}

fn is_aligned(place: u64, width: Width) -> bool {
    place.is_multiple_of(width.bytes())
}

/// A place less an offset.
fn base(place: u64, offset: i32) -> u64 {
    place.wrapping_add_signed(-i64::from(offset))
}

/// `rd = f(memory[rs1 + imm])`.
pub(crate) fn load(guest: &mut Guest, op: Op, width: Width) {
    let places = [writable(width), read_only(width)].concat();
    for place in places {
        for offset in OFFSETS {
            guest.case(&[(5, base(place, offset))], instruction(op, 7, 5, 0, offset));
        }
    }
    for (rd, rs1) in [(5, 5), (0, 5), (8, 8), (8, 15), (1, 2), (2, 2)] {
        for offset in OFFSETS {
            for place in [DATA + 0x800, DATA + 0x803, DATA + 0x807] {
                guest.case(&[(rs1, base(place, offset))], instruction(op, rd, rs1, 0, offset));
            }
        }
    }
}

/// `memory[rs1 + imm] = rs2`.
pub(crate) fn store(guest: &mut Guest, op: Op, width: Width) {
    for place in writable(width) {
        for (offset, value) in OFFSETS.into_iter().zip(CORNERS.into_iter().skip(3)) {
            let values = [(6, value), (5, base(place, offset))];
            guest.writing_case(&values, instruction(op, 0, 5, 6, offset), place);
        }
    }
    for value in CORNERS {
        for place in [DATA + 0x800, DATA + 0x805] {
            guest.writing_case(&[(6, value), (5, place)], instruction(op, 0, 5, 6, 0), place);
        }
    }
    for (rs1, rs2) in [(5, 5), (5, 0), (8, 8), (8, 15), (2, 30), (2, 2)] {
        for offset in OFFSETS {
            for place in [DATA + 0x800, DATA + 0x803, DATA + 0x807] {
                let values = [(rs2, 0x8877_6655_4433_2211), (rs1, base(place, offset))];
                guest.writing_case(&values, instruction(op, 0, rs1, rs2, offset), place);
            }
        }
    }
}

/// `rd = f(memory[rs1])`.
pub(crate) fn load_reserved(guest: &mut Guest, op: Op, width: Width) {
    let places = [writable(width), read_only(width)].concat();
    for place in places.into_iter().filter(|place| is_aligned(*place, width)) {
        for order in 0..4 {
            guest.case(&[(5, place)], instruction(op, 7, 5, 0, order));
        }
        for (rd, rs1) in [(5, 5), (0, 5), (2, 2)] {
            guest.case(&[(rs1, place)], instruction(op, rd, rs1, 0, 0));
        }
    }
}

/// `memory[rs1] = rs2; rd = 0`, whether or not there was a load before.
pub(crate) fn store_conditional(guest: &mut Guest, op: Op, width: Width) {
    let load = match width {
        Width::Word => Op::LrW,
        Width::Double => Op::LrD,
        Width::Byte | Width::Half => panic!("no width of conditional stores"),
    };
    for place in writable(width)
        .into_iter()
        .filter(|place| is_aligned(*place, width))
    {
        for value in CORNERS {
            guest.set(&[(5, place)]);
            guest.code.push(load, 9, 5, 0, 0);
            let values = [(6, value), (7, u64::MAX)];
            guest.writing_case(&values, instruction(op, 7, 5, 6, 0), place);
            // Another store: nothing is reserved any more.
            guest.writing_case(&[(6, 0x1234_5678)], instruction(op, 7, 5, 6, 3), place);
        }
    }
    atomic_registers(guest, op);
}

/// `old = e(memory[rs1]); memory[rs1] = f(old, e(rs2)); rd = old`.
pub(crate) fn atomic(guest: &mut Guest, op: Op, width: Width) {
    let before = match width {
        Width::Word => Op::Sw,
        Width::Double => Op::Sd,
        Width::Byte | Width::Half => panic!("no width of atomic operations"),
    };
    let places = [DATA + 0x800, DATA + 0x808 - width.bytes()];
    for memory in CORNERS {
        for (index, operand) in CORNERS.into_iter().enumerate() {
            guest.set(&[(5, places[index % 2]), (6, memory), (8, operand)]);
            guest.code.push(before, 0, 5, 6, 0);
            let order = index as i32 & 3;
            guest.writing_case(&[], instruction(op, 7, 5, 8, order), places[index % 2]);
        }
    }
    for place in writable(width)
        .into_iter()
        .filter(|place| is_aligned(*place, width))
    {
        for (a, b) in FEW {
            for operand in [a, b] {
                let values = [(5, place), (6, operand)];
                guest.writing_case(&values, instruction(op, 7, 5, 6, 0), place);
            }
        }
    }
    atomic_registers(guest, op);
}

/// Registers that are equal, and x0.
fn atomic_registers(guest: &mut Guest, op: Op) {
    for (rd, rs1, rs2) in [
        (5, 5, 6),
        (6, 5, 6),
        (0, 5, 6),
        (7, 5, 0),
        (7, 5, 5),
        (5, 5, 5),
        (0, 2, 2),
    ] {
        for (operand, _) in FEW {
            for place in [DATA + 0x800, DATA + PAGE_SIZE, STACK.end - 8] {
                let values = [(rs2, operand), (rs1, place)];
                guest.writing_case(&values, instruction(op, rd, rs1, rs2, 0), place);
            }
        }
    }
}
