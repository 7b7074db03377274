use p3_field::{Field, PrimeCharacteristicRing};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::{AtomicColumns, asks, fill};
use crate::binary::compare;
use crate::memory::testing::{
    BACKWARDS, Recording, aliases, num_bytes, only_memory_is_unbalanced, upper_parts,
};
use crate::memory::{Request, WordState};
use crate::messages::Space;
use crate::testing::{Asked, CORNERS, Scene};
use crate::word::word;
use crate::{OperationCode, Table};

use OperationCode as Code;

const CODES: [OperationCode; 22] = [
    Code::LoadReservedWord,
    Code::LoadReservedDouble,
    Code::StoreConditionalWord,
    Code::StoreConditionalDouble,
    Code::AmoSwapWord,
    Code::AmoAddWord,
    Code::AmoXorWord,
    Code::AmoAndWord,
    Code::AmoOrWord,
    Code::AmoMinWord,
    Code::AmoMaxWord,
    Code::AmoMinuWord,
    Code::AmoMaxuWord,
    Code::AmoSwapDouble,
    Code::AmoAddDouble,
    Code::AmoXorDouble,
    Code::AmoAndDouble,
    Code::AmoOrDouble,
    Code::AmoMinDouble,
    Code::AmoMaxDouble,
    Code::AmoMinuDouble,
    Code::AmoMaxuDouble,
];

/// The rows, a table of comparisons, and what the table of bitwise operations answers.
fn scene(recording: Recording) -> Scene {
    let (mut comparisons, mut answered) = (alloc::vec![], alloc::vec![]);
    for recorded in &recording.accesses {
        if let Some((code, a, b)) = asks(&recorded.request, &recorded.old[0]) {
            if matches!(code, Code::Slt | Code::Sltu) {
                comparisons.push((code, a, b));
            } else {
                answered.push(Asked::on(code, a, b));
            }
        }
    }
    let mut scene = recording.scene(Table::Atomic, |recorded, row| {
        fill(&recorded.request, recorded.is_read_only[0], &recorded.old[0], row);
    });
    if !comparisons.is_empty() {
        let rows = Scene::rows(Table::Compare, comparisons.len(), |index, row| {
            let (code, a, b) = comparisons[index];
            compare::fill(code, a, b, row);
        });
        scene.tables.push(rows);
    }
    scene.answered = answered;
    scene
}

/// One operation on a word that was accessed before, at time 70000.
fn single(code: OperationCode, address: u64, old: u64, value: u64) -> Scene {
    let mut recording = Recording::default();
    let state = WordState {
        value: old,
        time: 70_000,
    };
    recording
        .memory
        .begin(Space::ReadWrite, (address / 8) as u32, state);
    recording.push_at(200_000, code, address, 0, value);
    scene(recording)
}

fn usual(code: OperationCode) -> Scene {
    single(code, 0x2000_0000, 0x8123_4567_89ab_cdef, 0x7766_5544_3322_1100)
}

/// Changes the columns of the first row.
fn forge(scene: &mut Scene, change: impl FnOnce(&mut AtomicColumns<Val>)) {
    let row = &mut scene.tables[0].1.values[..AtomicColumns::<Val>::WIDTH];
    let mut columns = AtomicColumns::of_row(row);
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
    for code in CODES {
        for position in (0..8).step_by(num_bytes(code) as usize) {
            for old in CORNERS {
                for value in CORNERS {
                    recording.push(
                        Code::StoreConditionalDouble,
                        0x2000_0000,
                        0,
                        old << (8 * position),
                    );
                    recording.push(code, 0x2000_0000 + position, 0, value);
                }
                recording.push(code, 0x1234_5678 + position, 0, rng.random());
            }
        }
    }
    // A load that reserves may be of read-only memory.
    recording.push(Code::LoadReservedWord, 0x6fff_fffc, 0, 0);
    recording.push(Code::LoadReservedDouble, 0x5000_0000, 0, 0);
    let result = scene(recording).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
    assert!(scene(Recording::default()).check().is_ok(), "padding alone");
}

#[test]
fn another_result_is_refused() {
    for code in CODES {
        for (old, value) in CORNERS.into_iter().zip(CORNERS.into_iter().rev()) {
            for limb in 0..4 {
                for change in [Val::ONE, -Val::ONE, Val::from_u32(1 << 15)] {
                    let mut scene = single(code, 0x2000_0000, old, value);
                    scene.asked[0].c[limb] += change;
                    assert_refused(&scene, "the table says otherwise");
                    // The table agrees to the lie.
                    forge(&mut scene, |columns| columns.x[limb] += change);
                    assert_refused(&scene, "the table agrees");
                    if let Some(answered) = scene.answered.first_mut() {
                        answered.a[limb] += change;
                    }
                    assert_refused(&scene, "so does whoever computes");
                }
            }
        }
    }
}

#[test]
fn what_is_stored_is_stored_there_and_nowhere_else() {
    for code in CODES {
        for position in (0..8).step_by(num_bytes(code) as usize) {
            for limb in 0..4 {
                for change in [Val::ONE, -Val::ONE, Val::from_u32(1 << 15)] {
                    let mut scene = single(code, 0x2000_0000 + position, 5, 0x7766_5544_3322_1100);
                    forge(&mut scene, |columns| columns.new[limb] += change);
                    assert!(!only_memory_is_unbalanced(&scene), "{code:?} {position} {limb}");
                    // With the result that belongs there.
                    forge(&mut scene, |columns| {
                        let limb = if num_bytes(code) == 8 { limb } else { limb % 2 };
                        columns.result[limb] += change;
                    });
                    assert!(!only_memory_is_unbalanced(&scene), "{code:?} {position} {limb}");
                }
            }
        }
    }
}

#[test]
fn a_sum_with_another_carry_is_refused() {
    for code in [Code::AmoAddWord, Code::AmoAddDouble] {
        for (old, value) in [(0xffff, 1), (7, 9), (u64::MAX, u64::MAX)] {
            for limb in 0..3 {
                for sign in [Val::ONE, -Val::ONE] {
                    let mut scene = single(code, 0x2000_0000, old, value);
                    forge(&mut scene, |columns| {
                        columns.result[limb] += sign * Val::from_u32(1 << 16);
                        columns.result[limb + 1] -= sign;
                        for shifted in [limb, limb + 1] {
                            if num_bytes(code) == 8 || shifted < 2 {
                                columns.new[shifted] = columns.result[shifted];
                            }
                        }
                    });
                    assert!(!only_memory_is_unbalanced(&scene), "{code:?} {old:#x} {limb}");
                }
            }
        }
    }
}

#[test]
fn a_minimum_of_the_other_operand_is_refused() {
    for code in [
        Code::AmoMinWord,
        Code::AmoMaxDouble,
        Code::AmoMinuDouble,
        Code::AmoMaxuWord,
    ] {
        for (old, value) in [(3, 5), (5, 3), (u64::MAX, 0)] {
            let mut scene = single(code, 0x2000_0000, old, value);
            forge(&mut scene, |columns| {
                columns.is_less = Val::ONE - columns.is_less;
                let [y2, y3] = columns.y_upper;
                let y = [columns.b[0], columns.b[1], y2, y3];
                columns.result = if columns.result == y { columns.x } else { y };
                let num_limbs = num_bytes(code) as usize / 2;
                columns.new[..num_limbs].copy_from_slice(&columns.result[..num_limbs]);
            });
            assert!(!only_memory_is_unbalanced(&scene), "{code:?} {old:#x} {value:#x}");
        }
    }
}

#[test]
fn an_operand_of_4_bytes_is_extended_by_its_top_bit() {
    for code in [Code::AmoMaxWord, Code::AmoSwapWord, Code::LoadReservedWord] {
        for old in [5, 0x8000_0000] {
            let mut scene = single(code, 0x2000_0000, old, 0);
            let mut c = [Val::ZERO; 4];
            forge(&mut scene, |columns| {
                columns.old_sign = Val::ONE - columns.old_sign;
                let fill = columns.old_sign * Val::from_u32(0xffff);
                [columns.x[2], columns.x[3]] = [fill; 2];
                if code == Code::LoadReservedWord {
                    columns.result = columns.x;
                }
                c = columns.x;
            });
            scene.asked[0].c = c;
            assert_refused(&scene, "another sign");
        }
    }
}

#[test]
fn addresses_are_aligned_and_have_no_alias() {
    for code in CODES {
        let width = num_bytes(code);
        for address in (0x2000_0001..0x2000_0008).filter(|address| address % width != 0) {
            for is_upper in [Val::ZERO, Val::ONE] {
                let mut scene = usual(code);
                let [low, upper, ..] = word(address);
                scene.asked[0].a = [low, upper, Val::ZERO, Val::ZERO];
                forge(&mut scene, |columns| {
                    columns.base = [low, upper];
                    columns.is_upper = is_upper;
                });
                assert_refused(&scene, "misaligned");
            }
        }
        let mut scene = usual(code);
        for [low, upper] in aliases(0x2000_0000) {
            scene.asked[0].a = [low, upper, Val::ZERO, Val::ZERO];
            forge(&mut scene, |columns| columns.base = [low, upper]);
            assert_refused(&scene, "a base above p");
        }
    }
}

#[test]
fn another_half_is_refused() {
    for code in CODES {
        let mut scene = usual(code);
        forge(&mut scene, |columns| {
            columns.is_upper = Val::ONE - columns.is_upper;
        });
        assert_refused(&scene, "the other half");
    }
}

#[test]
fn an_operation_is_after_the_access_before() {
    for times in BACKWARDS {
        let mut scene = scene(Recording::backwards(times, OperationCode::AmoSwapDouble));
        for high in upper_parts(times) {
            forge(&mut scene, |columns| columns.access.high = high);
            assert_refused(&scene, "time runs backwards");
        }
    }
}

#[test]
fn no_read_only_memory_is_written() {
    for code in CODES {
        let mut recording = Recording::default();
        recording.push(code, 0x5000_0000, 0, 7);
        let is_load = matches!(code, Code::LoadReservedWord | Code::LoadReservedDouble);
        assert_eq!(scene(recording).check().is_ok(), is_load, "{code:?}");
    }
}

#[test]
fn an_operation_has_no_code_but_its_own() {
    for code in CODES {
        for other in CODES {
            if other != code {
                let mut scene = usual(code);
                scene.asked[0].code = other;
                forge(&mut scene, |columns| columns.code = Val::from_u32(other as u32));
                assert_refused(&scene, "another code");
            }
        }
    }
}

#[test]
fn a_padding_row_looks_up_nothing_as_often_as_minus_one() {
    let mut scene = usual(Code::AmoSwapWord);
    let width = AtomicColumns::<Val>::WIDTH;
    let row = &mut scene.tables[0].1.values[width..2 * width];
    let mut columns = AtomicColumns::of_row(row);
    columns.is_double = Val::ONE;
    columns.store(row);
    assert_refused(&scene, "8 bytes in padding");
}

#[test]
fn every_cell_is_pinned() {
    for start in (0..CODES.len()).step_by(3) {
        let mut recording = Recording::default();
        for index in [0, 1, 1, 2] {
            let code = CODES[(start + index) % CODES.len()];
            recording.push(code, 0x2000_0100, 0, 0x8899_aabb_ccdd_eeff);
        }
        let survivors = scene(recording).survivors();
        let survivors = survivors
            .iter()
            .filter(|(table, ..)| *table == Table::Atomic.name());
        // In a padding row nothing is said, so whatever makes its constraints hold is as good as zeros.
        for survivor in survivors {
            assert_eq!(survivor.1, 4, "{survivor:?}");
        }
    }
}

#[test]
fn requests_are_carried_out_by_one_table() {
    let table = |code, base| {
        let request = Request {
            code,
            time: 0,
            base,
            offset: 0,
            value: 0,
        };
        request.table()
    };
    assert_eq!(table(Code::LoadWord, 0x1004), Some(Table::Aligned));
    assert_eq!(table(Code::LoadDouble, 0x1008), Some(Table::Double));
    assert_eq!(table(Code::StoreDouble, 0x1008), Some(Table::Double));
    assert_eq!(table(Code::StoreDouble, 0x1004), Some(Table::Misaligned));
    assert_eq!(table(Code::StoreByte, 0x1007), Some(Table::Aligned));
    for code in CODES {
        assert_eq!(table(code, 0x1000), Some(Table::Atomic));
    }
    assert_eq!(table(Code::Mul, 0), None);
}

/// With a width between 4 and 8 bytes, an exchange would have the code of another operation.
#[test]
fn a_width_that_is_no_bit_is_refused() {
    let mut scene = single(Code::AmoSwapDouble, 0x2000_0000, 5, 3);
    let between = Code::AmoXorDouble as u32 - Code::AmoSwapWord as u32;
    let width = Code::AmoSwapDouble as u32 - Code::AmoSwapWord as u32;
    forge(&mut scene, |columns| {
        columns.code = Val::from_u32(Code::AmoXorDouble as u32);
        columns.is_double = Val::from_u32(between) * Val::from_u32(width).inverse();
    });
    scene.asked[0].code = Code::AmoXorDouble;
    assert_refused(&scene, "3 is stored, and not 5 ^ 3");
}

#[test]
fn degrees_and_cost_are_as_documented() {
    let shape = analyze(&Table::Atomic, &[]).unwrap();
    assert_eq!(shape.max_degree(), 3);
    assert_eq!(shape.unused_columns().count(), 0);
    assert_eq!(shape.cells_per_row(), 85);
}
