//! Executed instructions, in order.
//!
//! *Proves* that each instruction is one of the program's and did what it means to the registers, that the first one is
//! where the segment begins, that the next one is the one it leads to, and that the last one ended the run or leads to where
//! the segment ends.
//!
//! There are two tables of them: a segment begins in the first, and one that fills it goes on in the second, so that one that
//! is slightly longer than a table does not need one twice as high. Where the run goes on is a message that the row behind
//! the last instruction sends, with the address and the clock of the next: [`passage`](crate::passage) says where the segment
//! begins and receives where it ends. No message has the clock of another: so these form one path from there through
//! the first table, and through the second if that has an instruction at all.
//!
//! *A row* is an instruction. Sums, differences, jumps and branches on them are computed here; everything else is asked
//! for on the operation bus. A store finds in `rd` what it stores, and leaves it there: so it asks as a load does, with an
//! address that is `a` and `b`, and a value that is `c`.
//!
//! Registers are accessed in the order `rs1`, `rs2`, `rd`, at times `clock`, `clock + 1` and `clock + 2`; the clock moves
//! on by [`CLOCK_STEP`] from row to row and begins with 1, so it stays at 2^26 at most for two tables of 2^23 rows, the most that
//! there can be.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `flags`, `link` | bits; flags are 0 on padding rows, `link` but for the first row and one behind the last instruction | constraints |
//! | `pc`, `code`, `rd`, `rs1`, `rs2`, `imm`, `jump` | the program's | [`Fetch`] |
//! | `a`, `old`, `b` if it is a register's | 16 bits a limb | whoever wrote the register |
//! | `b` otherwise | the immediate | constraints |
//! | `c` | 16 bits a limb where it is written or stored | [`Range16`], or the table that computed it; as `old` |
//! | `a_before`, `b_before`, `old_before` | earlier times | [`Range16`] of the difference |
//! | `sign_or_dropped`, `check`, `condition`, `time_or_inverse`, `next_pc` | see `air.rs` | constraints |
//!
//! *Buses:* sends [`Operation`](crate::messages::Operation), [`Range16`](crate::messages::Range16); receives and sends
//! [`Memory`](crate::messages::Memory) of registers; receives [`Fetch`](crate::messages::Fetch). Receives and sends
//! [`Continue`](crate::messages::Continue). *Padding:* zeros but for the clock, and the address where the run goes on.
//! *Max degree* 3.
//!
//! *Relies on* the tables that receive operations for their results, and on [`refresh`](crate::refresh) where a register
//! is not looked at for longer than 2^16.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
/// The second table.
pub(crate) mod rest {
    pub(crate) use super::air::eval_rest as eval;
}
pub(crate) use columns::MainColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::{Accesses, clock, condition, fill, next_pc, pad, take_over};

/// How much the clock moves on with each instruction: it accesses up to three registers, and a call of a coprocessor up to
/// four operands, each at a time of its own.
pub(crate) const CLOCK_STEP: u32 = 4;
/// Instructions of a segment at most: accesses to a word of memory are less than 2^24 apart.
pub const MAX_INSTRUCTIONS: u64 = (1 << 24) / CLOCK_STEP as u64;
/// The clock of the first instruction: what a register holds in the beginning was there at time 0.
pub(crate) const FIRST_CLOCK: u32 = 1;
