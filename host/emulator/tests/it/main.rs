//! What a machine does with small programs.

mod counting;
mod fixture;
mod instructions;
mod log;
mod memory;
mod pieces;
mod profile;
mod syscalls;
mod traps;
mod walk;
