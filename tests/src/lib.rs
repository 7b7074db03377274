//! What the tests of several crates share: assembling instructions, writing ELF files, small guests, random
//! programs and equivalent ones, counting allocations.

#![deny(
    clippy::wildcard_enum_match_arm,
    reason = "a new instruction must break every match"
)]

pub mod allocations;
pub mod assembler;
#[cfg(doctest)]
pub mod book;
pub mod elf;
pub mod generator;
pub mod guests;
pub mod rewrites;
pub mod tools;
