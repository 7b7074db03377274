//! Making proofs.

use alloc::vec::Vec;

use p3_air::Air;
use p3_commit::{OpenedValues, OpeningRequest, Pcs as PcsTrait, PolynomialSpace, UnivariateStarkPcs};
use p3_dft::TwoAdicSubgroupDft;
use p3_field::{Field, PrimeCharacteristicRing};
use p3_fri::FriProverError;
use p3_matrix::Matrix;
use p3_matrix::bitrev::BitReversibleMatrix;
use p3_matrix::dense::RowMajorMatrix;
use thiserror::Error;

use crate::blinding::{Blinding, RandomnessUnavailable};
use crate::constraints::Statement;
use crate::domain::RowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, PackedChallenge, PackedVal, Val};
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::layout::{self, DIMENSION, QuotientParts};
use crate::logup::{Fingerprint, generate};
use crate::parameters::Parameters;
use crate::pcs::{self, Dft, Pcs, ProverData};
use crate::proof::{Proof, TableOpening};
use crate::quotient::{Columns, extend_parts, quotient};
use crate::rounds::{Opened, Round, plan};
use crate::setup::{SetupError, digest, entries};
use crate::table::Table;
use crate::transcript::Transcript;
use crate::verifier::{VerifyError, check_multiplicities};

/// What a prover needs to know: the verifying key, and all of the fixed columns.
pub struct ProvingKey<T, H: Hash> {
    verifying: VerifyingKey<T, H>,
    fixed: Vec<RowMajorMatrix<Val>>,
    fixed_data: Option<ProverData<H>>,
}

/// A table's rows.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The main columns: a power of two of rows. Only the first
    /// [`num_active_rows`](VerifyingKey::num_active_rows) count; the prover overwrites the others.
    pub main: RowMajorMatrix<Val>,
    /// The public values.
    pub public_values: Vec<Val>,
}

/// A proof cannot be made. Rows that break constraints are no reason: their proof does not verify.
#[derive(Debug, Error)]
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
    /// No proof of these traces could verify.
    #[error("no verifier would accept a proof of these traces: {0}")]
    Refused(#[from] VerifyError),
    /// There is nothing to hide the witness with.
    #[error(transparent)]
    Randomness(#[from] RandomnessUnavailable),
    /// The commitment scheme refuses the parameters.
    #[error("the commitment scheme refuses: {0}")]
    Commitment(#[from] FriProverError),
}

impl<T: Table, H: Hash> ProvingKey<T, H> {
    /// Makes the key of some tables, each with its fixed columns (of width 0 if it has none).
    ///
    /// # Errors
    /// When a table cannot be proven as it is written, tables disagree about a bus, or fixed columns are not
    /// of a table's shape.
    pub fn new(tables: Vec<(T, RowMajorMatrix<Val>)>, parameters: Parameters) -> Result<Self, SetupError> {
        let (tables, fixed) = entries(tables, &parameters)?;
        let buses = crate::logup::BusNumbers::new(tables.iter().map(|entry| &entry.shape));
        let given: Vec<_> = fixed
            .iter()
            .filter(|columns| columns.width() > 0)
            .cloned()
            .collect();
        let (fixed_root, fixed_data) = if given.is_empty() {
            (None, None)
        } else {
            let (root, data) = commit::<H>(&pcs::new::<H>(&parameters), given)?;
            (Some(root), Some(data))
        };
        let digest = digest::<T, H>(&tables);
        let verifying = VerifyingKey {
            tables,
            buses,
            fixed: fixed_root,
            parameters,
            digest,
        };
        Ok(Self {
            verifying,
            fixed,
            fixed_data,
        })
    }

    /// What a verifier needs to know.
    pub fn verifying_key(&self) -> &VerifyingKey<T, H> {
        &self.verifying
    }
}

/// Extends rows to codewords and commits to them.
fn commit<H: Hash>(
    pcs: &Pcs<H>,
    matrices: Vec<RowMajorMatrix<Val>>,
) -> Result<(Commitment<H>, ProverData<H>), FriProverError> {
    let on_domains = matrices.into_iter().map(|matrix| {
        let domain = PcsTrait::<Challenge, H::Challenger>::natural_domain_for_degree(pcs, matrix.height());
        (domain, matrix)
    });
    PcsTrait::<Challenge, H::Challenger>::commit(pcs, on_domains)
}

/// Makes a proof that the traces are rows of the key's tables.
///
/// Whether they satisfy the constraints is not looked at: the proof of rows that do not will not verify.
///
/// # Errors
/// When a trace is not of its table's shape, or the operating system gives no random bytes.
pub fn prove<T, H>(key: &ProvingKey<T, H>, traces: Vec<Trace>) -> Result<Proof<H>, ProveError>
where
    T: Table
        + for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>
        + for<'a> Air<Evaluator<'a, Val, Challenge>>,
    H: Hash,
{
    let domains = check_shapes(key, &traces)?;
    let mut blinding = Blinding::from_system()?;
    let (mut main, public_values): (Vec<_>, Vec<_>) = traces
        .into_iter()
        .map(|trace| (trace.main, trace.public_values))
        .unzip();
    for (rows, domain) in main.iter_mut().zip(&domains) {
        let used = domain.num_active() * rows.width();
        blinding.fill(&mut rows.values[used..]);
    }
    let log_heights: Vec<u8> = domains.iter().map(|domain| domain.log_height() as u8).collect();
    let values: Vec<&[Val]> = public_values.iter().map(Vec::as_slice).collect();
    let mut transcript = Transcript::<H>::new(&key.verifying, &log_heights, &values);
    let pcs = pcs::new::<H>(&key.verifying.parameters);
    let mut run = Run {
        key,
        pcs,
        dft: Dft::default(),
        domains,
        public_values: values,
        blinding,
    };
    let grinding = &key.verifying.parameters.grinding;

    let (main_root, main_data) = commit::<H>(&run.pcs, main.clone())?;
    transcript.main(&main_root);
    let bus_work = transcript.find_work(grinding.bus);
    let buses = run.logup(&main, transcript.draw(), transcript.draw())?;
    let alpha = transcript.logup(buses.root.as_ref(), &buses.sums);
    let (quotient_root, quotient_data) = run.quotients(&main, &main_data, &buses, alpha)?;
    transcript.quotient(&quotient_root);
    let out_of_domain_work = transcript.find_work(grinding.out_of_domain);

    let plan = plan(&key.verifying, &run.domains, transcript.draw());
    let data = |round| match round {
        Round::Fixed => key.fixed_data.as_ref(),
        Round::Main => Some(&main_data),
        Round::LogUp => buses.data.as_ref(),
        Round::Quotient => Some(&quotient_data),
    };
    let request = |(round, matrices): &(Round, Vec<Opened>)| {
        let points = matrices.iter().map(|matrix| matrix.points.clone()).collect();
        Some(OpeningRequest {
            prover_data: data(*round)?,
            points,
        })
    };
    let requests = plan.iter().filter_map(request).collect();
    let (opened, opening) =
        PcsTrait::<Challenge, H::Challenger>::open(&run.pcs, requests, &mut transcript.challenger)?;
    let (openings, random) = sort_openings(key.verifying.tables.len(), &plan, opened);
    Ok(Proof {
        log_heights,
        main: main_root,
        logup: buses.root,
        logup_sums: buses.sums,
        quotient: quotient_root,
        grinding: [bus_work, out_of_domain_work],
        openings,
        random,
        opening,
    })
}

/// What a proof in the making needs throughout.
struct Run<'a, T, H: Hash> {
    key: &'a ProvingKey<T, H>,
    pcs: Pcs<H>,
    dft: Dft,
    domains: Vec<RowDomain>,
    public_values: Vec<&'a [Val]>,
    blinding: Blinding,
}

/// The LogUp columns of all tables.
struct Buses<H: Hash> {
    fingerprints: Vec<Fingerprint>,
    columns: Vec<RowMajorMatrix<Val>>,
    sums: Vec<Challenge>,
    root: Option<Commitment<H>>,
    data: Option<ProverData<H>>,
}

impl<T, H> Run<'_, T, H>
where
    T: Table
        + for<'a> Air<Evaluator<'a, PackedVal, PackedChallenge>>
        + for<'a> Air<Evaluator<'a, Val, Challenge>>,
    H: Hash,
{
    /// Fills and commits to the LogUp columns.
    fn logup(
        &mut self,
        main: &[RowMajorMatrix<Val>],
        beta: Challenge,
        gamma: Challenge,
    ) -> Result<Buses<H>, ProveError> {
        let verifying = &self.key.verifying;
        let (mut fingerprints, mut columns, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        for (index, entry) in verifying.tables.iter().enumerate() {
            let num_active = self.domains[index].num_active();
            let fingerprint = Fingerprint::new(&entry.shape, &verifying.buses, beta, gamma);
            let (fixed, public_values) = (&self.key.fixed[index], self.public_values[index]);
            let filled = generate(
                &entry.table,
                &entry.shape,
                &main[index],
                fixed,
                public_values,
                num_active,
                &fingerprint,
            );
            let mut values = filled.values;
            // In the first row that is not active stands the sum; everything else from there on hides.
            let width = values.width();
            let (end, sum) = (num_active * width, width.saturating_sub(DIMENSION));
            self.blinding.fill(&mut values.values[end..end + sum]);
            self.blinding.fill(&mut values.values[end + width..]);
            fingerprints.push(fingerprint);
            columns.push(values);
            sums.push(filled.sum);
        }
        let with_buses: Vec<_> = columns
            .iter()
            .filter(|columns| columns.width() > 0)
            .cloned()
            .collect();
        let committed = if with_buses.is_empty() {
            None
        } else {
            Some(commit::<H>(&self.pcs, with_buses)?)
        };
        let (root, data) = committed.unzip();
        Ok(Buses {
            fingerprints,
            columns,
            sums,
            root,
            data,
        })
    }

    /// Computes and commits to the quotients of all tables, and a random codeword.
    fn quotients(
        &mut self,
        main: &[RowMajorMatrix<Val>],
        main_data: &ProverData<H>,
        buses: &Buses<H>,
        alpha: Challenge,
    ) -> Result<(Commitment<H>, ProverData<H>), ProveError> {
        let verifying = &self.key.verifying;
        let mut extended = Vec::new();
        // Matrices without columns are not committed to.
        let (mut num_fixed, mut num_logup) = (0, 0);
        for (index, entry) in verifying.tables.iter().enumerate() {
            let domain = self.domains[index];
            let statement = Statement {
                table: &entry.table,
                shape: &entry.shape,
                domain,
                public_values: self.public_values[index],
                fingerprint: &buses.fingerprints[index],
                logup_sum: buses.sums[index],
                alpha,
            };
            let (fixed, logup) = (&self.key.fixed[index], &buses.columns[index]);
            let main_on_coset = self.on_coset(main_data, index, domain);
            let take = |columns: &RowMajorMatrix<Val>, data, next: &mut usize| {
                let data = Option::filter(data, |_| columns.width() > 0)?;
                *next += 1;
                Some(self.on_coset(data, *next - 1, domain))
            };
            let fixed_on_coset = take(fixed, self.key.fixed_data.as_ref(), &mut num_fixed);
            let logup_on_coset = take(logup, buses.data.as_ref(), &mut num_logup);
            let rows = Columns {
                main: &main[index],
                fixed: some(fixed),
                logup: some(logup),
            };
            let extended_columns = Columns {
                main: &main_on_coset,
                fixed: fixed_on_coset.as_ref(),
                logup: logup_on_coset.as_ref(),
            };
            let coefficients = quotient(&statement, &self.dft, &rows, &extended_columns);
            let parts = QuotientParts::new(&domain, &verifying.parameters);
            let log_size = domain.log_height() + usize::from(verifying.parameters.log_blowup);
            extended.push(extend_parts(
                &self.dft,
                parts,
                &coefficients,
                log_size,
                &mut self.blinding,
            ));
        }
        extended.push(random_codeword(
            &self.dft,
            &self.domains,
            &verifying.parameters,
            &mut self.blinding,
        ));
        Ok(UnivariateStarkPcs::<Challenge, H::Challenger>::commit_ldes(
            &self.pcs, extended,
        )?)
    }

    /// The evaluations of a committed matrix on the coset that quotients are computed on, in its order.
    fn on_coset<'d>(&self, data: &'d ProverData<H>, matrix: usize, domain: RowDomain) -> OnCoset<'d, H> {
        let rows =
            PcsTrait::<Challenge, H::Challenger>::natural_domain_for_degree(&self.pcs, domain.height());
        let coset = rows.create_disjoint_domain(2 * domain.height());
        UnivariateStarkPcs::<Challenge, H::Challenger>::get_evaluations_on_domain(
            &self.pcs, data, matrix, coset,
        )
    }
}

/// A view of a committed matrix.
type OnCoset<'d, H> =
    <Pcs<H> as UnivariateStarkPcs<Challenge, <H as Hash>::Challenger>>::EvaluationsOnDomain<'d>;

/// A matrix, if it has columns.
fn some(matrix: &RowMajorMatrix<Val>) -> Option<&RowMajorMatrix<Val>> {
    Some(matrix).filter(|matrix| matrix.width() > 0)
}

/// A uniformly random polynomial of the largest table's degree, extended: with it in the batch, what FRI folds
/// says nothing of the others.
fn random_codeword(
    dft: &Dft,
    domains: &[RowDomain],
    parameters: &Parameters,
    blinding: &mut Blinding,
) -> RowMajorMatrix<Val> {
    let height = domains.iter().map(RowDomain::height).max().unwrap_or(1);
    let mut rows = Val::zero_vec(height * DIMENSION);
    blinding.fill(&mut rows);
    let rows = RowMajorMatrix::new(rows, DIMENSION);
    let extended = dft.coset_lde_batch(rows, parameters.log_blowup.into(), Val::GENERATOR);
    extended.bit_reverse_rows().to_row_major_matrix()
}

/// Checks the traces against the tables; gives the tables' rows.
fn check_shapes<T: Table, H: Hash>(
    key: &ProvingKey<T, H>,
    traces: &[Trace],
) -> Result<Vec<RowDomain>, ProveError> {
    let verifying = &key.verifying;
    if verifying.tables.len() != traces.len() {
        return Err(ProveError::TraceCount {
            expected: verifying.tables.len(),
            found: traces.len(),
        });
    }
    let mut domains = Vec::new();
    for (table, (entry, trace)) in verifying.tables.iter().zip(traces).enumerate() {
        let wrong = |what, expected, found| {
            Err(ProveError::TraceShape {
                table,
                what,
                expected,
                found,
            })
        };
        let width = entry.shape.main_columns.len();
        if trace.main.width() != width {
            return wrong("main columns", width, trace.main.width());
        }
        let num_public = entry.table.num_public_values();
        if trace.public_values.len() != num_public {
            return wrong("public values", num_public, trace.public_values.len());
        }
        let height = if width == 0 { 0 } else { trace.main.height() };
        let log_height = height.checked_ilog2().unwrap_or(0) as usize;
        let allowed = height.is_power_of_two() && verifying.allows_height(log_height, entry.fixed_log_height);
        let domain = layout::row_domain(log_height, &verifying.parameters).filter(|_| allowed);
        let min = (layout::num_inactive_rows(&verifying.parameters) + 1).next_power_of_two();
        let expected = entry.fixed_log_height.map_or(min, |log_height| 1 << log_height);
        match domain {
            Some(domain) => domains.push(domain),
            None => return wrong("rows", expected, height),
        }
    }
    check_multiplicities(verifying, &domains)?;
    Ok(domains)
}

/// Sorts opened values by table; what is left is the random codeword's.
fn sort_openings(
    num_tables: usize,
    plan: &[(Round, Vec<Opened>)],
    opened: OpenedValues<Challenge>,
) -> (Vec<TableOpening>, Vec<Challenge>) {
    let mut openings = alloc::vec![TableOpening::default(); num_tables];
    let mut random = Vec::new();
    for ((round, matrices), values) in plan.iter().zip(opened) {
        for (matrix, values) in matrices.iter().zip(values) {
            let places = match matrix.table {
                Some(table) => openings[table].of_mut(*round),
                None => core::slice::from_mut(&mut random),
            };
            for (place, values) in places.iter_mut().zip(values) {
                *place = values;
            }
        }
    }
    (openings, random)
}
