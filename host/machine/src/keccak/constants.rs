//! The constants of FIPS 202, sections 3.2.2 and 3.2.5, and where a lane stands.

/// Rounds of the permutation.
pub(crate) const NUM_ROUNDS: usize = 24;
/// Lanes of a row of the state, and of a column.
pub(crate) const SIDE: usize = 5;
/// Lanes of a state.
pub(crate) const NUM_LANES: usize = SIDE * SIDE;
/// Bits of a lane.
pub(crate) const LANE_BITS: usize = 64;

/// Which lane stands at `x` and `y`.
pub(crate) const fn lane(x: usize, y: usize) -> usize {
    x % SIDE + SIDE * (y % SIDE)
}

/// How far rho rotates each lane to the left.
#[rustfmt::skip]
pub(crate) const ROTATIONS: [usize; NUM_LANES] = [
     0,  1, 62, 28, 27,
    36, 44,  6, 55, 20,
     3, 10, 43, 25, 39,
    41, 45, 15, 21,  8,
    18,  2, 61, 56, 14,
];

/// From which lane, behind pi, the one at `x` and `y` comes.
pub(crate) const fn source(x: usize, y: usize) -> usize {
    lane(x + 3 * y, x)
}

/// What iota adds to the first lane, in each round.
pub(crate) const ROUND_CONSTANTS: [u64; NUM_ROUNDS] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// The bits that the last round's constant has.
pub(crate) const LAST_BITS: [usize; 4] = [3, 15, 31, 63];

const _: () = {
    let (mut constant, mut index) = (0, 0);
    while index < LAST_BITS.len() {
        constant |= 1 << LAST_BITS[index];
        index += 1;
    }
    assert!(constant == ROUND_CONSTANTS[NUM_ROUNDS - 1], "these are its bits");
};
