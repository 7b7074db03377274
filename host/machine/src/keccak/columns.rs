use super::constants::{LANE_BITS, LAST_BITS, NUM_LANES, NUM_ROUNDS, SIDE};
use crate::cells::columns;

/// Limbs of a lane.
pub(crate) const LANE_LIMBS: usize = 4;

columns! {
    /// A round.
    pub(crate) struct KeccakColumns {
        /// Which round of a call: one is 1.
        steps: [T; NUM_ROUNDS],
        /// The call's.
        time: T,
        /// The bits of the state behind theta, lane by lane.
        theta: [T; NUM_LANES * LANE_BITS],
        /// What theta adds to each bit, for each `x`.
        effect: [T; SIDE * LANE_BITS],
        /// The parity of each column behind theta.
        parity: [T; SIDE * LANE_BITS],
        /// The state behind chi.
        chi: [T; NUM_LANES * LANE_LIMBS],
        /// The bits of the first lane behind chi that the last round's constant has.
        last: [T; LAST_BITS.len()],
    }
}
