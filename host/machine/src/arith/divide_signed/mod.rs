//! Signed divisions: `div`, `rem`, `divw`, `remw`.
//!
//! *Proves* that `c` is the quotient of `a` and `b`, rounded towards zero, or what remains, which has the sign of `a`; of
//! the low 32 bits and sign-extended, if they are words. By zero, the quotient is all ones, and `a` remains.
//!
//! *A row* is a division. It asks for the unsigned division of the operands' magnitudes, and negates the result
//! where the signs say so. The quotient of the least value and -1 is its magnitude, 2^63 or 2^31, not negated: as
//! two's complement, that is the least value again.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_quotient`, `is_quotient_by_zero`, `is_remainder` | bits, at most one of them 1 | constraints |
//! | `is_word` | a bit | constraints |
//! | `a`, `b` | 16 bits a limb | the sender |
//! | `negates_a`, `negates_b`, `negates_c` | bits, at most one of each 1 | constraints |
//! | `magnitude_a`, `magnitude_b`, `c` | 16 bits a limb | [`Range16`] |
//! | `magnitude_c` | 16 bits a limb | who divides them |
//! | `inverse` | any | constraints |
//!
//! *Buses:* receives [`Operation`], sends another [`Operation`], and [`Range16`]. *Padding:* zeros. *Max degree* 3.
//!
//! [`Operation`]: crate::messages::Operation
//! [`Range16`]: crate::messages::Range16

mod air;
mod columns;
#[cfg(all(test, feature = "trace"))]
mod tests;
#[cfg(feature = "trace")]
mod trace;

pub(crate) use air::eval;
pub(crate) use columns::DivideSignedColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::{asks_for, fill};
