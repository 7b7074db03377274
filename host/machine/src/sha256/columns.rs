use super::constants::NUM_ROUNDS;
use crate::cells::columns;

/// Rounds from a row to the next one.
pub(crate) const PER_ROW: usize = 4;
/// Rows of a call: one behind the last round.
pub(crate) const NUM_STEPS: usize = NUM_ROUNDS / PER_ROW + 1;
/// Bits of a word.
pub(crate) const BITS: usize = 32;
/// Words of `a` on a row.
pub(crate) const A_PER_ROW: usize = PER_ROW + 2;
/// Words of the message schedule behind a row's own that it adds to.
pub(crate) const NUM_FUTURE: usize = 12;

columns! {
    /// The variables before round `t`, a multiple of four, and the message words of this round and the next three.
    pub(crate) struct Sha256Columns {
        /// Which row of a call: one is 1.
        steps: [T; NUM_STEPS],
        /// The call's.
        time: T,
        /// Bits of `a` before rounds `t - 5` to `t`.
        a: [T; A_PER_ROW * BITS],
        /// Bits of `e` before rounds `t - 3` to `t`.
        e: [T; PER_ROW * BITS],
        /// Bits of message words `t` to `t + 3`.
        w: [T; PER_ROW * BITS],
        /// Both small functions of each of these, two limbs each.
        small_0: [T; 2 * PER_ROW],
        small_1: [T; 2 * PER_ROW],
        /// The large function plus the majority, for the last four `a`: two limbs each, up to 2^17.
        a_sum: [T; 2 * PER_ROW],
        /// The other large function, for each `e`.
        big_1: [T; 2 * PER_ROW],
        /// What rows above this one add to message words `t + 4` to `t + 15`: two limbs each, not reduced.
        future: [T; 2 * NUM_FUTURE],
        /// The lower bit of each limb's carry in `w`.
        w_carry: [T; 2 * PER_ROW],
        /// The lower bit of each limb's carry in the last four `a`, plus one.
        a_carry: [T; 2 * PER_ROW],
        /// Each limb's carry in `e` is the first plus three times the second.
        e_carry: [T; 2 * PER_ROW],
        e_carry_3: [T; 2 * PER_ROW],
    }
}
