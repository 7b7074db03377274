use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use rayon::prelude::*;
use zisk_stark::Val;

use super::{NUM_STEPS, Play, one};

/// Changes cells of some rows one by one and gives those in which some change is not noticed: row and column.
fn survivors(play: &Play, table: usize, rows: &[usize]) -> Vec<(usize, usize)> {
    let scene = play.scene();
    let width = scene.tables[table].1.width();
    let cells: Vec<(usize, usize)> = rows
        .iter()
        .flat_map(|row| (0..width).map(|column| (*row, column)))
        .collect();
    let survives = |(row, column): &(usize, usize)| {
        let mut changed = play.scene();
        let place = row * width + column;
        let old = changed.tables[table].1.values[place];
        let changes = [Val::ONE - old, old + Val::from_u32(1 << 8)];
        changes.into_iter().filter(|new| *new != old).any(|new| {
            changed.tables[table].1.values[place] = new;
            changed.check_with_memory(&play.memory).is_ok()
        })
    };
    cells.into_par_iter().filter(survives).collect()
}

#[test]
fn every_cell_of_a_call_is_pinned() {
    let found = survivors(&one(), 0, &[0]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_cell_of_a_round_is_pinned() {
    let found = survivors(&one(), 1, &[0, 1, 4, NUM_STEPS - 1]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn padding_says_nothing() {
    // Nothing is said in a padding row, so what makes its constraints hold is as good as zeros; it does not become
    // part of a call.
    let found = survivors(&one(), 1, &[NUM_STEPS]);
    assert!(found.iter().all(|(_, column)| *column >= NUM_STEPS), "{found:?}");
}
