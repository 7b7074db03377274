//! Ctrl-C.

use std::io;
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};

use zisk_host::{Phase, ProofPlan, ProverObserver};

/// The exit code of a process that was interrupted, as shells give it.
pub(crate) const INTERRUPTED: u8 = 130;
/// Somebody wants this process to end.
static IS_WANTED: AtomicBool = AtomicBool::new(false);
/// A proof is in the making, which looks at the above.
static IS_PROVING: AtomicBool = AtomicBool::new(false);

/// An observer of a proof that stops it at Ctrl-C, where it leaves everything in order. While the guest runs, and at a second
/// Ctrl-C, the process ends at once.
pub(crate) struct Interruptible<O> {
    observer: O,
}

impl<O> Interruptible<O> {
    /// From here on Ctrl-C means that. Once in a process.
    pub(crate) fn new(observer: O) -> io::Result<Self> {
        ctrlc::set_handler(|| {
            let is_second = IS_WANTED.swap(true, Ordering::SeqCst);
            if is_second || !IS_PROVING.load(Ordering::SeqCst) {
                exit(INTERRUPTED.into());
            }
        })
        .map_err(io::Error::other)?;
        Ok(Self { observer })
    }
}

/// From here on Ctrl-C is for another program in this terminal, which knows what it means. Once in a process.
pub(crate) fn leave_to_others() -> io::Result<()> {
    ctrlc::set_handler(|| {}).map_err(io::Error::other)
}

impl<O> Drop for Interruptible<O> {
    fn drop(&mut self) {
        IS_PROVING.store(false, Ordering::SeqCst);
    }
}

impl<O: ProverObserver> ProverObserver for Interruptible<O> {
    fn progress(&mut self, phase: Phase, done: f64) {
        IS_PROVING.store(phase != Phase::Execute, Ordering::SeqCst);
        self.observer.progress(phase, done);
    }

    fn planned(&mut self, plan: &ProofPlan) {
        self.observer.planned(plan);
    }

    fn is_cancelled(&mut self) -> bool {
        IS_WANTED.load(Ordering::SeqCst) || self.observer.is_cancelled()
    }
}
