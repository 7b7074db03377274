use alloc::vec::Vec;

use zisk_abi::coprocessor::KECCAK_F;
use zisk_stark::analysis::analyze;

use super::{Play, one, random_state};
use crate::Table;
use crate::keccak::constants::{NUM_ROUNDS, ROTATIONS, ROUND_CONSTANTS, lane};
use crate::keccak::{NUM_STEPS, Rounds};

/// FIPS 202, algorithm 5.
#[test]
fn round_constants_come_from_the_standards_register() {
    let mut register = 1_u16;
    for constant in ROUND_CONSTANTS {
        let mut expected = 0_u64;
        for j in 0..7 {
            expected |= u64::from(register & 1) << ((1 << j) - 1);
            register <<= 1;
            if register >> 8 & 1 == 1 {
                register ^= 0x171;
            }
        }
        assert_eq!(constant, expected);
    }
}

/// FIPS 202, algorithm 2.
#[test]
fn rotations_come_from_the_standards_walk() {
    let (mut x, mut y) = (1, 0);
    assert_eq!(ROTATIONS[0], 0);
    for t in 0..NUM_ROUNDS {
        assert_eq!(ROTATIONS[lane(x, y)], (t + 1) * (t + 2) / 2 % 64, "{x}, {y}");
        (x, y) = (y, (2 * x + 3 * y) % 5);
    }
}

/// The permutation of zeros, and of what that gives: the Keccak team's KeccakF-1600-IntermediateValues.
#[test]
fn rounds_give_the_teams_values() {
    let once = *Rounds::of([0; 25]).end();
    assert_eq!(once[..2], [0xf125_8f79_40e1_dde7, 0x84d5_ccf9_33c0_478a]);
    assert_eq!(once[24], 0xeaf1_ff7b_5cec_a249);
    let twice = *Rounds::of(once).end();
    assert_eq!(twice[..2], [0x2d5c_954d_f96e_cb3c, 0x6a33_2cd0_7057_b56d]);
}

#[test]
fn rounds_are_those_of_others() {
    let ends = [[0; 25], [u64::MAX; 25]];
    for state in (0..100).map(random_state).chain(ends) {
        let mut expected = state;
        tiny_keccak::keccakf(&mut expected);
        assert_eq!(*Rounds::of(state).end(), expected);
    }
}

#[test]
fn calls_hold() {
    let mut states: Vec<_> = (2..6).map(random_state).collect();
    states.extend([0, u64::MAX, 1, 1 << 63].map(|lane| [lane; 25]));
    for state in states {
        Play::of(state, &[3]).check().unwrap();
    }
    one().check().unwrap();
    Play::of(random_state(7), &[]).check().unwrap();
    Play::of(random_state(7), &[5, 8, 11, 1 << 24]).check().unwrap();
}

#[test]
fn degrees_and_costs_are_as_documented() {
    let [call, rounds] = [Table::KeccakCall, Table::Keccak].map(|table| analyze(&table, &[]).unwrap());
    for shape in [&call, &rounds] {
        assert_eq!(shape.max_degree(), 3);
        assert_eq!(shape.unused_columns().count(), 0);
        assert!(shape.may_be_absent);
    }
    assert_eq!(KECCAK_F.words(), 25);
    let per_call = call.cells_per_row() + NUM_STEPS * rounds.cells_per_row();
    assert_eq!(
        (call.cells_per_row(), rounds.cells_per_row(), per_call),
        (531, 2379, 57_627)
    );
    // What the round's layout in p3-keccak-air takes.
    assert!(per_call < 24 * 2633);
}
