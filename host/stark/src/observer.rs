//! Following a proof while it is made.

/// What a prover is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Phase {
    /// Extending and committing to early columns.
    Early,
    /// Extending and committing to main columns.
    Main,
    /// Filling, extending and committing to LogUp columns.
    LogUp,
    /// Computing and committing to quotients.
    Quotient,
    /// Opening everything at the out-of-domain point. Its cells are done all at once, at its end.
    Opening,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 5] = [
        Self::Early,
        Self::Main,
        Self::LogUp,
        Self::Quotient,
        Self::Opening,
    ];
}

/// What is told of a proof in the making, and may end it.
///
/// Every method is called from the thread that proves.
pub trait Observer {
    /// A phase has begun.
    fn begin(&mut self, phase: Phase) {
        let _ = phase;
    }

    /// Within a phase, `cells` more base-field cells of the trace are done, a table at a time; a phase comes to as many
    /// as the tables have in the columns that it works on: those that it commits to, and for quotients and their
    /// opening all that were committed to before.
    fn advance(&mut self, cells: u64) {
        let _ = cells;
    }

    /// Whether to give up. Asked after every [`begin`](Self::begin) and every [`advance`](Self::advance), and before
    /// each table's LogUp columns are filled. So it is asked for the last time when the proof is done; giving up
    /// then is giving it up all the same.
    fn is_cancelled(&mut self) -> bool {
        false
    }
}

/// Nobody.
impl Observer for () {}
