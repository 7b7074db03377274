use thiserror::Error;
use zisk_emulator::WalkError;
use zisk_machine::trace::{GenerateError, ReplayError};
use zisk_program::ElfError;
use zisk_stark::SetupError;
use zisk_verifier::ImageId;

use super::work_folder::WorkFolderError;
use crate::error::ExecuteError;

/// A run was not proven.
///
/// The first two are the guest's or its host's doing, the others the prover's: [`is_guest_failure`](Self::is_guest_failure)
/// tells.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The guest could not be run to its end.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// The guest ended with an exit code other than 0, and no proof of that was asked for.
    #[error("the guest ended with exit code {exit_code}; a proof of that has to be asked for")]
    GuestFailed {
        /// Its exit code.
        exit_code: u32,
    },
    /// The run is too long.
    #[error(
        "{instructions} instructions take {segments} segments, and a run has {limit} at most; allow more memory, so that \
         segments get longer"
    )]
    TooLong {
        /// Instructions of the run.
        instructions: u64,
        /// How many segments it would take.
        segments: u64,
        /// The most that there can be.
        limit: u64,
    },
    /// Proving would take more memory than it may.
    #[error(
        "proving {instructions} instructions takes {} MB of memory at least, and may take {} MB; allow more", needed.div_ceil(1_000_000), limit / 1_000_000
    )]
    Memory {
        /// Instructions of the run.
        instructions: u64,
        /// Bytes that it takes, however it is cut.
        needed: u64,
        /// Bytes that it may take.
        limit: u64,
    },
    /// The folder to work in cannot be used.
    #[error(transparent)]
    WorkFolder(#[from] WorkFolderError),
    /// A file is no job, or one of another version, or damaged.
    #[error("this is no file with a segment to prove, or one of another version; prepare the run again")]
    Job,
    /// A job is of another program.
    #[error(
        "the segment is one of program {expected}, not of {found}; give the program that the run was prepared with"
    )]
    JobProgram {
        /// The program that it is of.
        expected: ImageId,
        /// The program that was given.
        found: ImageId,
    },
    /// A run can only be prepared in a folder.
    #[error("a run is prepared for others to prove in a folder, and none was given")]
    NoWorkFolder,
    /// The run did not go as it went the first time.
    #[error("the run cannot be repeated: {0}")]
    Walk(#[from] WalkError),
    /// A segment did not go as it went the first time.
    #[error("segment {number} cannot be repeated: {reason}")]
    Segment {
        /// Which segment.
        number: u32,
        /// What happened instead.
        reason: String,
    },
    /// The program cannot be proven.
    #[error("the program cannot be proven: {0}")]
    Setup(#[from] SetupError),
    /// The run does not fit the tables.
    #[error("the run cannot be proven: {0}")]
    Tables(#[from] GenerateError),
    /// The system gives no threads.
    #[error("the system gives no threads to prove with: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The observer gave up.
    #[error("proving was cancelled")]
    Cancelled,
    /// The prover failed.
    #[error("the prover failed: {0}")]
    Prover(zisk_stark::ProveError),
}

impl ProveError {
    /// Whether the guest, or what it was given, is the reason: another prover would not prove the run either.
    pub fn is_guest_failure(&self) -> bool {
        matches!(self, Self::Execute(_) | Self::GuestFailed { .. })
    }
}

impl From<zisk_stark::ProveError> for ProveError {
    fn from(error: zisk_stark::ProveError) -> Self {
        match error {
            zisk_stark::ProveError::Cancelled => Self::Cancelled,
            other => Self::Prover(other),
        }
    }
}

impl From<ReplayError> for ProveError {
    fn from(error: ReplayError) -> Self {
        Self::Tables(error.into())
    }
}

impl From<ElfError> for ProveError {
    fn from(error: ElfError) -> Self {
        Self::Execute(error.into())
    }
}
