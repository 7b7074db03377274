//! Operations on bits.

pub mod bitwise;
pub mod compare;
pub mod shift;
