use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::memory::HEAP;
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{DIGEST_LIMBS, EXIT_CODE_LIMBS, HaltColumns, NUM_PUBLIC_VALUES};
use crate::Table;
use crate::boundary::BoundaryColumns;
use crate::processor::{MainColumns, clock};
use crate::system::ARGUMENT_REGISTER;
use crate::testing::{Program, Run};

type Row = HaltColumns<Val>;
type Main = MainColumns<Val>;
type Boundary = BoundaryColumns<Val>;

const RANGE: &str = "bus range 16";
const MEMORY: &str = "bus memory";
const PUBLIC: &str = "what is shown is public";
/// What is put into the first word of the digest.
const DIGEST: i32 = 0x1234_5678;
/// Instructions before those that end the run.
const BODY: usize = 4;

/// Ends with exit code 0 and a digest that begins with [`DIGEST`].
fn honest() -> Run {
    let mut program = Program::default();
    program
        .set(5, DIGEST)
        .push(Op::Lui, 6, 0, 0, HEAP.start as i32)
        .push(Op::Sd, 0, 6, 5, 0);
    assert_eq!(program.body.len(), BODY);
    program.run()
}

fn with(change: impl FnOnce(&mut Row)) -> Run {
    honest().with(Table::Halt, 0, change)
}

#[test]
fn honest_rows_hold() {
    assert_eq!(honest().check(), Ok(()));
}

#[test]
fn another_exit_code_or_digest_is_refused() {
    for place in 0..NUM_PUBLIC_VALUES {
        for change in [Val::ONE, -Val::ONE, Val::from_u32(1 << 16)] {
            let mut run = honest();
            run.public_values(Table::Halt)[place] += change;
            run.assert_broken("another public value", &[PUBLIC]);
            // The row agrees, and registers and memory do not.
            run.change(Table::Halt, 0, |row: &mut Row| {
                match place.checked_sub(EXIT_CODE_LIMBS) {
                    None => row.exit_code[place] += change,
                    Some(limb) => row.digest[limb] += change,
                }
            });
            run.assert_broken("a public value that is nowhere", &[MEMORY]);
        }
    }
    // The upper half of an exit code is nobody's, but it is what the register holds.
    for limb in [2, 3] {
        with(|row| row.exit_code[limb] += Val::ONE).assert_broken("another upper half", &[MEMORY]);
    }
}

/// A look at what it leaves itself, while the end of the run takes what was there before: anything could be public.
#[test]
fn what_is_public_was_there_before() {
    let mut run = with(|row| {
        row.exit_code[0] = Val::ONE;
        row.exit_code_before = row.time;
    });
    run.public_values(Table::Halt)[0] = Val::ONE;
    let set = Val::from_u32(clock(BODY + 1) + 2);
    let register = ARGUMENT_REGISTER as usize;
    run.change(Table::Boundary, register, |row: &mut Boundary| {
        row.last_time = set;
    });
    run.assert_broken("another exit code", &[RANGE]);

    for limb in 0..DIGEST_LIMBS {
        let word = limb / 4;
        let mut run = with(|row| {
            row.digest[limb] += Val::ONE;
            row.digest_before[word] = row.time;
            row.digest_high[word] = Val::ZERO;
        });
        run.public_values(Table::Halt)[EXIT_CODE_LIMBS + limb] += Val::ONE;
        let before: Row = honest().row(Table::Halt, 0);
        run.change(Table::Boundary, 32 + word, |row: &mut Boundary| {
            row.last_time = before.digest_before[word];
        });
        run.assert_broken("another digest", &[RANGE]);
        // The upper part of the difference of times makes up for it.
        for low in [0, 0xffff] {
            let high = -Val::from_u32(low + 1) * Val::from_u32(1 << 8).inverse();
            run.change(Table::Halt, 0, |row: &mut Row| row.digest_high[word] = high);
            run.assert_broken("another digest", &[RANGE]);
        }
    }
}

#[test]
fn the_digest_is_where_it_is_said_to_be() {
    for change in [1_u32, 4, 8, 0x1000] {
        let broken = with(|row| row.address[0] += Val::from_u32(change)).broken();
        assert!(broken.contains(MEMORY), "{change}: {broken:?}");
    }
    with(|row| row.is_read_only = Val::ONE).assert_broken("in the other space", &[MEMORY]);
    // The space of registers is one below the one that may be written.
    let broken = with(|row| row.is_read_only = -Val::ONE).broken();
    assert!(broken.contains("is_read_only is a bit"), "{broken:?}");
}

/// A pointer that is the same element of the field as an honest one, or that is no multiple of 8.
#[test]
fn pointers_have_no_alias() {
    // What `a1` is set to: with 32 bits, and with a lower part.
    let set = BODY + 2;
    let with_pointer = |low: u32, high: u32| {
        let mut run = honest();
        let limbs = [low, high].map(Val::from_u32);
        run.change(Table::Main, set, |row: &mut Main| {
            (row.imm, row.b) = (
                [limbs[0], limbs[1], Val::ZERO],
                [limbs[0], limbs[1], Val::ZERO, Val::ZERO],
            );
            row.c = row.b;
        });
        run.change(Table::Boundary, 11, |row: &mut Boundary| {
            row.last[..2].copy_from_slice(&limbs);
        });
        run.change(Table::Halt, 0, |row: &mut Row| row.address = limbs);
        run.broken()
    };
    let upper = (HEAP.start >> 16) as u32;
    let names = |broken: &alloc::collections::BTreeSet<alloc::string::String>| {
        broken.iter().cloned().collect::<alloc::vec::Vec<_>>().join(", ")
    };
    // The program says another value: that alone is to be expected.
    assert_eq!(names(&with_pointer(0, upper)), "");
    // One characteristic more, 0x7f00_0001.
    assert_eq!(
        names(&with_pointer(1, upper + 0x7f00)),
        "bus program, bus range 16"
    );
    for low in [1, 2, 4, 7, 8] {
        assert_eq!(names(&with_pointer(low, upper)), "bus memory, bus program");
    }
}

#[test]
fn a_run_ends_once() {
    for value in [Val::TWO, -Val::ONE] {
        let broken = with(|row| row.is_real = value).broken();
        assert!(broken.contains("is_real is a bit"), "{broken:?}");
    }
    let broken = with(|row| row.is_real = Val::ZERO).broken();
    assert!(broken.contains("bus operation"), "{broken:?}");
    // Another end, which nobody asked for.
    let mut run = honest();
    let row: Row = run.row(Table::Halt, 0);
    assert!(run.height(Table::Halt) > 1);
    run.change(Table::Halt, 1, |other: &mut Row| *other = row);
    assert!(run.broken().contains("bus operation"));
    // An end that the run goes on behind, and a call that does not end it where it ends.
    for (row, ends) in [(BODY + 3, Val::ZERO), (BODY + 2, Val::ONE)] {
        let run = honest().with(Table::Main, row, |row: &mut Main| row.c[0] = ends);
        assert!(!run.broken().is_empty());
    }
}

/// A cell may be changed only if nobody is told.
#[test]
fn what_can_be_changed_says_nothing() {
    let found = honest().free_cells(Table::Halt, &[0, 1]);
    assert!(found.iter().all(|cell| !cell.speaks), "{found:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Halt, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
}
