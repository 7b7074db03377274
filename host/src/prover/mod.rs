//! Proving runs.

mod builder;
mod check;
mod error;
mod first_pass;
mod guest;
mod job;
mod memory;
mod plan;
mod progress;
mod recorder;
mod replayed;
mod run;
mod segments;
mod tables;

use std::borrow::Borrow;
use std::fmt;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use sha2::{Digest, Sha256};
use zisk_program::Program;
use zisk_verifier::{ImageId, Journal, Receipt, Seal};

use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;
use builder::Options;
pub use builder::ProverBuilder;
pub use check::{ConstraintFailure, check_constraints};
pub use error::ProveError;
use first_pass::FirstPass;
use guest::Provable;
pub use progress::{Phase, ProofPlan, ProverObserver};
use run::Run;
pub use tables::{TableStats, table_stats};

/// How many instructions a run is counted in at once: it is cut at multiples of this.
const QUANTUM: u64 = 1 << 14;

/// Runs a guest and proves that it wrote its journal and ended with exit code 0.
///
/// # Errors
/// When the guest fails, or its run cannot be proven: [`ProveError`] tells which.
pub fn prove(elf: &[u8], input: impl Borrow<Input>) -> Result<Receipt, ProveError> {
    let proven = Prover::builder().build()?.prove(elf, input)?;
    Ok(proven.receipt)
}

/// The image id of a guest: what a receipt of it is verified with.
///
/// # Errors
/// When the ELF file is not a guest.
pub fn image_id(elf: &[u8]) -> Result<ImageId, ProveError> {
    let program = Program::from_elf(elf).map_err(ExecuteError::Elf)?;
    Ok(Provable::new(&program)?.commitment.image_id())
}

/// Proves runs. What it prepares for a guest it keeps until it proves another one.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (elf, inputs) = (&[], [zisk_host::Input::new()]);
/// let mut prover = zisk_host::Prover::builder().threads(4).max_memory(8 << 30).build()?;
/// for input in &inputs {
///     let proven = prover.prove(elf, input)?;
///     println!("{} instructions in {:?}", proven.stats.instructions, proven.stats.elapsed);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Prover<'a> {
    options: Options,
    threads: Option<ThreadPool>,
    observer: Box<dyn ProverObserver + 'a>,
    /// The last guest: the digest of its ELF file, and what was prepared.
    provable: Option<([u8; 32], Provable)>,
}

impl fmt::Debug for Prover<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prover")
            .field("options", &self.options)
            .finish_non_exhaustive()
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
    /// How many segments it was proven in; 0 in development mode.
    pub segments: u64,
    /// Base-field cells that were committed to: all tables' rows, those that fill them up included, in main and LogUp
    /// columns.
    pub cells: u64,
    /// Time for all of it.
    pub elapsed: Duration,
}

impl<'a> Prover<'a> {
    /// A prover with options.
    pub fn builder() -> ProverBuilder<'a> {
        ProverBuilder::new()
    }

    /// Runs a guest, with its text on this process's output, and proves what it did.
    ///
    /// # Errors
    /// When the guest fails, or its run cannot be proven.
    pub fn prove(&mut self, elf: &[u8], input: impl Borrow<Input>) -> Result<Proven, ProveError> {
        self.prove_in(ExecutorEnv::new(), elf, input)
    }

    /// Runs a guest in an environment and proves what it did.
    ///
    /// # Errors
    /// When the guest fails, or its run cannot be proven.
    pub fn prove_in(
        &mut self,
        env: ExecutorEnv<'_>,
        elf: &[u8],
        input: impl Borrow<Input>,
    ) -> Result<Proven, ProveError> {
        self.run(env, elf, input.borrow())
    }

    /// Not generic, so that no crate that proves compiles the prover again.
    fn run(&mut self, env: ExecutorEnv<'_>, elf: &[u8], input: &Input) -> Result<Proven, ProveError> {
        let start = Instant::now();
        let program = Program::from_elf(elf)?;
        self.observer.progress(Phase::Execute, 0.0);
        let quantum = QUANTUM.min(self.options.max_segment);
        let first = FirstPass::run(env, elf, &program, input, quantum)?;
        let exit_code = first.execution.exit_code;
        if exit_code != zisk_abi::exit::SUCCESS && !self.options.proves_failure {
            return Err(ProveError::GuestFailed { exit_code });
        }
        if self.observer.is_cancelled() {
            return Err(ProveError::Cancelled);
        }
        let instructions = first.execution.stats.instructions;
        let (seal, journal, cells, segments) = self.seal(elf, &program, input, first)?;
        Ok(Proven {
            receipt: Receipt { journal, seal },
            exit_code,
            stats: ProverStats {
                instructions,
                segments,
                cells,
                elapsed: start.elapsed(),
            },
        })
    }

    /// Proves what was executed, unless this is for development; gives the cells that were committed to, too, and the number
    /// of segments.
    fn seal(
        &mut self,
        elf: &[u8],
        program: &Program,
        input: &Input,
        first: FirstPass,
    ) -> Result<(Seal, Journal, u64, u64), ProveError> {
        let Self {
            options,
            threads,
            observer,
            provable,
        } = self;
        let work = || {
            let provable = prepare(provable, elf, program, *options)?;
            if options.dev_mode {
                let Execution {
                    exit_code, journal, ..
                } = first.execution;
                let seal = Seal::dev_mode(provable.commitment.image_id(), exit_code, &journal);
                return Ok((seal, journal, 0, 0));
            }
            let run = Run::new(provable, program, input, first, *options)?;
            run.prove(observer.as_mut())
        };
        match threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// What is kept of this guest, or new.
fn prepare<'p>(
    kept: &'p mut Option<([u8; 32], Provable)>,
    elf: &[u8],
    program: &Program,
    options: Options,
) -> Result<&'p Provable, ProveError> {
    let digest: [u8; 32] = Sha256::digest(elf).into();
    let same = kept.take().filter(|(of, _)| *of == digest);
    let provable = if let Some((_, provable)) = same {
        provable
    } else {
        let mut provable = Provable::new(program)?;
        if !options.hiding {
            provable.key = provable.key.without_hiding();
        }
        provable
    };
    Ok(&kept.insert((digest, provable)).1)
}
