//! Unsigned divisions: `divu`, `remu`, `divuw`, `remuw`.
//!
//! *Proves* that `c` is the quotient of `a` and `b`, or what remains; of the low 32 bits and sign-extended, if they are
//! words. By zero, the quotient is all ones, and `a` remains.
//!
//! *A row* is a division, with quotient `q` and remainder `r`. There is one pair of them in `0..2^64` (or `0..2^32`)
//! with `q b + r = a` between integers and `r < b`. The equation is proven digit by digit, as
//! `arith::product` says, and no product of bytes of `q` and `b` may lie beyond the last digit. That
//! `r < b` is seen at the highest limb in which they differ.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_zero`, `decides` | bits, at most one of them 1 | constraints |
//! | `is_remainder`, `is_word` | bits | constraints |
//! | `a` | 16 bits a limb | the sender |
//! | `b`, `quotient` | bytes | [`BytePair`] |
//! | `remainder` | 16 bits a limb | [`Range16`] |
//! | `scaled`, `gap` | 16 bits | [`Range16`] |
//!
//! *Buses:* receives [`Operation`], sends [`BytePair`] and [`Range16`]. *Padding:* zeros. *Max degree* 3.
//!
//! [`Operation`]: crate::messages::Operation
//! [`BytePair`]: crate::messages::BytePair
//! [`Range16`]: crate::messages::Range16

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::DivideColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
