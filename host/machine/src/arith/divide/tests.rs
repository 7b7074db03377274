use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{DivideColumns, asks, fill};
use crate::testing::{Asked, Scene, operands};
use crate::word::word;
use crate::{OperationCode as Code, Table};

const CODES: [Code; 8] = [
    Code::Div,
    Code::Divu,
    Code::Rem,
    Code::Remu,
    Code::Divw,
    Code::Divuw,
    Code::Remw,
    Code::Remuw,
];

fn scene(operations: &[(Code, u64, u64)]) -> Scene {
    let mut scene = Scene::of_operations(Table::Divide, operations, fill);
    let asked = operations.iter().flat_map(|(code, a, b)| asks(*code, *a, *b));
    scene.answered = asked.map(|(code, a, b)| Asked::on(code, a, b)).collect();
    scene
}

fn all() -> Vec<(Code, u64, u64)> {
    let of = |code| operands(100).into_iter().map(move |(a, b)| (code, a, b));
    CODES.into_iter().flat_map(of).collect()
}

fn change(scene: &mut Scene, change: impl FnOnce(&mut DivideColumns<Val>)) {
    let row = &mut scene.tables[0].1.values[..DivideColumns::<Val>::WIDTH];
    let mut columns = DivideColumns::of_row(row);
    change(&mut columns);
    columns.store(row);
}

#[test]
fn honest_rows_hold() {
    let result = scene(&all()).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(scene(&[]).check().is_ok(), "padding alone");
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(41) {
        for limb in 0..4 {
            let mut scene = scene(&[(code, a, b)]);
            scene.asked[0].c[limb] += Val::ONE;
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
            // The table agrees to the lie.
            change(&mut scene, |columns| {
                columns.result[limb] += Val::ONE;
                let sign = Val::ONE - columns.is_negative.double();
                columns.magnitude[limb] += sign;
                if columns.is_remainder == Val::ONE {
                    columns.remainder[limb] += sign;
                } else {
                    columns.quotient[limb] += sign;
                }
            });
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
        }
    }
}

/// Divides 17 by 5 with another quotient; others compute honestly what is asked then.
fn claim(quotient: u64, remainder: u64, is_less: bool) -> Scene {
    let mut scene = scene(&[(Code::Remu, 17, 5)]);
    change(&mut scene, |columns| {
        columns.quotient = word(quotient);
        columns.remainder = word(remainder);
        columns.magnitude = word(remainder);
        columns.result = word(remainder);
        columns.product = word(quotient.wrapping_mul(5));
        columns.word_sign = Val::from_u64(remainder >> 31 & 1);
        columns.is_by_zero = Val::from_bool(!is_less);
    });
    scene.asked[0].c = word(remainder);
    scene.answered = [
        (Code::Mul, quotient, 5),
        (Code::Mulhu, quotient, 5),
        (Code::Sltu, remainder, 5),
    ]
    .map(|(code, a, b)| Asked::on(code, a, b))
    .to_vec();
    scene
}

#[test]
fn a_remainder_that_is_not_less_than_the_divisor_is_refused() {
    assert!(claim(3, 2, true).check().is_ok());
    assert!(claim(2, 7, true).check().is_err());
    // Nor is the divisor zero.
    assert!(claim(2, 7, false).check().is_err());
}

#[test]
fn a_product_that_wraps_around_is_refused() {
    // 5 q = 2^64 + 14, and 14 + 3 = 17.
    let quotient = ((1_u128 << 64) + 14) / 5;
    assert_eq!(quotient * 5 % (1 << 64), 14);
    assert!(claim(quotient as u64, 3, true).check().is_err());
}

#[test]
fn division_by_zero_has_one_result_only() {
    let mut scene = scene(&[(Code::Divu, 17, 0)]);
    assert!(scene.check().is_ok());
    change(&mut scene, |columns| {
        columns.result = word(3);
        columns.quotient = word(3);
        columns.magnitude = word(3);
        columns.word_sign = Val::ZERO;
    });
    scene.asked[0].c = word(3);
    scene.answered[0] = Asked::on(Code::Mul, 3, 0);
    scene.answered[1] = Asked::on(Code::Mulhu, 3, 0);
    assert!(scene.check().is_err());
    change(&mut scene, |columns| columns.is_all_ones = Val::ZERO);
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    for codes in [
        [Code::Div, Code::Divu, Code::Rem],
        [Code::Remu, Code::Divw, Code::Divuw],
        [Code::Remw, Code::Remuw, Code::Div],
    ] {
        let [x, y, z] = codes;
        for divisor in [(-7_i64) as u64, 0] {
            let scene = scene(&[
                (x, (-0x1234_5678_9abc_i64) as u64, divisor),
                (y, 0xfedc_ba98_8765_4321, 0x1_0001),
                (z, 0x8000_0000_8000_0000, divisor),
            ]);
            let survivors = scene.survivors();
            assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
        }
    }
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Divide, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
}
