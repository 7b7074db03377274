//! Making proofs.

mod commit;
mod estimate;
mod run;
mod sharing;
mod size;

use alloc::vec::Vec;

use p3_air::{Air, BaseAir};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use thiserror::Error;
use tracing::instrument;

use crate::blinding::{Blinding, BlindingSeed, RandomnessUnavailable};
use crate::bus::Bus;
use crate::domain::TableRowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::hash::Hash;
use crate::keys::VerifyingKey;
use crate::layout;
use crate::lde::Columns;
use crate::observer::{Observer, Phase};
use crate::parameters::Parameters;
use crate::pcs::Dft;
use crate::proof::Proof;
use crate::setup::{SetupError, with_heights};
use crate::table::Table;
use crate::verifier::{VerifyError, check_multiplicities};
use commit::Committed;
use run::Run;
pub use sharing::{EarlyCommitment, commit_early, prove_sharing};

/// What a prover needs to know: the verifying key, and all of the fixed columns.
pub struct ProvingKey<T, H: Hash> {
    verifying: VerifyingKey<T, H>,
    fixed: Vec<RowMajorMatrix<Val>>,
    committed: Committed<H>,
    hides_witness: bool,
}

/// A table's rows.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The main columns: a power of two of rows. Only the first
    /// [`num_active_rows`](VerifyingKey::num_active_rows) count; the prover overwrites the others. No rows, if the
    /// table [may be absent](crate::analysis::TableShape::may_be_absent) and is.
    pub main: RowMajorMatrix<Val>,
    /// The public values.
    pub public_values: Vec<Val>,
}

/// A proof cannot be made. Rows that break constraints are no reason: their proof does not verify.
#[derive(Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ProveError {
    /// Another number of traces than the key has tables.
    #[error("the key has {expected} tables, {found} traces were given")]
    TraceCount {
        /// How many tables there are.
        expected: usize,
        /// How many traces there are.
        found: usize,
    },
    /// A trace is not of its table's shape.
    #[error(
        "table {table}: {found} {what} were given where {expected} are needed; rows are a power of two, and this many at least"
    )]
    TraceShape {
        /// Which table, counted from 0.
        table: usize,
        /// What there is too much or too little of.
        what: &'static str,
        /// How much there must be.
        expected: usize,
        /// How much there is.
        found: usize,
    },
    /// The early commitment was made of traces of other heights or public values.
    #[error(
        "the early commitment was made of traces of other heights or public values than are to be proven"
    )]
    EarlyCommitment,
    /// No proof of these traces could verify.
    #[error("no verifier would accept a proof of these traces: {0}")]
    Refused(#[from] VerifyError),
    /// There is nothing to hide the witness with.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// The observer gave up.
    #[error("proving was cancelled")]
    Cancelled,
}

impl<T: Table, H: Hash> ProvingKey<T, H> {
    /// Makes the key of some tables, each with its fixed columns (of width 0 if it has none).
    ///
    /// # Errors
    /// When a table cannot be proven as it is written, tables disagree about a bus, or fixed columns are not
    /// of a table's shape.
    pub fn new(tables: Vec<(T, RowMajorMatrix<Val>)>, parameters: Parameters) -> Result<Self, SetupError> {
        Self::with_shared_buses(tables, &[], parameters)
    }

    /// The same, with buses that are balanced over several proofs: see [`commit_early`].
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_shared_buses(
        tables: Vec<(T, RowMajorMatrix<Val>)>,
        shared: &[Bus],
        parameters: Parameters,
    ) -> Result<Self, SetupError> {
        let (tables, fixed) = with_heights(tables, &parameters)?;
        let committed = commit_fixed(&tables, &fixed, &parameters);
        let verifying = VerifyingKey::new(tables, shared, committed.root().cloned(), parameters)?;
        Ok(Self {
            verifying,
            fixed,
            committed,
            hides_witness: true,
        })
    }

    /// What a verifier needs to know.
    pub fn verifying_key(&self) -> &VerifyingKey<T, H> {
        &self.verifying
    }
}

impl<T, H: Hash> ProvingKey<T, H> {
    /// Makes proofs from here on that do not hide the witness: what would be random is zero. They are as sound and as large,
    /// and verify as others do.
    #[must_use]
    pub fn without_hiding(mut self) -> Self {
        self.hides_witness = false;
        self
    }

    /// What makes the next proof hide its witness: a stream from a seed, or from a fresh one.
    fn blinding(&self, seed: Option<&BlindingSeed>) -> Result<Blinding, RandomnessUnavailable> {
        match seed {
            _ if !self.hides_witness => Ok(Blinding::nothing()),
            Some(seed) => Ok(Blinding::from_seed(seed)),
            None => Blinding::from_system(),
        }
    }
}

fn commit_fixed<T, H: Hash>(
    tables: &[(T, Option<u8>)],
    fixed: &[RowMajorMatrix<Val>],
    parameters: &Parameters,
) -> Committed<H> {
    let log_blowup = usize::from(parameters.log_blowup);
    let of_table = |((_, log_height), fixed): (&(T, Option<u8>), &RowMajorMatrix<Val>)| {
        // A table without fixed columns has no height yet, and needs none here.
        let domain = layout::row_domain(usize::from((*log_height)?), parameters)?;
        let mut columns = Columns::zeros(fixed.width(), fixed.height(), log_blowup);
        columns.copy_rows(fixed, 0, fixed.width());
        Some((columns, domain))
    };
    let columns = tables.iter().zip(fixed).map(of_table).collect();
    let mut nobody = ();
    let mut progress = Progress {
        observer: &mut nobody,
    };
    // Nobody cancels it.
    Committed::new(&Dft::default(), log_blowup, columns, &mut progress).unwrap_or_else(|_| Committed::empty())
}

/// Tells the observer, and asks whether to go on.
pub(crate) struct Progress<'a> {
    observer: &'a mut dyn Observer,
}

impl Progress<'_> {
    fn begin(&mut self, phase: Phase) -> Result<(), ProveError> {
        self.observer.begin(phase);
        self.go_on()
    }

    fn advance(&mut self, cells: u64) -> Result<(), ProveError> {
        self.observer.advance(cells);
        self.go_on()
    }

    fn go_on(&mut self) -> Result<(), ProveError> {
        if self.observer.is_cancelled() {
            Err(ProveError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// A table that can be proven.
pub trait ProvableTable:
    Table
    + for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>
    + for<'a> Air<Evaluator<'a, Val, Challenge>>
    + Sync
{
}

impl<T> ProvableTable for T where
    T: Table
        + for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>
        + for<'a> Air<Evaluator<'a, Val, Challenge>>
        + Sync
{
}

/// Makes a proof that the traces are rows of the key's tables.
///
/// Whether they satisfy the constraints is not looked at: the proof of rows that do not will not verify. If the key
/// has shared buses, the proof stands alone: they are balanced within it.
///
/// # Errors
/// When a trace is not of its table's shape, or the operating system gives no random bytes.
pub fn prove<T: ProvableTable, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: Vec<Trace>,
) -> Result<Proof<H>, ProveError> {
    prove_observed(key, traces, &mut ())
}

/// [`prove`], followed by an observer.
///
/// # Errors
/// As [`prove`], and when the observer gives up.
#[instrument(name = "prove", skip_all)]
pub fn prove_observed<T: ProvableTable, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: Vec<Trace>,
    observer: &mut dyn Observer,
) -> Result<Proof<H>, ProveError> {
    let domains = check_traces(key, &traces)?;
    let early = commit_early(key, &traces, None, observer)?;
    Run::new(key, traces, domains, early, observer)?.prove(None)
}

/// Checks the traces against the tables; gives the tables' rows.
fn check_traces<T: Table, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: &[Trace],
) -> Result<Vec<TableRowDomain>, ProveError> {
    let verifying = &key.verifying;
    check_public_values(verifying, traces)?;
    let rows = traces.iter().map(|trace| &trace.main).enumerate();
    let domains = rows
        .map(|(table, rows)| check_rows(verifying, table, rows))
        .collect::<Result<Vec<_>, _>>()?;
    check_multiplicities(verifying, &domains)?;
    Ok(domains)
}

/// Checks that there is a trace for each table, with as many public values as the table has.
fn check_public_values<T: Table, H: Hash>(
    key: &VerifyingKey<T, H>,
    traces: &[Trace],
) -> Result<(), ProveError> {
    if key.tables.len() != traces.len() {
        return Err(ProveError::TraceCount {
            expected: key.tables.len(),
            found: traces.len(),
        });
    }
    for (table, (entry, trace)) in key.tables.iter().zip(traces).enumerate() {
        let expected = BaseAir::<Val>::num_public_values(&entry.table);
        let found = trace.public_values.len();
        if found != expected {
            return Err(ProveError::TraceShape {
                table,
                what: "public values",
                expected,
                found,
            });
        }
    }
    Ok(())
}

/// Checks the shape of a table's rows; gives where they live, nothing for a table that is absent.
fn check_rows<T: Table, H: Hash>(
    key: &VerifyingKey<T, H>,
    table: usize,
    rows: &RowMajorMatrix<Val>,
) -> Result<TableRowDomain, ProveError> {
    let entry = &key.tables[table];
    let wrong = |what, expected, found| ProveError::TraceShape {
        table,
        what,
        expected,
        found,
    };
    let width = entry.shape.main_columns.len();
    if rows.width() != width {
        return Err(wrong("main columns", width, rows.width()));
    }
    let height = if width == 0 { 0 } else { rows.height() };
    let log_height = match height {
        0 => Some(0),
        _ => height
            .checked_ilog2()
            .filter(|log| *log > 0 && height.is_power_of_two()),
    };
    let domain = log_height.and_then(|log_height| key.rows_of(entry, log_height as usize));
    let min = layout::min_height(&key.parameters);
    let expected = entry.fixed_log_height.map_or(min, |log_height| 1 << log_height);
    domain.ok_or_else(|| wrong("rows", expected, height))
}

#[cfg(test)]
mod tests;
