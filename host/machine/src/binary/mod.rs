//! Operations on bits.

pub(crate) mod bitwise;
pub mod compare;
pub(crate) mod shift;
