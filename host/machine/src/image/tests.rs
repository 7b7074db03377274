use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::INPUT;
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::ImageColumns;
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::memory::aligned::AlignedColumns;
use crate::memory::atomic::AtomicColumns;
use crate::memory::double::DoubleColumns;
use crate::memory::misaligned::MisalignedColumns;
use crate::messages::{SHARED_BUSES, Space};
use crate::testing::{Program, Run};
use crate::trace::ImageWord;

type Row = ImageColumns<Val>;

const MEMORY: &str = "bus memory";
const HANDOVER: &str = "bus handover";
/// Where words of the image are: variables, and behind them constants.
const VARIABLES: i32 = 0x8000;
const CONSTANTS: i32 = 0x8010;

/// A program with two variables and two constants, of which it knows the first ones' addresses.
fn program() -> Program {
    let places = [VARIABLES, VARIABLES + 8, CONSTANTS, CONSTANTS + 8];
    let image: Vec<_> = places
        .into_iter()
        .map(|place| ImageWord {
            is_writable: place < CONSTANTS,
            address: place as u64 / 8,
            value: 0x1234_5678_9abc * place as u64,
        })
        .collect();
    let mut program = Program {
        image,
        ..Program::default()
    };
    program.set(5, VARIABLES).set(6, CONSTANTS);
    program
}

/// Looks at the first variable and the first constant, and writes the variable.
fn honest_program() -> Program {
    let mut program = program();
    program
        .push(Op::Ld, 7, 6, 0, 0)
        .push(Op::Ld, 8, 5, 0, 0)
        .push(Op::Sd, 0, 5, 7, 0)
        .push(Op::Lh, 9, 5, 0, 3);
    program
}

fn honest() -> Run {
    honest_program().run()
}

#[test]
fn honest_rows_hold() {
    assert_eq!(honest().check(), Ok(()));
    // A word that nobody touches does not begin.
    let run = honest().with(Table::Image, 1, |row: &mut Row| {
        row.is_used = Val::ONE;
    });
    run.assert_broken("a word that nobody takes over", &[HANDOVER]);
}

#[test]
fn what_may_only_be_read_is_not_written() {
    const READ_ONLY: &str = "nothing is stored in read-only memory";
    let input = INPUT.start as i32;
    for (op, place, table) in [
        (Op::Sd, CONSTANTS, Table::Double),
        (Op::Sb, CONSTANTS + 15, Table::Aligned),
        (Op::Sw, input, Table::Aligned),
        (Op::Sd, input, Table::Double),
        (Op::Sd, INPUT.end as i32 - 8, Table::Double),
        (Op::Sw, CONSTANTS + 6, Table::Misaligned),
        // From a variable into a constant.
        (Op::Sd, CONSTANTS - 4, Table::Misaligned),
        (Op::Sh, input + 3, Table::Misaligned),
        (Op::AmoswapD, CONSTANTS, Table::Atomic),
        (Op::AmoaddW, CONSTANTS + 4, Table::Atomic),
        (Op::ScD, input, Table::Atomic),
    ] {
        let mut program = program();
        let rd = if table == Table::Atomic { 7 } else { 0 };
        program.set(9, place).push(op, rd, 9, 6, 0);
        let run = program.run();
        assert!(run.broken().contains(READ_ONLY), "{op:?}: {:?}", run.broken());
        // As if all of it were memory that may be written: there is no such word.
        let may_be_written = match table {
            Table::Double => run.with(table, 0, |row: &mut DoubleColumns<Val>| {
                row.is_read_only = Val::ZERO;
            }),
            Table::Aligned => run.with(table, 0, |row: &mut AlignedColumns<Val>| {
                row.is_read_only = Val::ZERO;
            }),
            Table::Misaligned => run.with(table, 0, |row: &mut MisalignedColumns<Val>| {
                row.is_read_only = [Val::ZERO; 2];
            }),
            _ => run.with(table, 0, |row: &mut AtomicColumns<Val>| {
                row.is_read_only = Val::ZERO;
            }),
        };
        may_be_written.assert_broken("as if it might be written", &[MEMORY]);
    }
}

/// A load to x0 has no result, but there must be something that it loads.
#[test]
fn a_load_to_x0_is_of_what_is_mapped() {
    let mut program = program();
    program.push(Op::Ld, 0, 5, 0, 0).push(Op::Ld, 0, 6, 0, 0);
    let run = program.run();
    assert_eq!(run.check(), Ok(()));
    for row in [0, 2] {
        let mut unmapped = run.with(Table::Image, row, |row: &mut Row| row.is_used = Val::ZERO);
        unmapped.assert_broken("a word that does not begin", &[HANDOVER]);
        // Behind the registers; variables first. Not taken over, either.
        let place = if row == 0 { 32 } else { 33 };
        unmapped.change(Table::Boundary, place, |row: &mut BoundaryColumns<Val>| {
            *row = BoundaryColumns::of_row(&[Val::ZERO; BoundaryColumns::<Val>::WIDTH]);
        });
        unmapped.assert_broken("as if nothing were there", &[MEMORY]);
    }
}

#[test]
fn a_word_begins_once() {
    for value in [Val::TWO, -Val::ONE, Val::from_u32(1 << 16)] {
        let run = honest().with(Table::Image, 0, |row: &mut Row| row.is_used = value);
        assert!(run.broken().contains("is_used is a bit"), "{value}");
    }
    for row in [0, 2] {
        let run = honest().with(Table::Image, row, |row: &mut Row| row.is_used = Val::ZERO);
        run.assert_broken("a word that never began", &[HANDOVER]);
    }
    // The padding has the first register's name, and somebody takes it over once more.
    let mut run = honest().with(Table::Image, 5, |row: &mut Row| row.is_used = Val::ONE);
    run.take_over(Space::Register, Val::ZERO, [Val::ZERO; 4]);
    run.assert_broken("a word that is not there", &["only words that exist are used"]);
}

/// Words that are touched in the second segment only, and in both of them.
#[test]
fn a_word_begins_in_the_first_segment() {
    const LABEL: &str = "words begin in the first segment";
    for cut in [4, 5, 6] {
        let run = honest_program().run_in_segments(&[cut]);
        assert_eq!(run.check(), Ok(()), "{cut}");
        for row in [0, 2] {
            let again = run
                .at(1)
                .with(Table::Image, row, |row: &mut Row| row.is_used = Val::ONE);
            again.assert_broken("a word that begins again", &[LABEL, HANDOVER]);
            let mut late = again.at(0);
            late.change(Table::Image, row, |row: &mut Row| row.is_used = Val::ZERO);
            late.assert_broken("a word that begins late", &[LABEL]);
        }
        // As if the second segment were the first one.
        let mut first = run.at(1);
        first.public_values(Table::Image)[0] = Val::ONE;
        first.change(Table::Image, 1, |row: &mut Row| row.is_used = Val::ONE);
        first.assert_broken("a word that nobody takes over", &[HANDOVER]);
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = honest().free_cells(Table::Image, &[0, 1, 2, 4]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Image, &SHARED_BUSES).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (2, 0));
}
