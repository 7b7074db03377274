use alloc::string::ToString;

use p3_field::{Field, PrimeCharacteristicRing};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{DoubleColumns, fill};
use crate::memory::WordState;
use crate::memory::testing::{
    BACKWARDS, Recording, aliases, assert_only, only_memory_is_unbalanced, upper_parts,
};
use crate::messages::Space;
use crate::testing::{CORNERS, Scene};
use crate::{OperationCode, Table};

const CODES: [OperationCode; 2] = [OperationCode::LoadDouble, OperationCode::StoreDouble];

fn scene(recording: Recording) -> Scene {
    recording.scene(Table::Double, |recorded, row| {
        assert_eq!(recorded.request.table(), Some(Table::Double));
        fill(&recorded.request, recorded.is_read_only[0], &recorded.old[0], row);
    })
}

/// One access of a word that was accessed before, at time 70000.
fn single(code: OperationCode, address: u64, old: u64, value: u64) -> Scene {
    let mut recording = Recording::default();
    let state = WordState {
        value: old,
        time: 70_000,
    };
    recording
        .memory
        .begin(Space::ReadWrite, (address / 8) as u32, state);
    recording.push_at(200_000, code, address + 5, -5, value);
    scene(recording)
}

/// Changes the columns of a row.
fn forge_row(scene: &mut Scene, row: usize, change: impl FnOnce(&mut DoubleColumns<Val>)) {
    let width = DoubleColumns::<Val>::WIDTH;
    let row = &mut scene.tables[0].1.values[row * width..(row + 1) * width];
    let mut columns = DoubleColumns::of_row(row);
    change(&mut columns);
    columns.store(row);
}

/// Changes the columns of the first row.
fn forge(scene: &mut Scene, change: impl FnOnce(&mut DoubleColumns<Val>)) {
    forge_row(scene, 0, change);
}

fn assert_refused(scene: &Scene, why: &str) {
    assert!(scene.check().is_err(), "{why}");
}

fn everything() -> Recording {
    let mut recording = Recording::default();
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for corner in CORNERS {
        recording.push(OperationCode::StoreDouble, 0x2000_0800, -0x800, corner);
        recording.push(OperationCode::LoadDouble, 0x2000_0003, -3, 0);
        recording.push(OperationCode::StoreDouble, 0x2000_0001, 7, rng.random());
        recording.push(OperationCode::LoadDouble, 0x2000_0000, 0, 0);
    }
    for offset in [-0x800, -8, -1, 0, 5, 8, 0x7f8] {
        for code in CODES {
            for address in [0x1000, 0x1234_5678, 0x4fff_fff8_u64] {
                recording.push(code, address.wrapping_sub(offset as u64), offset, rng.random());
            }
        }
        recording.push(
            OperationCode::LoadDouble,
            0x6fff_fff8_u64.wrapping_sub(offset as u64),
            offset,
            0,
        );
    }
    // So that every difference of times occurs.
    for _ in 0..0x400 {
        recording.push(OperationCode::LoadDouble, 0x2000_0000, 0, 0);
    }
    recording
}

#[test]
fn honest_rows_hold() {
    let result = scene(everything()).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(scene(Recording::default()).check().is_ok(), "padding alone");
}

#[test]
fn another_result_is_refused() {
    for old in CORNERS {
        for limb in 0..4 {
            for change in [Val::ONE, Val::from_u32(0xffff), Val::from_u32(1 << 8), -Val::ONE] {
                let mut scene = single(OperationCode::LoadDouble, 0x2000_0000, old, 0);
                scene.asked[0].c[limb] += change;
                assert_refused(&scene, "the table says otherwise");
                // The table agrees to the lie: as if that stood there then, or had before.
                forge(&mut scene, |columns| columns.new[limb] += change);
                assert_refused(&scene, "the word after is another one");
                assert!(!only_memory_is_unbalanced(&scene), "{old} {limb}");
                forge(&mut scene, |columns| columns.old[limb] += change);
                assert_refused(&scene, "so is the one before");
                let mut scene = single(OperationCode::LoadDouble, 0x2000_0000, old, 0);
                scene.asked[0].b[limb] += change;
                assert_refused(&scene, "another offset");
            }
        }
    }
}

#[test]
fn what_is_stored_is_what_is_asked_for() {
    let value = 0x7766_5544_3322_1100;
    for limb in 0..4 {
        for change in [Val::ONE, -Val::ONE, Val::from_u32(1 << 8), Val::from_u32(1 << 15)] {
            let honest = single(
                OperationCode::StoreDouble,
                0x2000_0000,
                0x8123_4567_89ab_cdef,
                value,
            );
            let mut scene = honest.clone();
            forge(&mut scene, |columns| columns.new[limb] += change);
            // Whatever memory should hold then.
            assert!(!only_memory_is_unbalanced(&scene), "{limb}");
            scene.asked[0].c[limb] += change;
            assert!(only_memory_is_unbalanced(&scene), "{limb}: another operation");
            let mut scene = honest;
            scene.asked[0].b[limb] += change;
            assert_refused(&scene, "another offset");
        }
    }
}

#[test]
fn no_read_only_memory_is_written() {
    let mut recording = Recording::default();
    recording.push(OperationCode::StoreDouble, 0x5000_0000, 0, 7);
    let mut scene = scene(recording);
    assert_refused(&scene, "a store in read-only memory");
    forge(&mut scene, |columns| columns.is_read_only = Val::ZERO);
    assert_refused(&scene, "as if it might be written");
}

#[test]
fn a_load_is_of_the_space_in_which_the_word_is() {
    // Of the last two, the first would be the registers' space.
    for space in [Val::ONE, -Val::ONE, Val::TWO] {
        let mut scene = single(OperationCode::LoadDouble, 0x2000_0000, 5, 0);
        forge(&mut scene, |columns| columns.is_read_only = space);
        assert_refused(&scene, "no such word");
        assert_eq!(only_memory_is_unbalanced(&scene), space == Val::ONE, "{space}");
    }
}

#[test]
fn an_access_is_after_the_one_before() {
    // The access says that it was before the state that it received, by any number of parts.
    for code in CODES {
        for times in BACKWARDS {
            let mut scene = scene(Recording::backwards(times, code));
            for high in upper_parts(times) {
                forge(&mut scene, |columns| columns.access.high = high);
                assert_refused(&scene, "time runs backwards");
            }
        }
    }
}

#[test]
fn no_address_has_an_alias() {
    for code in CODES {
        for address in [0x1000, 0x1234_5670, 0x6fff_fff8] {
            let mut scene = single(code, address, 9, 0);
            for [low, upper] in aliases(address + 5) {
                scene.asked[0].a = [low, upper, Val::ZERO, Val::ZERO];
                forge(&mut scene, |columns| columns.base = [low, upper]);
                assert_refused(&scene, "a base above p");
            }
        }
        // A base of more than 32 bits finds no row.
        for limb in [2, 3] {
            let mut scene = single(code, 0x1000, 9, 0);
            scene.asked[0].a[limb] = Val::ONE;
            assert_refused(&scene, "a base of 33 bits or more");
        }
    }
}

#[test]
fn an_address_between_multiples_of_8_has_no_row() {
    for code in CODES {
        for position in 1..8 {
            for of in [0x2000_0000, 0x2000_0008] {
                let mut scene = single(code, of, 0x8123_4567_89ab_cdef, 1);
                let base = Val::from_u64(of + 5 + position - 0x2000_0000);
                scene.asked[0].a[0] = base;
                forge(&mut scene, |columns| columns.base[0] = base);
                assert!(only_memory_is_unbalanced(&scene), "{code:?} {of} {position}");
                // The same by the offset.
                let mut scene = single(code, of, 0x8123_4567_89ab_cdef, 1);
                let offset = Val::from_u64(position) - Val::from_u32(5);
                scene.asked[0].b[0] = offset;
                forge(&mut scene, |columns| columns.offset = offset);
                assert!(only_memory_is_unbalanced(&scene), "{code:?} {of} {position}");
            }
        }
    }
}

#[test]
fn no_store_has_the_code_of_a_load_and_no_load_that_of_a_store() {
    for (code, other) in [(CODES[0], CODES[1]), (CODES[1], CODES[0])] {
        let mut scene = single(code, 0x2000_0000, 5, 6);
        scene.asked[0].code = other;
        assert_refused(&scene, "the row is one of the other");
        forge(&mut scene, |columns| {
            (columns.is_load, columns.is_store) = (columns.is_store, columns.is_load);
        });
        // To load a word is to store what it holds.
        if code == OperationCode::StoreDouble {
            assert_only(&scene, "a load changes nothing");
        } else {
            assert_eq!(scene.check(), Ok(()));
        }
    }
    // The codes of narrower accesses, as sums of others.
    for code in [
        OperationCode::LoadWord,
        OperationCode::StoreWord,
        OperationCode::StoreByte,
    ] {
        let mut scene = single(OperationCode::LoadDouble, 0x2000_0000, 5, 0);
        scene.asked[0].code = code;
        let [load, store] = CODES.map(|code| Val::from_u32(code as u32));
        let is_store = (Val::from_u32(code as u32) - load) * (store - load).inverse();
        forge(&mut scene, |columns| {
            (columns.is_load, columns.is_store) = (Val::ONE - is_store, is_store);
        });
        assert_refused(&scene, "parts of flags");
    }
}

#[test]
fn an_access_is_not_both() {
    for code in CODES {
        let mut scene = single(code, 0x2000_0000, 5, 5);
        forge(&mut scene, |columns| {
            (columns.is_load, columns.is_store) = (Val::ONE, Val::ONE);
        });
        let report = scene.check().expect_err("both").to_string();
        assert!(report.contains("an access is a load or a store"), "{report}");
        // One more or one less than none.
        let [one, other] = if code == CODES[0] {
            [Val::TWO, -Val::ONE]
        } else {
            [-Val::ONE, Val::TWO]
        };
        forge(&mut scene, |columns| {
            (columns.is_load, columns.is_store) = (one, other);
        });
        assert_refused(&scene, "flags that are no bits");
    }
}

#[test]
fn padding_does_nothing() {
    // Neither flag is set, or they are as many: nothing that is asked for is answered, and no word changes.
    for code in CODES {
        let mut scene = single(code, 0x2000_0000, 5, 6);
        forge(&mut scene, |columns| {
            (columns.is_load, columns.is_store) = (Val::ZERO, Val::ZERO);
        });
        assert_refused(&scene, "a row that is none answers");
        let mut scene = single(code, 0x2000_0000, 5, 6);
        scene.asked.clear();
        scene.memory = crate::testing::TestMemory::default();
        for (load, store) in [(Val::ONE, -Val::ONE), (-Val::ONE, Val::ONE)] {
            forge(&mut scene, |columns| {
                (columns.is_load, columns.is_store) = (load, store);
            });
            assert_refused(&scene, "a store that cancels a load");
        }
    }
    // A row behind the last one that says an access of which nobody knows.
    for (load, store) in [
        (Val::ONE, Val::ZERO),
        (Val::ZERO, Val::ONE),
        (-Val::ONE, Val::ZERO),
        (Val::ZERO, -Val::ONE),
    ] {
        let mut scene = single(OperationCode::LoadDouble, 0x2000_0000, 5, 0);
        forge_row(&mut scene, 1, |columns| {
            (columns.is_load, columns.is_store) = (load, store);
        });
        assert_refused(&scene, "padding that is an access");
    }
}

#[test]
fn every_cell_is_pinned() {
    for start in 0..CODES.len() {
        // Each of them is the first row once.
        let mut recording = Recording::default();
        for index in 0..4 {
            let code = CODES[(start + index) % 2];
            recording.push(
                code,
                0x2000_0100,
                8 * start as i32,
                0x8899_aabb_ccdd_eeff + index as u64,
            );
        }
        let survivors = scene(recording).survivors();
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        assert!(survivors.iter().all(|(_, row, _)| *row == 4), "{survivors:?}");
    }
}

#[test]
fn degrees_and_cost_are_as_documented() {
    let shape = analyze(&Table::Double, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 32);
}
