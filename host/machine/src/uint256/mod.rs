//! Coprocessors for numbers of 256 bits: see [`bigint`](crate::bigint) for how identities of them are proven, and
//! [`coprocessor`](crate::coprocessor) for what every call does.

pub(crate) mod mul_add;
pub(crate) mod mul_add_mod;
#[cfg(all(test, feature = "trace"))]
mod tests;

/// Words of a number. Six of them would make one of 384 bits, the most that the bounds of [`bigint`](crate::bigint) allow.
const WORDS: usize = 4;
/// Its bytes.
const BYTES: usize = 8 * WORDS;
/// Its limbs.
const LIMBS: usize = 4 * WORDS;
/// Carries in an identity of products.
const CARRIES: usize = 2 * LIMBS - 1;
