use alloc::string::ToString;
use core::array::from_fn;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::dense::RowMajorMatrix;
use zisk_abi::syscall::WRITE;
use zisk_stark::Val;

use super::{BLOCK, NUM_STEPS, Play, STATE, one, random_words, two, world};
use crate::messages::Space;
use crate::sha256::compression::schedule;
use crate::sha256::constants::{NUM_ROUNDS, ROUND_CONSTANTS};
use crate::sha256::{Rounds, Sha256Columns};
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER};
use crate::testing::{Remembered, Scene};

const WIDTH: usize = Sha256Columns::<Val>::WIDTH;

fn is_refused(play: &Play, scene: &Scene, what: &str) {
    assert!(scene.check_with_memory(&play.memory).is_err(), "{what}");
}

/// Changes the rounds of a call; the call and memory agree.
fn agreed(change: impl FnOnce(&mut Rounds)) -> Play {
    let mut play = one();
    let mut rounds = play.rounds[0].clone();
    change(&mut rounds);
    assert_ne!(rounds, play.rounds[0], "a forgery changes something");
    play.end_with(rounds);
    play
}

/// Goes on behind a round that was changed.
fn go_on(rounds: &mut Rounds, from: usize, constants: &[u32; NUM_ROUNDS]) {
    for t in from..NUM_ROUNDS {
        rounds.round(t, constants[t]);
    }
}

#[test]
fn another_result_is_refused() {
    for place in 0..16 {
        let play = one();
        // Memory agrees, and perhaps what the rounds are said to make of the state.
        for both in [false, true] {
            let scene = play.with_call(|call| {
                call.result[place] += Val::ONE;
                if both {
                    call.compressed[place] += Val::ONE;
                }
            });
            let mut memory = play.memory.clone();
            for state in &mut memory {
                let index = state.address.wrapping_sub(STATE / 8);
                if state.is_last && state.space == Space::ReadWrite && index == place as u64 / 4 {
                    state.value += 1 << (16 * (place % 4));
                }
            }
            assert!(scene.check_with_memory(&memory).is_err(), "limb {place}");
        }
        // Memory does not.
        is_refused(
            &play,
            &play.with_call(|call| call.result[place] += Val::ONE),
            "result",
        );
    }
}

#[test]
fn results_that_are_not_reduced_are_refused() {
    let play = one();
    for (place, carried) in (0..16).zip([true, false].into_iter().cycle()) {
        let scene = play.with_call(|call| {
            call.result[place] += Val::from_u32(1 << 16);
            if carried {
                call.result[place + 1] -= Val::ONE;
            }
        });
        // Memory says what the call does, limb by limb, as no value could.
        let report = scene.check_with_memory(&play.memory).unwrap_err();
        assert!(report.to_string().contains("range 16"), "limb {place}: {report}");
    }
}

#[test]
fn a_changed_message_word_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            // Later words as they are, or as they follow.
            for follow in [false, true] {
                let play = agreed(|rounds| {
                    rounds.w[t] ^= 1 << bit;
                    for later in (t + 1).max(16)..NUM_ROUNDS {
                        if follow {
                            let block = from_fn(|i| rounds.w[later - 16 + i]);
                            rounds.w[later] = schedule(&block)[16];
                        }
                    }
                    go_on(rounds, 0, &ROUND_CONSTANTS);
                });
                assert!(play.check().is_err(), "word {t}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_changed_constant_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            let mut constants = ROUND_CONSTANTS;
            constants[t] ^= 1 << bit;
            let play = agreed(|rounds| go_on(rounds, t, &constants));
            assert!(play.check().is_err(), "round {t}, bit {bit}");
        }
    }
}

#[test]
fn a_changed_variable_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            let play = agreed(|rounds| {
                rounds.a[t + 6] ^= 1 << bit;
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "a of round {t}, bit {bit}");
            let play = agreed(|rounds| {
                rounds.e[t + 4] ^= 1 << bit;
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "e of round {t}, bit {bit}");
            // `a` as it follows from another `e`.
            let play = agreed(|rounds| {
                let old = rounds.e[t + 4];
                rounds.e[t + 4] ^= 1 << bit;
                let more = rounds.e[t + 4].wrapping_sub(old);
                rounds.a[t + 6] = rounds.a[t + 6].wrapping_add(more);
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "both of round {t}, bit {bit}");
        }
    }
}

#[test]
fn rounds_from_another_state_are_refused() {
    for i in 0..4 {
        let play = agreed(|rounds| {
            rounds.a[2 + i] ^= 1;
            go_on(rounds, 0, &ROUND_CONSTANTS);
        });
        assert!(play.check().is_err(), "a");
        let play = agreed(|rounds| {
            rounds.e[i] ^= 1;
            go_on(rounds, 0, &ROUND_CONSTANTS);
        });
        assert!(play.check().is_err(), "e");
    }
}

#[test]
fn other_functions_are_refused() {
    let play = one();
    for step in 1..NUM_STEPS {
        for limb in 0..8 {
            for (label, change) in [
                (
                    "small_0",
                    (|row, limb| row.small_0[limb] += Val::ONE) as fn(&mut Sha256Columns<Val>, usize),
                ),
                ("small_1", |row, limb| row.small_1[limb] += Val::ONE),
                ("a_sum", |row, limb| row.a_sum[limb] += Val::ONE),
                ("big_1", |row, limb| row.big_1[limb] += Val::ONE),
                ("future", |row, limb| row.future[limb] += Val::ONE),
            ] {
                is_refused(&play, &play.with_row(step, |row| change(row, limb)), label);
            }
        }
    }
}

#[test]
fn other_carries_are_refused() {
    let play = one();
    for step in [1, 4, NUM_STEPS - 1] {
        for limb in 0..8 {
            // As far from a carry as a lower bit tells: by one, by three, or any other.
            for change in [1, 2, 3, (1 << 16) - 1, Val::ORDER_U32 - 1, Val::ORDER_U32 - 3] {
                let change = Val::from_u32(change);
                for (what, scene) in [
                    ("w", play.with_row(step, |row| row.w_carry[limb] += change)),
                    ("a", play.with_row(step, |row| row.a_carry[limb] += change)),
                    ("e", play.with_row(step, |row| row.e_carry[limb] += change)),
                    (
                        "upper e",
                        play.with_row(step, |row| row.e_carry_3[limb] += change),
                    ),
                    (
                        "e in another way",
                        play.with_row(step, |row| {
                            row.e_carry[limb] += change * Val::from_u32(3);
                            row.e_carry_3[limb] -= change;
                        }),
                    ),
                ] {
                    is_refused(&play, &scene, what);
                }
            }
        }
    }
}

#[test]
fn bits_that_are_none_are_refused() {
    let play = one();
    // The same limb from other digits: 2 in one place for 1 in the next.
    for bit in (0..31).filter(|bit| *bit != 15) {
        let change = |bits: &mut [Val]| {
            bits[bit] += Val::TWO;
            bits[bit + 1] -= Val::ONE;
        };
        for step in [0, 3, 9] {
            is_refused(&play, &play.with_row(step, |row| change(&mut row.w)), "w");
            is_refused(&play, &play.with_row(step, |row| change(&mut row.a[64..])), "a");
            is_refused(&play, &play.with_row(step, |row| change(&mut row.e)), "e");
        }
    }
}

/// The rounds' table with its rows in another order; rows that are not there are padding.
fn rearranged(play: &Play, height: usize, row_at: impl Fn(usize) -> Option<usize>) -> Scene {
    let mut scene = play.scene();
    let old = scene.tables[1].1.clone();
    let rows = (0..height).flat_map(|index| match row_at(index) {
        Some(row) => old.values[row * WIDTH..][..WIDTH].to_vec(),
        None => [Val::ZERO; WIDTH].to_vec(),
    });
    scene.tables[1].1 = RowMajorMatrix::new(rows.collect(), WIDTH);
    scene
}

#[test]
fn steps_in_another_order_are_refused() {
    let play = one();
    let same = rearranged(&play, 20, |row| (row < 17).then_some(row));
    assert!(same.check_with_memory(&play.memory).is_ok(), "as they are");
    for first in 0..NUM_STEPS - 1 {
        for second in first + 1..NUM_STEPS {
            let swapped = rearranged(&play, 20, |row| match row {
                row if row == first => Some(second),
                row if row == second => Some(first),
                row => (row < 17).then_some(row),
            });
            is_refused(&play, &swapped, "two rows");
            // Only their numbers.
            let mut scene = play.scene();
            let rows = &mut scene.tables[1].1.values;
            for step in 0..NUM_STEPS {
                let [one, other] = [first, second].map(|row| row * WIDTH + step);
                rows.swap(one, other);
            }
            is_refused(&play, &scene, "two numbers");
        }
    }
}

#[test]
fn a_call_that_is_not_whole_is_refused() {
    let play = one();
    for cut in 1..NUM_STEPS {
        let begun = rearranged(&play, cut, Some);
        is_refused(&play, &begun, "cut off at the table's end");
        let ended = rearranged(&play, 20, |row| (row + cut < NUM_STEPS).then_some(row + cut));
        is_refused(&play, &ended, "begun before the table's first row");
        let around = rearranged(&play, NUM_STEPS, |row| Some((row + cut) % NUM_STEPS));
        is_refused(&play, &around, "around the table's end");
        let resumed = rearranged(&play, 20, |row| match row {
            row if row < cut => Some(row),
            row if row == cut => None,
            row => (row <= NUM_STEPS).then(|| row - 1),
        });
        is_refused(&play, &resumed, "resumed behind padding");
        let without = rearranged(&play, 20, |row| {
            let row = if row < cut { row } else { row + 1 };
            (row < NUM_STEPS).then_some(row)
        });
        is_refused(&play, &without, "without a row");
        let again = rearranged(&play, 20, |row| {
            let row = if row <= cut { row } else { row - 1 };
            (row < NUM_STEPS).then_some(row)
        });
        is_refused(&play, &again, "with a row twice");
    }
    let whole = rearranged(&play, NUM_STEPS, Some);
    assert!(whole.check_with_memory(&play.memory).is_ok(), "nothing behind it");
    let later = rearranged(&play, 30, |row| row.checked_sub(5).filter(|row| *row < NUM_STEPS));
    assert!(later.check_with_memory(&play.memory).is_ok(), "padding before it");
    is_refused(&play, &rearranged(&play, 5, |_| None), "a call without rounds");
    let twice = rearranged(&play, 40, |row| (row < 2 * NUM_STEPS).then_some(row % NUM_STEPS));
    is_refused(&play, &twice, "rounds twice");
}

#[test]
fn rounds_without_a_call_are_refused() {
    let play = one();
    let mut scene = play.scene();
    let calls = &mut scene.tables[0].1;
    calls.values.fill(Val::ZERO);
    scene.asked.clear();
    assert!(scene.check().is_err());
}

#[test]
fn calls_do_not_mix() {
    let play = two();
    let last = NUM_STEPS - 1;
    for from in 1..NUM_STEPS {
        // The second call goes on where the first should, and the other way around.
        let mixed = rearranged(&play, 40, |row| match (row / NUM_STEPS, row % NUM_STEPS) {
            (0, step) => Some(if step < from { step } else { NUM_STEPS + step }),
            (1, step) => Some(if step < from { NUM_STEPS + step } else { step }),
            _ => None,
        });
        is_refused(&play, &mixed, "calls are mixed");
    }
    // Each has the other's last time.
    let mut scene = play.scene();
    let time_at = |row: usize| row * WIDTH + NUM_STEPS;
    let rows = &mut scene.tables[1].1.values;
    rows.swap(time_at(last), time_at(NUM_STEPS + last));
    is_refused(&play, &scene, "results are swapped");
    // One in between the other's rows.
    let between = rearranged(&play, 40, |row| {
        (row < 34).then_some(row / 2 + if row % 2 == 0 { 0 } else { NUM_STEPS })
    });
    is_refused(&play, &between, "calls alternate");
}

#[test]
fn a_row_of_two_steps_is_refused() {
    let play = one();
    for step in 0..NUM_STEPS {
        for other in (0..NUM_STEPS).filter(|other| *other != step) {
            let scene = play.with_row(step, |row| row.steps[other] = Val::ONE);
            is_refused(&play, &scene, "two steps");
            let scene = play.with_row(step, |row| {
                row.steps[other] = Val::TWO;
                row.steps[step] -= Val::TWO;
            });
            is_refused(&play, &scene, "steps that are no bits");
        }
    }
}

/// The same call, with pointers that registers hold as well.
fn with_pointers(change: impl Fn(u64) -> u64, which: usize) -> Play {
    let mut play = one();
    let register = u64::from(ARGUMENT_REGISTER) + which as u64;
    let call = &mut play.calls[0];
    let pointer = match which {
        0 => &mut call.state_pointer,
        _ => &mut call.block_pointer,
    };
    pointer.value = change(pointer.value);
    for held in &mut play.memory {
        if held.space == Space::Register && held.address == register {
            held.value = change(held.value);
        }
    }
    play
}

#[test]
fn other_pointers_are_refused() {
    for which in [0, 1] {
        assert!(
            with_pointers(|pointer| pointer, which).check().is_ok(),
            "as they are"
        );
        for offset in 1..=8 {
            let play = with_pointers(|pointer| pointer + offset, which);
            assert!(play.check().is_err(), "{offset} behind");
        }
        // The same element of the field, and the same lower half.
        for offset in [u64::from(Val::ORDER_U32), 1 << 32, 1 << 48] {
            let play = with_pointers(|pointer| pointer + offset, which);
            assert!(play.check().is_err(), "{offset:#x} behind");
        }
    }
}

#[test]
fn a_state_that_is_read_only_is_refused() {
    let mut world = world(random_words(1), random_words(2));
    world.call(1 << 20, BLOCK, BLOCK);
    assert!(world.play().check().is_err());
}

#[test]
fn another_number_or_call_is_refused() {
    let mut play = one();
    for held in &mut play.memory {
        if held.space == Space::Register && held.address == u64::from(NUMBER_REGISTER) {
            held.value = WRITE;
        }
    }
    assert!(play.check().is_err(), "another number");
    let play = one();
    let mut scene = play.scene();
    scene.asked[0].c[0] = Val::ONE;
    is_refused(&play, &scene, "a call that ends the run");
    let mut scene = play.scene();
    scene.asked[0].time += 1;
    is_refused(&play, &scene, "another time");
}

#[test]
fn another_state_or_block_is_refused() {
    let play = one();
    for limb in 0..16 {
        is_refused(
            &play,
            &play.with_call(|call| call.state[limb] += Val::ONE),
            "state",
        );
    }
    for limb in 0..32 {
        is_refused(
            &play,
            &play.with_call(|call| call.block[limb] += Val::ONE),
            "block",
        );
    }
    // What memory held earlier.
    let mut early = play.clone();
    let is_state = |held: &&mut Remembered| held.space == Space::ReadWrite && !held.is_last;
    for held in early.memory.iter_mut().filter(is_state) {
        held.value ^= 1;
    }
    assert!(early.check().is_err(), "another state in memory");
}

#[test]
fn a_look_that_is_not_later_is_refused() {
    for (index, before) in [(0, 0), (3, 1), (7, 1 << 10)] {
        let mut play = one();
        let time = play.calls[0].time;
        // Whoever looked before did so at the same time or later.
        let (address, before) = (BLOCK / 8 + index, time + before);
        play.calls[0].block[index as usize].before = before;
        let first = |held: &&mut Remembered| held.address == address && !held.is_last;
        play.memory
            .iter_mut()
            .filter(first)
            .for_each(|held| held.time = before);
        assert!(play.check().is_err(), "{before}");
    }
}
