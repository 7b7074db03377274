//! Upper halves of products: `mulh`, `mulhsu`, `mulhu`.
//!
//! *Proves* that `c` is the upper half of the 128 bits of `a b`, whose operands are signed or not.
//!
//! *A row* is a product of unsigned operands, limb by limb with carries, [as digits](super::product) of 16 bits. A
//! negative operand is 2^64 too large when it is read without its sign, so the other one is taken off the upper half.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_signed`, `is_mixed`, `is_unsigned` | bits, at most one set | constraints |
//! | `a`, `b` | bytes | `BytePair` |
//! | `low`, `high`, `c` | 16 bits a limb | `Range16` |
//! | `carry` | 12 bits | `Range16` of it, so that it is an integer, and of 16 times it |
//! | `sign_a`, `sign_b` | the operands' top bits | constraints and `Range16` |
//! | `is_negative_a`, `is_negative_b` | bits | constraints |
//! | `borrow` | 0, 1 or 2 | constraints |
//!
//! *Buses:* receives `Operation`, sends `BytePair` and `Range16`. *Padding:* zeros. *Max degree* 3.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::HighColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
