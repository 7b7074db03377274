use std::fmt;
use std::path::PathBuf;

use rayon::ThreadPoolBuilder;

use super::{ProveError, Prover, ProverObserver};

/// How runs are proven: see [`Prover::builder`].
#[must_use]
pub struct ProverBuilder<'a> {
    pub(super) options: Options,
    threads: Option<usize>,
    work_dir: Option<PathBuf>,
    observer: Box<dyn ProverObserver + 'a>,
}

/// What does not depend on the machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Bytes; unless it is given, what the machine has free.
    pub(super) max_memory: Option<u64>,
    /// Instructions.
    pub(super) max_segment: u64,
    pub(super) hiding: bool,
    pub(super) proves_failure: bool,
    pub(super) dev_mode: bool,
}

impl fmt::Debug for ProverBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProverBuilder")
            .field("options", &self.options)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

impl<'a> ProverBuilder<'a> {
    pub(super) fn new() -> Self {
        Self {
            options: Options {
                max_memory: None,
                max_segment: u64::MAX,
                hiding: true,
                proves_failure: false,
                dev_mode: false,
            },
            threads: None,
            work_dir: None,
            observer: Box::new(()),
        }
    }

    /// Uses so many threads of its own, in place of rayon's.
    pub fn threads(mut self, number: usize) -> Self {
        self.threads = Some(number);
        self
    }

    /// Takes no more than this many bytes of memory, all of this process counted: runs are cut in segments that fit. A run
    /// that does not fit however it is cut ends in [`ProveError::Memory`] before anything is proven. Without this, as much as
    /// the machine has free when a run has been executed, less a tenth.
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.options.max_memory = Some(bytes);
        self
    }

    /// Cuts runs in segments of at most so many instructions, and at least 1, also where memory allows for longer ones: each
    /// takes less time then, and all of them together more.
    pub fn max_segment(mut self, instructions: u64) -> Self {
        self.options.max_segment = instructions.max(1);
        self
    }

    /// Keeps the proofs of segments in a folder as they are finished, and goes on there if it holds the same run: the same
    /// program, input and options. What it holds is as private as the input until the run is finished; then nothing is left
    /// but its seal. Another run needs another folder.
    pub fn work_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.work_dir = Some(path.into());
        self
    }

    /// Whether receipts hide the input and the run; they do unless this says no. What is saved is a few percent of the
    /// time.
    pub fn hiding(mut self, yes: bool) -> Self {
        self.options.hiding = yes;
        self
    }

    /// Whether a run is proven also if it ends with an exit code other than 0. Its receipt passes
    /// [`verify_exit`](crate::Receipt::verify_exit) alone.
    pub fn proves_failure(mut self, yes: bool) -> Self {
        self.options.proves_failure = yes;
        self
    }

    /// Whether runs are executed and not proven, for the time of development: what comes out passes
    /// [`verify_dev_mode`](crate::Receipt::verify_dev_mode) alone.
    pub fn dev_mode(mut self, yes: bool) -> Self {
        self.options.dev_mode = yes;
        self
    }

    /// Tells somebody how far a proof is.
    pub fn observer(mut self, observer: impl ProverObserver + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// The prover.
    ///
    /// # Errors
    /// When threads were asked for that the system does not give.
    pub fn build(self) -> Result<Prover<'a>, ProveError> {
        let threads = self.threads.map(|number| {
            let threads = ThreadPoolBuilder::new().num_threads(number);
            threads
                .thread_name(|index| format!("zisk-prover-{index}"))
                .build()
        });
        Ok(Prover {
            options: self.options,
            threads: threads.transpose()?,
            work_dir: self.work_dir,
            observer: self.observer,
            provable: None,
        })
    }
}
