//! Whoever tries to cheat the machine.
//!
//! [`mutations`] changes cells of honest rows and looks for changes that nobody notices. Those that are known to be harmless
//! are in `survivors.toml`, with the reason why each is.

pub mod corpus;
pub mod mutations;
pub mod report;
pub mod survivors;
