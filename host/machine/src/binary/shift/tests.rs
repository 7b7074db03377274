use alloc::string::ToString;
use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{ShiftColumns, fill};
use crate::testing::{CORNERS, Scene, operands};
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
    let result = scene(&all()).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(scene(&[]).check().is_ok(), "padding alone");
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
            columns.c[limb] += Val::ONE;
            columns.moved[limb] += Val::ONE - columns.is_complemented.double();
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
                columns.carry[limb] += carry;
                if limb < 3 {
                    columns.product[2 * limb + 2] += carry;
                }
                columns.store(row);
                let report = scene.check().unwrap_err().to_string();
                assert!(report.contains("byte pair"), "{code:?} {a:#x} {b:#x}: {report}");
                assert!(!report.contains("`product "), "{code:?} {a:#x} {b:#x}: {report}");
            }
        }
    }
}

#[test]
fn every_cell_is_pinned() {
    for codes in CODES.as_chunks::<3>().0 {
        let [x, y, z] = *codes;
        let scene = scene(&[
            (x, 0x8765_4321_8fed_cba9, 0x1234_0045),
            (y, 0x0123_4567_89ab_cdef, 17),
            (z, 0xfedc_ba98_8765_4321, 0xffff_ffff_0000_ffd3),
        ]);
        let survivors = scene.survivors();
        assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
    }
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Shift, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
}
