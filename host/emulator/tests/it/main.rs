//! What a machine does with small programs.

mod fixture;
mod instructions;
mod memory;
mod pieces;
mod syscalls;
mod traps;
