use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{MisalignedColumns, fill};
use crate::memory::WordState;
use crate::memory::codes::SIGNED_LESS;
use crate::memory::testing::{Recording, assert_only, num_bytes, only_memory_is_unbalanced};
use crate::messages::Space;
use crate::testing::{CORNERS, Scene};
use crate::word::word;
use crate::{OperationCode, Table};

const LOADS: [OperationCode; 5] = [
    OperationCode::LoadHalf,
    OperationCode::LoadWord,
    OperationCode::LoadDouble,
    OperationCode::LoadHalfUnsigned,
    OperationCode::LoadWordUnsigned,
];
const STORES: [OperationCode; 3] = [
    OperationCode::StoreHalf,
    OperationCode::StoreWord,
    OperationCode::StoreDouble,
];

fn codes() -> impl Iterator<Item = OperationCode> + Clone {
    LOADS.into_iter().chain(STORES)
}

fn scene(recording: Recording) -> Scene {
    recording.scene(Table::Misaligned, |recorded, row| {
        fill(&recorded.request, recorded.is_read_only, &recorded.old, row);
    })
}

/// One access of two words that were accessed before, at times 70000 and 90000.
fn single(code: OperationCode, position: u64, old: [u64; 2], value: u64) -> Scene {
    let mut recording = Recording::default();
    let address = 0x2000_0000 + position;
    let ends_in = (position + num_bytes(code) - 1) / 8;
    for (index, time) in (0..=ends_in).zip([70_000, 90_000]) {
        let state = WordState {
            value: old[index as usize],
            time,
        };
        recording
            .memory
            .begin(Space::ReadWrite, (address / 8 + index) as u32, state);
    }
    recording.push_at(200_000, code, address + 5, -5, value);
    scene(recording)
}

fn usual(code: OperationCode, position: u64) -> Scene {
    single(
        code,
        position,
        [0x8123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
        0x7766_5544_3322_1100,
    )
}

/// Changes the columns of the first row.
fn forge(scene: &mut Scene, change: impl FnOnce(&mut MisalignedColumns<Val>)) {
    let row = &mut scene.tables[0].1.values[..MisalignedColumns::<Val>::WIDTH];
    let mut columns = MisalignedColumns::of_row(row);
    change(&mut columns);
    columns.store(row);
}

fn assert_refused(scene: &Scene, why: &str) {
    assert!(scene.check().is_err(), "{why}");
}

#[test]
fn honest_rows_hold() {
    let mut recording = Recording::default();
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    for code in codes() {
        // Those at multiples of their width hold, too.
        for position in 0..8 {
            for corner in CORNERS {
                recording.push(OperationCode::StoreDouble, 0x2000_0800 + position, -0x800, corner);
                recording.push(code, 0x2000_0000 + position, 0, rng.random());
                recording.push(code, 0x2000_0000, position as i32, corner);
            }
            recording.push(code, 0x1234_5678, position as i32 - 8, rng.random());
            if LOADS.contains(&code) {
                // From memory that may be written to memory that may not.
                recording.push(code, 0x4fff_fff8, position as i32, 0);
                recording.push(code, 0x6fff_fff0, position as i32, 0);
            }
        }
    }
    let result = scene(recording).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(scene(Recording::default()).check().is_ok(), "padding alone");
}

#[test]
fn another_result_is_refused() {
    for code in LOADS {
        for position in 0..8 {
            for byte in 0..8 {
                for change in [Val::ONE, Val::from_u32(0xff), -Val::ONE, Val::from_u32(0x80)] {
                    let mut scene = usual(code, position);
                    let weight = Val::from_u32(1 << (8 * (byte % 2)));
                    scene.asked[0].c[byte / 2] += change * weight;
                    assert_refused(&scene, "the table says otherwise");
                    // The table agrees to the lie.
                    forge(&mut scene, |columns| columns.value[byte] += change);
                    assert_refused(&scene, "the table agrees");
                    forge(&mut scene, |columns| {
                        if byte as u64 + 1 == num_bytes(code) {
                            columns.last += change;
                        }
                        if byte % 2 == 0 {
                            columns.value[byte + 1] -= change * Val::from_u32(1 << 8).inverse();
                        }
                    });
                    assert_refused(&scene, "so does the byte behind");
                }
            }
        }
    }
}

#[test]
fn what_is_stored_is_stored_there_and_nowhere_else() {
    for code in codes() {
        for position in 0..8 {
            for byte in 0..16 {
                for change in [Val::ONE, -Val::ONE] {
                    let mut scene = usual(code, position);
                    forge(&mut scene, |columns| columns.new[byte] += change);
                    if scene.check().is_err() {
                        assert!(!only_memory_is_unbalanced(&scene), "{code:?} {position} {byte}");
                    } else {
                        panic!("{code:?} {position} {byte}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_read_only_memory_is_written() {
    for address in [0x5000_0001, 0x4fff_fffd] {
        let mut recording = Recording::default();
        recording.push(OperationCode::StoreDouble, address, 0, 7);
        assert_refused(&scene(recording), "a store in read-only memory");
    }
}

#[test]
fn both_words_are_exchanged_and_only_if_both_are_accessed() {
    for code in codes() {
        for position in 0..8 {
            let mut scene = usual(code, position);
            forge(&mut scene, |columns| {
                columns.is_across = Val::ONE - columns.is_across;
            });
            assert_refused(&scene, "across");
        }
    }
    // Bytes of a word that nobody is asked for.
    let mut scene = usual(OperationCode::LoadDouble, 3);
    forge(&mut scene, |columns| {
        columns.is_across = Val::ZERO;
        columns.second.old_time = Val::ZERO;
        columns.second.high = Val::ZERO;
    });
    assert_refused(&scene, "a load of a word that is not there");
}

#[test]
fn both_accesses_are_after_those_before() {
    for (word, old_time) in [(0, 200_000), (1, 200_001), (1, 0xff_ffff)] {
        let mut recording = Recording::default();
        let state = WordState {
            value: 3,
            time: old_time,
        };
        recording
            .memory
            .begin(Space::ReadWrite, 0x2000_0000 / 8 + word, state);
        recording.push_at(200_000, OperationCode::LoadDouble, 0x2000_0001, 0, 0);
        let mut scene = scene(recording);
        for high in (0..256).map(Val::from_u32).chain([-Val::ONE]) {
            forge(&mut scene, |columns| {
                let access = if word == 0 {
                    &mut columns.first
                } else {
                    &mut columns.second
                };
                access.high = high;
            });
            assert_refused(&scene, "time runs backwards");
        }
    }
}

#[test]
fn no_address_has_an_alias() {
    let p = 0x7f00_0001_u64;
    let mut scene = usual(OperationCode::LoadDouble, 3);
    let [low, upper, ..] = word(0x2000_0008 + p);
    scene.asked[0].a = [low, upper, Val::ZERO, Val::ZERO];
    forge(&mut scene, |columns| columns.base = [low, upper]);
    assert_refused(&scene, "a base above p");
}

#[test]
fn an_access_begins_where_its_address_is() {
    for code in codes() {
        for position in 0..8 {
            let mut scene = usual(code, position);
            // One byte behind, one byte before, with the bytes that stand there.
            for other in [(position + 1) % 8, (position + 7) % 8] {
                let honest = usual(code, other);
                let width = MisalignedColumns::<Val>::WIDTH;
                let columns = MisalignedColumns::of_row(&honest.tables[0].1.values[..width]);
                let base = MisalignedColumns::of_row(&scene.tables[0].1.values[..width]).base;
                forge(&mut scene, |forged| {
                    *forged = columns;
                    forged.base = base;
                });
                scene.asked[0].c = honest.asked[0].c;
                scene.memory = honest.memory;
                assert_refused(&scene, "another byte");
            }
        }
    }
    // In two bytes at once, half of each; and nowhere.
    let mut scene = usual(OperationCode::LoadWord, 1);
    forge(&mut scene, |columns| {
        let half = Val::TWO.inverse();
        columns.begins_at = [
            half,
            Val::ZERO,
            half,
            Val::ZERO,
            Val::ZERO,
            Val::ZERO,
            Val::ZERO,
            Val::ZERO,
        ];
    });
    assert_refused(&scene, "halves of two positions");
}

#[test]
fn padding_does_nothing() {
    let honest = usual(OperationCode::LoadWord, 1);
    let width = MisalignedColumns::<Val>::WIDTH;
    let changes: [fn(&mut MisalignedColumns<Val>, Val); 3] = [
        |columns, value| columns.is_half = value,
        |columns, value| columns.is_double = value,
        |columns, value| (columns.is_double, columns.is_word) = (value, -value),
    ];
    for change in changes {
        for (value, is_store) in [(1, 0), (1, 1), (-1, 0), (-1, 1)] {
            let mut scene = honest.clone();
            let row = &mut scene.tables[0].1.values[width..2 * width];
            let mut columns = MisalignedColumns::of_row(row);
            change(&mut columns, Val::from_i32(value));
            columns.is_store = Val::from_i32(is_store);
            columns.begins_at[0] = columns.is_half + columns.is_word + columns.is_double;
            columns.store(row);
            assert_refused(&scene, "padding that is an access");
        }
    }
}

#[test]
fn no_store_has_the_code_of_a_load_and_no_load_that_of_a_store() {
    let mut scene = usual(OperationCode::LoadDouble, 1);
    scene.asked[0].code = OperationCode::StoreByte;
    forge(&mut scene, |columns| {
        (columns.is_signed, columns.sign) = (Val::ZERO, Val::ZERO);
    });
    assert_only(&scene, "loads of 8 bytes are signed");
    let mut scene = usual(OperationCode::StoreHalf, 1);
    scene.asked[0].code = OperationCode::LoadByteUnsigned;
    forge(&mut scene, |columns| {
        let last = columns.last.as_canonical_u32();
        (columns.is_signed, columns.sign) = (Val::ONE, Val::from_u32(last >> 7));
    });
    assert_only(&scene, "no store is signed");
}

#[test]
fn atomic_operations_are_not_received() {
    for code in [
        OperationCode::LoadReservedWord,
        OperationCode::LoadReservedDouble,
        OperationCode::StoreConditionalWord,
        OperationCode::AmoAddDouble,
    ] {
        let mut scene = usual(OperationCode::LoadWord, 1);
        scene.asked[0].code = code;
        assert_refused(&scene, "an atomic operation");
    }
}

/// A load of 2 bytes that is signed to three quarters would have the code of one of 4 bytes.
#[test]
fn a_sign_that_is_no_bit_is_refused() {
    let mut scene = single(OperationCode::LoadHalfUnsigned, 3, [0x0101_0101_0101_0101; 2], 0);
    forge(&mut scene, |columns| {
        columns.is_signed = Val::from_u32(SIGNED_LESS - 1) * Val::from_u32(SIGNED_LESS).inverse();
    });
    scene.asked[0].code = OperationCode::LoadWord;
    assert_refused(&scene, "the upper bytes are not 0");
}

#[test]
fn every_cell_is_pinned() {
    // The first and the fourth access are changed, so these are all.
    for index in [0, 1, 2, 6, 7] {
        // Within a word and across two.
        for position in [1, 7] {
            let mut recording = Recording::default();
            for more in 0..4 {
                let code = codes().cycle().nth(index + more).expect("a cycle");
                recording.push(code, 0x2000_0100 + position, 0, 0x8899_aabb_ccdd_eeff);
            }
            let survivors = scene(recording).survivors();
            // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
            assert!(survivors.iter().all(|(_, row, _)| *row == 4), "{survivors:?}");
        }
    }
}

#[test]
fn degrees_and_cost_are_as_documented() {
    let shape = analyze(&Table::Misaligned, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 126);
}
