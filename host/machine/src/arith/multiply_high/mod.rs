//! High halves of products: `mulh`, `mulhsu`, `mulhu`, and beside them `mul`.
//!
//! *Proves* that `c` is the upper half of the product of `a` and `b`, each signed or not; if somebody wants it, also that
//! the lower half is that of `mul`.
//!
//! *A row* is a product. Operands are split into bytes, of which the top one of a signed operand is signed, so digits
//! that it is in may be negative, and carries too. Digits of 16 bits of the product are made limbs by carrying, as
//! `arith::product` says. What is carried out of the last is the sign of the product.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `gives_low`, `is_a_signed`, `is_b_signed` | bits | constraints |
//! | `a`, `b` | bytes; the last -128 to 127, if signed | [`BytePair`] |
//! | `is_a_negative`, `is_b_negative` | bits | constraints, and the sender's range of limbs |
//! | `low`, `high` | 16 bits a limb | [`Range16`] |
//! | `carry_0` | at most 511: a byte and a bit | [`BytePair`] and constraints |
//! | `carry_2` | at most 1535: a byte and a number below 6 | [`BytePair`] and constraints |
//! | `scaled` | 16 bits | [`Range16`] |
//! | `is_negative` | a bit | constraints |
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
pub(crate) use columns::MultiplyHighColumns;
#[cfg(feature = "trace")]
pub(crate) use trace::fill;
