use core::array::from_fn;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::{POSEIDON2, QUINTIC_MUL_ADD};
use zisk_abi::memory::HEAP;
use zisk_stark::Val;

use super::HIGHEST;
use super::poseidon2::{Poseidon2Columns, fill as fill_poseidon2};
use super::quintic::{QuinticMulAddColumns, fill as fill_quintic};
use super::trace::{halves, in_memory};
use crate::Table;
use crate::messages::Space;
use crate::testing::{CallPlay as Play, Forger, World, assert_shape, cells};

/// Zeros, ones, the highest elements, numbers above the order, and others.
fn states<const N: usize>() -> [[u64; N]; 6] {
    let mut rng = ChaCha12Rng::seed_from_u64(24);
    let [order, highest] =
        [Val::ORDER_U32, Val::ORDER_U32 - 1].map(|half| u64::from(half) << 32 | u64::from(half));
    [
        [0; N],
        [1; N],
        [highest; N],
        [order; N],
        [u64::MAX; N],
        from_fn(|_| rng.random()),
    ]
}

fn poseidon2(state: &[u64; 12]) -> Play {
    Play::new(Table::Poseidon2, fill_poseidon2, &POSEIDON2, state, &[])
}

fn quintic(sum: &[u64; 3], x: &[u64; 3], y: &[u64; 3]) -> Play {
    Play::new(Table::QuinticMulAdd, fill_quintic, &QUINTIC_MUL_ADD, sum, &[x, y])
}

#[test]
fn calls_hold() {
    for state in states() {
        poseidon2(&state).holds();
    }
    for sum in states() {
        for (x, y) in states().into_iter().flat_map(|x| states().map(|y| (x, y))) {
            quintic(&sum, &x, &y).holds();
        }
    }
}

#[test]
fn operands_may_overlap() {
    for offsets in [[0, 0, 0], [0, 16, 8], [16, 0, 24]] {
        let mut world = World::default();
        world.put_all(
            Space::ReadWrite,
            HEAP.start,
            &[3, 5, 7, 11, 13, 17, 19, 23, 29, 31],
        );
        world.call(&QUINTIC_MUL_ADD, 50, &offsets.map(|offset| HEAP.start + offset));
        Play::of(Table::QuinticMulAdd, fill_quintic, &world).holds();
    }
}

#[test]
fn another_result_is_refused() {
    let state = states()[5];
    let mut honest = state;
    zisk_software::poseidon2(&mut honest);
    for half in 0..24 {
        let (word, shift) = (half / 2, 32 * (half % 2));
        let mut result = honest;
        let other = in_memory(Val::from_u32((honest[word] >> shift) as u32) + Val::ONE);
        result[word] = result[word] & !(0xffff_ffff << shift) | u64::from(other) << shift;
        let mut play = poseidon2(&state);
        play.change(|columns: Poseidon2Columns<Val>| Poseidon2Columns {
            result: crate::coprocessor::limbs(&result),
            ..columns
        });
        play.ends_with(&result);
        assert!(play.check().is_err(), "element {half}");
    }
}

/// The same elements, the order added; whatever is said of the highest limbs.
#[test]
fn results_that_are_not_reduced_are_refused() {
    // What it takes for sums of 0, of 1, and of the highest element.
    let highest = u64::from(Val::ORDER_U32 - 1);
    for sum in [[0; 3], [1, 0, 0], [highest, highest << 32, 0]] {
        for element in 0..5 {
            for is_highest in [Val::ZERO, Val::ONE] {
                let mut play = quintic(&sum, &[0; 3], &[0; 3]);
                play.holds();
                let mut result = sum;
                let half = halves(&sum).nth(element).unwrap();
                let more = half.wrapping_add(Val::ORDER_U32);
                let shift = 32 * (element % 2);
                result[element / 2] =
                    result[element / 2] & !(0xffff_ffff << shift) | u64::from(more) << shift;
                play.change(|columns: QuinticMulAddColumns<Val>| {
                    let limbs: [Val; 12] = crate::coprocessor::limbs(&result);
                    let mut said = columns.is_highest;
                    said[element] = is_highest;
                    QuinticMulAddColumns {
                        result: from_fn(|limb| limbs[limb]),
                        is_highest: said,
                        ..columns
                    }
                });
                play.ends_with(&result);
                assert!(play.check().is_err(), "{sum:?}, element {element}");
            }
        }
    }
}

/// Each element in limbs that are none, or in limbs that are not below the order: what stands for the same element.
#[test]
fn every_lookup_refuses_a_row_that_nothing_else_does() {
    let [_, one, .., random] = states();
    for (play, num_elements) in [
        (poseidon2(&random), 24),
        (
            quintic(
                &random[..3].try_into().unwrap(),
                &states()[1],
                &one[..3].try_into().unwrap(),
            ),
            5,
        ),
    ] {
        let forger = Forger::new(&play, &[], &[]);
        for (index, limbs) in forger.columns("result").as_chunks().0[..num_elements]
            .iter()
            .enumerate()
        {
            let [low, high] = limbs.map(|limb| i64::from(play.row()[limb].as_canonical_u32()));
            let order = i64::from(Val::ORDER_U32);
            let (less, more) = (low + (high << 16) - order, low + (high << 16) + order);
            // A lower limb that is none, an upper one, and an upper one above the highest.
            for (column, low, high) in [
                (2 * index, low + (1 << 16), high - 1),
                (2 * index + 1, less & 0xffff, less >> 16),
                (2 * index + 1, more & 0xffff, more >> 16),
            ] {
                let mut row = play.row().to_vec();
                (row[limbs[0]], row[limbs[1]]) = (Val::from_i64(low), Val::from_i64(high));
                forger.assert_is_refused_by_the_lookup(&alloc::format!("result[{column}]"), [row]);
            }
        }
        forger.assert_calls_are_looked_up();
        forger.assert_bits_of_calls_are_bits();
        forger.assert_every_lookup_was_shown(&[]);
    }
}

/// A call whose result has an element of which this holds, as it is in memory, and the element's number.
fn with_result(is_wanted: impl Fn(u32) -> bool) -> (Play, usize) {
    let found = (0..1 << 16).find_map(|seed| {
        let mut result = [seed; 12];
        zisk_software::poseidon2(&mut result);
        let place = halves(&result).position(&is_wanted);
        place.map(|place| (poseidon2(&[seed; 12]), place))
    });
    found.expect("there are many such elements")
}

/// An element and the order, in an upper limb above the highest and a lower one of 0.
#[test]
fn upper_limbs_that_are_said_to_be_above_the_highest_are_refused() {
    let (play, place) = with_result(|half| half & 0xffff == 0xffff);
    play.holds();
    let mut columns = Poseidon2Columns::of_row(play.row());
    let above = columns.result[2 * place + 1] + Val::ONE;
    columns.result[2 * place] = Val::ZERO;
    columns.result[2 * place + 1] = above + Val::from_u32(HIGHEST);
    columns.is_highest[place] = above + Val::ONE;
    Forger::new(&play, &[], &[]).assert_is_refused_by("is_highest is a bit", cells(&columns));
}

/// An element and the order, in the highest upper limb and a lower one that is not 0.
#[test]
fn lower_limbs_behind_the_highest_are_refused() {
    let (play, place) = with_result(|half| half < 0xffff);
    play.holds();
    let mut columns = Poseidon2Columns::of_row(play.row());
    columns.result[2 * place] += Val::ONE;
    columns.result[2 * place + 1] = Val::from_u32(HIGHEST);
    columns.is_highest[place] = Val::ONE;
    Forger::new(&play, &[], &[]).assert_is_refused_by("behind the highest limb is 0", cells(&columns));
}

#[test]
fn every_cell_is_pinned() {
    poseidon2(&states()[5]).assert_every_cell_is_pinned(&[]);
    let [zeros, _, highest, .., random] = states();
    quintic(&random, &states()[4], &random).assert_every_cell_is_pinned(&[]);
    quintic(&highest, &zeros, &zeros).assert_every_cell_is_pinned(&[]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::Poseidon2, 3, 685);
    assert_shape(Table::QuinticMulAdd, 3, 257);
}
