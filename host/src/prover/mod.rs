//! Proving runs.

mod builder;
mod check;
mod error;
mod estimate;
#[cfg(feature = "faults")]
mod faults;
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
mod work_folder;

use std::borrow::Borrow;
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use sha2::{Digest, Sha256};
use zisk_program::Program;
use zisk_verifier::{ImageId, Receipt, Seal};

use crate::env::ExecutorEnv;
use crate::error::ExecuteError;
use crate::execution::Execution;
use crate::input::Input;
use builder::Options;
pub use builder::ProverBuilder;
pub use check::{ConstraintFailure, check_constraints};
pub use error::ProveError;
pub use estimate::{COST_VERSION, Estimate, run_cost};
#[cfg(feature = "faults")]
pub use faults::{Fill, Handed, Liar, Lie, Said};
use first_pass::FirstPass;
use guest::Provable;
pub(crate) use guest::{Allowed, guest};
use job::Order;
pub use progress::{Phase, ProofPlan, ProverObserver};
pub(crate) use replayed::SEGMENT;
use run::{Run, Sealed};
pub use tables::{TableStats, table_stats};
pub use work_folder::WorkFolderError;
use work_folder::{Kept, RunId, WorkFolder};

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
    work_dir: Option<PathBuf>,
    observer: Box<dyn ProverObserver + 'a>,
    /// The last guest: the digest of its ELF file, whether its proofs hide, and what was prepared.
    provable: Option<Prepared>,
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

    /// Runs a guest and leaves in the folder that was given ([`ProverBuilder::work_dir`]) a file for each segment that another
    /// process can prove, on this machine or another ([`prove_segment`](Self::prove_segment)). When their proofs are there,
    /// the run is proven in that folder as any other. Gives the number of segments.
    ///
    /// # Errors
    /// As [`prove_in`](Self::prove_in), and when there is no folder.
    pub fn prepare_in(
        &mut self,
        env: ExecutorEnv<'_>,
        elf: &[u8],
        input: impl Borrow<Input>,
    ) -> Result<u64, ProveError> {
        if self.work_dir.is_none() {
            return Err(ProveError::NoWorkFolder);
        }
        match self.go(env, elf, input.borrow(), true)? {
            Outcome::Prepared { segments } => Ok(segments),
            Outcome::Proven(proven) => Ok(proven.stats.segments),
        }
    }

    /// Proves a segment of a run of a guest, given the content of its file; gives the content of the file with its proof.
    /// Both files' names are `segment-N`, with `.job` and `.proof`.
    ///
    /// # Errors
    /// When the file is damaged, or of another guest, or the segment cannot be proven.
    pub fn prove_segment(&mut self, elf: &[u8], job: &[u8]) -> Result<Vec<u8>, ProveError> {
        let order = Order::from_bytes(job)?;
        let program = Program::from_elf(elf)?;
        let options = Options {
            hiding: order.hides(),
            ..self.options
        };
        let Self {
            threads,
            observer,
            provable,
            ..
        } = self;
        let mut work = || {
            let provable = prepare(provable, elf, &program, options)?;
            order.prove(provable, &program, observer.as_mut())
        };
        match threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }

    fn run(&mut self, env: ExecutorEnv<'_>, elf: &[u8], input: &Input) -> Result<Proven, ProveError> {
        match self.go(env, elf, input, false)? {
            Outcome::Proven(proven) => Ok(proven),
            // Nobody asked for that.
            Outcome::Prepared { .. } => Err(ProveError::NoWorkFolder),
        }
    }

    /// Not generic, so that no crate that proves compiles the prover again.
    fn go(
        &mut self,
        env: ExecutorEnv<'_>,
        elf: &[u8],
        input: &Input,
        only_prepares: bool,
    ) -> Result<Outcome, ProveError> {
        let start = Instant::now();
        let program = Program::from_elf(elf)?;
        let id = RunId::new(elf, input, &self.options);
        let folder = self.work_dir.as_deref().map(WorkFolder::open).transpose()?;
        let kept = match &folder {
            Some(folder) => folder.kept(id)?,
            None => None,
        };
        self.observer.progress(Phase::Execute, 0.0);
        let quantum = QUANTUM.min(self.options.max_segment);
        let before = kept.as_ref().map_or(&[][..], |kept| &kept.answers);
        let first = FirstPass::run(env, elf, &program, input, quantum, before)?;
        let exit_code = first.execution.exit_code;
        if exit_code != zisk_abi::exit::SUCCESS && !self.options.proves_failure {
            return Err(ProveError::GuestFailed { exit_code });
        }
        if self.observer.is_cancelled() {
            return Err(ProveError::Cancelled);
        }
        let instructions = first.execution.stats.instructions;
        let journal = first.execution.journal.clone();
        let sealed = self.seal(
            elf,
            &program,
            input,
            first,
            folder.map(|folder| (folder, id, kept)),
            only_prepares,
        )?;
        let Sealed {
            seal,
            cells,
            segments,
        } = sealed;
        let Some(seal) = seal else {
            return Ok(Outcome::Prepared { segments });
        };
        Ok(Outcome::Proven(Proven {
            receipt: Receipt { journal, seal },
            exit_code,
            stats: ProverStats {
                instructions,
                segments,
                cells,
                elapsed: start.elapsed(),
            },
        }))
    }

    /// Proves what was executed, unless this is for development.
    fn seal(
        &mut self,
        elf: &[u8],
        program: &Program,
        input: &Input,
        first: FirstPass,
        folder: Option<(WorkFolder, RunId, Option<Kept>)>,
        only_prepares: bool,
    ) -> Result<Sealed, ProveError> {
        let Self {
            options,
            threads,
            observer,
            provable,
            ..
        } = self;
        let work = || {
            let provable = prepare(provable, elf, program, *options)?;
            if options.dev_mode {
                let Execution {
                    exit_code, journal, ..
                } = &first.execution;
                let seal = Seal::dev_mode(provable.commitment.image_id(), *exit_code, journal);
                return Ok(Sealed {
                    seal: Some(seal),
                    cells: 0,
                    segments: 0,
                });
            }
            let run = Run::new(provable, program, input, first, *options, folder)?;
            if only_prepares {
                run.prepare(observer.as_mut())
            } else {
                run.prove(observer.as_mut())
            }
        };
        match threads {
            Some(threads) => threads.install(work),
            None => work(),
        }
    }
}

/// What became of a run.
enum Outcome {
    Proven(Proven),
    /// Its segments wait for others to prove them.
    Prepared {
        segments: u64,
    },
}

/// What is prepared for a guest, by the digest of its ELF file and whether its proofs hide.
type Prepared = (([u8; 32], bool), Provable);

/// What is kept of this guest, or new.
fn prepare<'p>(
    kept: &'p mut Option<Prepared>,
    elf: &[u8],
    program: &Program,
    options: Options,
) -> Result<&'p Provable, ProveError> {
    let digest: [u8; 32] = Sha256::digest(elf).into();
    let of = (digest, options.hiding);
    let same = kept.take().filter(|(other, _)| *other == of);
    let provable = if let Some((_, provable)) = same {
        provable
    } else {
        let mut provable = Provable::new(program)?;
        if !options.hiding {
            provable.key = provable.key.without_hiding();
        }
        provable
    };
    Ok(&kept.insert((of, provable)).1)
}
