//! The SHA-256 coprocessor: compressions of FIPS 180-4.
//!
//! [`call`] is the table of calls, which looks at registers and memory. The table here computes their rounds.
//!
//! *Proves* that the eight variables behind the last round are those that 64 rounds make of the variables before the first
//! one, with the message schedule of a block.
//!
//! *A row* is the state of a call before a round `t` that is a multiple of four, and four words of the message schedule; the
//! constraints of a row and the next one are the four rounds between them. A call has 17 rows, one below the other;
//! the last one is the state behind round 63. The first one and the last one receive what the call says of its states,
//! the first four what it says of its block, at the call's time, which no other call has. A row that is part of a call is
//! followed by the next of it, and only the first one stands behind something else, so a call is whole or not there.
//!
//! The variables are those of the standard: `a` and `e` are new in each round, and `b`, `c`, `d` and `f`, `g`, `h` are `a`
//! and `e` of earlier rounds. A row holds each four times, and the two `a` before, so that what is of degree 3 is
//! computed within a row, where no gate is needed, and has names: `small_0`, `small_1`, `a_sum`, `big_1`.
//!
//! Words of the message schedule are computed from what was added to them: each row adds its words, and functions of them,
//! to `future` words, which move on from row to row. These are sums of limbs and are not reduced; the words
//! themselves are bits. Carries are those of limbs of 16 bits.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `steps` | bits, at most one of them | constraints |
//! | `time` | the call's | the bus |
//! | `a`, `e`, `w` | bits | constraints |
//! | `small_0`, `small_1`, `big_1` | 16 bits | constraints: functions of bits |
//! | `a_sum` | below 2^17 | constraints: sums of bits |
//! | `future` | below 2^18 | constraints: sums of at most three limbs of bits |
//! | `w_carry`, `a_carry`, `e_carry_3` | bits | constraints |
//! | `e_carry` | 0, 1 or 2 | constraints |
//!
//! *Buses:* receives [`Sha256State`](crate::messages::Sha256State) and [`Sha256Block`](crate::messages::Sha256Block).
//! *Padding:* zeros. *Max degree* 3.

mod air;
pub(crate) mod call;
mod columns;
#[cfg(feature = "trace")]
mod compression;
mod constants;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::Sha256Columns;
#[cfg(feature = "trace")]
pub(crate) use {columns::NUM_STEPS, compression::Rounds, trace::fill};
