//! The Keccak coprocessor: the permutation Keccak-f[1600] of FIPS 202.
//!
//! [`call`] is the table of calls, which looks at registers and memory. The table here computes their rounds.
//!
//! *Proves* that the state behind the last round is what 24 rounds make of the state before the first one.
//!
//! *A row* is a round. A call has 24 rows, one below the other: see [`steps`](crate::coprocessor::steps). The first one
//! receives the state that the call begins with, the last one the state that it ends with, at the call's time.
//!
//! A row holds its state behind theta, in bits: what theta does to a bit depends on its column alone, so the bit before it is
//! an exclusive or of two cells, and everything behind it up to chi is of degree 3. What theta adds to the bits of a column,
//! its *effect*, is the parity of two columns near. The parity of each column *before* theta is not there: it is the parity
//! behind theta plus the effect, since a column has an odd number of bits. Chi's result is named, in limbs, so that the
//! constraint that hands it on can be gated; iota is part of that constraint.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `steps` | bits, at most one of them | constraints |
//! | `time` | the call's | the bus |
//! | `theta`, `effect`, `parity` | bits | constraints |
//! | `chi` | 16 bits | constraints: functions of bits |
//! | `last` | bits | constraints: functions of bits |
//!
//! *Buses:* receives [`KeccakState`](crate::messages::KeccakState). *Padding:* zeros. *Max degree* 3.
//!
//! *Cost:* 57,627 cells a call, where the layout of Plonky3's `p3-keccak-air` has 24 rows of 2,633.

mod air;
pub(crate) mod call;
mod columns;
mod constants;
#[cfg(feature = "trace")]
mod permutation;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::KeccakColumns;
#[cfg(feature = "trace")]
pub(crate) use {constants::NUM_ROUNDS as NUM_STEPS, permutation::Rounds, trace::fill};
