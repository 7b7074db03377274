//! Tables, their analysis, the checker, and LogUp columns.

mod analysis;
mod checker;
mod logup;
mod proofs;
mod quotient;
mod tables;
