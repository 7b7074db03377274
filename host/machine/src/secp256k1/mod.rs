//! Coprocessors for points of the curve secp256k1 (SEC 2, section 2.4.1): see [`bigint`](crate::bigint) for how identities of
//! big numbers are proven, and [`coprocessor`](crate::coprocessor) for what every call does.
//!
//! A call has a *slope*, of the line through two points or of the tangent at one, and three identities modulo the order of the
//! field `p = 2^256 - 2^32 - 977`: that of the slope, which is the table's own, and for `x3` and `y3`, of the third point where
//! the line meets the curve, mirrored: `slope^2 - x1 - x2 - x3` and `slope * (x1 - x3) - y1 - y3` are multiples of `p`. Both are
//! below it, so there is one result.

pub(crate) mod add;
pub(crate) mod double;
mod field;
#[cfg(all(test, feature = "trace"))]
mod tests;

/// Words of a coordinate.
const WORDS: usize = 4;
/// Its bytes.
const BYTES: usize = 8 * WORDS;
/// Its limbs.
const LIMBS: usize = 4 * WORDS;
/// Identities of a call.
const IDENTITIES: usize = 3;
/// Coefficients of an identity: a quotient has one byte more than a coordinate.
const COEFFICIENTS: usize = 2 * BYTES + 2;
/// Carries in an identity, of two coefficients each.
const CARRIES: usize = COEFFICIENTS / 2 - 1;
