use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use rayon::prelude::*;
use zisk_stark::Val;
use zisk_stark::checker::Violation;

use super::{NUM_STEPS, Play, WIDTH, flip, one, random_state};
use crate::coprocessor::limbs;
use crate::keccak::Rounds;
use crate::keccak::columns::KeccakColumns;
use crate::keccak::constants::{LANE_BITS, LAST_BITS, NUM_LANES, ROTATIONS, ROUND_CONSTANTS, SIDE, source};
use crate::keccak::permutation::{chi, effects, parities, round, theta};
use crate::keccak::trace::{bit, bits};
use crate::testing::{Scene, cells};

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

/// A column that is said to have another parity before theta: theta then adds something else to two columns, all bits and all other
/// parities agree, and the rounds go on from there.
#[test]
fn another_parity_is_refused() {
    let before = one().rounds[0].states[0];
    for (x, z) in [(0, 0), (3, 63), (4, 16)] {
        let mut said = parities(&before);
        said[x] ^= 1 << z;
        let effects = effects(&said);
        let theta = theta(&before, &effects);
        let chi = chi(&theta);
        let play = agreed(1, |rounds| {
            rounds.states[1] = chi;
            rounds.states[1][0] ^= ROUND_CONSTANTS[0];
        });
        let scene = play.with_row(0, |row| {
            row.theta = bits(&theta);
            row.effect = bits(&effects);
            let behind: [u64; SIDE] = core::array::from_fn(|x| said[x] ^ effects[x]);
            row.parity = bits(&behind);
            row.chi = limbs(&chi);
            row.last = LAST_BITS.map(|z| bit(chi[0], z));
        });
        play.refuses_for(&scene, "a parity is a column's");
    }
}

/// What the bits of a state behind theta come to behind chi, limb by limb, if these are no bits but any numbers.
fn limbs_behind_chi(theta: &[i64]) -> Vec<i64> {
    let moved = |x: usize, y: usize, z: usize| {
        let source = source(x % SIDE, y);
        theta[LANE_BITS * source + (z + LANE_BITS - ROTATIONS[source]) % LANE_BITS]
    };
    let chi = |index: usize| {
        let (lane, z) = (index / LANE_BITS, index % LANE_BITS);
        let [bit, next, after] = [0, 1, 2].map(|more| moved(lane % SIDE + more, lane / SIDE, z));
        let and = after - next * after;
        bit + and - 2 * bit * and
    };
    let limb = |limb: usize| (0..16).map(|z| chi(16 * limb + z) << z).sum();
    (0..NUM_LANES * 4).map(limb).collect()
}

/// Numbers in the place of two bits, such that the limb before theta, the parities of columns and the range of chi's limbs are as
/// ever: the next round goes on from another state.
#[test]
fn numbers_that_are_no_bits_are_refused() {
    let before = one().rounds[0].states[0];
    let effects = effects(&parities(&before));
    let theta = theta(&before, &effects);
    let bit = |word: u64, z: usize| (word >> z & 1) as i64;
    let bits: Vec<i64> = (0..NUM_LANES * LANE_BITS)
        .map(|index| bit(theta[index / LANE_BITS], index % LANE_BITS))
        .collect();
    let places = (0..NUM_LANES).flat_map(|lane| (0..LANE_BITS - 1).map(move |z| (lane, z)));
    let forged = places.filter(|(_, z)| z % 16 != 15).find_map(|(lane, z)| {
        let x = lane % SIDE;
        // How many bits of a column are more than its parity.
        let more = |z| {
            let ones: i64 = (0..SIDE).map(|y| bit(theta[x + SIDE * y], z)).sum();
            ones - ones % 2
        };
        let by = if more(z) == 0 { 4 } else { -4 };
        let is_same_sign = bit(effects[x], z) == bit(effects[x], z + 1);
        let by_next = if is_same_sign { -by / 2 } else { by / 2 };
        let is_column = |more: i64| [0, 2, 4].contains(&more);
        if !is_column(more(z) + by) || !is_column(more(z + 1) + by_next) {
            return None;
        }
        let mut numbers = bits.clone();
        numbers[LANE_BITS * lane + z] += by;
        numbers[LANE_BITS * lane + z + 1] += by_next;
        let limbs = limbs_behind_chi(&numbers);
        let are_limbs = limbs.iter().all(|limb| (0..1 << 16).contains(limb));
        (are_limbs && limbs != limbs_behind_chi(&bits)).then_some((numbers, limbs))
    });
    let (numbers, limbs) = forged.expect("some two bits will do");
    let play = agreed(1, |rounds| {
        rounds.states[1] = core::array::from_fn(|lane| {
            let limbs = &limbs[4 * lane..][..4];
            limbs.iter().rev().fold(0, |word, limb| word << 16 | *limb as u64)
        });
        rounds.states[1][0] ^= ROUND_CONSTANTS[0];
    });
    let scene = play.with_row(0, |row| {
        for (cell, number) in row.theta.iter_mut().zip(&numbers) {
            *cell = Val::from_i64(*number);
        }
        for (cell, limb) in row.chi.iter_mut().zip(&limbs) {
            *cell = Val::from_i64(*limb);
        }
    });
    play.refuses_for(&scene, "a bit behind theta is a bit");
}

/// Where every column has two bits, theta changes nothing. With 2 in the place of every parity, which is 0, it would seem to change as
/// little.
#[test]
fn parities_that_are_no_bits_are_refused() {
    let state = core::array::from_fn(|lane| if lane < 2 * SIDE { u64::MAX } else { 0 });
    let play = Play::of(state, &[1 << 20]);
    assert!(play.check().is_ok());
    let scene = play.with_row(0, |row| row.parity.fill(Val::TWO));
    play.refuses_for(&scene, "a parity is a bit");
}

/// Halves in the place of all effects: the exclusive or with one is one, so theta is satisfied whatever parities are. The call does not hear
/// of its own state then, so more than this constraint objects.
#[test]
fn effects_that_are_no_bits_are_refused() {
    let play = one();
    let scene = play.with_row(0, |row| row.effect.fill(Val::ONE.halve()));
    let report = scene.check_with_memory(&play.memory).expect_err("it is accepted");
    let labels: BTreeSet<&str> = report
        .violations
        .iter()
        .filter_map(|violation| match violation {
            Violation::Constraint { label, .. } => Some(label.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(labels, BTreeSet::from(["an effect is a bit"]));
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

/// A row that is one step as often as it is none, which begins no call, ends none and is followed by none: with the constants of four
/// rounds, of which two have together the bits of the two others.
#[test]
fn steps_that_are_no_bits_are_refused() {
    let ones = |rounds: [usize; 2]| {
        let bits = LAST_BITS.into_iter().chain([0, 1, 7]);
        let count = |z: usize| {
            rounds
                .into_iter()
                .filter(move |round| ROUND_CONSTANTS[*round] >> z & 1 == 1)
        };
        bits.map(|z| count(z).count()).collect::<Vec<_>>()
    };
    let followed = 1..NUM_STEPS - 1;
    let pairs: Vec<[usize; 2]> = followed
        .clone()
        .flat_map(|first| (first + 1..followed.end).map(move |second| [first, second]))
        .collect();
    let found = pairs.iter().enumerate().find_map(|(index, one)| {
        let other = pairs[..index].iter().find(|other| ones(**other) == ones(*one));
        other.map(|other| (*one, *other))
    });
    let (one, other) = found.expect("there are such rounds");
    let play = Play::of(random_state(4), &[]);
    let mut columns = KeccakColumns::of_row(&[Val::ZERO; WIDTH]);
    for step in one {
        columns.steps[step] += Val::ONE;
    }
    for step in other {
        columns.steps[step] -= Val::ONE;
    }
    let mut scene = play.scene();
    scene.tables[1].1 = RowMajorMatrix::new(cells(&columns), WIDTH);
    play.refuses_for(&scene, "a step is a bit");
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
