//! Operations on bits: comparisons.

pub mod compare;
