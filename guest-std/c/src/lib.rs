//! The library that guest programs in C are linked with.
//!
//! `cargo zisk c-library --output FOLDER` compiles it to `libzisk.a` and puts the headers and the linker script beside it.
//! Names, types and status codes are those of the Ethereum zkVM standards
//! (<https://github.com/eth-act/zkvm-standards>), so a program that keeps to them compiles for other machines, too. The
//! headers in `include` say what each function does:
//!
//! | header | module | what |
//! |---|---|---|
//! | `zkvm_accelerators.h` | [`accelerators`] | hashes, signatures, powers modulo large numbers |
//! | `zkvm_io.h` | [`io`] | the private input and the public journal |
//! | `zisk.h` | [`program`], [`memory`] | `exit`, `abort`, `malloc` and its like |
//!
//! The library defines `_start`, calls the program's `main` and ends with what it returned; so it is no dependency for
//! guests in Rust, which have `zisk_guest` for all of this.
//!
//! # Null pointers
//! A null pointer to no bytes is no bytes. Any other ends the guest as a panic does, with exit code 101 and a message: the
//! standard wants it so, and a status that nobody looks at would leave a result that nobody computed.
//!
//! # Natively
//! The functions are the same on the machine that compiles them, so that tests can call them. They are `C-unwind` because
//! there the end of a guest unwinds. Names that belong to the system's C library are exported in the VM only.

#![no_std]

extern crate alloc;

pub mod accelerators;
pub mod io;
pub mod memory;
mod pointers;
pub mod program;
