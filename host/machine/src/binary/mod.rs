//! Operations on bits.

pub(crate) mod bitwise;
pub(crate) mod compare;
pub(crate) mod shift;
