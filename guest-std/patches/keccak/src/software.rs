//! The permutation by instructions (FIPS 202, section 3.2).

use crate::{LaneSize, PLEN};

/// The rotations of ρ in the order in which ρ and π walk through the lanes: of `t` from 0 on, (t + 1)(t + 2) / 2.
const ROTATIONS: [u32; 24] = {
    let mut rotations = [0; 24];
    let mut t = 0;
    while t < 24 {
        rotations[t as usize] = (t + 1) * (t + 2) / 2 % 64;
        t += 1;
    }
    rotations
};

/// Where that walk gets to, from (1, 0) on: from (x, y) to (y, 2x + 3y).
const WALK: [usize; 24] = {
    let mut walk = [0; 24];
    let (mut x, mut y, mut t) = (1, 0, 0);
    while t < 24 {
        (x, y) = (y, (2 * x + 3 * y) % 5);
        walk[t] = x + 5 * y;
        t += 1;
    }
    walk
};

/// The constants of ι: bit 2^j - 1 of the one of round `i` is bit `j + 7 i` of a sequence (algorithms 5 and 6).
const ROUND_CONSTANTS: [u64; 24] = {
    let mut constants = [0; 24];
    let mut register: u16 = 1;
    let mut round = 0;
    while round < 24 {
        let mut j = 0;
        while j < 7 {
            constants[round] |= ((register & 1) as u64) << ((1_u32 << j) - 1);
            register <<= 1;
            if register & 0x100 != 0 {
                register ^= 0x171;
            }
            j += 1;
        }
        round += 1;
    }
    constants
};

/// The rounds from the first of these numbers up to the second.
pub(crate) fn rounds<L: LaneSize>(state: &mut [L; PLEN], first: usize, end: usize) {
    for constant in &ROUND_CONSTANTS[first..end] {
        round(state, L::truncate_rc(*constant));
    }
}

#[allow(
    unused_assignments,
    reason = "the walk ends where it began, with nothing left to move"
)]
#[inline]
fn round<L: LaneSize>(state: &mut [L; PLEN], constant: L) {
    // θ
    let mut parities = [L::default(); 5];
    for x in 0..5 {
        for y in 0..5 {
            parities[x] ^= state[x + 5 * y];
        }
    }
    for x in 0..5 {
        let change = parities[(x + 4) % 5] ^ parities[(x + 1) % 5].rotate_left(1);
        for y in 0..5 {
            state[x + 5 * y] ^= change;
        }
    }
    // ρ and π. In a loop the compiler would not see that places and rotations are constants, which costs twice as much.
    let mut moved = state[1];
    macro_rules! walk {
        ($($t:literal)*) => {
            $((state[WALK[$t]], moved) = (moved.rotate_left(ROTATIONS[$t]), state[WALK[$t]]);)*
        };
    }
    walk!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23);
    // χ
    for y in 0..5 {
        let row: [L; 5] = core::array::from_fn(|x| state[x + 5 * y]);
        for x in 0..5 {
            state[x + 5 * y] = row[x] ^ (!row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
    }
    // ι
    state[0] ^= constant;
}
