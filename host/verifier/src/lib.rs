//! Receipts: what a proof claims, and whether it does.
//!
//! [`Receipt::verify`] is the one way in. It takes the [`ImageId`] of the program that somebody is supposed to have run,
//! and accepts only a receipt that shows that this very program, on some input, wrote the receipt's journal
//! and ended with exit code 0.

#![no_std]

extern crate alloc;

mod claim;
mod image_id;
mod journal;
mod program;
mod receipt;
mod versions;

pub use claim::Claim;
pub use image_id::{ImageId, ImageIdError};
pub use journal::{Journal, JournalError};
pub use program::{ProgramCommitment, SegmentClaim, UnknownProgram};
pub use receipt::{DecodeError, MIN_SECURITY_BITS, Receipt, Seal, Security, VerifyError, VerifyOptions};
pub use versions::{RETIRED, Retired, RetiredVersion};

/// The hash of proofs.
pub type Hash = zisk_stark::Poseidon2Hash;

/// What the challenges that the segments of a run share are derived from, beside what they state.
pub const CONTEXT: &[u8] = b"zisk run";

/// The version of receipts and of everything that they depend on: tables, proof system, encoding. A receipt of another
/// version is refused. [`RETIRED`] says of which versions receipts prove nothing.
pub const VERSION: u16 = 4;
