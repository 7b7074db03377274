//! How a run can fail.

use std::path::PathBuf;
use std::{fmt, io};

use thiserror::Error;
use zisk_emulator::{InputTooLong, Trap};
use zisk_program::{ElfError, Frame, Location};

use crate::input::SAVE_INPUT;

/// A guest could not be run to its end. A guest that ends with an exit code other than 0 is no error.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExecuteError {
    /// The ELF file is not a guest.
    #[error("not a guest program: {0}")]
    Elf(#[from] ElfError),
    /// The input is too long.
    #[error(transparent)]
    InputTooLong(#[from] InputTooLong),
    /// The guest did something it must not do.
    #[error("{0}")]
    Trap(Box<GuestTrap>),
    /// The guest had not ended when it had run as long as it was allowed.
    #[error(
        "the guest did not end within {limit} instructions; it was at {location} then. Raise the limit if it needs more"
    )]
    CycleLimit {
        /// The limit, in instructions.
        limit: u64,
        /// Where it was.
        location: Box<Location>,
    },
    /// The digest that the guest ended with is not its journal's.
    #[error(
        "the guest ended with the journal digest {said}, but its journal has {computed}; journals are written \
         through zisk_guest::journal alone"
    )]
    JournalDigest {
        /// What the guest said, in hexadecimal.
        said: String,
        /// SHA-256 of what it wrote, in hexadecimal.
        computed: String,
    },
    /// The input could not be saved, which a variable asks for.
    #[error("cannot save the input to {} as {SAVE_INPUT} asks: {source}", path.display())]
    SaveInput {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Text that the guest printed could not be passed on.
    #[error("cannot pass on the guest's output: {0}")]
    Output(#[source] io::Error),
}

/// A [`Trap`] with what a person needs to find it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GuestTrap {
    /// What happened, and at which pc and instruction.
    pub trap: Trap,
    /// Function and source line, as far as the ELF file says.
    pub location: Location,
    /// The functions that the instruction belongs to: the innermost inlined one first.
    pub frames: Vec<Frame>,
    /// The last of what the guest printed.
    pub last_output: String,
}

impl fmt::Display for GuestTrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the guest was stopped: {}\n  at {}", self.trap, self.location)?;
        for caller in self.frames.iter().skip(1) {
            write!(f, "\n  inlined into {caller}")?;
        }
        if !self.last_output.is_empty() {
            f.write_str("\n  the last it printed:")?;
            for line in self.last_output.lines() {
                write!(f, "\n  | {line}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for GuestTrap {}
