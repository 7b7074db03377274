//! Low halves of products: `mul`, `mulw`.
//!
//! *Proves* that `c` is `a b` modulo 2^64, or, of a word, modulo 2^32 and sign-extended.
//!
//! *A row* is a product. Operands are split into bytes; digits of 16 bits of their product are made limbs of the result
//! by carrying, as `arith::product` says. A word needs the lower two digits only.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_word` | bits | constraints |
//! | `a`, `b` | bytes | [`BytePair`] |
//! | `c` | 16 bits a limb | [`Range16`] |
//! | `carry_0` | at most 511: a byte and a bit | [`BytePair`] and constraints |
//! | `scaled` | 16 bits | [`Range16`] |
//! | `top` | at most 2303: a byte and two digits to base 3 | [`BytePair`] and constraints |
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
pub(crate) use columns::MultiplyColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
