//! Atomic operations: `amo*`, and `lr` and `sc`, which are loads and stores whose address must be aligned, too.
//!
//! *Proves* that `a` is a multiple of the width, and that `c` is what stood there, sign-extended; that what stands there
//! from now on is computed from it and from `b`: either's sum, conjunction, disjunction, exclusive or, minimum or
//! maximum, or just `b`, or just what stood there. Of a conditional store, `c` is zero: it succeeds.
//!
//! *A row* is an operation, on a word of 8 bytes or on half of one. Both operands are extended to 64 bits; then all
//! is computed as if of 8 bytes.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `time` | 26 bits | the sender |
//! | `access` | before `time` | `AccessColumns` |
//! | `base` | 16 bits a limb, below `0x7001_0000` | the sender, [`Range16`] |
//! | `kind` | bits, at most one is set | constraints |
//! | `is_read_only`, `is_double`, `is_upper` | bits | constraints |
//! | `code` | an [`OperationCode`](crate::OperationCode) | constraints |
//! | `old` | 16 bits a limb | whoever wrote it |
//! | `new` | 16 bits a limb | as `old` or `result` |
//! | `b` | 16 bits a limb | the sender |
//! | `old_sign`, `b_sign` | bits; the top bits of 4 bytes | constraints and [`Range16`] |
//! | `x`, `y_upper` | 16 bits a limb | as `old` and `b`, or bits |
//! | `result` | 16 bits a limb | as `x` and `b`, or [`Range16`], or the receiver of [`Operation`] |
//! | `is_less` | a bit | the receiver of [`Operation`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`], [`BytePair`], and [`Operation`] for
//! what the tables of bitwise operations and of comparisons compute. *Padding:* zeros. *Max degree* 3.
//!
//! Why an address is no other one, `address.rs` says.
//!
//! [`BytePair`]: crate::messages::BytePair
//! [`Memory`]: crate::messages::Memory
//! [`Operation`]: crate::messages::Operation
//! [`Range16`]: crate::messages::Range16

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::{AtomicColumns, KindColumns};
#[cfg(feature = "trace")]
pub use trace::{asks, fill};
