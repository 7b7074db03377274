use std::collections::BTreeSet;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::Val;
use zisk_stark::checker::{
    Change, Changes, Objection, Omission, Part, Report, Rows, Sender, Violation, check, check_as_verifier,
    check_without,
};

use crate::tables::{Honest, Small};

const WIDTH: usize = 5;

impl Honest {
    /// Both tables as the checker takes them, in the order of [`Small`].
    pub(crate) fn tables(&self) -> [Rows<'_, Small>; 2] {
        [
            Rows {
                name: "fibonacci",
                table: &Small::Fibonacci,
                main: &self.fibonacci,
                fixed: &self.no_fixed,
                public_values: core::slice::from_ref(&self.last),
            },
            Rows {
                name: "bytes",
                table: &Small::Bytes,
                main: &self.bytes,
                fixed: &self.fixed,
                public_values: &[],
            },
        ]
    }

    pub(crate) fn check(&self) -> Result<(), Report> {
        check(&self.tables())
    }
}

/// The violations after `forge` changed honest rows.
fn violations(forge: impl FnOnce(&mut Honest)) -> Vec<Violation> {
    let mut rows = Honest::new(16);
    forge(&mut rows);
    rows.check().expect_err("the forgery must be noticed").violations
}

fn labels(violations: &[Violation]) -> Vec<(usize, &str)> {
    let label = |violation: &Violation| match violation {
        Violation::Constraint { row, label, .. } => Some((*row, label.clone())),
        _ => None,
    };
    let mut found = Vec::new();
    for violation in violations {
        if let (Violation::Constraint { label, .. }, Some((row, _))) = (violation, label(violation)) {
            found.push((row, label.as_str()));
        }
    }
    found
}

#[test]
fn honest_rows_pass() {
    for num_rows in [1, 2, 16, 20] {
        let result = Honest::new(num_rows).check();
        assert!(result.is_ok(), "{num_rows} rows: {}", result.unwrap_err());
    }
}

#[test]
fn a_broken_constraint_is_named_with_table_row_and_label() {
    let found = violations(|rows| rows.fibonacci.values[5 * WIDTH + 3] += Val::ONE);
    assert_eq!(found.len(), 1);
    let message = found[0].to_string();
    assert!(
        message.starts_with("fibonacci, row 5: `a is split` is "),
        "{message}"
    );
}

#[test]
fn selectors_hold_on_their_rows_alone() {
    let first = violations(|rows| rows.fibonacci.values[1] = Val::TWO);
    assert_eq!(
        labels(&first),
        [(0, "then 1"), (0, "a moves on"), (0, "b is the sum")]
    );
    let last = violations(|rows| rows.last += Val::ONE);
    assert_eq!(labels(&last), [(15, "ends with the public value")]);
    let transition = violations(|rows| rows.fibonacci.values[8 * WIDTH + 1] += Val::ONE);
    assert_eq!(
        labels(&transition),
        [(7, "b is the sum"), (8, "a moves on"), (8, "b is the sum")]
    );
}

#[test]
fn a_message_nobody_receives_is_named_with_its_senders() {
    // Row 4 has a = 3. Its message is no byte any more, and the table still provides the old one.
    let found = violations(|rows| {
        rows.fibonacci.values[4 * WIDTH + 2] = Val::from_u32(3 + 256);
        rows.fibonacci.values[4 * WIDTH + 3] = -Val::ONE;
    });
    let sender = |table: &str, row, multiplicity| Sender {
        table: table.into(),
        row,
        interaction: 0,
        multiplicity,
    };
    let bus = |message, imbalance, senders| Violation::Bus {
        bus: "byte".into(),
        message: vec![message],
        imbalance,
        senders,
    };
    assert_eq!(
        found,
        [
            bus(3, -1, vec![sender("bytes", 3, -1)]),
            bus(259, 1, vec![sender("fibonacci", 4, 1)]),
        ]
    );
}

#[test]
fn a_wrong_multiplicity_of_a_table_is_an_imbalance() {
    for change in [Val::ONE, -Val::ONE] {
        let found = violations(|rows| rows.bytes.values[8] += change);
        assert!(
            matches!(&found[..], [Violation::Bus { message, .. }] if message == &[8]),
            "{found:?}"
        );
    }
}

#[test]
fn a_multiplicity_beyond_its_bound_is_named() {
    let found = violations(|rows| {
        rows.fibonacci.values[3 * WIDTH + 4] = Val::from_u32(5);
        // The bus balances again: only the bound and the bit are violated.
        rows.bytes.values[2] += Val::from_u32(4);
    });
    assert_eq!(labels(&found), [(3, "is_real is a bit")]);
    assert!(
        matches!(
            found[1],
            Violation::Multiplicity {
                row: 3,
                multiplicity: 5,
                bound: 1,
                ..
            }
        ),
        "{found:?}"
    );
}

/// What a bound alone forbids is no violation to whoever sees what a verifier sees; constraints and buses are.
#[test]
fn a_verifier_sees_no_bounds() {
    let mut rows = Honest::new(16);
    rows.fibonacci.values[3 * WIDTH + 4] = Val::from_u32(5);
    let report = check_as_verifier(&rows.tables()).unwrap_err();
    assert_eq!(labels(&report.violations), [(3, "is_real is a bit")]);
    assert!(
        report
            .violations
            .iter()
            .any(|found| matches!(found, Violation::Bus { .. }))
    );
    // The bus balances again.
    rows.bytes.values[2] += Val::from_u32(4);
    assert_eq!(check_as_verifier(&rows.tables()).unwrap_err().total, 1);
    assert_eq!(rows.check().unwrap_err().total, 2);
    assert!(check_as_verifier(&Honest::new(16).tables()).is_ok());
}

/// Multiplicities that no real row has: 2, -1, the same as the field writes it, and any.
fn wrong_multiplicities() -> [Val; 4] {
    let any = ChaCha12Rng::seed_from_u64(5).random_range(3..Val::ORDER_U32 - 1);
    [
        Val::TWO,
        -Val::ONE,
        Val::from_u32(Val::ORDER_U32 - 1),
        Val::from_u32(any),
    ]
}

/// The messages of each real row, with a wrong multiplicity that the other table agrees to, so that buses balance.
/// What is left to refuse it is the constraint; and, were that forgotten, the bound wherever the magnitude exceeds it.
#[test]
fn a_wrong_multiplicity_that_balances_is_refused() {
    let honest = Honest::new(16);
    let low = |row: usize| honest.fibonacci.values[row * WIDTH + 2].as_canonical_u32() as usize;
    let is_real = |row: &usize| honest.fibonacci.values[row * WIDTH + 4] == Val::ONE;
    let real: Vec<_> = (0..16).filter(is_real).collect();
    assert_eq!(real.len(), 11);
    for row in real {
        for wrong in wrong_multiplicities() {
            let mut rows = Honest::new(16);
            rows.fibonacci.values[row * WIDTH + 4] = wrong;
            rows.bytes.values[low(row)] += wrong - Val::ONE;
            let report = rows.check().unwrap_err();
            assert_eq!(labels(&report.violations), [(row, "is_real is a bit")], "{wrong}");
            let of_bound = report.total - 1;
            assert_eq!(of_bound, usize::from(wrong != -Val::ONE), "{wrong}:\n{report}");
            let omission = Omission {
                table: 0,
                part: Part::Constraint("is_real is a bit"),
            };
            let unconstrained = check_without(&rows.tables(), &omission);
            assert_eq!(unconstrained.is_err(), of_bound == 1, "{wrong}");
        }
    }
}

/// Each row that provides something, with a wrong multiplicity.
#[test]
fn a_wrong_multiplicity_of_what_is_provided_is_refused() {
    let honest = Honest::new(16);
    let is_provided = |byte: &usize| honest.bytes.values[*byte] != Val::ZERO;
    let provided: Vec<_> = (0..256).filter(is_provided).collect();
    assert!(provided.len() > 8, "{provided:?}");
    for byte in provided {
        for wrong in wrong_multiplicities() {
            if wrong == honest.bytes.values[byte] {
                continue;
            }
            let found = violations(|rows| rows.bytes.values[byte] = wrong);
            assert!(
                matches!(&found[..], [Violation::Bus { message, .. }] if message == &[byte as u32]),
                "{wrong}: {found:?}"
            );
        }
    }
}

#[test]
fn a_report_stays_short_and_counts_the_rest() {
    let mut rows = Honest::new(16);
    rows.bytes
        .values
        .iter_mut()
        .for_each(|multiplicity| *multiplicity += Val::ONE);
    let report = rows.check().unwrap_err();
    assert_eq!((report.violations.len(), report.total), (64, 256));
    assert!(report.to_string().ends_with("and 192 more\n"));
}

/// Changes of single cells: the constraints that object are those of a whole check, and nobody objects only where a whole check
/// finds nothing but other numbers of lookups.
#[test]
fn who_notices_a_change_is_who_notices_it_in_a_whole_check() {
    let honest = Honest::new(16);
    let changes = Changes::new(honest.tables().to_vec(), &[]).unwrap();
    let mut unnoticed = 0;
    for (row, column) in (0..16).flat_map(|row| (0..WIDTH).map(move |column| (row, column))) {
        for add in [1, 255, 1 << 20] {
            let place = row * WIDTH + column;
            let value = honest.fibonacci.values[place] + Val::from_u32(add);
            let objections = changes.objections(0, &[Change { row, column, value }]);
            let mut whole = Honest::new(16);
            whole.fibonacci.values[place] = value;
            let found = whole
                .check()
                .err()
                .map_or_else(Vec::new, |report| report.violations);
            let labels: BTreeSet<&str> = labels(&found).into_iter().map(|(_, label)| label).collect();
            let objecting: BTreeSet<&str> = objections
                .iter()
                .filter_map(|objection| match objection {
                    Objection::Constraint(label) => Some(label.as_str()),
                    Objection::Interaction(_) => None,
                })
                .collect();
            assert_eq!(objecting, labels, "row {row}, column {column}, +{add}");
            if objections.is_empty() {
                unnoticed += 1;
                let only_lookups = found
                    .iter()
                    .all(|violation| matches!(violation, Violation::Bus { .. }));
                assert!(only_lookups, "row {row}, column {column}, +{add}: {found:?}");
            }
        }
    }
    assert!(unnoticed < 16, "{unnoticed} changes are not noticed");
}

/// A table's own count of what it provides is no lookup that could be counted anew.
#[test]
fn another_count_of_what_is_provided_is_noticed() {
    let honest = Honest::new(16);
    let changes = Changes::new(honest.tables().to_vec(), &[]).unwrap();
    for row in [0, 1, 255] {
        for value in [Val::ZERO, Val::from_u32(1000)] {
            if honest.bytes.values[row] == value {
                continue;
            }
            let change = Change {
                row,
                column: 0,
                value,
            };
            assert!(!changes.objections(1, &[change]).is_empty(), "row {row}: {value}");
        }
    }
}

#[test]
fn rows_that_are_not_honest_are_not_changed() {
    let mut rows = Honest::new(16);
    rows.fibonacci.values[5 * WIDTH + 3] += Val::ONE;
    assert!(Changes::new(rows.tables().to_vec(), &[]).is_err());
}
