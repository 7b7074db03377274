//! Runs that go on in the second table.

use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;

use crate::Table::{self, Main, MainRest};
use crate::processor::{CLOCK_STEP, MainColumns};
use crate::testing::{Program, Run};

type Row = MainColumns<Val>;

/// Ten instructions: eight fill the first table, two are left.
fn run() -> Run {
    let mut program = Program::default();
    for value in 0..6 {
        program.push(Op::Addi, 5, 5, 0, value);
    }
    let run = program.run_in_two();
    assert_eq!([Main, MainRest].map(|table| real_rows(&run, table)), [8, 2]);
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
    // The same lie in both tables: the first does not lead there.
    let mut run = run;
    run.change(MainRest, 0, |row: &mut Row| row.pc += Val::from_u32(4));
    run.change(Main, 7, |row: &mut Row| row.next_pc += Val::from_u32(4));
    assert!(run.broken().contains("next_pc is what the instruction leads to"));
}

/// A run that has not ended in the first table goes on in the second.
#[test]
fn no_run_ends_between_the_tables() {
    let run = run();
    let last = "the run has ended, or goes on";
    let unlinked = run.with(Main, 7, |row: &mut Row| row.link = Val::ZERO);
    unlinked.assert_broken("no link out", &[last, "bus continue"]);
    let mut alone = unlinked;
    alone.change(MainRest, 0, |row: &mut Row| row.link = Val::ZERO);
    alone.assert_broken(
        "no link at all",
        &[last, "the first row is an instruction if the run goes on"],
    );
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
    let broken = linked.broken();
    assert!(
        broken.contains("the first row is an instruction if the run goes on"),
        "{broken:?}"
    );
    let real = linked.with(MainRest, 0, |row: &mut Row| row.is_real = Val::ONE);
    assert!(real.broken().contains("bus continue"), "{:?}", real.broken());
}

/// Links elsewhere than between the tables, where they would cancel each other out.
#[test]
fn only_one_row_of_each_table_has_a_link() {
    let run = run();
    for row in 0..7 {
        let mut linked = run.with(Main, row, |row: &mut Row| row.link = Val::ONE);
        assert!(
            linked.broken().contains("only the last row has a link"),
            "row {row}"
        );
        linked.change(MainRest, 1, |row: &mut Row| row.link = Val::ONE);
        assert!(
            linked.broken().contains("only the first row has a link"),
            "row {row}"
        );
    }
    let twice = run.with(Main, 7, |row: &mut Row| row.link = Val::TWO);
    assert!(twice.broken().contains("the link is a bit"));
}
