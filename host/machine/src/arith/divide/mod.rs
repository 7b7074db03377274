//! Division: `div`, `divu`, `rem`, `remu`, and those of 32 bits.
//!
//! *Proves* that `c` is the quotient or the remainder of `a` and `b` as the manual defines them, which rounds towards
//! zero, and has results for division by zero (all ones; the dividend) and for overflow (the dividend; zero).
//!
//! *A row* is a division of magnitudes: `dividend = quotient divisor + remainder`, whose product other tables compute, and
//! `remainder < divisor`, which a comparison says, unless the divisor is zero. Operands that are words are extended to
//! 64 bits first. The result is negated where signs say so; of the only overflow, that is the dividend.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_signed`, `is_word`, `is_remainder` | bits | constraints |
//! | `a`, `b` | 16 bits a limb | the sender |
//! | `upper_a`, `upper_b` | limbs of `a` and `b`, or a word's sign | constraints |
//! | `sign_a`, `sign_b`, `word_sign` | the top bit of a limb | constraints and `Range16` |
//! | `is_negative_a`, `is_negative_b`, `signs_differ`, `is_negative` | bits | constraints |
//! | `dividend`, `divisor`, `quotient`, `remainder`, `result` | 16 bits a limb | `Range16` |
//! | `product` | 16 bits a limb | the table of products |
//! | `is_by_zero`, `is_all_ones` | bits | constraints and the comparison |
//! | `magnitude` | `quotient` or `remainder` | constraints |
//!
//! *Buses:* receives `Operation`; sends `Operation` (a product, its upper half, a comparison) and `Range16`. *Padding:* zeros.
//! *Max degree* 3.

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::DivideColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::{asks, fill};
