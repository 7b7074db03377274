//! What each constraint and each interaction of the two tables is there for: rows that it alone refuses.
//!
//! Which there are is asked of the analysis, so one that is new fails here until there are such rows.

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::{Omission, Part, Violation, check_without};

use crate::tables::{Honest, Small};

const NUM_ROWS: usize = 16;
const WIDTH: usize = 5;
/// Columns of the Fibonacci table.
const LOW: usize = 2;
const HIGH: usize = 3;
const IS_REAL: usize = 4;

/// Rows of a sequence that begins with `first`, and in which `step` says what follows behind a row. All else is
/// honest: terms are split, bytes are provided as often as they are looked up, the public value is the last term.
fn sequence(first: [Val; 2], step: impl Fn(usize, [Val; 2]) -> [Val; 2]) -> Honest {
    let mut rows = Honest::new(NUM_ROWS);
    let mut values = Vec::new();
    let mut multiplicities = [Val::ZERO; 256];
    let mut terms = first;
    for row in 0..NUM_ROWS {
        let [a, b] = terms;
        let (low, high) = (a.as_canonical_u32() % 256, a.as_canonical_u32() / 256);
        let is_real = rows.fibonacci.values[row * WIDTH + IS_REAL];
        multiplicities[low as usize] += is_real;
        values.extend([a, b, Val::from_u32(low), Val::from_u32(high), is_real]);
        rows.last = b;
        terms = step(row, terms);
    }
    rows.fibonacci = RowMajorMatrix::new(values, WIDTH);
    rows.bytes = RowMajorMatrix::new_col(multiplicities.to_vec());
    rows
}

fn fibonacci([a, b]: [Val; 2]) -> [Val; 2] {
    [b, a + b]
}

/// Honest rows, changed.
fn changed(change: impl FnOnce(&mut Honest)) -> Honest {
    let mut rows = Honest::new(NUM_ROWS);
    change(&mut rows);
    rows
}

/// Makes rows that nothing but this part of the table refuses.
fn forgery(table: Small, part: Part<'_>) -> Option<fn() -> Honest> {
    let forge: fn() -> Honest = match (table, part) {
        // Row 4 has the term 3. That it receives a byte is within the bound and balances.
        (Small::Fibonacci, Part::Constraint("is_real is a bit")) => || {
            changed(|rows| {
                rows.fibonacci.values[4 * WIDTH + IS_REAL] = -Val::ONE;
                rows.bytes.values[3] -= Val::TWO;
            })
        },
        (Small::Fibonacci, Part::Constraint("a is split")) => {
            || changed(|rows| rows.fibonacci.values[5 * WIDTH + HIGH] += Val::ONE)
        }
        (Small::Fibonacci, Part::Constraint("starts with 0")) => {
            || sequence([Val::TWO, Val::ONE], |_, terms| fibonacci(terms))
        }
        (Small::Fibonacci, Part::Constraint("then 1")) => {
            || sequence([Val::ZERO, Val::TWO], |_, terms| fibonacci(terms))
        }
        (Small::Fibonacci, Part::Constraint("a moves on")) => || {
            sequence([Val::ZERO, Val::ONE], |row, terms| {
                let [a, b] = fibonacci(terms);
                if row == 6 { [a + Val::ONE, b] } else { [a, b] }
            })
        },
        (Small::Fibonacci, Part::Constraint("b is the sum")) => || {
            sequence([Val::ZERO, Val::ONE], |row, terms| {
                let [a, b] = fibonacci(terms);
                if row == 6 { [a, b + Val::ONE] } else { [a, b] }
            })
        },
        (Small::Fibonacci, Part::Constraint("ends with the public value")) => {
            || changed(|rows| rows.last += Val::ONE)
        }
        // A low part that is no byte; and nothing is provided.
        (Small::Fibonacci, Part::Interaction(0)) => || {
            changed(|rows| {
                rows.fibonacci.values[4 * WIDTH + LOW] += Val::from_u32(256);
                rows.fibonacci.values[4 * WIDTH + HIGH] -= Val::ONE;
                rows.bytes.values.fill(Val::ZERO);
            })
        },
        // Bytes are provided that nobody looks up.
        (Small::Bytes, Part::Interaction(0)) => || {
            changed(|rows| {
                let rows_of_table = rows.fibonacci.values.chunks_mut(WIDTH);
                rows_of_table.for_each(|row| row[IS_REAL] = Val::ZERO);
            })
        },
        _ => return None,
    };
    Some(forge)
}

#[test]
fn each_constraint_and_each_interaction_alone_refuses_some_rows() {
    for (table, small) in [Small::Fibonacci, Small::Bytes].into_iter().enumerate() {
        let shape = analyze(&small, &[]).unwrap();
        let labels: Vec<_> = shape
            .constraints
            .iter()
            .map(|constraint| &constraint.label)
            .collect();
        for (index, label) in labels.iter().enumerate() {
            // They would be left out together.
            assert!(
                !labels[..index].contains(label),
                "{small:?} has two constraints `{label}`"
            );
        }
        let constraints = labels.into_iter().map(|label| Part::Constraint(label));
        let interactions = (0..shape.interactions.len()).map(Part::Interaction);
        for part in constraints.chain(interactions) {
            let Some(forge) = forgery(small, part) else {
                panic!("{small:?}: no rows are known that {part:?} alone refuses");
            };
            let rows = forge();
            assert!(
                rows.check().is_err(),
                "{small:?}: {part:?} should refuse these rows"
            );
            if let Err(report) = check_without(&rows.tables(), &Omission { table, part }) {
                panic!("{small:?}: not only {part:?} refuses these rows, but\n{report}");
            }
        }
    }
}

#[test]
fn nothing_else_is_left_out() {
    let rows = changed(|rows| {
        rows.fibonacci.values[5 * WIDTH + HIGH] += Val::ONE;
        rows.last += Val::ONE;
        rows.bytes.values[7] += Val::ONE;
    });
    let found = |table, part| -> Vec<String> {
        let report = check_without(&rows.tables(), &Omission { table, part }).unwrap_err();
        let name = |violation: &Violation| match violation {
            Violation::Constraint { label, .. } => label.clone(),
            Violation::Bus { message, .. } => format!("bus {message:?}"),
            other => other.to_string(),
        };
        report.violations.iter().map(name).collect()
    };
    let (split, last, bus) = ("a is split", "ends with the public value", "bus [7]");
    assert_eq!(found(0, Part::Constraint(split)), [last, bus]);
    assert_eq!(found(0, Part::Constraint(last)), [split, bus]);
    // What the table does not have.
    assert_eq!(found(1, Part::Constraint(split)), [split, last, bus]);
    assert_eq!(found(0, Part::Constraint("no such label")), [split, last, bus]);
    assert_eq!(found(1, Part::Interaction(1)), [split, last, bus]);
    // Every message that was looked up is now received by nobody.
    let without_bytes = found(1, Part::Interaction(0));
    assert_eq!(without_bytes[..2], [split, last]);
    assert!(!without_bytes.contains(&bus.to_owned()), "{without_bytes:?}");
}

#[test]
#[should_panic(expected = "no table 2")]
fn leaving_something_out_of_a_table_that_is_not_there_is_a_mistake() {
    let omission = Omission {
        table: 2,
        part: Part::Interaction(0),
    };
    let _ = check_without(&Honest::new(NUM_ROWS).tables(), &omission);
}
