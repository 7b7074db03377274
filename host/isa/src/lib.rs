//! RV64IMAC, once.
//!
//! [`table`] lists every instruction with its encoding and its meaning; [`compressed`] lists the 16-bit
//! forms and what each stands for; [`operations`] holds the meaning as pure functions. Decoder,
//! disassembler, interpreter and state machines read these lists, so an instruction is added in one place.
//!
//! Source: The RISC-V Instruction Set Manual, Volume I: Unprivileged ISA, version 20240411, chapters 2, 4
//! (RV64I), 13 (M), 14 (A) and 27 (C); encodings as in its chapter 35.

#![no_std]
#![deny(
    clippy::wildcard_enum_match_arm,
    reason = "a new instruction must break every match"
)]
#![allow(
    clippy::manual_checked_ops,
    reason = "division is written as the manual defines it: by cases on the divisor"
)]

pub mod compressed;
mod decode;
mod disassemble;
mod instruction;
pub mod operations;
pub mod table;

pub use decode::{Decoded, decode, instruction_len};
pub use disassemble::{Disassembly, disassemble, register_name};
pub use instruction::Instruction;
pub use table::{Format, Kind, Op, SPECS, Spec, Width};
