//! Runs that do not happen, or only in part: nothing but the order of rows stands between them and any exit code.

use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;

use super::forged::{END, Row, ends_with, with, with_result};
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::cells::Cells;
use crate::halt::HaltColumns;
use crate::memory::double::DoubleColumns;
use crate::processor::{CLOCK_STEP, MainColumns};
use crate::testing::{ENTRY, Program, Run};

type Boundary = BoundaryColumns<Val>;

/// Makes all rows of a table padding of zeros.
fn clear<C: Cells<Val>>(run: &mut Run, table: Table) {
    for row in 0..run.height(table) {
        run.change(table, row, |cells: &mut C| {
            *cells = C::read(&mut core::iter::repeat(Val::ZERO));
        });
    }
}

/// A run of instructions that do nothing, of which only the first so many are executed; and the public values of another.
fn cut(num_rows: usize) -> Run {
    let mut program = Program::default();
    program.push(Op::Fence, 0, 0, 0, 0).push(Op::Fence, 0, 0, 0, 0);
    let mut run = program.run();
    run.public_values(Table::Halt).fill(Val::from_u32(0xbad));
    clear::<HaltColumns<Val>>(&mut run, Table::Halt);
    // Registers and words are handed on as they came.
    for row in 0..run.height(Table::Boundary) {
        run.change(Table::Boundary, row, |row: &mut Boundary| {
            (row.last, row.last_time) = (row.first, Val::ZERO);
        });
    }
    let padding: Row = run.row(Table::Main, run.pcs.len());
    for row in num_rows..run.height(Table::Main) {
        run.change(Table::Main, row, |row: &mut Row| {
            let clock = row.clock;
            *row = padding;
            row.clock = clock;
        });
    }
    if num_rows == 0 {
        run.change(Table::Main, 0, |row: &mut Row| {
            (row.pc, row.next_pc) = (Val::from_u64(ENTRY), Val::from_u64(ENTRY + 4));
        });
    } else {
        // Each looks at x0.
        let last: Row = run.row(Table::Main, num_rows - 1);
        ends_with(&mut run, 0, [Val::ZERO; 4], last.clock);
    }
    run
}

#[test]
fn no_instructions_are_no_run() {
    let names = ["the first row is an instruction", "bus continue"];
    cut(0).assert_broken("nothing", &names);
}

#[test]
fn a_part_of_a_run_is_none() {
    for num_rows in [1, 2] {
        let part = cut(num_rows);
        part.assert_broken("a part", &[END]);
        // As if it went on elsewhere, though the run ends with this segment.
        let before: Row = part.row(Table::Main, num_rows - 1);
        let goes_on = with(&part, num_rows, |row| {
            (row.link, row.pc, row.next_pc) = (Val::ONE, before.next_pc, before.next_pc + Val::from_u32(4));
        });
        goes_on.assert_broken("a part that is handed on", &["bus continue"]);
    }
}

/// The same instruction at another address: only where the run goes on tells.
#[test]
fn a_run_goes_on_where_an_instruction_leads() {
    let mut program = Program::default();
    for _ in 0..4 {
        program.push(Op::Fence, 0, 0, 0, 0);
    }
    let run = program.run();
    for (row, other) in [(1, 2), (2, 1), (1, 3)] {
        let there: Row = run.row(Table::Main, other);
        let forged = with(&run, row, |row| (row.pc, row.next_pc) = (there.pc, there.next_pc));
        forged.assert_broken("another address", &["the next row is the next instruction"]);
    }
}

#[test]
fn a_copy_is_what_the_program_says() {
    for op in [Op::Lui, Op::Auipc, Op::Jal] {
        let mut program = Program::default();
        program.push(op, 7, 0, 0, if op == Op::Jal { 4 } else { 0x7000 });
        let run = program.run();
        for limb in 0..4 {
            let forged = with_result(&run, 0, 7, |row| row.c[limb] += Val::ONE);
            forged.assert_broken("another value", &["c is b"]);
        }
    }
}

/// The table of accesses and memory agree that a store went somewhere else.
#[test]
fn a_store_goes_where_the_program_says() {
    let mut program = Program::default();
    program
        .push(Op::Lui, 5, 0, 0, 0x2000_0000)
        .push(Op::Addi, 6, 0, 0, 7)
        .push(Op::Ld, 0, 5, 0, 64)
        .push(Op::Ld, 0, 5, 0, 72)
        .push(Op::Sd, 0, 5, 6, 64);
    let run = program.run();
    let (stores, store) = (4, 2);
    let there: MainColumns<Val> = run.row(Table::Main, stores - 1);
    let offset = Val::from_u32(72);
    let mut forged = with(&run, stores, |row| row.b[0] = offset);
    forged.change(Table::Double, store, |row: &mut DoubleColumns<Val>| {
        (row.offset, row.access.old_time) = (offset, there.clock);
    });
    // Behind the registers, and the digest of 32 bytes at the heap's start.
    let words = 32 + 4;
    let [here, behind]: [Boundary; 2] = [words, words + 1].map(|row| run.row(Table::Boundary, row));
    forged.change(Table::Boundary, words, |row: &mut Boundary| {
        (row.last, row.last_time) = (behind.last, there.clock - Val::from_u32(CLOCK_STEP));
    });
    forged.change(Table::Boundary, words + 1, |row: &mut Boundary| {
        (row.last, row.last_time) = (here.last, here.last_time);
    });
    forged.assert_broken("another offset", &["b is the immediate"]);
}

/// A store of something else than its register holds: from there on, that holds it, too.
#[test]
fn a_store_is_of_what_its_register_holds() {
    const CHANGED: &str = "c is what a store found";
    // In the registers of the value and of the address, and in x0.
    for (register, limb) in [(6, 0), (6, 3), (5, 0), (0, 0), (0, 2)] {
        let mut program = Program::default();
        program
            .push(Op::Lui, 5, 0, 0, 0x2000_0000)
            .push(Op::Addi, 6, 0, 0, 7)
            .push(Op::Sd, 0, 5, register, 64);
        let run = program.run();
        let (store, words) = (2, 32 + 4);
        let honest: Row = run.row(Table::Main, store);
        let stores = |change: Val, old: Val| {
            let mut forged = with(&run, store, |row| {
                row.c[limb] += change;
                row.old[limb] += old;
            });
            forged.change(Table::Double, 0, |row: &mut DoubleColumns<Val>| {
                row.new[limb] += change;
            });
            forged.change(Table::Boundary, words, |row: &mut Boundary| {
                row.last[limb] += change;
            });
            forged
        };
        assert_eq!(run.check(), Ok(()));
        let mut forged = stores(Val::ONE, Val::ZERO);
        if register == 0 {
            // What looks at x0 behind the store finds what it left.
            for row in store + 1..run.pcs.len() {
                forged.change(Table::Main, row, |row: &mut Row| {
                    if row.rs1 == Val::ZERO {
                        row.a[limb] += Val::ONE;
                    }
                });
            }
            assert!(forged.broken().contains(CHANGED), "{:?}", forged.broken());
        } else {
            let time = honest.clock + Val::TWO;
            let row: Row = forged.row(Table::Main, store);
            ends_with(&mut forged, register, row.c, time);
            forged.assert_broken("another value", &[CHANGED]);
        }
        // As if it had stood there before.
        stores(Val::ONE, Val::ONE).assert_broken("another value before", &["bus memory"]);
    }
}
