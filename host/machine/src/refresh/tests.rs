use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::RefreshColumns;
use crate::Table;
use crate::processor::{MainColumns, clock};
use crate::testing::{Program, Run};

type Row = RefreshColumns<Val>;

const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";
const REGISTER: u8 = 9;
const VALUE: u32 = 5;
/// The rows of the main table that write the register, and that read it.
const WRITES: usize = 1;
const READS: usize = 6;

/// A register is written and, after a while, read; it could be looked at in between.
fn program() -> Run {
    let mut program = Program::default();
    program.set(REGISTER, VALUE as i32);
    for _ in 2..READS {
        program.push(Op::Fence, 0, 0, 0, 0);
    }
    program.push(Op::Add, 10, REGISTER, 0, 0);
    program.run()
}

fn written() -> Val {
    Val::from_u32(clock(WRITES) + 2)
}

/// Looks at the register in between; whoever reads it sees what this look leaves.
fn looked_at(change: impl FnOnce(&mut Row)) -> Run {
    let mut run = program();
    let mut row = RefreshColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    row.is_real = Val::ONE;
    row.register = Val::from_u8(REGISTER);
    row.value[0] = Val::from_u32(VALUE);
    row.before = written();
    row.time = row.before + Val::TWO;
    change(&mut row);
    run.change(Table::Refresh, 0, |place: &mut Row| *place = row);
    run.change(Table::Main, READS, |main: &mut MainColumns<Val>| {
        main.a_before = row.time;
    });
    run
}

#[test]
fn a_look_in_between_holds() {
    assert_eq!(program().check(), Ok(()));
    assert_eq!(looked_at(|_| {}).check(), Ok(()));
}

#[test]
fn another_value_or_register_is_refused() {
    for limb in 0..4 {
        looked_at(|row| row.value[limb] += Val::ONE).assert_broken("another value", &[MEMORY]);
    }
    looked_at(|row| row.register += Val::ONE).assert_broken("another register", &[MEMORY]);
    looked_at(|row| row.register = Val::ZERO).assert_broken("x0", &[MEMORY]);
    looked_at(|row| row.before -= Val::ONE).assert_broken("another time before", &[MEMORY]);
}

/// A look at what it leaves itself: it would hold whatever a cheat likes.
#[test]
fn a_look_at_itself_is_refused() {
    let mut run = program();
    let mut row = RefreshColumns::of_row(&[Val::ZERO; Row::WIDTH]);
    row.is_real = Val::ONE;
    row.register = Val::from_u8(REGISTER);
    row.value[1] = Val::from_u32(0xbad);
    for time in [0, 7, 1 << 20] {
        row.time = Val::from_u32(time);
        row.before = row.time;
        row.high = Val::from_u32(time >> 8);
        run.change(Table::Refresh, 0, |place: &mut Row| *place = row);
        run.assert_broken("a look at itself", &[RANGE]);
    }
}

#[test]
fn a_look_is_later_by_16_bits_at_most() {
    // The read is earlier then, and says so as well; all of it is out of range.
    for between in [-1_i32, 0, -2, 0x1_0001, -0x1_0000] {
        let run = looked_at(|row| {
            row.time = row.before + Val::from_i32(between);
            row.high = Val::ZERO;
        });
        run.assert_broken("a look at another time", &[RANGE]);
    }
    // As near as can be, and as near to the end as a read allows.
    assert_eq!(looked_at(|row| row.time = row.before + Val::ONE).check(), Ok(()));
    let read = Val::from_u32(clock(READS));
    looked_at(|row| row.time = read - Val::ONE).assert_broken("right before", &[]);
    looked_at(|row| row.time = read).assert_broken("at the same time", &[RANGE]);
    looked_at(|row| row.time = read + Val::ONE).assert_broken("later", &[RANGE]);
}

/// Times are below 2^25, so no chain of looks leads around the field.
#[test]
fn times_do_not_reach_around_the_field() {
    let mut run = program();
    for (high, is_refused) in [(0xffff, false), (0x1_0000, true), (1 << 22, true)] {
        let time = Val::from_u32(high << 8);
        let changes = |row: &mut Row| {
            row.time = time;
            row.before = time - Val::ONE;
            row.high = Val::from_u32(high);
            row.is_real = Val::ONE;
        };
        run.change(Table::Refresh, 0, changes);
        let broken = run.broken();
        // Nobody has looked at that time; what matters is the range.
        assert_eq!(broken.contains(RANGE), is_refused, "{high:#x}: {broken:?}");
        assert!(broken.contains(MEMORY));
    }
    // A time that is said to be small.
    let run = looked_at(|row| row.high = Val::ONE);
    run.assert_broken("another upper part", &[RANGE]);
}

#[test]
fn a_row_is_one_look_or_none() {
    for value in [Val::TWO, -Val::ONE] {
        let run = looked_at(|row| row.is_real = value);
        assert!(run.broken().contains("is_real is a bit"), "{value}");
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = looked_at(|_| {}).free_cells(Table::Refresh, &[0]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Refresh, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
