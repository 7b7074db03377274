use alloc::vec;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::columns::SCALES;
use super::trace::columns;
use super::{DivideColumns, fill};
use crate::OperationCode::{Divu, Divuw, Remu, Remuw};
use crate::arith::testing::{assert_broken, assert_only_broken};
use crate::testing::{Asked, Scene, assert_hold, operands, operations};
use crate::word::{bytes, word, word_of_bytes};
use crate::{OperationCode, Table};

const CODES: [OperationCode; 4] = [Divu, Remu, Divuw, Remuw];
const LOW: u64 = u32::MAX as u64;

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::Divide, operations, fill)
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    operations(&CODES, 100)
}

fn is_quotient(code: OperationCode) -> bool {
    matches!(code, Divu | Divuw)
}

/// One division, whose row is what a function makes of it, and whose result is what the row then says.
fn with_row(code: OperationCode, (a, b): (u64, u64), change: impl FnOnce(&mut DivideColumns<Val>)) -> Scene {
    let mut scene = scene(&[(code, a, b)]);
    let row = &mut scene.tables[0].1.values[..DivideColumns::<Val>::WIDTH];
    let mut columns = DivideColumns::of_row(row);
    change(&mut columns);
    scene.asked[0].c = if is_quotient(code) {
        word_of_bytes(&columns.quotient)
    } else {
        columns.remainder
    };
    columns.store(row);
    scene
}

/// Whether a quotient and a remainder are refused, for each of the results.
#[track_caller]
fn assert_refused(codes: [OperationCode; 2], (a, b): (u64, u64), (quotient, remainder): (u64, u64)) {
    for code in codes {
        let claimed = columns(code, (a, b), (quotient, remainder));
        let scene = with_row(code, (a, b), |row| *row = claimed);
        assert!(
            scene.check().is_err(),
            "{code:?} {a:#x} {b:#x} {quotient:#x} {remainder:#x}"
        );
    }
}

/// The `x` with `x b = a` modulo 2^64, of an odd `b`.
fn modular_quotient(a: u64, b: u64) -> u64 {
    let inverse = (0..6).fold(1_u64, |x, _| {
        x.wrapping_mul(2_u64.wrapping_sub(b.wrapping_mul(x)))
    });
    assert_eq!(inverse.wrapping_mul(b), 1);
    inverse.wrapping_mul(a)
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
                let lie = with_row(code, (a, b), |row| {
                    let cell = if is_quotient(code) {
                        &mut row.quotient[2 * limb]
                    } else {
                        &mut row.remainder[limb]
                    };
                    *cell += change;
                });
                assert!(lie.check().is_err(), "{code:?} {a:#x} {b:#x} {limb}");
            }
        }
    }
}

#[test]
fn other_quotients_with_fitting_remainders_are_refused() {
    for (a, b) in operands(100).into_iter().step_by(7) {
        // The remainder makes the equation hold modulo 2^64, or of words modulo 2^32.
        for (codes, ones) in [([Divu, Remu], u64::MAX), ([Divuw, Remuw], LOW)] {
            let honest = codes[0].function().unwrap()(a, b) & ones;
            let [less, more] = [honest.wrapping_sub(1), honest.wrapping_add(1)];
            let others = [less, more, 0, 1, ones, !honest].map(|other| other & ones);
            for quotient in others.into_iter().filter(|other| *other != honest) {
                let remainder = a.wrapping_sub(quotient.wrapping_mul(b)) & ones;
                assert_refused(codes, (a, b), (quotient, remainder));
            }
        }
    }
}

#[test]
fn products_that_wrap_around_are_refused() {
    for (a, b) in [(1, 3), (5, u64::MAX), (0x8000_0000_8000_0000, 0x1_0001), (2, 5)] {
        assert_refused([Divu, Remu], (a, b), (modular_quotient(a, b), 0));
        assert_refused([Divuw, Remuw], (a, b), (modular_quotient(a, b) & LOW, 0));
    }
    // The carry from the last limb is lost: 2^32 * 2^32 and 2^16 * 2^16.
    assert_refused([Divu, Remu], (7, 1 << 32), (1 << 32, 7));
    assert_refused([Divuw, Remuw], (7, 1 << 16), (1 << 16, 7));
    // No product of bytes lies beyond, but the sum does.
    assert_refused([Divu, Remu], (0, 1 << 63), (2, 0));
    assert_refused([Divuw, Remuw], (0, 1 << 31), (2, 0));
    assert_refused([Divu, Remu], (u64::MAX - 1, u64::MAX), (2, 0));
}

#[test]
fn another_quotient_by_zero_is_refused() {
    for a in [0, 1, 5, 1 << 63, u64::MAX, LOW] {
        for quotient in [0, 1, a & (LOW >> 1), u64::MAX << 8, LOW - 1] {
            assert_refused([Divu, Remu], (a, 0), (quotient, a));
            assert_refused([Divuw, Remuw], (a, 7 << 32), (quotient & LOW, a & LOW));
        }
        assert_refused([Divu, Remu], (a, 0), (u64::MAX, !a));
        assert_refused([Divuw, Remuw], (a, 7 << 32), (LOW, !a & LOW));
    }
}

#[test]
fn a_divisor_that_is_not_zero_is_not_taken_for_zero() {
    for code in CODES {
        for (b, label) in [
            (1, "zero has zero as its lower bytes"),
            (1 << 24, "zero has zero as its lower bytes"),
            (1 << 32, "zero has zero as its upper bytes"),
            (1 << 56, "zero has zero as its upper bytes"),
        ] {
            let scene = with_row(code, (77, b), |row| {
                *row = columns(code, (77, 0), (u64::MAX, 77));
                row.b = bytes(b);
            });
            if b & LOW != 0 || matches!(code, Divu | Remu) {
                assert_broken(&scene, label);
            } else {
                assert!(scene.check().is_ok(), "the low 32 bits are zero");
            }
        }
    }
}

#[test]
fn a_limb_that_does_not_decide_is_refused() {
    // 9 = 1 * 3 + 6: as 6 > 3, another limb is said to decide.
    for limb in 0..4 {
        let scene = with_row(Remu, (9, 3), |row| {
            *row = columns(Remu, (9, 3), (1, 6));
            row.decides = [Val::ZERO; 4];
            row.decides[limb] = Val::ONE;
            row.gap = if limb == 0 { -Val::from_u32(4) } else { Val::ZERO };
        });
        assert!(scene.check().is_err(), "{limb}");
    }
    // Of words, the upper limbs of the divisor are greater than those of the remainder.
    for limb in 2..4 {
        let b = 3 | 1 << 32 | 1 << 48;
        let scene = with_row(Remuw, (9, b), |row| {
            *row = columns(Remuw, (9, b), (1, 6));
            row.decides = [Val::ZERO; 4];
            row.decides[limb] = Val::ONE;
            row.gap = Val::ZERO;
        });
        assert!(scene.check().is_err(), "{limb}");
    }
}

#[test]
fn a_limb_below_one_that_is_greater_does_not_decide() {
    // a = 1 b + r, where r is greater than b in a limb, and less in the lower one that is said to decide.
    for (limb, label) in [
        (1, "limb 1 of the remainder is the divisor's"),
        (2, "limb 2 of the remainder is the divisor's"),
        (3, "limb 3 of the remainder is the divisor's"),
    ] {
        for decides in 0..limb {
            let (b, r) = (
                1 << (16 * limb) | 5 << (16 * decides),
                3 << (16 * limb) | 1 << (16 * decides),
            );
            let scene = with_row(Remu, (b + r, b), |row| {
                *row = columns(Remu, (b + r, b), (1, r));
                row.decides = [Val::ZERO; 4];
                row.decides[decides] = Val::ONE;
                row.gap = Val::from_u32(3);
            });
            assert_only_broken(&scene, label);
        }
    }
}

#[test]
fn limbs_decide_by_bits() {
    // 9 = 1 * 3 + 6: limb 0 lacks 4, and counts -1 times; limb 1 lacks 1, and counts twice.
    let scene = with_row(Remu, (9, 3), |row| {
        *row = columns(Remu, (9, 3), (1, 6));
        row.decides = [-Val::ONE, Val::TWO, Val::ZERO, Val::ZERO];
        row.gap = Val::TWO;
    });
    assert_only_broken(&scene, "decides is a bit for each limb");
    // Two divisions in one row, of which one is not there.
    let mut scene = with_row(Remu, (7, 0x1_0000_0005), |row| {
        row.decides = [Val::ZERO, Val::ZERO, Val::ONE, Val::ONE];
        row.gap = -Val::ONE;
    });
    scene.asked = [scene.asked[0]; 2].to_vec();
    assert_broken(
        &scene,
        "the divisor is zero, or one limb decides, or it is padding",
    );
    assert_broken(
        &with_row(Remu, (7, 0), |row| row.is_zero = Val::TWO),
        "is_zero is a bit",
    );
}

#[test]
fn selectors_are_bits() {
    // The quotient twice, and less than no remainder.
    let (a, b) = (17, 5);
    let mut scene = scene(&[(Divu, a, b), (Remu, a, b)]);
    scene.asked = vec![Asked::on(Divu, a, b); 2];
    let row = &mut scene.tables[0].1.values[..DivideColumns::<Val>::WIDTH];
    let mut columns = DivideColumns::of_row(row);
    columns.is_remainder = -Val::ONE;
    columns.store(row);
    assert_broken(&scene, "is_remainder is a bit");
    // The code of a load.
    let mut scene = with_row(Divu, (a, b), |row| row.is_word = Val::TWO);
    scene.asked[0].code = OperationCode::LoadHalf;
    assert_only_broken(&scene, "is_word is a bit");
}

#[test]
fn carries_that_wrap_around_are_refused() {
    // limb + 2^16 carry is the same modulo p for limb + 1 and carry + 32512, as p = 2^16 * 32512 + 1.
    for limb in 0..4 {
        let (a, b) = (0x0003_0003_0003_0003, 0x7777_7777_7777_7777);
        let scene = with_row(Remu, (a, b), |row| {
            let mut carry = Val::ZERO;
            row.remainder[limb] -= Val::ONE;
            for (k, scale) in SCALES.into_iter().enumerate().skip(limb) {
                carry = if k == limb {
                    Val::from_u32(32512)
                } else {
                    carry * Val::from_u32(1 << 16).inverse()
                };
                row.scaled[k] += carry * Val::from_u32(scale);
            }
        });
        assert!(scene.check().is_err(), "{limb}");
    }
}

#[test]
fn fractions_as_carries_are_refused() {
    for (limb, scale) in SCALES.into_iter().enumerate() {
        for numerator in 1..scale {
            let carried = Val::from_u32(scale).inverse() * Val::from_u32(numerator);
            let scene = with_row(Remu, (0x0003_0003_0003_0003, u64::MAX), |row| {
                row.scaled[limb] += Val::from_u32(numerator);
                row.remainder[limb] += carried * Val::from_u32(1 << 16);
                row.remainder[limb + 1] -= carried;
            });
            assert!(scene.check().is_err(), "{limb} {numerator}");
        }
    }
}

#[test]
fn a_word_that_is_extended_by_another_bit_is_refused() {
    for (code, a, b) in [
        (Divuw, 9, 2),
        (Divuw, LOW, 1),
        (Remuw, 1, 7),
        (Remuw, LOW - 1, LOW),
    ] {
        let scene = with_row(code, (a, b), |row| {
            let other = Val::from_u32(0xff) - row.quotient[4];
            row.quotient[4..].fill(other);
            row.remainder[2..].fill(other * Val::from_u32(0x101));
            let sign = if other == Val::ZERO { Val::ONE } else { -Val::ONE };
            row.scaled[2] += sign * Val::from_u32(1 << 16);
        });
        assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
    }
    // Quotients are extended by four equal bytes, and those are zeros or ones.
    let half = |row: &mut DivideColumns<Val>, byte: u32| {
        row.quotient[4..].fill(Val::from_u32(byte));
        row.remainder[2..].fill(Val::from_u32(byte * 0x101));
    };
    assert_broken(
        &with_row(Divuw, (9, 2), |row| half(row, 0x7f)),
        "a word is extended by zeros or ones",
    );
    assert_only_broken(
        &with_row(Divuw, (9, 2), |row| half(row, 0xff)),
        "a word is extended by the top bit",
    );
    assert_only_broken(
        &with_row(Divuw, (9, 2), |row| row.quotient[6] = Val::from_u32(0xff)),
        "a quotient is extended by four equal bytes",
    );
    assert_only_broken(
        &with_row(Remuw, (9, 2), |row| row.remainder[3] = Val::from_u32(0xffff)),
        "a remainder is extended by two equal limbs",
    );
    // Quotient and remainder have other signs, and the wrong one is extended.
    let (a, b) = (0x8000_0001, 0x8000_0002);
    for code in [Divuw, Remuw] {
        let other = if code == Divuw { Remuw } else { Divuw };
        let scene = with_row(code, (a, b), |row| {
            let is_remainder = row.is_remainder;
            *row = columns(other, (a, b), (0, a));
            row.is_remainder = is_remainder;
        });
        assert!(scene.check().is_err(), "{code:?}");
    }
}

#[test]
fn padding_gives_no_remainder() {
    // It would take back the quotient that another row gives, too.
    let mut scene = scene(&[(Divu, 0, 1)]);
    scene.asked = vec![Asked {
        c: word(5),
        ..Asked::on(Remu, 0, 1)
    }];
    let width = DivideColumns::<Val>::WIDTH;
    let row = &mut scene.tables[0].1.values[width..2 * width];
    let mut columns = DivideColumns::of_row(row);
    columns.is_remainder = Val::ONE;
    columns.b[0] = Val::ONE;
    columns.remainder = word(5);
    // The carries of limbs that are no integers: limb 1 takes what is carried.
    columns.scaled[0] = Val::from_u32(5 * SCALES[0]) * Val::from_u32(1 << 16).inverse();
    columns.remainder[1] = -Val::from_u32(5) * Val::from_u32(1 << 16).inverse();
    scene.asked[0].c = columns.remainder;
    columns.store(row);
    assert_only_broken(&scene, "padding gives no remainder");
}

/// `p = 2^16 0x7f00 + 1`, so two limbs of a remainder that come to `p` are nothing in the field: a carry that is a fraction
/// would take the one to the other.
#[test]
fn remainders_that_differ_by_p_are_refused() {
    let fraction = Val::from_u32(1 << 16).inverse();
    for (limb, b) in [(0, 1 << 40), (1, 1 << 60)] {
        for code in [Divu, Remu] {
            let scene = with_row(code, (5, b), |row| {
                row.remainder[limb] += Val::ONE;
                row.remainder[limb + 1] += Val::from_u32(0x7f00);
                row.scaled[limb] = fraction * Val::from_u32(SCALES[limb]);
            });
            assert!(scene.check().is_err(), "{code:?}, limb {limb}");
        }
    }
}

#[test]
fn every_cell_is_pinned() {
    for codes in [[Divu, Remuw, Divu], [Remu, Divuw, Remu]] {
        let scene = scene(&[
            (codes[0], 0x1234_5678_9abc_def0, 0x9abc_5432),
            (codes[1], 1 << 63 | 0x77, 7 << 32 | 5),
            (codes[2], 0xffff_1234_5678, 0),
        ]);
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        let survivors = scene.survivors();
        assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
    }
}

#[test]
fn degrees_and_cells_are_as_documented() {
    let shape = analyze(&Table::Divide, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 80);
}
