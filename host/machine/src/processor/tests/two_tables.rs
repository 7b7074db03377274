//! Runs that go on in the second table.

use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;

use super::forged::{END, NEXT_PC};
use crate::Table::{self, Main, MainRest};
use crate::processor::{CLOCK_STEP, MainColumns};
use crate::testing::{Program, Run};

type Row = MainColumns<Val>;

const TAKEN_OVER: &str = "instructions are taken over from elsewhere";

/// Ten instructions: seven fill the first table, with the row that hands on; three are left.
fn run() -> Run {
    let mut program = Program::default();
    for value in 0..6 {
        program.push(Op::Addi, 5, 5, 0, value);
    }
    let run = program.run_in_two();
    assert_eq!([Main, MainRest].map(|table| real_rows(&run, table)), [7, 3]);
    run
}

fn real_rows(run: &Run, table: Table) -> usize {
    let is_real = |row: &usize| run.row::<Row>(table, *row).is_real == Val::ONE;
    (0..run.height(table)).filter(is_real).count()
}

#[test]
fn a_run_holds_that_goes_on_in_the_second_table() {
    assert_eq!(run().check(), Ok(()));
}

/// The second table at another instruction or another time than the first one ends with.
#[test]
fn the_second_table_begins_where_the_first_one_ends() {
    let run = run();
    for (what, change) in [
        (
            "another address",
            (|row: &mut Row| row.pc += Val::from_u32(4)) as fn(&mut Row),
        ),
        ("another clock", |row| row.clock += Val::from_u32(CLOCK_STEP)),
    ] {
        let broken = run.with(MainRest, 0, change).broken();
        assert!(broken.contains("bus continue"), "{what}: {broken:?}");
    }
    // The same lie in both tables: the row that hands on says another address, and then so does the instruction before.
    let mut run = run;
    run.change(MainRest, 0, |row: &mut Row| row.pc += Val::from_u32(4));
    run.change(Main, 7, |row: &mut Row| {
        row.pc += Val::from_u32(4);
        row.next_pc += Val::from_u32(4);
    });
    let broken = run.broken();
    assert!(
        broken.contains("the next row is the next instruction"),
        "{broken:?}"
    );
    assert!(!broken.contains("bus continue"), "{broken:?}");
    run.change(Main, 6, |row: &mut Row| row.next_pc += Val::from_u32(4));
    assert!(run.broken().contains(NEXT_PC));
}

/// A run that has not ended in the first table goes on in the second.
#[test]
fn no_run_ends_between_the_tables() {
    let run = run();
    let unlinked = run.with(Main, 7, |row: &mut Row| row.link = Val::ZERO);
    unlinked.assert_broken("not handed on", &[END, "bus continue"]);
    let mut alone = unlinked;
    alone.change(MainRest, 0, |row: &mut Row| row.link = Val::ZERO);
    alone.assert_broken("neither handed on nor taken over", &[END, TAKEN_OVER]);
    // Nothing takes over, though there are instructions that follow.
    let run = run.with(MainRest, 0, |row: &mut Row| row.link = Val::ZERO);
    run.assert_broken("not taken over", &[TAKEN_OVER, "bus continue"]);
    // An end that is none: the last instruction of the first table is no system call.
    let run = run.with(MainRest, 0, |row: &mut Row| row.is_real = Val::ZERO);
    assert!(run.check().is_err());
}

/// The second table has nothing to go on with if the run has ended in the first.
#[test]
fn no_run_begins_in_the_second_table() {
    let honest = Program::default().run();
    assert_eq!([Main, MainRest].map(|table| real_rows(&honest, table)), [4, 0]);
    let linked = honest.with(MainRest, 0, |row: &mut Row| row.link = Val::ONE);
    linked.assert_broken("nothing takes over", &[TAKEN_OVER, "bus continue"]);
    let real = linked.with(MainRest, 0, |row: &mut Row| row.is_real = Val::ONE);
    assert!(real.broken().contains("bus continue"), "{:?}", real.broken());
}

/// Links in other rows: two of them that cancel each other out, and one where nothing ends.
#[test]
fn no_other_row_has_a_link() {
    let run = run();
    for row in 1..7 {
        let linked = run.with(Main, row, |row: &mut Row| row.link = Val::ONE);
        assert!(linked.broken().contains(END), "row {row}");
    }
    // Hands on once more, behind a row that is none, to a row that takes over once more.
    let behind = real_rows(&run, MainRest);
    let clock = run.row::<Row>(MainRest, behind).clock;
    for row in [1, behind - 1] {
        let mut linked = run.with(MainRest, row, |row: &mut Row| row.link = Val::ONE);
        assert!(linked.broken().contains(END), "row {row}");
        let there: Row = linked.row(MainRest, row);
        linked.change(MainRest, behind, |row: &mut Row| {
            (row.link, row.pc, row.clock) = (Val::ONE, there.pc, clock);
        });
        assert!(linked.broken().contains(END), "row {row}");
    }
    for (table, row) in [(Main, 7), (MainRest, 0)] {
        for value in [Val::TWO, -Val::ONE] {
            let twice = run.with(table, row, |row: &mut Row| row.link = value);
            assert!(twice.broken().contains("the link is a bit"), "{value}");
        }
    }
}
