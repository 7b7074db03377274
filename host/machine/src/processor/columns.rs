use crate::cells::columns;
use crate::rom::NUM_FLAGS;
use crate::word::Word;

columns! {
    /// An executed instruction.
    pub(crate) struct MainColumns {
        is_real: T,
        pc: T,
        /// Whether the run is taken over with this row, or, if it is no instruction, handed on.
        link: T,
        /// When it begins; see the module's page.
        clock: T,
        /// Of what asks, the clock if the operation depends on it, else 0. Of a branch that compares with zero, one over
        /// the sum of the result's limbs.
        time_or_inverse: T,
        /// Where it goes on.
        next_pc: T,
        /// What the program says of it, as in [`Fetch`](crate::messages::Fetch).
        flags: [T; NUM_FLAGS],
        code: T,
        rd: T,
        rs1: T,
        rs2: T,
        imm: [T; 3],
        jump: T,
        /// What stands in `rs1`.
        a: Word<T>,
        /// What stands in `rs2`, or the immediate.
        b: Word<T>,
        /// The result; of a store, what is stored.
        c: Word<T>,
        /// What stood in `rd`.
        old: Word<T>,
        /// When the registers were looked at before.
        a_before: T,
        b_before: T,
        old_before: T,
        /// The sign of a 32-bit result; of a `jalr`, the lowest bit of its target, which is dropped.
        sign_or_dropped: T,
        /// What is range-checked in place of the result's third limb.
        check: T,
        /// Whether the condition of a branch holds, before it is negated.
        condition: T,
    }
}
