//! Tables, their analysis, the checker, and LogUp columns.

mod analysis;
mod checker;
mod deletion;
mod proofs;
mod shared;
mod tables;
