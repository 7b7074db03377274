//! The contract between a guest and whoever executes or proves it.
//!
//! Everything that both sides must agree on stands here, once: where memory is ([`memory`]), how a guest
//! asks for something ([`syscall`], [`coprocessor`]), how it ends ([`exit`]), how its input is laid out
//! ([`input`]) and how its tests are run ([`test`](mod@test)). The crate has no dependencies, so that guests, the emulator, the state machines and the
//! verifier can all read it.

#![no_std]

extern crate alloc;

pub mod coprocessor;
pub mod exit;
pub mod input;
pub mod memory;
pub mod syscall;
pub mod test;
