//! Proofs that share buses: a commitment first, the proof later.

use alloc::vec::Vec;

use tracing::{info_span, instrument};

use super::commit::{Committed, hidden};
use super::run::Run;
use super::{
    Progress, ProvableTable, ProveError, ProvingKey, Trace, check_public_values, check_rows, check_traces,
};
use crate::analysis::Scope;
use crate::blinding::BlindingSeed;
use crate::domain::{RowDomain, TableRowDomain};
use crate::field::Val;
use crate::hash::Hash;
use crate::logup::BusChallenges;
use crate::observer::{Observer, Phase};
use crate::pcs::Dft;
use crate::proof::Proof;
use crate::shared::SharedStatement;
use crate::table::Table;
use crate::verifier::check_total;

/// The early columns of a proof to come, committed to, and what else challenges of shared buses are derived from.
///
/// Rows that several proofs have messages about are balanced over these proofs. Each commits to its early columns; from
/// [what they state](Self::statement) come [`shared_challenges`](crate::shared_challenges); with them each proof is
/// made on its own, by [`prove_sharing`]. [`verify_together`](crate::verify_together) takes all of them.
pub struct EarlyCommitment<H: Hash> {
    pub(super) committed: Committed<H>,
    /// The rows of tables with shared messages.
    domains: Vec<TableRowDomain>,
    pub(super) public_values: Vec<Vec<Val>>,
}

impl<H: Hash> EarlyCommitment<H> {
    /// What the proof states before the challenges.
    pub fn statement(&self) -> SharedStatement<H> {
        SharedStatement {
            log_heights: self
                .domains
                .iter()
                .flatten()
                .map(RowDomain::log_height_byte)
                .collect(),
            public_values: self.public_values.clone(),
            early: self.committed.root().cloned(),
        }
    }
}

/// Commits to the early columns of traces.
///
/// Of the traces it takes all public values, and the rows of tables with shared messages alone: other tables may be without
/// rows as yet. Of these rows it reads the first [`num_early`](crate::analysis::TableShape::num_early) cells: the others
/// may still be anything.
///
/// With a `seed`, what hides the early columns is expanded from it, so that the same rows and the same seed give the same
/// commitment again, in another process, too: one need not be kept until its proof is made. One seed is for one
/// set of rows: from two commitments that were hidden by one seed could be seen where their rows differ. And of all
/// proofs that are made with it, one may be published: another one would open the same columns at other points, for which
/// their random rows are too few. Without a seed, there is a fresh one.
///
/// # Errors
/// As [`prove_observed`](super::prove_observed).
#[instrument(skip_all)]
pub fn commit_early<T: ProvableTable, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: &[Trace],
    seed: Option<&BlindingSeed>,
    observer: &mut dyn Observer,
) -> Result<EarlyCommitment<H>, ProveError> {
    let domains = check_early(key, traces)?;
    Ok(EarlyCommitment {
        committed: commit(key, traces, &domains, seed, observer)?,
        domains,
        public_values: traces.iter().map(|trace| trace.public_values.clone()).collect(),
    })
}

/// Makes one of several proofs that share buses: of the traces whose early columns were committed to, with challenges
/// that were derived from what all of the proofs state.
///
/// # Errors
/// As [`prove_observed`](super::prove_observed), and when the early commitment is that of other traces.
#[instrument(name = "prove", skip_all)]
pub fn prove_sharing<T: ProvableTable, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: Vec<Trace>,
    early: EarlyCommitment<H>,
    shared: BusChallenges,
    observer: &mut dyn Observer,
) -> Result<Proof<H>, ProveError> {
    let domains = check_traces(key, &traces)?;
    let mut rows = early.domains.iter().zip(&domains);
    let as_committed = rows.all(|(early, domain)| early.is_none() || early == domain);
    let public_values = traces.iter().map(|trace| &trace.public_values);
    if !as_committed || !public_values.eq(&early.public_values) {
        return Err(ProveError::EarlyCommitment);
    }
    Run::new(key, traces, domains, early, observer)?.prove(Some(shared))
}

/// Checks public values, and the rows of tables with shared messages; gives where these rows live.
fn check_early<T: Table, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: &[Trace],
) -> Result<Vec<TableRowDomain>, ProveError> {
    let verifying = &key.verifying;
    check_public_values(verifying, traces)?;
    let tables = verifying.tables.iter().zip(traces).enumerate();
    let domains = tables
        .map(|(table, (entry, trace))| {
            let is_needed = entry.shape.has_shared();
            if is_needed {
                check_rows(verifying, table, &trace.main)
            } else {
                Ok(None)
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    check_total(verifying.multiplicities(&domains, Scope::Shared))?;
    Ok(domains)
}

fn commit<T, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: &[Trace],
    domains: &[TableRowDomain],
    seed: Option<&BlindingSeed>,
    observer: &mut dyn Observer,
) -> Result<Committed<H>, ProveError> {
    let verifying = &key.verifying;
    if !verifying.has_shared {
        return Ok(Committed::empty());
    }
    let mut progress = Progress { observer };
    progress.begin(Phase::Early)?;
    let _span = info_span!("early").entered();
    let log_blowup = verifying.parameters.log_blowup.into();
    let mut blinding = key.blinding(seed)?;
    let rows = |table: usize| Some((&traces[table].main, domains[table]?));
    let columns = hidden(&verifying.tables, rows, Scope::Shared, log_blowup, &mut blinding);
    Committed::new(&Dft::default(), log_blowup, columns, &mut progress)
}
