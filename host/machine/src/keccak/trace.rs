use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::columns::KeccakColumns;
use super::constants::{LANE_BITS, LAST_BITS};
use super::permutation::{Rounds, chi, effects, parities, theta};
use crate::coprocessor::limbs;

pub(super) fn bit(lane: u64, z: usize) -> Val {
    Val::from_bool(lane >> z & 1 == 1)
}

pub(super) fn bits<const N: usize>(lanes: &[u64]) -> [Val; N] {
    from_fn(|index| bit(lanes[index / LANE_BITS], index % LANE_BITS))
}

/// Fills a row of a call, whose time is given.
pub(crate) fn fill(rounds: &Rounds, time: u32, step: usize, row: &mut [Val]) {
    let state = &rounds.states[step];
    let effects = effects(&parities(state));
    let theta = theta(state, &effects);
    let chi = chi(&theta);
    KeccakColumns {
        steps: from_fn(|other| Val::from_bool(other == step)),
        time: Val::from_u32(time),
        theta: bits(&theta),
        effect: bits(&effects),
        parity: bits(&parities(&theta)),
        chi: limbs(&chi),
        last: LAST_BITS.map(|z| bit(chi[0], z)),
    }
    .store(row);
}
