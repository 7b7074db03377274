use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::Val;

use super::{BLOCK, NUM_STEPS, Play, STATE, agreed, compress, is_refused, one, random_words, two, world};
use crate::messages::Space;
use crate::sha256::Sha256Columns;
use crate::sha256::compression::add_states;
use crate::testing::{Remembered, Scene};

const WIDTH: usize = Sha256Columns::<Val>::WIDTH;

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
fn a_last_row_that_stands_elsewhere_is_refused() {
    let play = agreed(|rounds| rounds.a[69] ^= 1);
    let last = NUM_STEPS - 1;
    let mut scene = one().scene();
    // What rounds lead to is in no step; the step is in a row of its own.
    let forged = play.scene();
    scene.tables[0] = forged.tables[0].clone();
    let rows = &mut scene.tables[1].1.values;
    rows[last * WIDTH + last] = Val::ZERO;
    rows[(last + 2) * WIDTH..][..WIDTH].copy_from_slice(&forged.tables[1].1.values[last * WIDTH..][..WIDTH]);
    is_refused(&play, &scene, "a last row alone");
}

#[test]
fn results_that_are_swapped_are_refused() {
    const OTHER: u64 = STATE + 0x100;
    let mut world = world(random_words(3), random_words(4));
    world.put_all(Space::ReadWrite, OTHER, &random_words::<4>(5));
    compress(&mut world, 100, STATE, BLOCK);
    compress(&mut world, 200, OTHER, BLOCK);
    let mut play = Play::of(world);
    let honest = play.scene();
    play.rounds.swap(0, 1);
    for (call, (rounds, pointer)) in play.calls.iter().zip(play.rounds.iter().zip([STATE, OTHER])) {
        let result = add_states(&call.values(0), &rounds.compressed());
        for (address, value) in (pointer / 8..).zip(result) {
            let is_end = |held: &&mut Remembered| held.address == address && held.is_last;
            play.memory
                .iter_mut()
                .filter(is_end)
                .for_each(|held| held.value = value);
        }
    }
    // The calls and memory agree, and the last rows have each other's time.
    let mut scene = play.scene();
    scene.tables[1] = honest.tables[1].clone();
    let time_of_last = |call: usize| (call * NUM_STEPS + NUM_STEPS - 1) * WIDTH + NUM_STEPS;
    scene.tables[1].1.values.swap(time_of_last(0), time_of_last(1));
    is_refused(&play, &scene, "swapped results");
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
    for from in 1..NUM_STEPS {
        // The second call goes on where the first should, and the other way around.
        let mixed = rearranged(&play, 40, |row| match (row / NUM_STEPS, row % NUM_STEPS) {
            (0, step) => Some(if step < from { step } else { NUM_STEPS + step }),
            (1, step) => Some(if step < from { NUM_STEPS + step } else { step }),
            _ => None,
        });
        is_refused(&play, &mixed, "calls are mixed");
    }
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
