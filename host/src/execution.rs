//! What a run gave.

use std::time::Duration;

use zisk_verifier::Journal;

use crate::scopes::Scope;

/// A run that ended by itself.
#[derive(Clone, Debug)]
#[must_use]
pub struct Execution {
    /// What the guest made public.
    pub journal: Journal,
    /// How it ended: 0 is success, [`zisk_abi::exit`] lists what the guest library gives.
    pub exit_code: u32,
    /// What the run took.
    pub stats: Stats,
}

/// What a run took.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stats {
    /// Instructions retired.
    pub instructions: u64,
    /// Time from the first instruction to the last.
    pub elapsed: Duration,
    /// Loads and stores whose address was not a multiple of their width.
    pub misaligned_accesses: u64,
    /// Size in bytes of the pages that were read or written.
    pub memory_bytes: u64,
    /// The scopes that the guest marked.
    pub scopes: Vec<Scope>,
}

impl Stats {
    /// Millions of instructions per second.
    pub fn mips(&self) -> f64 {
        self.instructions as f64 / self.elapsed.as_secs_f64().max(1e-9) / 1e6
    }
}
