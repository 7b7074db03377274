use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::array::from_fn;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::Violation;

use super::{ShiftColumns, fill};
use crate::testing::{Asked, CORNERS, Scene, assert_hold, operands};
use crate::word::{limbs, word};
use crate::{OperationCode, Table};

const CODES: [OperationCode; 6] = [
    OperationCode::Sll,
    OperationCode::Srl,
    OperationCode::Sra,
    OperationCode::Sllw,
    OperationCode::Srlw,
    OperationCode::Sraw,
];

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::Shift, operations, fill)
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    let every_distance = (0..64).flat_map(|b| CORNERS.into_iter().map(move |a| (a, b)));
    let pairs: Vec<_> = every_distance.chain(operands(50)).collect();
    let of = |code| pairs.iter().map(move |(a, b)| (code, *a, *b));
    CODES.into_iter().flat_map(of).collect()
}

#[test]
fn honest_rows_hold() {
    assert_hold(scene, &all());
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(97) {
        for limb in 0..4 {
            let mut scene = scene(&[(code, a, b)]);
            scene.asked[0].c[limb] += Val::ONE;
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
            // The table agrees to the lie, in all that follows from the result alone.
            let row = &mut scene.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
            let mut columns = ShiftColumns::of_row(row);
            columns.moved[limb] += Val::ONE;
            if limb == 1 {
                columns.checked += Val::ONE - columns.is_arithmetic;
            }
            columns.store(row);
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
        }
    }
}

#[test]
fn the_result_of_another_distance_is_refused() {
    for code in CODES {
        let (a, b) = (0x9234_5678_9abc_def1, 13);
        for other in [12, 14, 5, 21, 13 + 32] {
            let Some(function) = code.function() else {
                unreachable!()
            };
            if function(a, other) == function(a, b) {
                continue;
            }
            let mut scene = scene(&[(code, a, other)]);
            scene.asked[0].b[0] = Val::from_u64(b);
            assert!(scene.check().is_err(), "{code:?} {other}");
            let row = &mut scene.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
            let mut columns = ShiftColumns::of_row(row);
            columns.b[0] = Val::from_u64(b);
            columns.store(row);
            assert!(scene.check().is_err(), "{code:?} {other}");
        }
    }
}

/// Products whose bytes and carries add up to the same, as integers or in the field, but are no bytes.
#[test]
fn carries_that_wrap_around_are_refused() {
    let inverse = Val::from_u32(1 << 16).inverse();
    for (code, a, b) in all().into_iter().step_by(97) {
        for limb in 0..4 {
            for (low, carry) in [
                (Val::from_u32(1 << 16), -Val::ONE),
                (-Val::from_u32(1 << 16), Val::ONE),
                (-Val::ONE, inverse),
                (Val::ONE, -inverse),
            ] {
                let mut scene = scene(&[(code, a, b)]);
                let row = &mut scene.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
                let mut columns = ShiftColumns::of_row(row);
                columns.product[2 * limb] += low;
                if limb < 3 {
                    columns.carry[limb] += carry;
                    columns.product[2 * limb + 2] += carry;
                } else {
                    columns.product[8] += carry;
                }
                columns.store(row);
                let report = scene.check().unwrap_err().to_string();
                assert!(report.contains("byte pair"), "{code:?} {a:#x} {b:#x}: {report}");
                assert!(!report.contains("`product "), "{code:?} {a:#x} {b:#x}: {report}");
            }
        }
    }
}

fn is_arithmetic(code: OperationCode) -> bool {
    matches!(code, OperationCode::Sra | OperationCode::Sraw)
}

/// A row that says of a shift what somebody likes, and is honest about all that follows.
#[derive(Clone, Copy, Debug)]
struct Claim {
    code: OperationCode,
    a: u64,
    b: u64,
    /// Of the factor.
    exponent: u64,
    /// The bytes that the product moves by; one more to the right.
    bytes: u64,
    sign: bool,
    /// Whether ones are shifted in.
    ones: bool,
    /// What is added to the limb that has the sign.
    checked: Val,
}

impl Claim {
    /// The shift as it is.
    fn honest(code: OperationCode, a: u64, b: u64) -> Self {
        let is_word = code as u32 >= OperationCode::Sllw as u32;
        let distance = b % if is_word { 32 } else { 64 };
        let is_left = matches!(code, OperationCode::Sll | OperationCode::Sllw);
        let sign = match code {
            OperationCode::Sra => a >> 63,
            OperationCode::Sraw => a >> 31 & 1,
            _ => code.function().unwrap()(a, b) >> 31 & 1,
        };
        Self {
            code,
            a,
            b,
            exponent: if is_left { distance % 8 } else { 8 - distance % 8 },
            bytes: distance / 8,
            sign: sign == 1,
            ones: sign == 1 && is_arithmetic(code),
            checked: Val::ZERO,
        }
    }

    /// The row, and the operation that it answers.
    fn scene(&self) -> Scene {
        let Self { code, a, b, .. } = *self;
        let mut scene = scene(&[(code, a, b)]);
        let row = &mut scene.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
        let old = ShiftColumns::of_row(row);
        let is_word = old.is_word == Val::ONE;
        let is_left = matches!(code, OperationCode::Sll | OperationCode::Sllw);
        let ones = if self.ones { u64::MAX } else { 0 };
        let shifted = if is_word { a & 0xffff_ffff | ones << 32 } else { a };
        let factor = 1_u64 << self.exponent;
        let mut carry = 0;
        let carries = limbs(shifted).map(|limb| {
            carry = (u64::from(limb) * factor + carry) >> 16;
            carry
        });
        let mut product = (u128::from(shifted) * u128::from(factor)) as i128;
        if self.ones {
            product -= i128::from(factor) << 64;
        }
        let moved = if is_left {
            product << (8 * self.bytes)
        } else {
            product >> (8 * (self.bytes + 1))
        } as u64;
        let distance = if is_left {
            8 * self.bytes + self.exponent
        } else {
            8 * self.bytes + 8 - self.exponent
        };
        let unit = Val::from_u32(if is_word { 32 } else { 64 });
        let half = [self.bytes < 4, self.bytes >= 4];
        let product_bytes = product.to_le_bytes();
        let moved = word::<Val>(moved);
        let columns = ShiftColumns {
            left: half.map(|half| Val::from_bool(half && is_left)),
            right: half.map(|half| Val::from_bool(half && !is_left)),
            bytes: from_fn(|i| Val::from_bool(i as u64 + 1 == self.bytes % 4)),
            rest: (old.b[0] - Val::from_u64(distance)) / unit,
            small_power: Val::from_u64(1 << (self.exponent % 3)),
            large_power: Val::from_u64(1 << (self.exponent / 3 * 3)),
            factor: Val::from_u64(factor),
            checked: match (is_arithmetic(code), is_word) {
                (false, _) => moved[1],
                (true, true) => old.a[1],
                (true, false) => old.a[3],
            } + self.checked,
            sign: Val::from_bool(self.sign),
            is_negative: Val::from_bool(self.ones),
            product: from_fn(|i| Val::from_u8(product_bytes[i])),
            carry: from_fn(|i| Val::from_u64(carries[i])),
            moved,
            ..old
        };
        columns.store(row);
        scene.asked[0].c = moved;
        if is_word {
            let extension = Val::from_u32(if self.sign { 0xffff } else { 0 });
            scene.asked[0].c[2] = extension;
            scene.asked[0].c[3] = extension;
        }
        scene
    }

    /// What the row is refused by.
    fn refused_by(&self) -> Vec<String> {
        refused_by(&self.scene())
    }
}

/// The constraints that do not hold, by their labels, and the buses that do not balance.
fn refused_by(scene: &Scene) -> Vec<String> {
    let violations = scene.check().err().unwrap_or_default().violations;
    violations
        .into_iter()
        .map(|violation| match violation {
            Violation::Constraint { label, .. } => label,
            Violation::Bus { bus, .. } | Violation::Multiplicity { bus, .. } => bus,
            _ => violation.to_string(),
        })
        .collect()
}

/// All there is to choose, and just one choice holds.
#[test]
fn one_distance_and_one_sign_hold() {
    for code in CODES {
        for (a, b) in [
            (0x8765_4321_8fed_cba9, 0),
            (0x8765_4321_0fed_cba9, 0x1_ffc0),
            (0x0123_4567_89ab_cdef, 17),
            (0x0123_4567_09ab_cdef, 31),
            (0xfedc_ba98_8765_4321, 0x1_0020),
            (0xfedc_ba98_8765_4321, 0xffff),
            (0, 8),
            (u64::MAX, 7),
        ] {
            let honest = Claim::honest(code, a, b);
            assert!(honest.refused_by().is_empty(), "{honest:?}");
            assert_eq!(honest.scene().tables[0].1, scene(&[(code, a, b)]).tables[0].1);
            for index in 0..9 * 8 * 2 {
                let claim = Claim {
                    exponent: index % 9,
                    bytes: index / 9 % 8,
                    sign: index / 72 == 1,
                    ones: index / 72 == 1 && is_arithmetic(code),
                    ..honest
                };
                let is_honest =
                    (claim.exponent, claim.bytes, claim.sign) == (honest.exponent, honest.bytes, honest.sign);
                assert_eq!(claim.refused_by().is_empty(), is_honest, "{claim:?}");
            }
        }
    }
}

/// Nothing is left of what moves by all of its bits, but `b` says that it does not move.
#[test]
fn to_move_by_all_bits_is_refused() {
    let a = 0xfedc_ba98_8765_4321;
    for code in CODES {
        let honest = Claim::honest(code, a, 0);
        let is_word = code as u32 >= OperationCode::Sllw as u32;
        let is_left = matches!(code, OperationCode::Sll | OperationCode::Sllw);
        let (exponent, label) = if is_left {
            (8, "the factor to the left is not 2^8")
        } else {
            (0, "the factor to the right is not 1")
        };
        let claim = Claim {
            b: if is_word { 32 } else { 64 },
            exponent,
            bytes: if is_word { 3 } else { 7 },
            // What is shifted has it, or zeros.
            sign: honest.ones,
            ..honest
        };
        assert_eq!(claim.refused_by(), [label], "{code:?}");
    }
}

/// A sign that is not that of the limb; and a limb that has the sign, but is another.
#[test]
fn another_sign_is_refused() {
    let half = Val::from_u32(1 << 15);
    for code in CODES {
        for a in [0x8765_4321_8fed_cba9, 0x0123_4567_09ab_cdef, 0, u64::MAX] {
            for a in [a, a ^ 1 << 31] {
                for b in [0, 1, 8, 16, 31, 33, 63] {
                    let honest = Claim::honest(code, a, b);
                    let forged = Claim {
                        sign: !honest.sign,
                        ones: !honest.sign && is_arithmetic(code),
                        ..honest
                    };
                    assert_eq!(forged.refused_by(), ["range 16"], "{forged:?}");
                    let agreed = Claim {
                        checked: if honest.sign { -half } else { half },
                        ..forged
                    };
                    assert_eq!(agreed.refused_by(), ["the limb that has the sign"], "{agreed:?}");
                }
            }
        }
    }
}

/// What is shifted in, without regard to the sign, or by a shift that shifts zeros in.
#[test]
fn other_ones_above_are_refused() {
    for code in CODES {
        for a in [0x8765_4321_8fed_cba9, 0x0123_4567_09ab_cdef] {
            for b in [0, 1, 8, 31, 63] {
                let honest = Claim::honest(code, a, b);
                // The result may have another sign then.
                let by = [false, true].map(|sign| {
                    let ones = !honest.ones;
                    Claim { sign, ones, ..honest }.refused_by()
                });
                let label = "negative numbers have ones above";
                assert!(by.iter().any(|by| *by == [label]), "{honest:?}: {by:?}");
            }
        }
    }
}

/// Bit 31 of the result stands in all upper bits, also of what is shifted by nothing, or came from below.
#[test]
fn results_of_32_bits_are_extended() {
    use OperationCode::{Sllw, Sraw, Srlw};
    for (code, a, b, c) in [
        (Srlw, 0x1234_5678_8000_0001, 0, 0xffff_ffff_8000_0001),
        (Srlw, 0x1234_5678_8000_0001, 32, 0xffff_ffff_8000_0001),
        (Srlw, 0xffff_ffff_8000_0001, 1, 0x4000_0000),
        (Sllw, 0xffff_ffff_4000_0001, 1, 0xffff_ffff_8000_0002),
        (Sllw, 1, 31, 0xffff_ffff_8000_0000),
        (Sllw, 0xffff_ffff_8000_0001, 1, 2),
        (Sraw, 0x0000_0000_8000_0000, 31, u64::MAX),
        (Sraw, 0xffff_ffff_7fff_ffff, 31, 0),
        (Sraw, 0xffff_ffff_7fff_ffff, 0, 0x7fff_ffff),
    ] {
        let mut scene = scene(&[(code, a, b)]);
        assert_eq!(scene.asked[0].c, word(c));
        assert!(scene.check().is_ok());
        for limb in [2, 3] {
            scene.asked[0].c[limb] = Val::from_u32(0xffff) - scene.asked[0].c[limb];
        }
        assert!(scene.check().is_err(), "{code:?} {a:#x} {b}");
    }
}

/// A row that answers with other cells than an honest one, which `change` gives, and what is asked then.
fn forged(
    code: OperationCode,
    a: u64,
    b: u64,
    num_asked: usize,
    change: impl Fn(&mut ShiftColumns<Val>, &mut Asked),
) -> Scene {
    let mut scene = scene(&[(code, a, b)]);
    let row = &mut scene.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
    let mut columns = ShiftColumns::of_row(row);
    let mut asked = Asked::on(code, a, b);
    change(&mut columns, &mut asked);
    columns.store(row);
    scene.asked = alloc::vec![asked; num_asked];
    scene
}

/// Far to the left and once less near to the left is no direction at all, so a row could shift to the right, too.
#[test]
fn a_row_does_not_shift_less_than_once() {
    let scene = forged(OperationCode::Srl, 1, 4, 1, |columns, asked| {
        columns.left = [-Val::ONE, Val::ONE];
        columns.b = word(36);
        // To the left by 4 less than nothing, and by 36.
        columns.moved = [-Val::from_u32(16), Val::ZERO, Val::from_u32(16), Val::ZERO];
        (asked.b, asked.c) = (columns.b, columns.moved);
    });
    assert!(scene.check().is_err());
}

/// A row that shifts twice would answer two questions for an operation whose code is that of two others together.
#[test]
fn a_row_does_not_shift_twice() {
    assert_eq!(OperationCode::Srlw as u32, 2 * OperationCode::Sll as u32);
    let scene = forged(OperationCode::Sll, 1, 2, 2, |columns, asked| {
        columns.left = [Val::ONE; 2];
        (columns.small_power, columns.large_power) = (Val::TWO, Val::TWO);
        // By none and by one byte, near and far.
        columns.bytes = [Val::ONE, Val::ZERO, Val::ZERO];
        let large = Val::from_u32(78) * Val::from_u32(504).inverse();
        let exponent = Val::ONE + large * Val::from_u32(3);
        columns.b = [
            exponent.double() + Val::from_u32(8 + 32),
            Val::ZERO,
            Val::ZERO,
            Val::ZERO,
        ];
        let limb = Val::from_u32(4 + (4 << 8));
        columns.moved = [limb, Val::ZERO, limb, Val::ZERO];
        asked.code = OperationCode::Srlw;
        (asked.b, asked.c) = (columns.b, columns.moved);
    });
    assert!(scene.check().is_err());
}

/// What is looked up has 16 bits for other signs, too, with which 32 bits would be extended by anything.
#[test]
fn a_sign_that_is_no_bit_is_refused() {
    let scene = forged(OperationCode::Sllw, 1, 4, 1, |columns, asked| {
        columns.sign = -Val::from_u32(1 << 16).inverse();
        let above = columns.sign * Val::from_u32(0xffff);
        asked.c[2..].fill(above);
    });
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    for code in CODES {
        for (a, b) in [
            (0x8765_4321_8fed_cba9, 0x1234_0045),
            (0x0123_4567_89ab_cdef, 17),
            (0xfedc_ba98_0765_4321, 0xffff_ffff_0000_ffd3),
            (0x0123_4567_89ab_cdef, 0),
        ] {
            // What no constraint of a padding row reads, and no message says.
            let free = |column: usize| {
                let row: Vec<usize> = (0..ShiftColumns::<Val>::WIDTH).collect();
                let columns = ShiftColumns::of_row(&row);
                columns.a.contains(&column) || columns.b[1..].contains(&column) || columns.sign == column
            };
            let survivors = scene(&[(code, a, b)]).survivors();
            assert!(
                survivors.iter().all(|(_, row, column)| *row > 0 && free(*column)),
                "{code:?} {a:#x} {b:#x}: {survivors:?}"
            );
        }
    }
}

/// A row without a direction says nothing, whatever stands there that is not pinned; nor can it be of another kind.
#[test]
fn padding_rows_do_nothing() {
    for code in CODES {
        let (a, b) = (0xfedc_ba98_8765_4321, 21);
        let of_shift = scene(&[(code, a, b)]);
        let mut padding = of_shift.clone();
        padding.asked.clear();
        assert!(
            padding.check().is_err(),
            "{code:?}: a shift that nobody asked for"
        );
        let row = &mut padding.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
        let old = ShiftColumns::of_row(row);
        let zero = Val::ZERO;
        let empty = ShiftColumns::of_row(&[zero; ShiftColumns::<Val>::WIDTH]);
        ShiftColumns {
            a: old.a,
            b: [zero, old.b[1], old.b[2], old.b[3]],
            sign: old.sign,
            ..empty
        }
        .store(row);
        assert!(padding.check().is_ok(), "{code:?}");
        assert!(
            Scene {
                asked: of_shift.asked.clone(),
                ..padding
            }
            .check()
            .is_err(),
            "{code:?}: a shift that nobody does"
        );
        let mut both = of_shift;
        let row = &mut both.tables[0].1.values[..ShiftColumns::<Val>::WIDTH];
        ShiftColumns {
            left: [zero; 2],
            right: [zero; 2],
            ..old
        }
        .store(row);
        both.asked.clear();
        let label = "the small power is 1, 2 or 4";
        assert!(refused_by(&both).iter().any(|by| by == label), "{code:?}");
    }
}

#[test]
fn degrees_and_cost_are_as_documented() {
    let shape = analyze(&Table::Shift, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!((shape.main_width(), shape.logup_width()), (40, 25));
    assert_eq!(shape.cells_per_row(), 65);
}
