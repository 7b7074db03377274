use p3_field::{Field, PrimeCharacteristicRing};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{AlignedColumns, fill};
use crate::memory::codes::SIGNED_LESS;
use crate::memory::testing::{
    BACKWARDS, Recording, aliases, assert_only, num_bytes, only_memory_is_unbalanced, upper_parts,
};
use crate::memory::{Request, WordState};
use crate::messages::Space;
use crate::testing::{CORNERS, Scene};
use crate::{OperationCode, Table};

const LOADS: [OperationCode; 6] = [
    OperationCode::LoadByte,
    OperationCode::LoadHalf,
    OperationCode::LoadWord,
    OperationCode::LoadByteUnsigned,
    OperationCode::LoadHalfUnsigned,
    OperationCode::LoadWordUnsigned,
];
const STORES: [OperationCode; 3] = [
    OperationCode::StoreByte,
    OperationCode::StoreHalf,
    OperationCode::StoreWord,
];

fn scene(recording: Recording) -> Scene {
    recording.scene(Table::Aligned, |recorded, row| {
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

/// Changes the columns of the first row.
fn forge(scene: &mut Scene, change: impl FnOnce(&mut AlignedColumns<Val>)) {
    let row = &mut scene.tables[0].1.values[..AlignedColumns::<Val>::WIDTH];
    let mut columns = AlignedColumns::of_row(row);
    change(&mut columns);
    columns.store(row);
}

fn assert_refused(scene: &Scene, why: &str) {
    assert!(scene.check().is_err(), "{why}");
}

fn everything() -> Recording {
    let mut recording = Recording::default();
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for code in LOADS.into_iter().chain(STORES) {
        for position in (0..8).step_by(num_bytes(code) as usize) {
            for corner in CORNERS {
                // Stores overwrite each other, so loads find corners.
                recording.push(OperationCode::StoreWord, 0x2000_0800, -0x800, corner);
                recording.push(OperationCode::StoreWord, 0x2000_0800, -0x7fc, corner >> 32);
                let value = rng.random::<u64>();
                recording.push(code, 0x2000_0000 + position, 0, value);
                recording.push(code, 0x2000_0000, position as i32, corner);
            }
        }
        for offset in [-0x800, -8, 0, 8, 0x7f8] {
            for address in [0x1000, 0x1234_5678, 0x4fff_fff8_u64] {
                recording.push(code, address.wrapping_sub(offset as u64), offset, rng.random());
            }
            if LOADS.contains(&code) {
                recording.push(code, 0x6fff_fff8_u64.wrapping_sub(offset as u64), offset, 0);
            }
        }
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
    for code in LOADS {
        for position in (0..8).step_by(num_bytes(code) as usize) {
            for old in CORNERS {
                for limb in 0..4 {
                    for change in [Val::ONE, Val::from_u32(0xffff), Val::from_u32(1 << 8), -Val::ONE] {
                        let mut scene = single(code, 0x2000_0000 + position, old, 0);
                        scene.asked[0].c[limb] += change;
                        assert_refused(&scene, "the table says otherwise");
                        // The table agrees to the lie.
                        forge(&mut scene, |columns| columns.value[limb] += change);
                        assert_refused(&scene, "the table agrees");
                        if limb == 0 {
                            let part = change * Val::from_u32(1 << 8).inverse();
                            forge(&mut scene, |columns| columns.second_byte += part);
                            assert_refused(&scene, "so does the second byte");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_stored_is_stored_there_and_nowhere_else() {
    for code in STORES {
        for position in (0..8).step_by(num_bytes(code) as usize) {
            for limb in 0..4 {
                for change in [Val::ONE, -Val::ONE, Val::from_u32(1 << 8), Val::from_u32(1 << 15)] {
                    let mut scene = single(
                        code,
                        0x2000_0000 + position,
                        0x8123_4567_89ab_cdef,
                        0x7766_5544_3322_1100,
                    );
                    forge(&mut scene, |columns| columns.new[limb] += change);
                    // Whatever memory should hold then.
                    assert!(!only_memory_is_unbalanced(&scene), "{code:?} {position} {limb}");
                }
            }
        }
    }
}

#[test]
fn no_read_only_memory_is_written() {
    let mut recording = Recording::default();
    recording.push(OperationCode::StoreWord, 0x5000_0000, 0, 7);
    assert_refused(&scene(recording), "a store in read-only memory");
}

#[test]
fn a_load_is_of_the_space_in_which_the_word_is() {
    let mut scene = single(OperationCode::LoadWord, 0x2000_0000, 5, 0);
    forge(&mut scene, |columns| columns.is_read_only = Val::ONE);
    assert_refused(&scene, "no such word is read-only");
}

#[test]
fn an_access_is_after_the_one_before() {
    // The access says that it was before the state that it received, by any number of parts.
    for times in BACKWARDS {
        let mut scene = scene(Recording::backwards(times, OperationCode::LoadWord));
        for high in upper_parts(times) {
            forge(&mut scene, |columns| columns.access.high = high);
            assert_refused(&scene, "time runs backwards");
        }
    }
}

#[test]
fn no_address_has_an_alias() {
    for address in [0x1000, 0x1234_5670, 0x6fff_fff8] {
        let mut scene = single(OperationCode::LoadWord, address, 9, 0);
        for [low, upper] in aliases(address + 5) {
            scene.asked[0].a = [low, upper, Val::ZERO, Val::ZERO];
            forge(&mut scene, |columns| columns.base = [low, upper]);
            assert_refused(&scene, "a base above p");
        }
    }
    // A base of more than 32 bits finds no row.
    let mut scene = single(OperationCode::LoadWord, 0x1000, 9, 0);
    scene.asked[0].a[2] = Val::ONE;
    assert_refused(&scene, "a base of 33 bits");
}

#[test]
fn an_access_is_where_its_address_is() {
    for code in LOADS.into_iter().chain(STORES) {
        for (odd, upper, low) in [(0, 0, 0), (0, 0, 1), (0, 1, 0), (1, 0, 0), (1, 1, 1), (1, 1, 0)] {
            let mut scene = single(code, 0x2000_0000, 0x8123_4567_89ab_cdef, 0x7766_5544_3322_1100);
            let mut is_other = false;
            forge(&mut scene, |columns| {
                let [odd, upper] = [odd, upper].map(Val::from_u32);
                is_other = [odd, upper] != [columns.last_is_odd, columns.last_is_upper];
                (columns.last_is_odd, columns.last_is_upper) = (odd, upper);
                let is_byte = columns.is_low_byte + columns.is_high_byte == Val::ONE;
                if is_byte && low == 1 {
                    is_other = true;
                    (columns.is_low_byte, columns.is_high_byte) = (Val::ZERO, Val::ONE);
                    core::mem::swap(&mut columns.byte, &mut columns.other_byte);
                }
            });
            assert_eq!(scene.check().is_err(), is_other, "{code:?} {odd} {upper} {low}");
        }
    }
}

#[test]
fn an_address_between_multiples_of_the_width_has_no_row() {
    for code in LOADS.into_iter().chain(STORES) {
        for position in 1..8 {
            if position % num_bytes(code) == 0 {
                continue;
            }
            // The row of the access at the multiple before, and the word where one would be if position were a multiple.
            for of in [0x2000_0000, 0x2000_0000 + position / 2 * 2, 0x2000_0004] {
                if of % num_bytes(code) != 0 {
                    continue;
                }
                let mut scene = single(code, of, 0x8123_4567_89ab_cdef, 1);
                let base = Val::from_u64(0x2000_0005 + position - 0x2000_0000);
                scene.asked[0].a[0] = base;
                forge(&mut scene, |columns| columns.base[0] = base);
                assert_refused(&scene, "misaligned");
            }
        }
    }
}

#[test]
fn no_store_has_the_code_of_a_load_and_no_load_that_of_a_store() {
    // A store that is told as a signed load.
    for (code, load) in [
        (OperationCode::StoreByte, OperationCode::LoadDouble),
        (OperationCode::StoreHalf, OperationCode::LoadByteUnsigned),
        (OperationCode::StoreWord, OperationCode::LoadHalfUnsigned),
    ] {
        let mut scene = single(code, 0x2000_0000, 5, 5);
        assert_eq!(code as u32 - SIGNED_LESS, load as u32);
        scene.asked[0].code = load;
        forge(&mut scene, |columns| columns.is_signed = Val::ONE);
        assert_only(&scene, "no store is signed");
    }
}

#[test]
fn fractions_of_bytes_are_refused() {
    // byte and other_byte are x + 1/256 and y - 1 of the same limb, and the like.
    let part = Val::from_u32(1 << 8).inverse();
    for code in [
        OperationCode::LoadByte,
        OperationCode::StoreByte,
        OperationCode::LoadHalf,
    ] {
        for position in [0, 2, 6] {
            for sign in [Val::ONE, -Val::ONE] {
                let mut scene = single(code, 0x2000_0000 + position, 0x8123_4567_89ab_cdef, 0x33);
                forge(&mut scene, |columns| {
                    let (upper, lower) = if columns.is_low_byte == Val::ONE {
                        (&mut columns.other_byte, &mut columns.byte)
                    } else {
                        (&mut columns.byte, &mut columns.other_byte)
                    };
                    *upper += part * sign;
                    *lower -= sign;
                });
                assert_refused(&scene, "a fraction");
            }
        }
    }
}

#[test]
fn every_cell_is_pinned() {
    let mut recording = Recording::default();
    for code in LOADS.into_iter().chain(STORES) {
        recording.push(code, 0x2000_0000, 0, 0x8899_aabb_ccdd_eeff);
    }
    let count = recording.accesses.len();
    for start in 0..count {
        // Each of them is the first row once.
        let mut recording = Recording::default();
        for index in 0..4 {
            let codes = LOADS.into_iter().chain(STORES);
            let code = codes.cycle().nth(start + index).expect("a cycle");
            recording.push(code, 0x2000_0100, 8 * start as i32, 0x8899_aabb_ccdd_eeff);
        }
        let survivors = scene(recording).survivors();
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        assert!(survivors.iter().all(|(_, row, _)| *row == 4), "{survivors:?}");
    }
}

#[test]
fn a_request_knows_its_address() {
    let request = Request {
        code: OperationCode::LoadByte,
        time: 0,
        base: 0x1005,
        offset: -3,
        value: 0,
    };
    assert_eq!((request.address(), request.position()), (0x1002, 2));
}

#[test]
fn degrees_and_cost_are_as_documented() {
    let shape = analyze(&Table::Aligned, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 51);
}
