//! Tables, their analysis, the checker, and LogUp columns.

mod analysis;
mod checker;
mod logup;
mod quotient;
mod tables;
