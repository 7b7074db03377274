//! Tables, their analysis, the checker, and LogUp columns.

mod absent;
mod analysis;
mod chain;
mod checker;
mod deletion;
mod early;
mod forged_work;
mod messages;
mod progress;
mod proofs;
mod second_opinion;
mod shared;
mod shared_alone;
mod shared_public_values;
mod soundness_page;
mod tables;
mod transcript;
