//! Multiplication and division.

pub(crate) mod divide;
pub(crate) mod divide_signed;
pub(crate) mod multiply;
pub(crate) mod multiply_high;
mod product;
#[cfg(all(test, feature = "trace"))]
mod testing;
