use thiserror::Error;
use zisk_machine::trace::{GenerateError, ReplayError};
use zisk_program::ElfError;
use zisk_stark::SetupError;

use crate::error::ExecuteError;

/// A run was not proven.
///
/// The first three are the guest's or its host's doing, the others the prover's: [`is_guest_failure`](Self::is_guest_failure)
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
    #[error("the guest had not ended after {limit} instructions, the longest run that can be proven")]
    TooLong {
        /// The longest run, in instructions.
        limit: u64,
    },
    /// Proving would take more memory than it may.
    #[error(
        "proving {instructions} instructions takes about {} MB of memory, and may take {} MB; allow more, or \
         let the guest do less", needed / 1_000_000, limit / 1_000_000
    )]
    Memory {
        /// Instructions of the run.
        instructions: u64,
        /// Bytes that it takes.
        needed: u64,
        /// Bytes that it may take.
        limit: u64,
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
        matches!(
            self,
            Self::Execute(_) | Self::GuestFailed { .. } | Self::TooLong { .. }
        )
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
