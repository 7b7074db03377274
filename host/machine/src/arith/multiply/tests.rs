use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::columns::{SCALE_1, SCALE_2};
use super::trace::columns;
use super::{MultiplyColumns, fill};
use crate::arith::testing::{assert_broken, assert_only_broken};
use crate::testing::{Scene, assert_hold, operations};
use crate::word::word;
use crate::{OperationCode, Table};

const CODES: [OperationCode; 2] = [OperationCode::Mul, OperationCode::Mulw];

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::Multiply, operations, fill)
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    operations(&CODES, 100)
}

/// One product, whose row is what a function makes of it.
fn with_row(
    code: OperationCode,
    (a, b): (u64, u64),
    change: impl FnOnce(&mut MultiplyColumns<Val>),
) -> Scene {
    let mut scene = scene(&[(code, a, b)]);
    let row = &mut scene.tables[0].1.values[..MultiplyColumns::<Val>::WIDTH];
    let mut columns = MultiplyColumns::of_row(row);
    change(&mut columns);
    scene.asked[0].c = columns.c;
    columns.store(row);
    scene
}

#[test]
fn honest_rows_hold() {
    assert_hold(scene, &all());
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(17) {
        let function = code.function().unwrap();
        let honest: [Val; 4] = word(function(a, b));
        for limb in 0..4 {
            for change in [1, -1, 1 << 12, -(1 << 15), 1 << 16] {
                let mut c = honest;
                c[limb] += Val::from_i32(change);
                let mut scene = scene(&[(code, a, b)]);
                scene.asked[0].c = c;
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {limb} {change}");
                // The table agrees to the lie.
                let is_word = code == OperationCode::Mulw;
                let lie = with_row(code, (a, b), |row| *row = columns(is_word, a, b, c));
                assert!(lie.check().is_err(), "{code:?} {a:#x} {b:#x} {limb} {change}");
                // It agrees, and carries as if it were honest.
                let lie = with_row(code, (a, b), |row| row.c = c);
                assert!(lie.check().is_err(), "{code:?} {a:#x} {b:#x} {limb} {change}");
            }
        }
    }
}

#[test]
fn carries_that_wrap_around_are_refused() {
    // limb + 2^16 carry is the same modulo p for limb + 1 and carry + 32512, as p = 2^16 * 32512 + 1.
    for (limb, (a, b)) in (0..4).flat_map(|limb| [(0, 0), (3, 5), (1 << 40, 7)].map(|pair| (limb, pair))) {
        let scene = with_row(OperationCode::Mul, (a, b), |row| {
            let mut c = row.c;
            c[limb] += Val::ONE;
            if let Some(next) = c.get_mut(limb + 1) {
                *next += Val::from_u32(32512);
            }
            *row = columns(false, a, b, c);
        });
        assert!(scene.check().is_err(), "{limb} {a:#x} {b:#x}");
    }
}

#[test]
fn carries_of_too_great_digits_are_refused() {
    // As before, with 32512 = 2^8 * 127 in what is above the byte.
    let great = Val::from_u32(127);
    assert_only_broken(
        &with_row(OperationCode::Mul, (0, 0), |row| {
            *row = columns(false, 0, 0, [1, 32512, 0, 0].map(Val::from_u32));
            row.carry_0 = Val::ZERO;
            row.carry_0_bit = great;
        }),
        "the carry of limb 0 has a byte and a bit",
    );
    for digits in [[great, Val::ZERO], [Val::ONE, Val::from_u32(42)]] {
        assert_only_broken(
            &with_row(OperationCode::Mul, (0, 0), |row| {
                *row = columns(false, 0, 0, [0, 0, 0, 1].map(Val::from_u32));
                row.top = Val::ZERO;
                row.top_digits = digits;
            }),
            "a digit of the top carry is 0, 1 or 2",
        );
    }
}

#[test]
fn selectors_are_bits() {
    let two = Val::TWO;
    assert_broken(
        &with_row(OperationCode::Mul, (3, 5), |row| row.is_real = two),
        "is_real is a bit",
    );
    // Its code would be that of `remu`.
    let mut scene = with_row(OperationCode::Mul, (3, 5), |row| row.is_word = two);
    scene.asked[0].code = OperationCode::Remu;
    assert_broken(&scene, "is_word is a bit");
}

#[test]
fn the_carry_of_a_word_is_its_top_carry() {
    // A fraction of a carry out of the last limb, which is not carried further.
    let scene = with_row(OperationCode::Mulw, (0x4000, 1 << 16), |row| {
        *row = columns(true, 0x4000, 1 << 16, word(0));
        row.scaled[0] = Val::ONE;
        row.top = Val::ZERO;
    });
    assert_only_broken(&scene, "a word's last carry is that of limb 1");
}

#[test]
fn fractions_as_carries_are_refused() {
    // A scaled carry that its scale does not divide: the limb below is less by 2^16 / scale, and something must make up
    // for the fraction that is carried.
    for (code, limb, scale) in [
        (OperationCode::Mul, 1, SCALE_1),
        (OperationCode::Mul, 2, SCALE_2),
        (OperationCode::Mulw, 1, SCALE_1),
    ] {
        let (a, b) = (0x1234_5678_9abc_def0, 0xfedc_ba98_7654_3211);
        let fraction = Val::from_u32(scale).inverse();
        let honest: [Val; 4] = word(code.function().unwrap()(a, b));
        for numerator in 1..scale {
            let carried = fraction * Val::from_u32(numerator);
            let mut c = honest;
            c[limb] -= carried * Val::from_u32(1 << 16);
            if code == OperationCode::Mul {
                c[limb + 1] += carried;
            }
            let is_word = code == OperationCode::Mulw;
            let scene = with_row(code, (a, b), |row| *row = columns(is_word, a, b, c));
            assert!(scene.check().is_err(), "{code:?} {limb} {numerator}");
        }
    }
}

#[test]
fn a_word_that_is_extended_by_another_bit_is_refused() {
    for (a, b) in [(3, 5), (0x4000_0000, 2), (u64::MAX, 1), (0, 9)] {
        let honest = CODES[1].function().unwrap()(a, b);
        for upper in [0, u64::from(u32::MAX) << 32, 0xffff << 32, 0xffff << 48, 1 << 32] {
            let c = (honest & u64::from(u32::MAX)) | upper;
            if c != honest {
                let scene = with_row(OperationCode::Mulw, (a, b), |row| {
                    *row = columns(true, a, b, word(c));
                });
                assert!(scene.check().is_err(), "{a:#x} {b:#x} {c:#x}");
            }
        }
    }
}

#[test]
fn a_word_is_extended_by_one_bit() {
    let pair = (3, 5 << 16);
    // Modulo p, 32513 is 65535 / 2^16: twice the limb without so much is less by 1.
    assert_only_broken(
        &with_row(OperationCode::Mulw, pair, |row| {
            row.c[2..].fill(Val::from_u32(32513));
            row.scaled[1] -= Val::ONE;
        }),
        "a word is extended by zeros or ones",
    );
    assert_only_broken(
        &with_row(OperationCode::Mulw, pair, |row| {
            row.c[2..].fill(Val::from_u32(0xffff));
        }),
        "a word is extended by its top bit",
    );
    assert_only_broken(
        &with_row(OperationCode::Mulw, pair, |row| row.c[3] = Val::from_u32(0xffff)),
        "a word is extended by two equal limbs",
    );
}

#[test]
fn operands_of_other_bytes_are_refused() {
    let scene = with_row(OperationCode::Mul, (0x1ff, 3), |row| {
        row.a[0] += Val::from_u32(1 << 8);
        row.a[1] -= Val::ONE;
    });
    assert!(scene.check().is_err());
}

/// A limb of a product has no `2^16` too much that the next one has too little.
#[test]
fn limbs_of_a_product_have_16_bits() {
    let scene = with_row(OperationCode::Mul, (0xffff, 0xffff), |row| {
        row.c[0] += Val::from_u32(1 << 16);
        assert!(row.carry_0 != Val::ZERO);
        row.carry_0 -= Val::ONE;
        row.c[1] -= Val::ONE;
    });
    assert!(scene.check().is_err());
    let scene = with_row(OperationCode::Mul, (0xffff_ffff, 0xffff_ffff), |row| {
        row.c[1] += Val::from_u32(1 << 16);
        row.scaled[0] -= Val::from_u32(SCALE_1);
        row.c[2] -= Val::ONE;
    });
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    let scene = scene(&[
        (OperationCode::Mul, 0x1234_5678_9abc_def0, 0xfedc_ba98_7654_3210),
        (OperationCode::Mulw, 1 << 63 | 0x77, u64::MAX),
        (OperationCode::Mul, u64::MAX, u64::MAX),
    ]);
    // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
    let survivors = scene.survivors();
    assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
}

#[test]
fn degrees_and_cells_are_as_documented() {
    let shape = analyze(&Table::Multiply, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 69);
}
