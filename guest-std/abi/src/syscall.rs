//! System calls: `ecall` with the number in `a7` and arguments from `a0` on.
//!
//! `ecall` is the only door out of a guest. A number that is not listed here ends the run with a trap. No
//! call but [`HOST_RANDOM`] changes a register, and no call but a coprocessor changes memory, so nothing
//! that a host answers can reach a guest unnoticed.

/// Ends the run. `a0`: exit code (its low 32 bits); `a1`: address of the journal's SHA-256 digest, 32 bytes
/// aligned to 8.
pub const HALT: u64 = 0;
/// Hands bytes to the host. `a0`: a [`fd`]; `a1`: address; `a2`: length in bytes.
pub const WRITE: u64 = 1;
/// Opens a named scope for the profiler. `a0`: address of its UTF-8 name; `a1`: length in bytes.
pub const CYCLES_BEGIN: u64 = 2;
/// Closes the scope that was opened last. Arguments as for [`CYCLES_BEGIN`].
pub const CYCLES_END: u64 = 3;
/// Puts 64 bits of the host's choice in `a0`. They are *not* random to somebody who distrusts the prover.
pub const HOST_RANDOM: u64 = 4;
/// Numbers from here on are coprocessors: see [`crate::coprocessor`].
pub const FIRST_COPROCESSOR: u64 = 0x100;

/// Where [`WRITE`] sends bytes.
pub mod fd {
    /// Text for the person who runs the guest; private.
    pub const STDOUT: u64 = 1;
    /// Messages for the person who runs the guest; private.
    pub const STDERR: u64 = 2;
    /// The public journal. What is proven of it is the digest that [`super::HALT`] is given.
    pub const JOURNAL: u64 = 3;
}

/// The longest name of a cycle scope, in bytes.
pub const MAX_SCOPE_NAME: u64 = 256;
