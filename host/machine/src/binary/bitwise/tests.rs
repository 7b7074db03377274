use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{BitwiseColumns, fill};
use crate::testing::{Scene, assert_hold, operations};
use crate::{OperationCode, Table};

const CODES: [OperationCode; 3] = [OperationCode::And, OperationCode::Or, OperationCode::Xor];

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::Bitwise, operations, fill)
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
    for (code, a, b) in all().into_iter().step_by(11) {
        for limb in 0..4 {
            let mut scene = scene(&[(code, a, b)]);
            scene.asked[0].c[limb] += Val::ONE;
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
            // The table agrees to the lie.
            let row = &mut scene.tables[0].1.values[..BitwiseColumns::<Val>::WIDTH];
            let mut columns = BitwiseColumns::of_row(row);
            columns.and[2 * limb] += match code {
                OperationCode::And => Val::ONE,
                OperationCode::Or => -Val::ONE,
                _ => -Val::TWO.inverse(),
            };
            columns.store(row);
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
        }
    }
}

/// The codes of two operations add up to that of the third, which a row of both would answer twice, with a sum.
#[test]
fn a_row_of_two_operations_is_refused() {
    let (a, b) = (5, 3);
    let mut scene = scene(&[(OperationCode::Xor, a, b); 2]);
    for asked in &mut scene.asked {
        asked.c[0] = Val::from_u64(a + b);
    }
    let (row, other) = scene.tables[0]
        .1
        .values
        .split_at_mut(BitwiseColumns::<Val>::WIDTH);
    let columns = BitwiseColumns {
        is_and: Val::ONE,
        is_or: Val::ONE,
        is_xor: Val::ZERO,
        ..BitwiseColumns::of_row(row)
    };
    columns.store(row);
    other[..BitwiseColumns::<Val>::WIDTH].fill(Val::ZERO);
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    let scene = scene(&[
        (OperationCode::And, 5, u64::MAX),
        (OperationCode::Or, 1 << 63, 1 << 40),
        (OperationCode::Xor, 0x0123_4567_89ab_cdef, 77),
    ]);
    let survivors = scene.survivors();
    assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Bitwise, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
}
