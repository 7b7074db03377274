use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{HighColumns, fill};
use crate::testing::{Scene, operands};
use crate::{OperationCode, Table};

const CODES: [OperationCode; 3] = [OperationCode::Mulh, OperationCode::Mulhsu, OperationCode::Mulhu];

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::High, operations, fill)
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    let of = |code| operands(200).into_iter().map(move |(a, b)| (code, a, b));
    CODES.into_iter().flat_map(of).collect()
}

/// Changes the columns of the first row.
fn change(scene: &mut Scene, change: impl FnOnce(&mut HighColumns<Val>)) {
    let row = &mut scene.tables[0].1.values[..HighColumns::<Val>::WIDTH];
    let mut columns = HighColumns::of_row(row);
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
    for (code, a, b) in all().into_iter().step_by(13) {
        for limb in 0..4 {
            let mut scene = scene(&[(code, a, b)]);
            scene.asked[0].c[limb] += Val::ONE;
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
            // The table agrees to the lie.
            change(&mut scene, |columns| {
                columns.c[limb] += Val::ONE;
                columns.high[limb] += Val::ONE;
            });
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
            // What is too much comes from the limb below, as a fraction of what it hands on.
            change(&mut scene, |columns| {
                let mut excess = Val::ONE;
                for carry in columns.carry[..limb + 4].iter_mut().rev() {
                    *carry += excess;
                    excess *= Val::from_u32(1 << 16);
                }
                columns.low[0] -= excess;
            });
            assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
        }
    }
}

#[test]
fn fractions_as_carries_are_refused() {
    let mut scene = scene(&[(OperationCode::Mulhu, u64::MAX, u64::MAX)]);
    let sixteenth = Val::from_u32(1 << 4).inverse();
    change(&mut scene, |columns| {
        columns.carry[0] -= sixteenth;
        columns.low[0] += sixteenth * Val::from_u32(1 << 16);
        columns.low[1] -= sixteenth;
    });
    assert!(scene.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    let scene = scene(&[
        (OperationCode::Mulh, u64::MAX - 5, 0x8765_4321_0fed_cba9),
        (OperationCode::Mulhsu, 1 << 63, u64::MAX),
        (OperationCode::Mulhu, 0x0123_4567_89ab_cdef, u64::MAX - 77),
    ]);
    let survivors = scene.survivors();
    assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::High, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
}
