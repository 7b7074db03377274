//! What a machine does with small programs.

mod fixture;
mod memory;
mod pieces;
mod syscalls;
mod traps;
