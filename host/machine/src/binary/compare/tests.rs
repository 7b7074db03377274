use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{CompareColumns, fill};
use crate::testing::{Scene, assert_hold, operations};
use crate::{OperationCode, Table};

fn scene(operations: &[(OperationCode, u64, u64)]) -> Scene {
    Scene::of_operations(Table::Compare, operations, fill)
}

fn all() -> Vec<(OperationCode, u64, u64)> {
    operations(&[OperationCode::Slt, OperationCode::Sltu], 100)
}

#[test]
fn honest_rows_hold() {
    assert_hold(scene, &all());
}

#[test]
fn another_result_is_refused() {
    for (code, a, b) in all().into_iter().step_by(7) {
        let mut scene = scene(&[(code, a, b)]);
        let result = &mut scene.asked[0].c[0];
        *result = Val::ONE - *result;
        assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
        // The table agrees to the lie.
        let row = &mut scene.tables[0].1.values[..CompareColumns::<Val>::WIDTH];
        let mut columns = CompareColumns::of_row(row);
        columns.is_less = Val::ONE - columns.is_less;
        columns.store(row);
        assert!(scene.check().is_err(), "{code:?} {a:#x} {b:#x}");
    }
}

#[test]
fn a_sign_that_is_not_the_top_bit_is_refused() {
    for (a, b) in [(5, 7), (1 << 63, 3), (u64::MAX, 0)] {
        let mut scene = scene(&[(OperationCode::Slt, a, b)]);
        let row = &mut scene.tables[0].1.values[..CompareColumns::<Val>::WIDTH];
        let mut columns = CompareColumns::of_row(row);
        columns.sign_a = Val::ONE - columns.sign_a;
        columns.is_less += columns.sign_a.double() - Val::ONE;
        columns.store(row);
        scene.asked[0].c[0] = columns.is_less;
        assert!(scene.check().is_err(), "{a:#x} {b:#x}");
    }
}

#[test]
fn every_cell_is_pinned() {
    let scene = scene(&[
        (OperationCode::Slt, 5, u64::MAX),
        (OperationCode::Sltu, 1 << 63, 1 << 40),
        (OperationCode::Slt, 0, 0),
    ]);
    // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
    let survivors = scene.survivors();
    assert!(survivors.iter().all(|(_, row, _)| *row == 3), "{survivors:?}");
}

#[test]
fn degrees_are_as_documented() {
    let shape = analyze(&Table::Compare, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
}
