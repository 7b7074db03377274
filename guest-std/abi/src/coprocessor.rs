//! Coprocessors: system calls that compute on memory operands.
//!
//! A coprocessor takes the address of its n-th operand in the n-th argument register. Each operand is a
//! whole number of 64-bit words, aligned to 8 bytes, and lies in memory that the program may access so.
//! Operands that are only read are read before any is written; an operand may overlap another.

use crate::syscall::FIRST_COPROCESSOR;

/// What a coprocessor does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only reads it.
    Read,
    /// Reads it, then writes it.
    ReadWrite,
}

/// One operand: a pointer in an argument register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// What the operand is called in messages.
    pub name: &'static str,
    /// Length in 64-bit words.
    pub words: usize,
    /// What is done with it.
    pub access: Access,
}

/// One coprocessor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coprocessor {
    /// System call number.
    pub number: u64,
    /// What it is called in messages and statistics.
    pub name: &'static str,
    /// The operand in `a0`, then the one in `a1`, and so on.
    pub operands: &'static [Operand],
}

/// One compression of SHA-256 (FIPS 180-4, section 6.2.2). The state is eight 32-bit words in the
/// machine's byte order (little endian); the block is 64 bytes of the message as they stand.
pub const SHA256_COMPRESS: Coprocessor = Coprocessor {
    number: FIRST_COPROCESSOR,
    name: "sha256_compress",
    operands: &[
        Operand {
            name: "state",
            words: 4,
            access: Access::ReadWrite,
        },
        Operand {
            name: "block",
            words: 8,
            access: Access::Read,
        },
    ],
};

/// All coprocessors, in the order of their numbers.
pub const COPROCESSORS: &[Coprocessor] = &[SHA256_COMPRESS];
