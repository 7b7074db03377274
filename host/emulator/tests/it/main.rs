//! What a machine does with small programs.

mod counting;
mod fixture;
mod history;
mod instructions;
mod log;
mod memory;
mod observers;
mod pieces;
mod profile;
mod syscalls;
mod traps;
mod walk;
