//! Encoding, decoding and the shape of the tables.

use zisk_isa::{Format, Instruction, Op, SPECS, compressed, decode};

/// Field values that fill every bit of a format in turn.
fn field_values(format: Format) -> (Vec<u8>, Vec<i32>) {
    let registers = vec![0, 1, 2, 4, 8, 16, 31];
    let powers = |from: u32, to: u32| (from..to).map(|bit| 1 << bit);
    let signed = |from: u32, bits: u32| {
        let (min, step) = (-1_i64 << (bits - 1), 1 << from);
        let corners = [0, -step, min, -min - step].map(|value| value as i32);
        powers(from, bits - 1).chain(corners).collect()
    };
    let unsigned = |bits: u32| powers(0, bits).chain([0, (1 << bits) - 1]).collect();
    let immediates = match format {
        Format::R | Format::System => vec![0],
        Format::I | Format::Load | Format::Jalr | Format::S => signed(0, 12),
        Format::Shift64 => unsigned(6),
        Format::Shift32 => unsigned(5),
        Format::B => signed(1, 13),
        Format::U => signed(12, 32),
        Format::J => signed(1, 21),
        Format::Atomic | Format::LoadReserved => unsigned(2),
        Format::Fence => (-2048..2048).step_by(61).collect(),
    };
    (registers, immediates)
}

/// Which of rd, rs1 and rs2 a format has.
fn has_registers(format: Format) -> [bool; 3] {
    match format {
        Format::R | Format::Atomic => [true, true, true],
        Format::I
        | Format::Load
        | Format::Jalr
        | Format::Shift64
        | Format::Shift32
        | Format::LoadReserved => [true, true, false],
        Format::S | Format::B => [false, true, true],
        Format::U | Format::J => [true, false, false],
        Format::Fence | Format::System => [false, false, false],
    }
}

#[test]
fn every_instruction_survives_encoding_and_decoding() {
    for spec in SPECS {
        let (registers, immediates) = field_values(spec.format);
        let has = has_registers(spec.format);
        let choices = |index: usize| if has[index] { registers.clone() } else { vec![0] };
        for &rd in &choices(0) {
            for &rs1 in &choices(1) {
                for &rs2 in &choices(2) {
                    for &imm in &immediates {
                        let mut imm = imm;
                        if spec.format == Format::Fence {
                            imm &= 0xfff;
                        }
                        let instruction = Instruction {
                            op: spec.op,
                            rd,
                            rs1,
                            rs2,
                            imm,
                        };
                        let decoded = decode(instruction.encode());
                        assert_eq!(decoded.map(|d| (d.instruction, d.len)), Some((instruction, 4)));
                    }
                }
            }
        }
    }
}

#[test]
fn no_two_rows_match_the_same_word() {
    for (index, a) in SPECS.iter().enumerate() {
        assert_eq!(
            a.value & !a.mask,
            0,
            "{}: value has bits outside the mask",
            a.mnemonic
        );
        assert_eq!(a.value & 3, 3, "{}: a 32-bit encoding ends in 11", a.mnemonic);
        assert_eq!(
            a.op as usize, index,
            "{}: the table is in the order of Op",
            a.mnemonic
        );
        for b in &SPECS[index + 1..] {
            assert_ne!(
                a.value & b.mask,
                b.value & a.mask,
                "{} and {} overlap",
                a.mnemonic,
                b.mnemonic
            );
        }
    }
}

#[test]
fn words_that_are_no_instruction_of_rv64imac_are_refused() {
    let refused = [
        (0x0000_0000, "all zeros"),
        (0xffff_ffff, "all ones"),
        (0xc000_2573, "rdcycle: no counters"),
        (0x3000_2573, "csrr: no control registers"),
        (0x0000_100f, "fence.i: no self-modifying code"),
        (0x3020_0073, "mret: no privileged levels"),
        (0x1050_0073, "wfi"),
        (0x0000_2007, "flw: no floating point"),
        (0x0220_8053, "fadd.d"),
        (0x4200_1013, "slli with shamt[6]"),
        (0x0200_101b, "slliw with shamt[5]"),
        (0x2000_6033, "Zba: sh3add"),
        (0x1010_202f, "lr.w with rs2 != 0"),
        (0x0000_8002, "c.jr x0"),
        (0x0000_2001, "c.addiw x0"),
        (0x0000_6101, "c.addi16sp 0"),
        (0x0000_6081, "c.lui with immediate 0"),
        (0x0000_4002, "c.lwsp x0"),
        (0x0000_6002, "c.ldsp x0"),
        (0x0000_2000, "c.fld"),
        (0x0000_9c41, "reserved register form"),
    ];
    for (bits, what) in refused {
        assert_eq!(decode(bits), None, "{what} ({bits:#010x}) was decoded");
    }
}

#[test]
fn compressed_rows_are_reachable_and_stand_for_what_they_name() {
    let mut seen = vec![0_u32; compressed::SPECS.len()];
    for half in 0..=u16::MAX {
        let Some(instruction) = compressed::expand(half) else {
            continue;
        };
        assert_ne!(half & 3, 3, "{half:#06x} is not a compressed encoding");
        let row = compressed::SPECS
            .iter()
            .position(|spec| half & spec.mask == spec.value)
            .unwrap();
        assert_eq!(instruction.op, compressed::SPECS[row].op);
        let again = decode(instruction.encode()).expect("what it stands for is an instruction");
        assert_eq!(again.instruction, instruction, "{half:#06x}");
        seen[row] += 1;
    }
    for (spec, count) in compressed::SPECS.iter().zip(seen) {
        assert_ne!(count, 0, "{} is shadowed by a row above it", spec.mnemonic);
    }
}

#[test]
fn the_upper_half_behind_a_compressed_instruction_does_not_matter() {
    for upper in [0, 0xffff, 0x1234] {
        let decoded = decode(0x4505 | upper << 16).expect("c.li a0, 1");
        let expected = Instruction {
            op: Op::Addi,
            rd: 10,
            rs1: 0,
            rs2: 0,
            imm: 1,
        };
        assert_eq!((decoded.instruction, decoded.len), (expected, 2));
    }
}
