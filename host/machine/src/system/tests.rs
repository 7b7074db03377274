use p3_field::PrimeCharacteristicRing;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HOST_RANDOM, WRITE};
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{NUMBER_REGISTER, SystemColumns};
use crate::Table;
use crate::processor::{MainColumns, clock};
use crate::testing::{Program, Run};

type Row = SystemColumns<Val>;
type Main = MainColumns<Val>;

const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";
const NUMBERS: [u64; 4] = [WRITE, CYCLES_BEGIN, CYCLES_END, HOST_RANDOM];
/// Instructions of a call: setting its number, calling, looking at what it answers.
const STEPS: usize = 3;

/// Makes all calls that change nothing but `a0`, in the order of [`NUMBERS`].
fn program() -> Program {
    let mut program = Program {
        random: 0x1234_5678_9abc_def0,
        ..Program::default()
    };
    for number in NUMBERS {
        program
            .push(Op::Addi, NUMBER_REGISTER as u8, 0, 0, number as i32)
            .push(Op::Ecall, 0, 0, 0, 0)
            .push(Op::Addi, 5, 10, 0, 0);
    }
    program
}

fn honest() -> Run {
    program().run()
}

/// A call's row, by its number, changed.
fn with(number: u64, change: impl FnOnce(&mut Row)) -> Run {
    let row = NUMBERS.iter().position(|other| *other == number).expect("a call");
    honest().with(Table::System, row, change)
}

#[test]
fn honest_rows_hold() {
    assert_eq!(honest().check(), Ok(()));
}

/// Whatever a host answers is a value like any other.
#[test]
fn any_answer_holds() {
    for random in [0, 1, u64::MAX, 0x8000_0000_0000_0000, 0xffff_0000_ffff_0000] {
        let program = Program { random, ..program() };
        assert_eq!(program.run().check(), Ok(()), "{random:#x}");
    }
}

#[test]
fn an_answer_has_limbs_of_16_bits() {
    let row_of_look = STEPS * 3 + 2;
    for limb in 0..4 {
        for value in [Val::from_u32(1 << 16), -Val::ONE] {
            let mut run = with(HOST_RANDOM, |row| row.random[limb] = value);
            // Whoever looks at it sees the same, and computes with it.
            run.change(Table::Main, row_of_look, |row: &mut Main| row.a[limb] = value);
            let old = row_of_look + 2;
            run.change(Table::Main, old, |row: &mut Main| row.old[limb] = value);
            assert!(run.broken().contains(RANGE), "{:?}", run.broken());
            assert!(!run.broken().contains(MEMORY), "{:?}", run.broken());
        }
    }
}

#[test]
fn another_answer_than_what_is_seen_is_refused() {
    for limb in 0..4 {
        with(HOST_RANDOM, |row| row.random[limb] += Val::ONE).assert_broken("another answer", &[MEMORY]);
        with(HOST_RANDOM, |row| row.old[limb] += Val::ONE).assert_broken("another value before", &[MEMORY]);
    }
}

#[test]
fn a_call_has_the_number_that_is_asked_for() {
    let set = |row: &mut Row, number| {
        let is = |other| Val::from_bool(number == other);
        row.is_write = is(WRITE);
        row.is_begin = is(CYCLES_BEGIN);
        row.is_end = is(CYCLES_END);
        row.is_random = is(HOST_RANDOM);
    };
    for number in NUMBERS {
        for other in NUMBERS.into_iter().filter(|other| *other != number) {
            let broken = with(number, |row| set(row, other)).broken();
            assert!(broken.contains(MEMORY), "{number} as {other}: {broken:?}");
        }
        let broken = with(number, |row| set(row, u64::MAX)).broken();
        assert!(broken.contains("bus operation"), "{number} as none: {broken:?}");
    }
}

#[test]
fn a_row_is_one_call() {
    let both: [fn(&mut Row); 4] = [
        |row| row.is_begin = Val::ONE,
        |row| row.is_random = Val::ONE,
        |row| row.is_end = -Val::ONE,
        // The sum and the number are those of an honest row: 1 = 2 + 2 - 3.
        |row| {
            row.is_write = Val::ZERO;
            row.is_begin = Val::TWO;
            row.is_end = -Val::ONE;
        },
    ];
    for (number, change) in both.into_iter().enumerate() {
        let broken = with(WRITE, change).broken();
        let is_named =
            |label: &alloc::string::String| label.ends_with("is a bit") || label == "a row is one call";
        assert!(broken.iter().any(is_named), "{number}: {broken:?}");
    }
    with(WRITE, both[3]).assert_broken("another sum of calls", &["is_begin is a bit", "is_end is a bit"]);
}

/// A look at what it leaves itself, while the next one takes what was there before: any number would do.
#[test]
fn a_number_is_looked_at_later_than_it_was_set() {
    let call = 1;
    let set = Val::from_u32(clock(0) + 2);
    let mut run = with(WRITE, |row| {
        (row.is_write, row.is_end) = (Val::ZERO, Val::ONE);
        row.number_before = row.time;
    });
    run.change(Table::Main, call + 2, |row: &mut Main| row.old_before = set);
    run.assert_broken("another number", &[RANGE]);
    for number in NUMBERS {
        for later in [1_u32, 2, 1 << 16] {
            let broken = with(number, |row| row.number_before = row.time + Val::from_u32(later)).broken();
            assert!(broken.contains(RANGE), "{broken:?}");
        }
    }
    let broken = with(HOST_RANDOM, |row| row.old_before = row.time + Val::TWO).broken();
    assert!(broken.contains(RANGE), "{broken:?}");
}

#[test]
fn calls_that_nobody_makes_are_refused() {
    for number in 0..4 {
        let run = honest().with(Table::System, 4, |row: &mut [Val; Row::WIDTH]| {
            row[number] = Val::ONE;
        });
        assert!(run.broken().contains("bus operation"), "{number}");
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = honest().free_cells(Table::System, &[0, 1, 2, 3, 4]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::System, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
