use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use zisk_stark::Val;

use super::{NUM_STEPS, Play, WIDTH, flip, one, random_state};
use crate::keccak::Rounds;
use crate::keccak::constants::{LANE_BITS, ROUND_CONSTANTS, SIDE};
use crate::keccak::permutation::round;
use crate::testing::Scene;

/// One call with other rounds, from a step on; the call and memory agree.
fn agreed(from: usize, change: impl FnOnce(&mut Rounds)) -> Play {
    let mut play = one();
    let mut rounds = play.rounds[0].clone();
    change(&mut rounds);
    for (step, constant) in ROUND_CONSTANTS.into_iter().enumerate().skip(from) {
        rounds.states[step + 1] = round(&rounds.states[step], constant);
    }
    assert_ne!(rounds, play.rounds[0], "a forgery changes something");
    play.end_with(rounds);
    play
}

#[test]
fn a_changed_state_is_refused() {
    for step in 0..=NUM_STEPS {
        for (lane, z) in [(0, 0), (7, 15), (12, 16), (24, 63)] {
            let play = agreed(step, |rounds| rounds.states[step][lane] ^= 1 << z);
            assert!(play.check().is_err(), "before round {step}, lane {lane}, bit {z}");
        }
    }
}

#[test]
fn another_round_constant_is_refused() {
    for step in 0..NUM_STEPS {
        for z in [0, 1, 3, 7, 15, 31, 63, 40] {
            let play = agreed(step + 1, |rounds| rounds.states[step + 1][0] ^= 1 << z);
            assert!(play.check().is_err(), "round {step}, bit {z}");
        }
    }
}

/// Whatever theta adds, the state before it is as it was, and the rounds go on from the state behind it.
#[test]
fn an_effect_of_no_column_is_refused() {
    for step in [0, 1, 11, NUM_STEPS - 1] {
        for (x, z) in [(0, 0), (1, 63), (4, 31)] {
            for with_parity in [false, true] {
                let play = one();
                let scene = play.with_row(step, |row| {
                    flip(&mut row.effect[LANE_BITS * x + z]);
                    for y in 0..SIDE {
                        flip(&mut row.theta[LANE_BITS * (x + SIDE * y) + z]);
                    }
                    if with_parity {
                        flip(&mut row.parity[LANE_BITS * x + z]);
                    }
                });
                play.refuses(&scene, "an effect");
            }
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
fn a_call_that_is_not_whole_is_refused() {
    let play = one();
    let whole = rearranged(&play, NUM_STEPS, Some);
    assert!(whole.check_with_memory(&play.memory).is_ok(), "nothing behind it");
    let later = rearranged(&play, 30, |row| row.checked_sub(5).filter(|row| *row < NUM_STEPS));
    assert!(later.check_with_memory(&play.memory).is_ok(), "padding before it");
    for cut in [1, 2, 12, NUM_STEPS - 1] {
        let begun = rearranged(&play, cut, Some);
        play.refuses(&begun, "cut off at the table's end");
        let ended = rearranged(&play, 30, |row| (row + cut < NUM_STEPS).then_some(row + cut));
        play.refuses(&ended, "begun before the table's first row");
        let around = rearranged(&play, NUM_STEPS, |row| Some((row + cut) % NUM_STEPS));
        play.refuses(&around, "around the table's end");
        let without = rearranged(&play, 30, |row| {
            let row = if row < cut { row } else { row + 1 };
            (row < NUM_STEPS).then_some(row)
        });
        play.refuses(&without, "without a row");
        let again = rearranged(&play, 30, |row| {
            let row = if row <= cut { row } else { row - 1 };
            (row < NUM_STEPS).then_some(row)
        });
        play.refuses(&again, "with a row twice");
    }
    let twice = rearranged(&play, 50, |row| (row < 2 * NUM_STEPS).then_some(row % NUM_STEPS));
    play.refuses(&twice, "rounds twice");
}

#[test]
fn calls_do_not_mix() {
    let play = Play::of(random_state(3), &[100, 1 << 22]);
    for from in [1, 7, NUM_STEPS - 1] {
        // The second call goes on where the first should, and the other way around.
        let mixed = rearranged(&play, 50, |row| match (row / NUM_STEPS, row % NUM_STEPS) {
            (0, step) => Some(if step < from { step } else { NUM_STEPS + step }),
            (1, step) => Some(if step < from { NUM_STEPS + step } else { step }),
            _ => None,
        });
        play.refuses(&mixed, "calls are mixed");
    }
}

/// Changes cells of some rows one by one, some of each array, and wants each change noticed.
#[test]
fn cells_are_pinned() {
    let play = one();
    let stride =
        |row: usize| (0..WIDTH).filter(move |column| column % 41 == row % 41 || *column < NUM_STEPS + 1);
    let cells = [0, 1, 12, NUM_STEPS - 1].into_iter();
    let cells: Vec<(usize, usize)> = cells
        .flat_map(|row| stride(row).map(move |column| (row, column)))
        .collect();
    let scene = play.scene();
    let survives = |(row, column): &(usize, usize)| {
        let mut changed = scene.clone();
        let place = row * WIDTH + column;
        let old = changed.tables[1].1.values[place];
        [Val::ONE - old, old + Val::from_u32(1 << 8)]
            .into_iter()
            .any(|new| {
                changed.tables[1].1.values[place] = new;
                changed.check_with_memory(&play.memory).is_ok()
            })
    };
    let found: Vec<_> = cells.into_par_iter().filter(survives).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn results_without_the_last_constant_are_refused() {
    for bit in 0..4 {
        let play = agreed(NUM_STEPS, |rounds| {
            rounds.states[NUM_STEPS][0] ^= 1 << [3, 15, 31, 63][bit];
        });
        let scene = play.with_row(NUM_STEPS - 1, |row| flip(&mut row.last[bit]));
        play.refuses(&scene, "a bit that iota flips");
    }
}
