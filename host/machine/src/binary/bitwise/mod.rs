//! Operations bit by bit: `and`, `or`, `xor`.
//!
//! *Proves* that `c` is the conjunction, the disjunction or the exclusive disjunction of `a` and `b`.
//!
//! *A row* is an operation. The fixed table of bytes knows conjunctions; the others follow from them:
//! `a | b = a + b - (a & b)`, `a ^ b = a + b - 2 (a & b)`.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_and`, `is_or`, `is_xor` | bits, at most one set | constraints |
//! | `a`, `b`, `and` | bytes | `ByteAnd` |
//!
//! *Buses:* receives `Operation`, sends `ByteAnd`. *Padding:* zeros. *Max degree* 3.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::BitwiseColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
