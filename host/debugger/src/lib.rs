//! Debugs a run of a guest with gdb, forward and backward.
//!
//! A [`Session`] is a run that can be moved in both directions: execution is deterministic, so going back is going to a checkpoint
//! and executing again. A [`Server`] lets gdb move it, over gdb's remote protocol.
//!
//! What gdb sees is the run that the input makes: it can look at everything, and change nothing.

#![deny(
    clippy::wildcard_enum_match_arm,
    reason = "a new way to stop must break every match"
)]
#![allow(
    clippy::inline_always,
    reason = "what observers do becomes part of the interpreter's one function"
)]

mod console;
#[cfg(test)]
mod fixture;
mod monitor;
mod server;
mod session;
mod stops;
mod target;

pub use console::Output;
pub use server::{DebugError, Outcome, Server};
pub use session::{Ending, LastWrite, Session, StartError, Stopped};
pub use stops::{Access, BreakpointKind, Watch, WatchHit};
