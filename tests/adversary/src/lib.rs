//! Whoever tries to cheat the machine.
//!
//! [`mutations`] changes cells of honest rows and looks for changes that nobody notices. Those that are known to be harmless
//! are in `survivors.toml`, with the reason why each is. [`lies`] tells lies about runs and goes on from them, as a
//! prover would that wants to be believed. [`proofs`] proves samples of both, which the verifier has to refuse. [`deletion`]
//! leaves out each constraint and each message in turn, and sees whether a test fails. [`export`]
//! writes down what tables demand; `determinism/` decides with it whether rows have one result only.

pub mod corpus;
pub mod deletion;
pub mod export;
pub mod forgery;
pub mod lies;
pub mod mutations;
pub mod proofs;
pub mod repair;
pub mod report;
pub mod survivors;
