//! Following a proof.

use zisk_machine::Table;
use zisk_stark::{Phase as StarkPhase, ProvingKey};
use zisk_verifier::Hash;

/// What a prover is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Running the guest.
    Execute,
    /// Committing to what the segments of the run say to each other.
    Prepare,
    /// Filling the tables of all state machines.
    Trace,
    /// Committing to these tables.
    Commit,
    /// Computing and committing to the sums of the tables' messages.
    Messages,
    /// Computing and committing to the quotients of the constraints.
    Constraints,
    /// Opening the commitments.
    Open,
}

impl Phase {
    /// A word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Execute => "execute",
            Self::Prepare => "prepare",
            Self::Trace => "trace",
            Self::Commit => "commit",
            Self::Messages => "messages",
            Self::Constraints => "constraints",
            Self::Open => "open",
        }
    }
}

/// What proving a run takes, before it is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProofPlan {
    /// Instructions of the run.
    pub instructions: u64,
    /// How many segments it is cut in.
    pub segments: u64,
    /// Base-field cells that will be committed to, of all segments; an estimate that is slightly too high.
    pub cells: u64,
    /// The most memory in bytes that this process will take.
    pub memory: u64,
}

/// What is told of a proof in the making, and may end it. It is called from the threads that prove, one at a time.
pub trait ProverObserver: Send {
    /// The prover is in a phase, and has done about this share of all its work: 0 to 1, never less than before.
    fn progress(&mut self, phase: Phase, done: f64) {
        let _ = (phase, done);
    }

    /// The run has been executed, and it is known what proving it takes.
    fn planned(&mut self, plan: &ProofPlan) {
        let _ = plan;
    }

    /// Whether to give up. It is asked several times a phase, and in the end the proof is dropped if so.
    fn is_cancelled(&mut self) -> bool {
        false
    }
}

/// Nobody.
impl ProverObserver for () {}

/// The nanoseconds that filling a cell takes on two cores: the time between two phases of 2^20 instructions. Only the ratio
/// to others counts.
const TRACE: f64 = 4.0;

/// The nanoseconds that a cell takes in a phase, by `cargo bench --package zisk-stark --bench spans` on two cores.
const fn cost(phase: StarkPhase) -> f64 {
    match phase {
        StarkPhase::LogUp => 36.0,
        StarkPhase::Quotient => 12.0,
        StarkPhase::Opening => 7.0,
        // Main columns; early ones, which are made as these are.
        _ => 30.0,
    }
}

/// Which part of all work the proof of a segment is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// The share that is done before.
    pub(super) before: f64,
    /// The share that is done behind it.
    pub(super) behind: f64,
}

/// Translates between the proof system, which knows cells, and who watches.
pub(super) struct Watch<'a> {
    observer: &'a mut dyn ProverObserver,
    part: Part,
    phase: Phase,
    /// The cost of a cell in the current phase.
    cost: f64,
    done: f64,
    total: f64,
}

impl<'a> Watch<'a> {
    /// Of a proof of tables of these heights, whose rows are about to be filled.
    pub(super) fn new(
        observer: &'a mut dyn ProverObserver,
        key: &ProvingKey<Table, Hash>,
        log_heights: &[u8],
        part: Part,
    ) -> Self {
        let cells = |phase| key.cells(phase, log_heights) as f64;
        let phases = StarkPhase::ALL.iter().map(|phase| cost(*phase) * cells(*phase));
        let rows = TRACE * cells(StarkPhase::Main);
        let mut watch = Self {
            observer,
            part,
            phase: Phase::Trace,
            cost: 0.0,
            done: 0.0,
            total: rows + phases.sum::<f64>(),
        };
        watch.tell();
        // They will have been filled when the next phase begins.
        watch.done = rows;
        watch
    }

    fn tell(&mut self) {
        // At its end it is exactly where the next part begins: nobody sees less done than before.
        let done = (self.done / self.total).clamp(0.0, 1.0);
        self.observer.progress(
            self.phase,
            self.part.before * (1.0 - done) + self.part.behind * done,
        );
    }
}

impl zisk_stark::Observer for Watch<'_> {
    fn begin(&mut self, phase: StarkPhase) {
        self.cost = cost(phase);
        self.phase = match phase {
            StarkPhase::LogUp => Phase::Messages,
            StarkPhase::Quotient => Phase::Constraints,
            StarkPhase::Opening => Phase::Open,
            _ => Phase::Commit,
        };
        self.tell();
    }

    fn advance(&mut self, cells: u64) {
        self.done += self.cost * cells as f64;
        self.tell();
    }

    fn is_cancelled(&mut self) -> bool {
        self.observer.is_cancelled()
    }
}
