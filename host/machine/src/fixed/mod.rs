//! Tables whose rows are the same for every program: what others look up.

pub(crate) mod bytes;
pub(crate) mod range;

#[cfg(feature = "trace")]
mod multiplicities;

#[cfg(feature = "trace")]
pub use multiplicities::Multiplicities;
