//! One proof, step by step.

use alloc::vec::Vec;

use p3_commit::{Mmcs, OpenedValues};
use p3_field::{BasedVectorSpace, PrimeCharacteristicRing};
use p3_matrix::dense::RowMajorMatrix;
use tracing::info_span;

use super::commit::{Committed, hidden, take_back};
use super::sharing::EarlyCommitment;
use super::{Progress, ProvableTable, ProveError, ProvingKey, Trace};
use crate::analysis::Scope;
use crate::blinding::{Blinding, Measure};
use crate::constraints::Statement;
use crate::domain::{RowDomain, TableRowDomain};
use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash, Tree};
use crate::keys::Entry;
use crate::layout::{self, DIMENSION, QuotientParts};
use crate::lde::Columns;
use crate::logup::{BusChallenges, Fingerprint, TableRows, generate};
use crate::observer::{Observer, Phase};
use crate::opening::{self, Batch};
use crate::pcs::Dft;
use crate::proof::{Proof, TableOpening, Work};
use crate::quotient::{Matrices, extend_parts, quotient};
use crate::rounds::{Opened, Round, plan, table_with_random_codeword};
use crate::transcript::Transcript;

/// A proof in the making.
pub(super) struct Run<'a, T, H: Hash> {
    key: &'a ProvingKey<T, H>,
    dft: Dft,
    log_blowup: usize,
    domains: Vec<TableRowDomain>,
    public_values: Vec<Vec<Val>>,
    /// The rows of each table.
    rows: Vec<RowMajorMatrix<Val>>,
    early: Committed<H>,
    blinding: Blinding,
    progress: Progress<'a>,
}

/// The LogUp columns of all tables.
struct Sums<H: Hash> {
    committed: Committed<H>,
    /// What each table says of its sums.
    totals: Vec<Vec<Challenge>>,
}

/// A commitment to quotients.
type Quotients<H> = (Commitment<H>, Tree<H>);

impl<'a, T: ProvableTable, H: Hash> Run<'a, T, H> {
    pub(super) fn new(
        key: &'a ProvingKey<T, H>,
        traces: Vec<Trace>,
        domains: Vec<TableRowDomain>,
        early: EarlyCommitment<H>,
        observer: &'a mut dyn Observer,
    ) -> Result<Self, ProveError> {
        for domain in domains.iter().flatten() {
            layout::assert_hiding(domain, &key.verifying.parameters);
        }
        let rows = traces.into_iter().map(|trace| trace.main).collect();
        Ok(Self {
            key,
            dft: Dft::default(),
            log_blowup: key.verifying.parameters.log_blowup.into(),
            domains,
            public_values: early.public_values,
            rows,
            early: early.committed,
            blinding: key.blinding(None)?,
            progress: Progress { observer },
        })
    }

    /// Makes the proof; `shared` are the challenges of shared buses, unless it stands alone.
    pub(super) fn prove(mut self, shared: Option<BusChallenges>) -> Result<Proof<H>, ProveError> {
        let verifying = &self.key.verifying;
        let grinding = &verifying.parameters.grinding;
        let log_height = |domain: &TableRowDomain| domain.as_ref().map_or(0, RowDomain::log_height_byte);
        let log_heights: Vec<u8> = self.domains.iter().map(log_height).collect();
        let values: Vec<&[Val]> = self.public_values.iter().map(Vec::as_slice).collect();
        let mut transcript = Transcript::<H>::new(verifying, &log_heights, &values);
        let mut work = Work::default();

        let mut shared_challenges = shared;
        if let Some(root) = self.early.root() {
            transcript.early(root);
            if let Some(shared) = &shared {
                transcript.shared_challenges(shared);
            } else {
                work.shared_bus = transcript.find_work(grinding.shared_bus);
                shared_challenges = Some(transcript.draw_bus());
            }
        }

        let main = self.commit_main()?;
        let main_root = main.root().cloned().ok_or(ProveError::TraceCount {
            expected: 1,
            found: 0,
        })?;
        transcript.main(&main_root);
        work.bus = transcript.find_work(grinding.bus);
        let own = transcript.draw_bus();
        // Without shared buses nothing is computed with their challenges.
        let fingerprints = self.fingerprints(own, shared_challenges.unwrap_or(own));

        let sums = self.commit_sums(&main, &fingerprints)?;
        self.rows.clear();
        let all_totals: Vec<Challenge> = sums.totals.iter().flatten().copied().collect();
        let alpha = transcript.logup(sums.committed.root(), &all_totals);

        let (quotient_root, quotients) = self.commit_quotients(&main, &sums, &fingerprints, alpha)?;
        transcript.quotient(&quotient_root);
        work.out_of_domain = transcript.find_work(grinding.out_of_domain);

        self.progress.begin(Phase::Opening)?;
        let span = info_span!("open").entered();
        let plan = plan(verifying, &self.domains, transcript.draw());
        let batch = |(round, matrices): &(Round, Vec<Opened>)| {
            let tree = match round {
                Round::Fixed => self.key.committed.tree(),
                Round::Early => self.early.tree(),
                Round::Main => main.tree(),
                Round::LogUp => sums.committed.tree(),
                Round::Quotient => Some(&quotients),
            };
            let points = matrices.iter().map(|matrix| matrix.points.clone()).collect();
            tree.map(|tree| Batch { tree, points })
        };
        let batches: Vec<Batch<'_, H>> = plan.iter().filter_map(batch).collect();
        let (opened, opening) = opening::open(&verifying.parameters, &batches, &mut transcript.challenger);
        drop(span);
        let cells = verifying
            .present(&self.domains)
            .map(|(_, entry, domain)| cells_of_table(entry, domain));
        self.progress.advance(cells.sum())?;
        Ok(Proof {
            log_heights,
            early: self.early.root().cloned(),
            main: main_root,
            logup: sums.committed.root().cloned(),
            sums: all_totals,
            quotient: quotient_root,
            work,
            openings: sort_openings(verifying.tables.len(), &plan, opened),
            opening,
        })
    }

    fn commit_main(&mut self) -> Result<Committed<H>, ProveError> {
        self.progress.begin(Phase::Main)?;
        let _span = info_span!("main").entered();
        let tables = &self.key.verifying.tables;
        let rows = |table: usize| Some((&self.rows[table], self.domains[table]?));
        let columns = info_span!("copy")
            .in_scope(|| hidden(tables, rows, Scope::Proof, self.log_blowup, &mut self.blinding));
        let main = Committed::new(&self.dft, self.log_blowup, columns, &mut self.progress)?;
        for (table, rows) in self.rows.iter_mut().enumerate() {
            let (shape, Some(domain)) = (&tables[table].shape, &self.domains[table]) else {
                continue;
            };
            for (committed, scope) in [(&self.early, Scope::Shared), (&main, Scope::Proof)] {
                if let Some(tail) = committed.tail(table) {
                    take_back(shape, domain, tail, scope, rows);
                }
            }
        }
        Ok(main)
    }

    fn fingerprints(&self, own: BusChallenges, shared: BusChallenges) -> Vec<Fingerprint> {
        let verifying = &self.key.verifying;
        let of_table = |entry: &Entry<T>| Fingerprint::new(&entry.shape, &verifying.buses, own, shared);
        verifying.tables.iter().map(of_table).collect()
    }

    /// Fills, hides and commits to the LogUp columns of all tables.
    fn commit_sums(
        &mut self,
        main: &Committed<H>,
        fingerprints: &[Fingerprint],
    ) -> Result<Sums<H>, ProveError> {
        self.progress.begin(Phase::LogUp)?;
        let _span = info_span!("logup").entered();
        let (mut all, mut totals) = (Vec::new(), Vec::new());
        for (table, entry) in self.key.verifying.tables.iter().enumerate() {
            self.progress.go_on()?;
            let shape = &entry.shape;
            let Some(domain) = self.domains[table].filter(|_| !shape.sums.is_empty()) else {
                all.push(None);
                totals.push(Vec::new());
                continue;
            };
            let num_active = domain.num_active();
            let rows = TableRows {
                table: &entry.table,
                shape,
                main: &self.rows[table],
                fixed: &self.key.fixed[table],
                public_values: &self.public_values[table],
                num_active,
            };
            let sums =
                info_span!("generate").in_scope(|| generate(&rows, &fingerprints[table], self.log_blowup));
            let masked = shape.sums.iter().zip(sums.totals).map(|(sum, total)| {
                let committed = match sum.scope {
                    Scope::Proof => main,
                    Scope::Shared => &self.early,
                };
                total + mask(committed.tail(table))
            });
            totals.push(masked.collect());
            let mut columns = sums.columns;
            info_span!("hide").in_scope(|| self.hide_sums(&mut columns, shape, num_active));
            all.push(Some((columns, domain)));
        }
        let committed = Committed::new(&self.dft, self.log_blowup, all, &mut self.progress)?;
        Ok(Sums { committed, totals })
    }

    /// Overwrites the rows that are not active with random cells. In the first of them stand the sums; everything
    /// else is free.
    fn hide_sums(&mut self, columns: &mut Columns, shape: &crate::analysis::TableShape, num_active: usize) {
        let first = columns.row_mut(num_active);
        let mut start = 0;
        for sum in &shape.sums {
            let running = start + (sum.columns.len() - 1) * DIMENSION;
            self.blinding
                .fill(Measure::SumColumns, &mut first[start..running]);
            start = running + DIMENSION;
        }
        for row in num_active + 1..columns.height() {
            self.blinding.fill(Measure::SumColumns, columns.row_mut(row));
        }
    }

    /// Computes and commits to the quotients of all tables, and a random codeword.
    fn commit_quotients(
        &mut self,
        main: &Committed<H>,
        sums: &Sums<H>,
        fingerprints: &[Fingerprint],
        alpha: Challenge,
    ) -> Result<Quotients<H>, ProveError> {
        self.progress.begin(Phase::Quotient)?;
        let _span = info_span!("quotient").entered();
        let verifying = &self.key.verifying;
        let random = table_with_random_codeword(&self.domains);
        let mut extended = Vec::new();
        for (table, entry, domain) in verifying.present(&self.domains) {
            let statement = Statement {
                table: &entry.table,
                shape: &entry.shape,
                domain: *domain,
                public_values: &self.public_values[table],
                fingerprint: &fingerprints[table],
                totals: &sums.totals[table],
                alpha,
            };
            // Every table has main columns.
            let (Some(main_tail), Some(main_extended)) = (main.tail(table), main.extended(table)) else {
                continue;
            };
            let tails = Matrices {
                fixed: self.key.committed.tail(table),
                early: self.early.tail(table),
                main: main_tail,
                logup: sums.committed.tail(table),
            };
            let on_coset = Matrices {
                fixed: self.key.committed.extended(table),
                early: self.early.extended(table),
                main: main_extended,
                logup: sums.committed.extended(table),
            };
            let quotient =
                info_span!("compute").in_scope(|| quotient(&statement, &self.dft, &tails, &on_coset));
            let parts = QuotientParts::new(domain, &verifying.parameters);
            extended.extend(info_span!("extend").in_scope(|| {
                extend_parts(
                    &self.dft,
                    domain,
                    parts,
                    &quotient,
                    self.log_blowup,
                    random == Some(table),
                    &mut self.blinding,
                )
            }));
            self.progress.advance(cells_of_table(entry, domain))?;
        }
        Ok(info_span!("hash").in_scope(|| H::mmcs().commit(extended)))
    }
}

/// Committed base-field cells of a table: main and LogUp columns.
fn cells_of_table<T>(entry: &Entry<T>, domain: &RowDomain) -> u64 {
    (entry.shape.cells_per_row() * domain.height()) as u64
}

/// The mask that begins a table's first row that is not active.
fn mask(tail: Option<&RowMajorMatrix<Val>>) -> Challenge {
    tail.map_or(Challenge::ZERO, |tail| {
        Challenge::from_basis_coefficients_fn(|i| tail.values[i])
    })
}

/// Sorts opened values by table.
fn sort_openings(
    num_tables: usize,
    plan: &[(Round, Vec<Opened>)],
    opened: OpenedValues<Challenge>,
) -> Vec<TableOpening> {
    let mut openings = alloc::vec![TableOpening::default(); num_tables];
    for ((round, matrices), values) in plan.iter().zip(opened) {
        for (matrix, values) in matrices.iter().zip(values) {
            let places = openings[matrix.table].of_mut(*round, matrix.part);
            for (place, values) in places.iter_mut().zip(values) {
                *place = values;
            }
        }
    }
    openings
}

#[cfg(test)]
mod hiding;
