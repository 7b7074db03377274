//! Rows of the main table, forged as far as a cheat could: everything else agrees, and one check is left to object.

use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::WRITE;
use zisk_isa::{Instruction, Op};
use zisk_stark::Val;

use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::halt::HaltColumns;
use crate::processor::{CLOCK_STEP, MainColumns};
use crate::rom::{FLAG_LABELS, Flags, NUM_FLAGS, encode};
use crate::testing::{ENTRY, Program, Run};

pub(super) type Row = MainColumns<Val>;
type Boundary = BoundaryColumns<Val>;

pub(super) const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";
const PROGRAM: &str = "bus program";
pub(super) const NEXT_PC: &str = "next_pc is what the instruction leads to";
pub(super) const END: &str = "instructions end where the run does, or goes on";
const NEXT_ROW: &str = "the next row is the next instruction";

/// A row of the main table, changed.
pub(super) fn with(run: &Run, row: usize, change: impl FnOnce(&mut Row)) -> Run {
    run.with(Table::Main, row, change)
}

/// Says that a register holds something in the end, and was looked at last at some time.
pub(super) fn ends_with(run: &mut Run, register: u8, value: [Val; 4], time: Val) {
    run.change(Table::Boundary, register.into(), |row: &mut Boundary| {
        (row.last, row.last_time) = (value, time);
    });
}

/// A result, and what a register ends with.
pub(super) fn with_result(run: &Run, row: usize, register: u8, change: impl FnOnce(&mut Row)) -> Run {
    let mut forged = with(run, row, change);
    let forged_row: Row = forged.row(Table::Main, row);
    ends_with(&mut forged, register, forged_row.c, forged_row.clock + Val::TWO);
    forged
}

fn changed(flags: &mut [Val; NUM_FLAGS], change: impl FnOnce(&mut Flags<Val>)) {
    let mut named = Flags::from_list(flags);
    change(&mut named);
    *flags = named.to_list();
}

/// One instruction of every kind, of which none leads anywhere but to the next one.
pub(super) fn one_of_each() -> Program {
    let mut program = Program::default();
    program
        .set(5, -3)
        .set(6, HEAP.start as i32 + 64)
        .push(Op::Add, 7, 5, 5, 0)
        .push(Op::Addw, 7, 7, 7, 0)
        .push(Op::Sub, 8, 5, 7, 0)
        .push(Op::Subw, 8, 5, 8, 0)
        .push(Op::Xori, 9, 5, 0, 0x55)
        .push(Op::Mulhu, 9, 5, 8, 0)
        .push(Op::Rem, 9, 9, 5, 0)
        .push(Op::Sd, 0, 6, 9, 8)
        .push(Op::Lb, 9, 6, 0, 9)
        .push(Op::Lw, 0, 6, 0, 7)
        .push(Op::AmoaddW, 9, 6, 5, 0)
        .push(Op::Fence, 0, 0, 0, 0);
    for op in [Op::Beq, Op::Bne, Op::Blt, Op::Bge, Op::Bltu, Op::Bgeu] {
        program
            .push(op, 0, 5, 6, 4)
            .push(op, 0, 6, 5, 4)
            .push(op, 0, 5, 5, 4);
    }
    program
        .push(Op::Jal, 1, 0, 0, 4)
        .push(Op::Auipc, 9, 0, 0, 0)
        .push(Op::Jalr, 1, 9, 0, 9)
        .push(Op::Addi, 17, 0, 0, WRITE as i32)
        .push(Op::Ecall, 0, 0, 0, 0);
    program
}

#[test]
fn a_run_begins_at_the_entry() {
    let mut run = one_of_each().run();
    assert_eq!(run.check(), Ok(()));
    run.public_values(Table::Passage)[0] += Val::from_u32(4);
    run.assert_broken("another entry", &["the run begins at the entry"]);
}

/// A run that begins at another time, with everything else as late.
#[test]
fn a_run_begins_at_time_one() {
    let mut program = Program::default();
    program
        .set(5, -3)
        .push(Op::Add, 7, 5, 5, 0)
        .push(Op::Mul, 7, 5, 7, 0);
    for delay in [Val::ONE, -Val::ONE, Val::from_u32(1 << 24)] {
        let mut run = program.run();
        let later = |time: &mut Val| {
            if *time != Val::ZERO {
                *time += delay;
            }
        };
        for row in 0..run.height(Table::Main) {
            run.change(Table::Main, row, |row: &mut Row| {
                row.clock += delay;
                for time in [
                    &mut row.time_or_inverse,
                    &mut row.a_before,
                    &mut row.b_before,
                    &mut row.old_before,
                ] {
                    later(time);
                }
            });
        }
        for row in 0..run.height(Table::Boundary) {
            run.change(Table::Boundary, row, |row: &mut Boundary| {
                later(&mut row.last_time);
            });
        }
        run.change(Table::Halt, 0, |row: &mut HaltColumns<Val>| {
            later(&mut row.time);
            for time in [
                &mut row.number_before,
                &mut row.exit_code_before,
                &mut row.address_before,
            ] {
                later(time);
            }
            row.digest_before.iter_mut().for_each(later);
            // The digest was there from the beginning, and its upper part is one of 8 bits more.
            row.digest_high = row.digest_before.map(|_| Val::ZERO);
        });
        let broken = run.broken();
        assert!(broken.contains("the clock begins with 1"), "{delay}: {broken:?}");
        assert!(!broken.contains(MEMORY), "{delay}: {broken:?}");
    }
}

#[test]
fn the_clock_moves_on_by_as_much_as_there_are_accesses() {
    let run = one_of_each().run();
    for row in [1, run.pcs.len(), run.height(Table::Main) - 1] {
        for step in [Val::ONE, -Val::from_u32(CLOCK_STEP)] {
            let broken = with(&run, row, |row| row.clock += step).broken();
            assert!(broken.contains("the clock moves on"), "{row}: {broken:?}");
        }
    }
}

#[test]
fn every_instruction_leads_to_the_next() {
    let run = one_of_each().run();
    let last = run.pcs.len() - 1;
    for row in 0..=last {
        for distance in [4_i32, -4, 2, 1, 0x7f00_0001] {
            if Val::from_i32(distance) == Val::ZERO {
                continue;
            }
            let forged = with(&run, row, |row| row.next_pc += Val::from_i32(distance));
            let names: &[&str] = if row == last {
                &[NEXT_PC]
            } else {
                &[NEXT_PC, NEXT_ROW]
            };
            forged.assert_broken(&alloc::format!("row {row}, {distance}"), names);
        }
    }
}

#[test]
fn instructions_are_neither_skipped_nor_repeated() {
    let run = one_of_each().run();
    for row in 1..run.pcs.len() - 1 {
        for other in [row - 1, row + 1] {
            let instead: Row = run.row(Table::Main, other);
            let clock = run.row::<Row>(Table::Main, row).clock;
            let forged = with(&run, row, |row| (*row, row.clock) = (instead, clock));
            assert!(
                forged.broken().contains(NEXT_ROW),
                "row {row}, {other}: {:?}",
                forged.broken()
            );
        }
    }
}

/// Both operands are the same register: were they looked at apart, they could differ.
#[test]
fn two_looks_at_one_register_agree() {
    let mut program = Program::default();
    program
        .set(5, 3)
        .push(Op::Add, 7, 5, 5, 0)
        .push(Op::Addi, 8, 5, 0, 0);
    let run = program.run();
    let (adds, looks) = (2, 3);
    let mut forged = with(&run, adds, |row| {
        row.b[0] += Val::ONE;
        row.c[0] += Val::ONE;
    });
    let sum: Row = forged.row(Table::Main, adds);
    ends_with(&mut forged, 7, sum.c, sum.clock + Val::TWO);
    forged.assert_broken("another second operand", &[MEMORY]);
    // The second look is one at itself, and whoever looks next takes what the first one left.
    forged.change(Table::Main, adds, |row: &mut Row| {
        row.b_before = row.clock + Val::ONE;
    });
    forged.change(Table::Main, looks, |row: &mut Row| row.a_before = sum.clock);
    forged.assert_broken("a second operand from nowhere", &[RANGE]);
}

/// Looks at themselves: any operand would do, and a result need not be written.
#[test]
fn a_look_is_later_than_the_one_before() {
    let mut program = Program::default();
    program
        .set(5, 3)
        .push(Op::Add, 7, 5, 0, 0)
        .push(Op::Add, 8, 5, 0, 0);
    let run = program.run();
    let (first, second) = (2, 3);
    let honest: Row = run.row(Table::Main, first);
    let mut forged = with_result(&run, first, 7, |row| {
        row.a[0] += Val::ONE;
        row.c[0] += Val::ONE;
        row.a_before = row.clock;
    });
    forged.change(Table::Main, second, |row: &mut Row| {
        row.a_before = honest.a_before;
    });
    forged.assert_broken("an operand from nowhere", &[RANGE]);
    let mut forged = with(&run, first, |row| {
        row.old = row.c;
        row.old_before = row.clock + Val::TWO;
    });
    ends_with(&mut forged, 7, [Val::ZERO; 4], Val::ZERO);
    forged.assert_broken("a result that is lost", &[RANGE]);
    // All times that are not earlier, and those that are too early.
    for later in [0_i32, 1, 2, 1 << 16, 1 << 24, -0x1_0000 - 1, -(1 << 20)] {
        for access in 0..3 {
            let forged = with(&run, second, |row| {
                let time = row.clock + Val::from_i32(later + access);
                *[&mut row.a_before, &mut row.b_before, &mut row.old_before][access as usize] = time;
            });
            assert!(forged.broken().contains(RANGE), "{later}, access {access}");
        }
    }
}

/// A store looks at its register where others write theirs, and is told from them by a flag.
#[test]
fn a_store_writes_no_register() {
    for &op in Op::ALL {
        for (rd, rs2) in [(0, 6), (7, 6), (7, 0)] {
            let instruction = Instruction {
                op,
                rd,
                rs1: 5,
                rs2,
                imm: 16,
            };
            let Some(encoded) = encode(instruction, ENTRY, 4) else {
                continue;
            };
            let is_store = matches!(op, Op::Sb | Op::Sh | Op::Sw | Op::Sd);
            assert_eq!(encoded.flags.is_store, is_store, "{op:?}");
            if is_store {
                assert!(!encoded.flags.writes_rd && !encoded.flags.reads_rs2, "{op:?}");
                assert_eq!((encoded.rd, encoded.rs2), (rs2, 0), "{op:?}");
            }
        }
    }
}

/// No instruction says that x0 is written, whatever it is.
#[test]
fn no_instruction_writes_x0() {
    for &op in Op::ALL {
        for (rs1, rs2, imm) in [(0, 0, 0), (5, 6, 0), (5, 5, 16)] {
            let instruction = Instruction {
                op,
                rd: 0,
                rs1,
                rs2,
                imm,
            };
            let writes = encode(instruction, ENTRY, 4).is_some_and(|encoded| encoded.flags.writes_rd);
            assert!(!writes, "{op:?}");
        }
    }
    // And whoever writes it nevertheless executes an instruction that is none of the program's.
    let run = one_of_each().run();
    for row in 0..run.pcs.len() {
        if Flags::from_list(&run.row::<Row>(Table::Main, row).flags).writes_rd == Val::ONE {
            continue;
        }
        let mut forged = with(&run, row, |row| {
            changed(&mut row.flags, |flags| flags.writes_rd = Val::ONE);
            row.rd = Val::ZERO;
        });
        assert!(forged.broken().contains(PROGRAM), "row {row}");
        forged.change(Table::Main, row, |row: &mut Row| row.rd = Val::from_u8(7));
        assert!(forged.broken().contains(PROGRAM), "row {row}");
    }
}

#[test]
fn an_instruction_does_what_the_program_says_alone() {
    let run = one_of_each().run();
    for row in (0..run.pcs.len()).step_by(3) {
        // Each flag the other way, none of them, all of them.
        for (flag, (is_bit, _)) in FLAG_LABELS.into_iter().enumerate() {
            let forged = with(&run, row, |row| row.flags[flag] = Val::ONE - row.flags[flag]);
            assert!(forged.broken().contains(PROGRAM), "row {row}, flag {flag}");
            // A flag that is none, and another one that makes up for it.
            let forged = with(&run, row, |row| {
                row.flags[flag] += Val::TWO;
                row.flags[(flag + 1) % NUM_FLAGS] -= Val::ONE;
            });
            assert!(forged.broken().contains(is_bit), "row {row}, flag {flag}");
        }
        for value in [Val::ZERO, Val::ONE] {
            let forged = with(&run, row, |row| row.flags = [value; NUM_FLAGS]);
            assert!(forged.broken().contains(PROGRAM), "row {row}, all {value}");
        }
        let changes: [fn(&mut Row); 8] = [
            |row| row.pc += Val::from_u32(4),
            |row| row.code += Val::ONE,
            |row| row.rd += Val::ONE,
            |row| row.rs1 += Val::ONE,
            |row| row.rs2 += Val::ONE,
            |row| row.imm[0] += Val::ONE,
            |row| row.imm[2] += Val::ONE,
            |row| row.jump += Val::TWO,
        ];
        for (number, change) in changes.into_iter().enumerate() {
            assert!(
                with(&run, row, change).broken().contains(PROGRAM),
                "row {row}, change {number}"
            );
        }
    }
}

#[test]
fn padding_does_nothing() {
    let run = one_of_each().run();
    for row in [run.pcs.len(), run.height(Table::Main) - 1] {
        for (flag, (_, is_padded)) in FLAG_LABELS.into_iter().enumerate() {
            for value in [Val::ONE, -Val::ONE, Val::TWO] {
                let forged = with(&run, row, |row| row.flags[flag] = value);
                assert!(forged.broken().contains(is_padded), "flag {flag}");
            }
        }
        let instruction: Row = run.row(Table::Main, 4);
        let clock = run.row::<Row>(Table::Main, row).clock;
        let forged = with(&run, row, |row| (*row, row.clock) = (instruction, clock));
        assert!(forged.broken().contains(END), "{:?}", forged.broken());
        for value in [Val::TWO, -Val::ONE] {
            let forged = with(&run, row, |row| row.is_real = value);
            assert!(forged.broken().contains("is_real is a bit"));
        }
    }
}

/// Rows up to the last one that all are instructions, of which none ends the run.
#[test]
fn a_run_ends() {
    let mut program = Program::default();
    program.push(Op::Jal, 0, 0, 0, 4);
    let run = program.run();
    let (last, height) = (run.pcs.len() - 1, run.height(Table::Main));
    let mut forged = run.clone();
    let jump: Row = run.row(Table::Main, 0);
    for row in last..height {
        let clock = run.row::<Row>(Table::Main, row).clock;
        forged.change(Table::Main, row, |row: &mut Row| {
            (*row, row.clock, row.link) = (jump, clock, Val::ZERO);
        });
    }
    let broken = forged.broken();
    assert!(
        broken.contains("an instruction in the last row ends the run"),
        "{broken:?}"
    );
    assert!(!broken.contains(END), "{broken:?}");
    // A call that is said to end the run, and does not; and one that does, and is said not to.
    let run = one_of_each().run();
    for row in [run.pcs.len() - 1, run.pcs.len() - 5] {
        let forged = with(&run, row, |row| row.c[0] = Val::ONE - row.c[0]);
        assert!(forged.broken().contains("bus operation"), "{:?}", forged.broken());
    }
}

/// A cell may be changed only if nobody is told: what a table says to others, but for look-ups, stays the same.
#[test]
fn what_can_be_changed_says_nothing() {
    let mut program = Program::default();
    program
        .set(5, HEAP.start as i32 + 64)
        .push(Op::Addw, 7, 5, 5, 0)
        .push(Op::Subw, 7, 7, 5, 0)
        .push(Op::Sd, 0, 5, 7, 8)
        .push(Op::Lb, 0, 5, 0, 9)
        .push(Op::Beq, 0, 5, 7, 4)
        .push(Op::Bge, 0, 5, 7, 4)
        .push(Op::Bltu, 0, 5, 7, 4)
        .push(Op::Jal, 0, 0, 0, 4)
        .push(Op::Auipc, 9, 0, 0, 0)
        .push(Op::Jalr, 1, 9, 0, 8);
    let run = program.run();
    let rows: Vec<usize> = (2..=run.pcs.len()).collect();
    let found = run.free_cells(Table::Main, &rows);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}
