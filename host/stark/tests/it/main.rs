//! Tables, their analysis, and the checker.

mod analysis;
mod checker;
mod tables;
