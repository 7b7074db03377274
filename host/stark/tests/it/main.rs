//! Tables, their analysis, the checker, and LogUp columns.

mod analysis;
mod checker;
mod deletion;
mod forged_work;
mod messages;
mod progress;
mod proofs;
mod second_opinion;
mod shared;
mod shared_public_values;
mod tables;
