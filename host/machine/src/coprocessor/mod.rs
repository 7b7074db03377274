//! What tables of coprocessor calls have in common.
//!
//! *Proves* that somebody made a call of this number, that the pointers are what its argument registers hold, and that the
//! words are what memory holds there, and then holds. What the coprocessor computes of them is the table's own.
//!
//! *A row* of such a table is a call. `a7` and the arguments are looked at at `time`, and so is the first operand that is
//! only read; the others are looked at one clock after the other, those that are only read before those that are
//! written: so operands that are only read may overlap any other. The next instruction is at `time + 4`.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real` | a bit | constraints |
//! | `time` | the call's | the bus |
//! | pointers | two limbs below 0x7001 0000, the upper ones are zero | the bus and [`Range16`] |
//! | words as they were | as they come: 16 bits a limb | the bus |
//! | words as they are then | 16 bits a limb: whoever computes them sees to that | |
//! | `is_read_only`, for each word of an operand that is only read | bits | constraints |
//! | `before`, `pointers_before`, `number_before` | earlier times | [`Range16`] |
//! | `high` | upper parts of time differences | [`Range16`] |
//!
//! *Buses:* receives [`Operation`](crate::messages::Operation), receives and sends [`Memory`](crate::messages::Memory), sends
//! [`Range16`].
//!
//! [`Range16`]: crate::messages::Range16

#[cfg(feature = "trace")]
mod call;
mod columns;
pub(crate) mod steps;
#[cfg(all(test, feature = "trace"))]
mod tests;

use zisk_abi::coprocessor::{Access, Coprocessor};

use crate::processor::CLOCK_STEP;
#[cfg(feature = "trace")]
pub(crate) use call::{Call, Found, limbs};
pub(crate) use columns::{CallColumns, Operand};

/// When an operand is looked at, from the time of the call on.
pub(crate) const fn delay(coprocessor: &Coprocessor, operand: usize) -> u32 {
    let operands = coprocessor.operands;
    let is_read = matches!(operands[operand].access, Access::Read);
    let (mut delay, mut index) = (0, 0);
    while index < operands.len() {
        let other_is_read = matches!(operands[index].access, Access::Read);
        let is_earlier = if is_read == other_is_read {
            index < operand
        } else {
            other_is_read
        };
        delay += is_earlier as u32;
        index += 1;
    }
    assert!(delay < CLOCK_STEP, "a call ends before the next instruction");
    delay
}
