use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::columns::KeccakColumns;
use super::constants::{LANE_BITS, LAST_BITS, SIDE, lane};
use super::permutation::{Rounds, chi, effects, theta};
use crate::coprocessor::limbs;

fn bit(lane: u64, z: usize) -> Val {
    Val::from_bool(lane >> z & 1 == 1)
}

fn bits<const N: usize>(lanes: &[u64]) -> [Val; N] {
    from_fn(|index| bit(lanes[index / LANE_BITS], index % LANE_BITS))
}

/// Fills a row of a call, whose time is given.
pub(crate) fn fill(rounds: &Rounds, time: u32, step: usize, row: &mut [Val]) {
    let state = &rounds.states[step];
    let theta = theta(state);
    let parities: [u64; SIDE] = from_fn(|x| (0..SIDE).fold(0, |parity, y| parity ^ theta[lane(x, y)]));
    let chi = chi(&theta);
    KeccakColumns {
        steps: from_fn(|other| Val::from_bool(other == step)),
        time: Val::from_u32(time),
        theta: bits(&theta),
        effect: bits(&effects(state)),
        parity: bits(&parities),
        chi: limbs(&chi),
        last: LAST_BITS.map(|z| bit(chi[0], z)),
    }
    .store(row);
}
