//! Proving runs.

mod check;
mod guest;
mod recorder;

use std::borrow::Borrow;
use std::time::{Duration, Instant};

use thiserror::Error;
use zisk_machine::trace::{GenerateError, Replay, ReplayError, generate};
use zisk_program::{ElfError, Program};
use zisk_stark::{SetupError, prove_observed};
use zisk_verifier::{ImageId, Receipt, Seal};

use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::input::Input;
pub use check::{ConstraintFailure, check_constraints};
use guest::{Allowed, Provable};
use recorder::Recorder;

/// The longest run that can be proven, in instructions.
const MAX_INSTRUCTIONS: u64 = (1 << 22) - (1 << 10);

/// Runs a guest and proves that it wrote its journal and ended with exit code 0.
///
/// # Errors
/// When the guest fails, or its run cannot be proven: [`ProveError`] tells which.
pub fn prove(elf: &[u8], input: impl Borrow<Input>) -> Result<Receipt, ProveError> {
    Prover::new().prove(elf, input).map(|proven| proven.receipt)
}

/// The image id of a guest: what a receipt of it is verified with.
///
/// # Errors
/// When the ELF file is not a guest.
pub fn image_id(elf: &[u8]) -> Result<ImageId, ProveError> {
    let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
    Ok(Provable::new(&program)?.commitment.image_id())
}

/// How a run is proven.
#[derive(Debug)]
#[must_use]
pub struct Prover<'a> {
    env: ExecutorEnv<'a>,
    max_cycles: u64,
    proves_failure: bool,
}

impl Default for Prover<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// A receipt, and what it took.
#[derive(Debug)]
#[must_use]
pub struct Proven {
    /// The receipt.
    pub receipt: Receipt,
    /// How the guest ended.
    pub exit_code: u32,
    /// What it took.
    pub stats: ProverStats,
}

/// What a proof took.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ProverStats {
    /// Instructions of the run.
    pub instructions: u64,
    /// Base-field cells of all tables' rows that were committed to.
    pub cells: u64,
    /// Time for all of it.
    pub elapsed: Duration,
}

/// A run was not proven.
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
    /// The program cannot be proven.
    #[error("the program cannot be proven: {0}")]
    Setup(#[from] SetupError),
    /// The run does not fit the tables.
    #[error("the run cannot be proven: {0}")]
    Tables(#[from] GenerateError),
    /// The prover failed.
    #[error("the prover failed: {0}")]
    Prover(#[from] zisk_stark::ProveError),
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

impl<'a> Prover<'a> {
    /// A prover that passes the guest's text on to this process's output and proves nothing but success.
    pub fn new() -> Self {
        Self {
            env: ExecutorEnv::new(),
            max_cycles: MAX_INSTRUCTIONS,
            proves_failure: false,
        }
    }

    /// What the guest runs in.
    pub fn env(mut self, env: ExecutorEnv<'a>) -> Self {
        self.env = env;
        self
    }

    /// Proves a run also if it ends with an exit code other than 0. Its receipt passes
    /// [`verify_exit`](Receipt::verify_exit) alone.
    pub fn proves_failure(mut self, yes: bool) -> Self {
        self.proves_failure = yes;
        self
    }

    /// Runs a guest and proves what it did.
    ///
    /// # Errors
    /// When the guest fails, or its run cannot be proven.
    pub fn prove(self, elf: &[u8], input: impl Borrow<Input>) -> Result<Proven, ProveError> {
        self.run(elf, input.borrow())
    }

    /// Not generic, so that no crate that proves compiles the prover again.
    fn run(self, elf: &[u8], input: &Input) -> Result<Proven, ProveError> {
        let start = Instant::now();
        let program = Program::from_elf(elf)?;
        let mut recorder = Recorder::default();
        let limit = self.max_cycles;
        let execution = self
            .env
            .max_cycles(limit)
            .execute_program(elf, &program, input, &mut recorder)
            .map_err(|error| match error {
                ExecuteError::CycleLimit { .. } => ProveError::TooLong { limit },
                other => ProveError::Execute(other),
            })?;
        let exit_code = execution.exit_code;
        if exit_code != zisk_abi::exit::SUCCESS && !self.proves_failure {
            return Err(ProveError::GuestFailed { exit_code });
        }
        let provable = Provable::new(&program)?;
        let mut replay = Replay::new(&provable.guest, input.encoded());
        for step in &recorder.steps {
            replay.step(step)?;
        }
        drop(recorder);
        let traces = generate(&replay, &Allowed::standard())?;
        drop(replay);
        let cells = traces.iter().map(|trace| trace.main.values.len() as u64).sum();
        let proof = prove_observed(&provable.key, traces, &mut ())?;
        let receipt = Receipt {
            journal: execution.journal.as_bytes().to_vec(),
            seal: Seal::new(provable.commitment, proof),
        };
        Ok(Proven {
            receipt,
            exit_code,
            stats: ProverStats {
                instructions: execution.stats.instructions,
                cells,
                elapsed: start.elapsed(),
            },
        })
    }
}
