use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::trace::Division;
use super::{DivideSignedColumns, asks_for, fill};
use crate::OperationCode::{Div, Divw, Rem, Remw};
use crate::arith::divide::{self, DivideColumns};
use crate::arith::testing::{assert_broken, assert_only_broken};
use crate::testing::{Asked, Scene, assert_hold, operations};
use crate::word::word;
use crate::{OperationCode, Table};

const CODES: [OperationCode; 4] = [Div, Rem, Divw, Remw];

/// Signed divisions, and the unsigned ones that they ask for.
fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    let mut scene = Scene::of_operations(Table::DivideSigned, operations, fill);
    let unsigned: Vec<_> = operations
        .iter()
        .map(|(code, a, b)| asks_for(*code, *a, *b))
        .collect();
    scene.tables.push(divisions(&unsigned));
    scene
}

type Rows = p3_matrix::dense::RowMajorMatrix<Val>;

fn divisions(operations: &[(OperationCode, u64, u64)]) -> (Table, Rows) {
    Scene::rows(Table::Divide, operations.len(), |index, row| {
        let (code, a, b) = operations[index];
        divide::fill(code, a, b, row);
    })
}

/// A division as it is claimed to be, with the unsigned one that it asks for then, and a change to its row.
fn claimed(
    code: OperationCode,
    claim: Division,
    change: impl FnOnce(&mut DivideSignedColumns<Val>),
) -> Scene {
    let mut columns = claim.columns();
    change(&mut columns);
    let [a, b, _] = claim.magnitudes();
    let asked = Asked {
        code,
        time: 0,
        a: columns.a,
        b: columns.b,
        c: columns.c,
    };
    let rows = Scene::rows(Table::DivideSigned, 1, |_, row| columns.store(row));
    Scene {
        tables: vec![rows, divisions(&[(claim.unsigned_code(), a, b)])],
        asked: vec![asked],
        ..Scene::default()
    }
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    operations(&CODES, 100)
}

#[test]
fn honest_rows_hold() {
    assert_hold(scene, &all());
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(17) {
        for limb in 0..4 {
            for change in [1, -1, 1 << 12, -(1 << 15), 1 << 16] {
                let change = Val::from_i32(change);
                let mut scene = scene(&[(code, a, b)]);
                scene.asked[0].c[limb] += change;
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
                // The table agrees to the lie, and to another magnitude that fits it.
                for also in [Val::ZERO, change, -change] {
                    let lie = claimed(code, Division::new(code, a, b), |row| {
                        row.c[limb] += change;
                        row.magnitude_c[limb] += also;
                    });
                    assert!(lie.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
                }
            }
        }
    }
}

#[test]
fn other_signs_are_refused() {
    for (code, a, b) in all().into_iter().step_by(3) {
        let honest = Division::new(code, a, b);
        for flips in 1..8 {
            let negates = core::array::from_fn(|i| honest.negates[i] ^ (flips >> i & 1 == 1));
            let scene = claimed(code, Division { negates, ..honest }, |_| ());
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {negates:?}");
        }
    }
}

#[test]
fn a_divisor_is_not_taken_for_another_kind() {
    for (code, a) in [Div, Divw]
        .into_iter()
        .flat_map(|code| [(code, 5), (code, u64::MAX - 4)])
    {
        for b in [0, 1, 3, u64::MAX, 1 << 31, 1 << 63] {
            let honest = Division::new(code, a, b);
            for negates_c in [false, true] {
                let [negates_a, negates_b, _] = honest.negates;
                let claim = Division {
                    is_by_zero: !honest.is_by_zero,
                    negates: [negates_a, negates_b, negates_c],
                    ..honest
                };
                let scene = claimed(code, claim, |_| ());
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {negates_c}");
            }
        }
    }
}

#[test]
fn overflow_has_one_result() {
    for (code, a, others) in [
        (Div, 1 << 63, [0, 1, u64::MAX, (1 << 63) - 1]),
        (Divw, 1 << 31, [1 << 31, (1 << 31) - 1, 0, 1 << 63]),
        (Rem, 1 << 63, [1, u64::MAX, 1 << 63, 1 << 31]),
        (Remw, 1 << 31, [1, u64::MAX, 1 << 31, 0xffff_ffff_8000_0000]),
    ] {
        for c in others {
            let scene = claimed(code, Division::new(code, a, u64::MAX), |row| row.c = word(c));
            assert!(scene.check().is_err(), "{code:?} {c:#x}");
        }
    }
}

#[test]
fn a_negation_with_another_carry_is_refused() {
    // The limbs of 2^64 - x in other ways: a limb of 2^16 in place of a carry, and one too few.
    for limb in 0..3 {
        for sign in [Val::ONE, -Val::ONE] {
            let claim = Division::new(Div, 0x1234_5678_9abc_def0, (-7_i64) as u64);
            let scene = claimed(Div, claim, |row| {
                row.c[limb] += sign * Val::from_u32(1 << 16);
                row.c[limb + 1] -= sign;
            });
            assert!(scene.check().is_err(), "{limb}");
        }
    }
    // 2^64 - 0 is no value: zero is its own negation.
    let scene = claimed(Rem, Division::new(Rem, (-6_i64) as u64, 3), |row| {
        row.c[0] = Val::from_u32(1 << 16);
        row.c[1..].fill(Val::from_u32(0xffff));
    });
    assert!(scene.check().is_err());
}

#[test]
fn a_word_that_is_extended_by_another_bit_is_refused() {
    for (code, a, b) in [
        (Divw, 9, 2),
        (Divw, u64::MAX, 1),
        (Remw, 1, 7),
        (Remw, u64::MAX, 2),
    ] {
        let scene = claimed(code, Division::new(code, a, b), |row| {
            let other = Val::from_u32(0xffff) - row.c[2];
            row.c[2..].fill(other);
            let sign = if other == Val::ZERO { Val::ONE } else { -Val::ONE };
            row.magnitude_a[2] += sign * Val::from_u32(1 << 16);
        });
        assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
    }
}

#[test]
fn selectors_are_bits() {
    let honest = |code| Division::new(code, 17, 5);
    let two = Val::TWO;
    for (code, label, change) in [
        (
            Div,
            "is_quotient is a bit",
            (|row| row.is_quotient = Val::TWO) as Change,
        ),
        (Div, "is_quotient_by_zero is a bit", |row| {
            row.is_quotient_by_zero = Val::TWO;
        }),
        (Rem, "is_remainder is a bit", |row| row.is_remainder = Val::TWO),
        (Div, "is_word is a bit", |row| row.is_word = Val::TWO),
        (Div, "the result is one of those", |row| {
            row.is_remainder = Val::ONE;
        }),
        (Div, "padding is no word", |row| {
            row.is_quotient = Val::ZERO;
            row.is_word = Val::ONE;
        }),
        (Div, "all limbs are negated or not", |row| {
            row.negates_a.full = Val::TWO;
        }),
        (Divw, "two limbs are negated or not", |row| {
            row.negates_b.word = Val::TWO;
        }),
        (Divw, "of words, two limbs are negated", |row| {
            row.negates_a.full = Val::ONE;
        }),
        (Div, "of all but words, four limbs are negated", |row| {
            row.negates_a.word = Val::ONE;
        }),
    ] {
        assert_broken(&claimed(code, honest(code), change), label);
    }
    // Twice what is asked for twice.
    let mut scene = claimed(Div, honest(Div), |row| row.is_quotient = two);
    scene.asked = vec![scene.asked[0]; 2];
    assert_broken(&scene, "is_quotient is a bit");
}

type Change = fn(&mut DivideSignedColumns<Val>);

#[test]
fn a_word_by_zero_is_not_by_something_in_the_upper_limbs() {
    // -5 / 0 as a quotient by 2^32, of which a division of words sees nothing: it is all ones, and negated 1.
    let claim = Division {
        is_by_zero: false,
        negates: [true, false, true],
        ..Division::new(Divw, (-5_i64) as u64, 0)
    };
    let mut scene = claimed(Divw, claim, |row| {
        row.magnitude_b[2] = Val::ONE;
        row.inverse = Val::ONE;
    });
    let [a, ..] = claim.magnitudes();
    scene.tables[1] = divisions(&[(claim.unsigned_code(), a, 1 << 32)]);
    assert_only_broken(&scene, "an upper limb of the magnitude of a word b is zero");
}

#[test]
fn a_word_is_extended_by_one_bit() {
    let pair = (3 << 16, 1);
    let with = |change: Change, magnitude: u64| {
        let claim = Division::new(Divw, pair.0, pair.1);
        let mut scene = claimed(Divw, claim, change);
        let [a, b, _] = claim.magnitudes();
        scene.tables[1] = divisions(&[(claim.unsigned_code(), a.wrapping_add(magnitude), b)]);
        scene
    };
    // Modulo p, 32513 is 65535 / 2^16: twice the limb without so much is less by 1.
    let scene = with(
        |row| {
            row.c[2..].fill(Val::from_u32(32513));
            row.magnitude_a[2] -= Val::ONE;
        },
        u64::MAX << 32,
    );
    assert_only_broken(&scene, "a word is extended by zeros or ones");
    let scene = with(|row| row.c[2..].fill(Val::from_u32(0xffff)), 0);
    assert_only_broken(&scene, "a word is extended by its top bit");
    let scene = with(|row| row.c[3] = Val::from_u32(0xffff), 0);
    assert_only_broken(&scene, "a word is extended by two equal limbs");
}

/// What of a word's limb is left without its sign stands in the magnitude, where it has no limb: 5 is not -(2^32 - 5).
#[test]
fn a_word_is_negative_by_its_top_bit_only() {
    let honest = Division::new(Divw, 5, 2);
    let claim = Division {
        negates: [true, false, true],
        ..honest
    };
    let without_sign = -Val::from_u32(1 << 16);
    let mut scene = claimed(Divw, claim, |columns| columns.magnitude_a[3] = without_sign);
    let row = &mut scene.tables[1].1.values[..DivideColumns::<Val>::WIDTH];
    let mut columns = DivideColumns::of_row(row);
    columns.a[3] = without_sign;
    columns.store(row);
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    for codes in [[Div, Remw, Div], [Rem, Divw, Rem]] {
        let scene = scene(&[
            (codes[0], 0x1234_5678_9abc_def0, (-7_i64) as u64),
            (codes[1], 1 << 31 | 0x77, 7 << 32 | 5),
            (codes[2], u64::MAX, 0),
        ]);
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        let survivors = scene.survivors();
        assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
    }
}

#[test]
fn degrees_and_cells_are_as_documented() {
    let shape = analyze(&Table::DivideSigned, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 75);
}
