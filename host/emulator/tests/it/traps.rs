//! What a guest must not do.

use zisk_abi::memory::{ADDRESS_SPACE_END, HEAP, IMAGE, INPUT, STACK};
use zisk_emulator::{Machine, MemoryFaultKind, TrapCause};
use zisk_isa::{Kind, Op, SPECS};

use crate::fixture::{A0, A1, A2, CODE, CONSTANTS, VARIABLES, VARIABLES_SIZE, machine, trap_of};

/// A machine whose third instruction accesses `address` through a1 (a2 holds what is stored).
fn access(op: Op, rd: u8, address: u64) -> Machine {
    machine(|code| {
        code.load_value(A1, address).push(op, rd, A1, A2, 0);
    })
}

fn fault_kind(machine: &mut Machine) -> MemoryFaultKind {
    match trap_of(machine).cause {
        TrapCause::Memory { fault } => fault.kind,
        other => panic!("not a memory fault: {other:?}"),
    }
}

#[test]
fn accesses_outside_the_map_fault_at_its_exact_ends() {
    use MemoryFaultKind::*;
    let unmapped = [
        (0, NullPointer, NullPointer),
        (0xff8, NullPointer, NullPointer),
        (VARIABLES + VARIABLES_SIZE, ReadUnmapped, WriteUnmapped),
        (IMAGE.end, StackOverflow, StackOverflow),
        (STACK.start - 8, StackOverflow, StackOverflow),
        (STACK.end, ReadUnmapped, WriteUnmapped),
        (HEAP.start - 8, ReadUnmapped, WriteUnmapped),
        (INPUT.end, ReadUnmapped, WriteUnmapped),
        (ADDRESS_SPACE_END - 8, ReadUnmapped, WriteUnmapped),
        (ADDRESS_SPACE_END, ReadUnmapped, WriteUnmapped),
        (1 << 32, ReadUnmapped, WriteUnmapped),
        ((1 << 32) + VARIABLES, ReadUnmapped, WriteUnmapped),
        (u64::MAX - 7, ReadUnmapped, WriteUnmapped),
    ];
    for (address, read, write) in unmapped {
        assert_eq!(
            fault_kind(&mut access(Op::Ld, A0, address)),
            read,
            "load at {address:#x}"
        );
        assert_eq!(
            fault_kind(&mut access(Op::Sd, 0, address)),
            write,
            "store at {address:#x}"
        );
    }
}

#[test]
fn the_last_words_inside_the_map_do_not_fault() {
    for address in [
        VARIABLES,
        VARIABLES + VARIABLES_SIZE - 8,
        STACK.start,
        STACK.end - 8,
        HEAP.start,
        HEAP.end - 8,
    ] {
        for op in [Op::Ld, Op::Sd] {
            // What traps is the end of the code.
            let trap = trap_of(&mut access(op, A0, address));
            assert!(
                !matches!(trap.cause, TrapCause::Memory { .. }),
                "{op:?} at {address:#x}: {trap}"
            );
        }
    }
    for address in [INPUT.start, INPUT.end - 8, CONSTANTS, CODE] {
        let trap = trap_of(&mut access(Op::Ld, A0, address));
        assert!(
            !matches!(trap.cause, TrapCause::Memory { .. }),
            "load at {address:#x}: {trap}"
        );
    }
}

#[test]
fn code_constants_and_input_are_not_writable() {
    for address in [CODE, CONSTANTS, INPUT.start, INPUT.end - 8] {
        for op in [
            Op::Sb,
            Op::Sh,
            Op::Sw,
            Op::Sd,
            Op::ScW,
            Op::ScD,
            Op::AmoaddW,
            Op::AmoswapD,
        ] {
            let kind = fault_kind(&mut access(op, A0, address));
            assert_eq!(kind, MemoryFaultKind::WriteForbidden, "{op:?} at {address:#x}");
        }
    }
}

#[test]
fn a_load_to_x0_still_faults() {
    for op in [
        Op::Lb,
        Op::Lbu,
        Op::Lh,
        Op::Lhu,
        Op::Lw,
        Op::Lwu,
        Op::Ld,
        Op::LrW,
        Op::LrD,
    ] {
        assert_eq!(
            fault_kind(&mut access(op, 0, IMAGE.end)),
            MemoryFaultKind::StackOverflow,
            "{op:?}"
        );
    }
}

#[test]
fn misaligned_atomics_fault() {
    for spec in SPECS {
        let (Kind::LoadReserved(width, _) | Kind::StoreConditional(width) | Kind::Amo(width, ..)) = spec.kind
        else {
            continue;
        };
        for offset in 1..width.bytes() {
            let kind = fault_kind(&mut access(spec.op, A0, VARIABLES + offset));
            assert_eq!(
                kind,
                MemoryFaultKind::MisalignedAtomic,
                "{} at +{offset}",
                spec.mnemonic
            );
        }
    }
}

#[test]
fn an_access_that_faults_changes_nothing_and_faults_again() {
    for op in [Op::Ld, Op::Sd, Op::AmoaddD] {
        let edge = VARIABLES + VARIABLES_SIZE;
        // A misaligned access whose first half is mapped, or for the atomic a read-only address.
        let address = if op == Op::AmoaddD { CONSTANTS } else { edge - 4 };
        let mut machine = machine(|code| {
            code.load_value(A0, 0x1111)
                .load_value(A2, 0x2222)
                .load_value(A1, address);
            code.push(op, A0, A1, A2, 0);
        });
        let first = trap_of(&mut machine);
        assert_eq!(machine.registers().get(A0), 0x1111, "{op:?}");
        assert_eq!(machine.memory().peek(edge - 8, 8).unwrap(), [0; 8], "{op:?}");
        assert_eq!(machine.memory().misaligned_accesses(), 0);
        assert_eq!(trap_of(&mut machine), first);
        assert_eq!(machine.pc(), first.pc);
    }
}

#[test]
fn a_trap_says_where_and_what() {
    let mut machine = machine(|code| {
        code.push(Op::Addi, A0, 0, 0, 1).push(Op::Sd, 0, 0, A0, 8);
    });
    let trap = trap_of(&mut machine);
    assert_eq!((trap.pc, trap.instructions), (CODE + 4, 1));
    let message = trap.to_string();
    for part in [
        "null pointer",
        "8 bytes at 0x8",
        "sd a0, 8(zero)",
        "0x10004",
        "after 1 instructions",
    ] {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

#[test]
fn what_is_no_instruction_traps_where_it_stands() {
    let mut illegal = machine(|code| {
        code.push(Op::Addi, A0, 0, 0, 1).push_bits(0xffff_ffff);
    });
    let trap = trap_of(&mut illegal);
    assert_eq!(
        (trap.cause, trap.pc, trap.bits),
        (TrapCause::IllegalInstruction, CODE + 4, 0xffff_ffff)
    );

    let mut half_an_instruction = machine(|code| {
        code.push(Op::Addi, A0, 0, 0, 1).push_half(0x0013);
    });
    assert_eq!(
        trap_of(&mut half_an_instruction).cause,
        TrapCause::IllegalInstruction
    );

    let mut breakpoint = machine(|code| {
        code.push(Op::Ebreak, 0, 0, 0, 0);
    });
    assert_eq!(trap_of(&mut breakpoint).cause, TrapCause::Breakpoint);
    let mut compressed_breakpoint = machine(|code| {
        code.push_half(0x9002);
    });
    assert_eq!(trap_of(&mut compressed_breakpoint).cause, TrapCause::Breakpoint);
}

#[test]
fn jumps_out_of_the_code_trap_at_their_target() {
    for target in [
        0,
        CODE - 2,
        CODE + 0x8000,
        CONSTANTS,
        VARIABLES,
        HEAP.start,
        INPUT.start,
        u64::MAX - 1,
    ] {
        let mut machine = machine(|code| {
            code.load_value(A1, target).push(Op::Jalr, 1, A1, 0, 0);
        });
        let trap = trap_of(&mut machine);
        assert_eq!(
            trap.cause,
            TrapCause::NoCode { address: target },
            "jump to {target:#x}"
        );
        assert_eq!(trap.pc, target);
    }
}

#[test]
fn the_end_of_the_code_is_the_end() {
    let mut machine = machine(|code| {
        code.push(Op::Addi, A0, 0, 0, 1);
    });
    let trap = trap_of(&mut machine);
    assert_eq!(
        (trap.cause, trap.instructions),
        (TrapCause::NoCode { address: CODE + 4 }, 1)
    );
}
