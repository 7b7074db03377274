//! The permutation of FIPS 202, section 3.3, with everything that it computes on the way.

use core::array::from_fn;

use super::constants::{NUM_LANES, NUM_ROUNDS, ROTATIONS, ROUND_CONSTANTS, SIDE, lane, source};

/// The lanes of a state: the one at `x`, `y` in place `x + 5 * y`.
pub(crate) type State = [u64; NUM_LANES];

/// All rounds of a permutation: the state before each, and behind the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rounds {
    pub(crate) states: [State; NUM_ROUNDS + 1],
}

/// The parities of a state's columns, for each `x`.
pub(crate) fn parities(state: &State) -> [u64; SIDE] {
    from_fn(|x| (0..SIDE).fold(0, |parity, y| parity ^ state[lane(x, y)]))
}

/// What theta adds to the lanes of each `x`, by the parities before it.
pub(crate) fn effects(parities: &[u64; SIDE]) -> [u64; SIDE] {
    from_fn(|x| parities[(x + SIDE - 1) % SIDE] ^ parities[(x + 1) % SIDE].rotate_left(1))
}

/// A state behind theta, which adds this to it.
pub(crate) fn theta(state: &State, effects: &[u64; SIDE]) -> State {
    from_fn(|lane| state[lane] ^ effects[lane % SIDE])
}

/// Rho, pi and chi of a state behind theta.
pub(crate) fn chi(theta: &State) -> State {
    let moved = |x: usize, y: usize| {
        let source = source(x % SIDE, y);
        theta[source].rotate_left(ROTATIONS[source] as u32)
    };
    from_fn(|lane| {
        let (x, y) = (lane % SIDE, lane / SIDE);
        moved(x, y) ^ !moved(x + 1, y) & moved(x + 2, y)
    })
}

/// A round, with its constant.
pub(crate) fn round(state: &State, constant: u64) -> State {
    let mut state = chi(&theta(state, &effects(&parities(state))));
    state[0] ^= constant;
    state
}

impl Rounds {
    /// The rounds from a state on.
    pub(crate) fn of(state: State) -> Self {
        let mut states = [state; NUM_ROUNDS + 1];
        for (index, constant) in ROUND_CONSTANTS.into_iter().enumerate() {
            states[index + 1] = round(&states[index], constant);
        }
        Self { states }
    }

    /// The state behind the last one.
    pub(crate) fn end(&self) -> &State {
        &self.states[NUM_ROUNDS]
    }
}
