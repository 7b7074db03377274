//! What the tests of several crates share: assembling instructions, writing ELF files, generating random
//! programs.

pub mod assembler;
pub mod elf;
pub mod generator;
pub mod tools;
