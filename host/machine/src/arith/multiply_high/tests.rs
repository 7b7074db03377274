use alloc::vec;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::columns::SCALED;
use super::trace::columns;
use super::{MultiplyHighColumns, fill};
use crate::OperationCode::{Mul, Mulh, Mulhsu, Mulhu};
use crate::arith::testing::{assert_broken, assert_only_broken};
use crate::testing::{Asked, Scene, assert_hold, operands, operations};
use crate::word::word;
use crate::{OperationCode, Table};

const CODES: [OperationCode; 3] = [Mulh, Mulhsu, Mulhu];

/// Products, of which every other one, from the first, gives its low half too.
fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    let rows = Scene::rows(Table::MultiplyHigh, operations.len(), |index, row| {
        let (code, a, b) = operations[index];
        fill(code, a, b, index % 2 == 0, row);
    });
    let low = operations
        .iter()
        .step_by(2)
        .map(|(_, a, b)| Asked::on(Mul, *a, *b));
    let high = operations.iter().map(|(code, a, b)| Asked::on(*code, *a, *b));
    Scene {
        tables: vec![rows],
        asked: low.chain(high).collect(),
        ..Scene::default()
    }
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    operations(&CODES, 100)
}

/// The halves of a product.
fn halves(code: OperationCode, a: u64, b: u64) -> [[Val; 4]; 2] {
    [Mul, code].map(|code| word(code.function().unwrap()(a, b)))
}

/// A product as a row claims it; of the low half, nobody asks.
fn claimed(code: OperationCode, (a, b): (u64, u64), row: &MultiplyHighColumns<Val>) -> Scene {
    let rows = Scene::rows(Table::MultiplyHigh, 1, |_, cells| row.store(cells));
    let asked = Asked {
        c: row.high,
        ..Asked::on(code, a, b)
    };
    Scene {
        tables: vec![rows],
        asked: vec![asked],
        ..Scene::default()
    }
}

#[test]
fn honest_rows_hold() {
    assert_hold(scene, &all());
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(23) {
        for limb in 0..8 {
            for change in [1, -1, 1 << 12, -(1 << 15), 1 << 16] {
                let change = Val::from_i32(change);
                let mut scene = scene(&[(code, a, b)]);
                scene.asked[limb / 4].c[limb % 4] += change;
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
                // The table agrees to the lie.
                let mut lie = halves(code, a, b);
                lie[limb / 4][limb % 4] += change;
                let row = columns(code, (a, b), false, lie);
                let scene = claimed(code, (a, b), &row);
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
                // It agrees, and carries as if it were honest.
                let mut row = columns(code, (a, b), false, halves(code, a, b));
                [row.low, row.high] = lie;
                let scene = claimed(code, (a, b), &row);
                assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
            }
        }
    }
}

#[test]
fn the_result_of_another_operation_is_refused() {
    for (a, b) in operands(30).into_iter().step_by(5) {
        for (code, other) in CODES
            .into_iter()
            .flat_map(|code| CODES.map(|other| (code, other)))
        {
            let lie = halves(other, a, b);
            if lie != halves(code, a, b) {
                // With its own flags, and with those of the other.
                let mut row = columns(code, (a, b), false, lie);
                assert!(
                    claimed(code, (a, b), &row).check().is_err(),
                    "{code:?} {a:#x} {b:#x}"
                );
                row = columns(other, (a, b), false, lie);
                assert!(
                    claimed(code, (a, b), &row).check().is_err(),
                    "{code:?} {a:#x} {b:#x}"
                );
            }
        }
    }
}

#[test]
fn a_sign_that_is_not_the_top_bit_is_refused() {
    for (a, b) in [
        (5, 7),
        (1 << 63, 3),
        (u64::MAX, 0),
        (3, u64::MAX),
        (1 << 62, 1 << 62),
    ] {
        let byte = Val::from_u32(1 << 8);
        for code in CODES {
            let honest = columns(code, (a, b), false, halves(code, a, b));
            // With the other sign of a, the high half is that of `mulhu` in place of `mulh`, or less by b.
            let mut row = honest;
            row.is_a_negative = Val::ONE - row.is_a_negative;
            let change = if row.is_a_negative == Val::ONE {
                -byte
            } else {
                byte
            };
            row.a[7] += change;
            let high = if row.is_a_negative == Val::ONE {
                code.function().unwrap()(a, b).wrapping_sub(b)
            } else {
                code.function().unwrap()(a, b).wrapping_add(b)
            };
            row.high = word(high);
            for is_negative in [Val::ZERO, Val::ONE] {
                let mut claim = recarried(row);
                claim.is_negative = is_negative;
                assert!(
                    claimed(code, (a, b), &claim).check().is_err(),
                    "{code:?} {a:#x} {b:#x}"
                );
            }
        }
    }
}

/// A row with the carries that its bytes and limbs have.
fn recarried(mut row: MultiplyHighColumns<Val>) -> MultiplyHighColumns<Val> {
    let digits = crate::arith::product::digits(&row.a, &row.b);
    let inverse = Val::from_u32(1 << 16).inverse();
    let mut carry = Val::ZERO;
    for (k, digit) in digits.into_iter().enumerate() {
        carry = (digit + carry - if k < 4 { row.low[k] } else { row.high[k - 4] }) * inverse;
        for (cell, it) in row.scaled.iter_mut().zip(SCALED) {
            if it.limb == k {
                *cell = (carry + Val::from_u32(it.offset)) * Val::from_u32(it.scale);
            }
        }
    }
    row.is_negative = -carry;
    row
}

#[test]
fn b_alone_is_not_signed() {
    // Its code would be that of `mulhsu`, which is `mulhsu` of `b` and `a`.
    let (a, b) = (5, u64::MAX - 2);
    let mut row = columns(Mulhsu, (b, a), false, halves(Mulhsu, b, a));
    core::mem::swap(&mut row.a, &mut row.b);
    core::mem::swap(&mut row.is_a_signed, &mut row.is_b_signed);
    core::mem::swap(&mut row.is_a_negative, &mut row.is_b_negative);
    assert!(claimed(Mulhsu, (a, b), &row).check().is_err());
}

#[test]
fn carries_that_wrap_around_are_refused() {
    // limb + 2^16 carry is the same modulo p for limb + 1 and carry + 32512, as p = 2^16 * 32512 + 1.
    for limb in 0..8 {
        for (a, b) in [(0, 0), (3, 5), (1 << 40, 7), (u64::MAX, u64::MAX)] {
            let mut lie = halves(Mulhu, a, b);
            lie[limb / 4][limb % 4] += Val::ONE;
            if let Some(next) = lie.as_flattened_mut().get_mut(limb + 1) {
                *next += Val::from_u32(32512);
            }
            let row = columns(Mulhu, (a, b), false, lie);
            assert!(
                claimed(Mulhu, (a, b), &row).check().is_err(),
                "{limb} {a:#x} {b:#x}"
            );
        }
    }
}

#[test]
fn fractions_as_carries_are_refused() {
    let (a, b) = (0x1234_5678_9abc_def0, 0xfedc_ba98_7654_3211);
    for code in CODES {
        for it in SCALED {
            for numerator in 1..it.scale {
                let carried = Val::from_u32(it.scale).inverse() * Val::from_u32(numerator);
                let mut lie = halves(code, a, b);
                let limbs = lie.as_flattened_mut();
                limbs[it.limb] -= carried * Val::from_u32(1 << 16);
                limbs[it.limb + 1] += carried;
                let row = columns(code, (a, b), false, lie);
                assert!(
                    claimed(code, (a, b), &row).check().is_err(),
                    "{code:?} {it:?} {numerator}"
                );
            }
        }
    }
}

#[test]
fn padding_gives_no_product() {
    // Nothing is range-checked: a carry of limb 0 that is no integer, and limb 1 takes it.
    let carry = -Val::from_u32(1 << 16).inverse();
    let mut row = columns(Mulhu, (0, 0), true, [word(0), word(0)]);
    row.is_real = Val::ZERO;
    row.low = [Val::ONE, carry, Val::ZERO, Val::ZERO];
    row.carry_0 = carry;
    row.scaled = [Val::ZERO; SCALED.len()];
    let mut scene = scene(&[]);
    row.store(&mut scene.tables[0].1.values[..MultiplyHighColumns::<Val>::WIDTH]);
    scene.asked.push(Asked {
        c: row.low,
        ..Asked::on(Mul, 0, 0)
    });
    assert_only_broken(&scene, "padding gives no low half");
}

#[test]
fn selectors_and_signs_are_bits() {
    for (label, change) in [
        (
            "is_real is a bit",
            (|row| row.is_real = Val::TWO) as fn(&mut MultiplyHighColumns<Val>),
        ),
        ("gives_low is a bit", |row| row.gives_low = Val::TWO),
        ("is_a_signed is a bit", |row| row.is_a_signed = Val::TWO),
        ("is_b_signed is a bit", |row| row.is_b_signed = Val::TWO),
        ("is_a_negative is a bit", |row| row.is_a_negative = Val::TWO),
        ("is_b_negative is a bit", |row| row.is_b_negative = Val::TWO),
        ("a is negative only if", |row| row.is_a_negative = Val::ONE),
        ("b is negative only if", |row| row.is_b_negative = Val::ONE),
        ("is_negative is a bit", |row| row.is_negative = Val::TWO),
    ] {
        let mut row = columns(Mulhu, (17, 5), false, halves(Mulhu, 17, 5));
        change(&mut row);
        assert_broken(&claimed(Mulhu, (17, 5), &row), label);
    }
}

#[test]
fn carries_of_too_great_digits_are_refused() {
    // As if limb + 2^16 carry wrapped around; 32512 = 2^8 * 127 is in what is above the byte.
    let great = Val::from_u32(127);
    let limbs = |limbs: [u32; 4]| [limbs.map(Val::from_u32), [Val::ZERO; 4]];
    let mut row = columns(Mulhu, (0, 0), false, limbs([1, 32512, 0, 0]));
    row.carry_0 = Val::ZERO;
    row.carry_0_bit = great;
    assert_only_broken(
        &claimed(Mulhu, (0, 0), &row),
        "the carry of limb 0 has a byte and a bit",
    );
    let mut row = columns(Mulhu, (0, 0), false, limbs([0, 0, 1, 32512]));
    row.carry_2 = Val::ZERO;
    row.carry_2_digit = great;
    assert_only_broken(
        &claimed(Mulhu, (0, 0), &row),
        "the carry of limb 2 has a digit that is 0, 1 or 2",
    );
    row.carry_2_digit = Val::ONE;
    row.carry_2_bit = Val::from_u32(42);
    assert_only_broken(&claimed(Mulhu, (0, 0), &row), "the carry of limb 2 has a bit");
}

/// A limb of the high half has no `2^16` too much that the next one has too little.
#[test]
fn high_limbs_have_16_bits() {
    let operands = (u64::MAX, u64::MAX);
    for limb in 0..3 {
        let mut row = columns(Mulhu, operands, false, halves(Mulhu, operands.0, operands.1));
        row.high[limb] += Val::from_u32(1 << 16);
        row.high[limb + 1] -= Val::ONE;
        for (cell, scaled) in row.scaled.iter_mut().zip(SCALED) {
            if scaled.limb == limb + 4 {
                *cell -= Val::from_u32(scaled.scale);
            }
        }
        assert!(claimed(Mulhu, operands, &row).check().is_err(), "limb {limb}");
    }
}

/// Limbs that nobody asks for decide what is carried: with `2^16` too much in one of them, of 2^64 + 1 would be carried 1 less
/// up to the high half, which would be 0.
#[test]
fn low_limbs_that_nobody_asks_for_have_16_bits() {
    let operands = (274_177, 67_280_421_310_721);
    for first in 0..4 {
        let halves = halves(Mulhu, operands.0, operands.1);
        let mut row = columns(Mulhu, operands, false, halves);
        assert_eq!([row.low, row.high], [word(1), word(1)]);
        row.low[first] += Val::from_u32(1 << 16);
        row.low[first + 1..].fill(Val::from_u32(0xffff));
        row.high = word(0);
        assert!(row.carry_0 != Val::ZERO && row.carry_2 != Val::ZERO);
        if first == 0 {
            row.carry_0 -= Val::ONE;
        }
        if first <= 2 {
            row.carry_2 -= Val::ONE;
        }
        for (cell, scaled) in row.scaled.iter_mut().zip(SCALED).take(2) {
            if first <= scaled.limb {
                *cell -= Val::from_u32(scaled.scale);
            }
        }
        assert!(claimed(Mulhu, operands, &row).check().is_err(), "limb {first}");
    }
}

#[test]
fn every_cell_is_pinned() {
    for codes in [[Mulh, Mulhsu, Mulhu], [Mulhu, Mulh, Mulhsu]] {
        let scene = scene(&[
            (codes[0], 0x1234_5678_9abc_def0, 0xfedc_ba98_7654_3210),
            (codes[1], 1 << 63 | 0x77, u64::MAX),
            (codes[2], u64::MAX, u64::MAX),
        ]);
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        let survivors = scene.survivors();
        assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
    }
}

#[test]
fn degrees_and_cells_are_as_documented() {
    let shape = analyze(&Table::MultiplyHigh, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 101);
}
