//! Multiplication and division.

pub(crate) mod divide;
pub(crate) mod high;
pub(crate) mod multiply;
mod negate;
mod product;
