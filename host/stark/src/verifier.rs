//! Checking proofs.

use alloc::vec::Vec;

use p3_air::Air;
use p3_commit::{CommitmentOpening, MatrixOpening, Pcs as PcsTrait, PointOpening};
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use thiserror::Error;

use crate::constraints::{Statement, constraints_at};
use crate::domain::RowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::layout::{self, DIMENSION, QuotientParts};
use crate::logup::Fingerprint;
use crate::parameters::ParametersError;
use crate::pcs;
use crate::proof::Proof;
use crate::rounds::{Opened, Round, plan};
use crate::table::Table;
use crate::transcript::Transcript;

/// A proof is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A list of the proof, or of public values, is of another length than the key says.
    #[error("{what} has {found} entries instead of {expected}")]
    Shape {
        /// Which list.
        what: &'static str,
        /// How many entries there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A table cannot have that many rows.
    #[error("table {table} is said to have 2^{log_height} rows, which the key does not allow")]
    Height {
        /// Which table, counted from 0.
        table: usize,
        /// Base-two logarithm of its rows.
        log_height: u8,
    },
    /// Multiplicities could wrap around the field's characteristic.
    #[error("the tables' messages could be sent {total} times in all, which the field cannot count")]
    Multiplicities {
        /// Bound on the multiplicities of all rows.
        total: u64,
    },
    /// The parameters are weaker than what was demanded.
    #[error(transparent)]
    Security(#[from] ParametersError),
    /// Work was not done.
    #[error("the proof of work before the {0} is wrong")]
    Work(&'static str),
    /// The out-of-domain point lies among a table's rows: for an honest proof, once in 2^130.
    #[error("the out-of-domain point lies among the rows of table {table}")]
    Point {
        /// Which table, counted from 0.
        table: usize,
    },
    /// The tables do not receive what they send.
    #[error("the buses do not balance")]
    Buses,
    /// A table's constraints do not hold.
    #[error("the constraints of table {table} do not hold")]
    Constraints {
        /// Which table, counted from 0.
        table: usize,
    },
    /// Committed columns are not what they are said to be.
    #[error("the opening proof is wrong")]
    Opening,
}

/// Whether a proof shows that there are rows for all tables of a key, with these public values, and forging it
/// would take work of at least `2^min_security_bits`.
///
/// # Errors
/// With the first thing that is wrong.
pub fn verify<T, H>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
    min_security_bits: u32,
) -> Result<(), VerifyError>
where
    T: Table + for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
    H: Hash,
{
    let domains = check_shape(key, public_values, proof)?;
    check_multiplicities(key, &domains)?;
    key.parameters
        .require(&key.instance(&domains), min_security_bits)?;
    let grinding = &key.parameters.grinding;
    let [bus_work, out_of_domain_work] = proof.grinding;

    let mut transcript = Transcript::<H>::new(key, &proof.log_heights, public_values);
    transcript.main(&proof.main);
    if !transcript.check_work(grinding.bus, bus_work) {
        return Err(VerifyError::Work("bus challenges"));
    }
    let (beta, gamma) = (transcript.draw(), transcript.draw());
    let alpha = transcript.logup(proof.logup.as_ref(), &proof.logup_sums);
    transcript.quotient(&proof.quotient);
    if !transcript.check_work(grinding.out_of_domain, out_of_domain_work) {
        return Err(VerifyError::Work("out-of-domain point"));
    }
    let point = transcript.draw();

    let claims = claims(key, &domains, proof, point)?;
    let pcs = pcs::new::<H>(&key.parameters);
    PcsTrait::<Challenge, H::Challenger>::verify(&pcs, claims, &proof.opening, &mut transcript.challenger)
        .map_err(|_| VerifyError::Opening)?;

    if proof.logup_sums.iter().copied().sum::<Challenge>() != Challenge::ZERO {
        return Err(VerifyError::Buses);
    }
    for (table, (entry, domain)) in key.tables.iter().zip(&domains).enumerate() {
        if point.exp_power_of_2(domain.log_height()) == Challenge::ONE {
            return Err(VerifyError::Point { table });
        }
        let fingerprint = Fingerprint::new(&entry.shape, &key.buses, beta, gamma);
        let (Some(values), Some(logup_sum), Some(opening)) = (
            public_values.get(table),
            proof.logup_sums.get(table),
            proof.openings.get(table),
        ) else {
            return Err(VerifyError::Constraints { table });
        };
        let statement = Statement {
            table: &entry.table,
            shape: &entry.shape,
            domain: *domain,
            public_values: values,
            fingerprint: &fingerprint,
            logup_sum: *logup_sum,
            alpha,
        };
        let [main, main_next] = &opening.main;
        let [fixed, fixed_next] = &opening.fixed;
        let [logup, logup_next] = &opening.logup;
        let main_next = or_zeros(main_next, main.len());
        let fixed_next = or_zeros(fixed_next, fixed.len());
        let combined = constraints_at(
            &statement,
            point,
            [main, fixed, logup],
            [&main_next, &fixed_next, logup_next],
        );
        let parts = QuotientParts::new(domain, &key.parameters);
        let step = point.exp_u64(parts.len as u64);
        let quotient = parts_at(&opening.quotient)
            .rev()
            .fold(Challenge::ZERO, |sum, part| sum * step + part);
        if combined != quotient * domain.active_vanishing_at(point) {
            return Err(VerifyError::Constraints { table });
        }
    }
    Ok(())
}

/// What is opened on the next row. Columns that no constraint reads there are not opened, and any value will do.
fn or_zeros(opened: &[Challenge], len: usize) -> Vec<Challenge> {
    if opened.is_empty() {
        Challenge::zero_vec(len)
    } else {
        opened.to_vec()
    }
}

/// The parts of a quotient at a point, from their base-field columns there.
fn parts_at(columns: &[Challenge]) -> impl DoubleEndedIterator<Item = Challenge> + '_ {
    columns
        .chunks_exact(DIMENSION)
        .map(crate::constraints::join_columns)
}

/// Checks every length that the proof decides, and the heights; gives the tables' rows.
fn check_shape<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
) -> Result<Vec<RowDomain>, VerifyError>
where
    T: Table,
{
    let expect = |what, expected, found| {
        if expected == found {
            Ok(())
        } else {
            Err(VerifyError::Shape {
                what,
                expected,
                found,
            })
        }
    };
    let num_tables = key.tables.len();
    expect("the list of heights", num_tables, proof.log_heights.len())?;
    expect("the list of public values", num_tables, public_values.len())?;
    expect("the list of sums", num_tables, proof.logup_sums.len())?;
    expect("the list of openings", num_tables, proof.openings.len())?;
    expect("the random codeword's opening", DIMENSION, proof.random.len())?;
    let has_buses = key
        .tables
        .iter()
        .any(|entry| !entry.shape.logup_columns.is_empty());
    expect(
        "the list of LogUp roots",
        usize::from(has_buses),
        usize::from(proof.logup.is_some()),
    )?;
    let folded = proof.opening.commit_phase_commits.iter();
    let roots = [&proof.main, &proof.quotient]
        .into_iter()
        .chain(&proof.logup)
        .chain(folded);
    for root in roots {
        expect("a commitment", 1, if H::has_one_root(root) { 1 } else { 2 })?;
    }
    let mut domains = Vec::new();
    for (table, (entry, log_height)) in key.tables.iter().zip(&proof.log_heights).enumerate() {
        let height = usize::from(*log_height);
        let allowed = key.allows_height(height, entry.fixed_log_height);
        let domain = layout::row_domain(height, &key.parameters).filter(|_| allowed);
        domains.push(domain.ok_or(VerifyError::Height {
            table,
            log_height: *log_height,
        })?);
    }
    for (entry, values) in key.tables.iter().zip(public_values) {
        expect(
            "a table's list of public values",
            entry.table.num_public_values(),
            values.len(),
        )?;
    }
    Ok(domains)
}

/// Checks that what all rows send together cannot wrap around the characteristic.
pub(crate) fn check_multiplicities<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[RowDomain],
) -> Result<(), VerifyError> {
    let per_table = key.tables.iter().zip(domains).map(|(entry, domain)| {
        let per_row: u64 = entry.shape.interactions.iter().map(|i| u64::from(i.bound)).sum();
        per_row.saturating_mul(domain.height() as u64)
    });
    let total = per_table.fold(0, u64::saturating_add);
    if total < u64::from(Val::ORDER_U32) {
        Ok(())
    } else {
        Err(VerifyError::Multiplicities { total })
    }
}

/// Checks that every table is opened as planned, and where nothing is planned not at all: what nobody reads
/// would let one proof be written in many ways.
fn check_openings<H: Hash>(proof: &Proof<H>, rounds: &[(Round, Vec<Opened>)]) -> Result<(), VerifyError> {
    for (table, opening) in proof.openings.iter().enumerate() {
        for round in Round::ALL {
            let planned = rounds
                .iter()
                .filter(|(other, _)| *other == round)
                .flat_map(|(_, matrices)| matrices)
                .find(|matrix| matrix.table == Some(table));
            for (index, values) in opening.of(round).iter().enumerate() {
                let matrix = planned.filter(|matrix| index < matrix.points.len());
                let (expected, found) = (matrix.map_or(0, |matrix| matrix.width), values.len());
                if expected != found {
                    return Err(VerifyError::Shape {
                        what: "an opening",
                        expected,
                        found,
                    });
                }
            }
        }
    }
    Ok(())
}

type Claims<H> = Vec<CommitmentOpening<Challenge, Commitment<H>, TwoAdicMultiplicativeCoset<Val>>>;

/// What the proof says that committed columns are, in the form in which the commitment scheme checks it.
fn claims<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[RowDomain],
    proof: &Proof<H>,
    point: Challenge,
) -> Result<Claims<H>, VerifyError> {
    let missing = VerifyError::Opening;
    let rounds = plan(key, domains, point);
    check_openings(proof, &rounds)?;
    let mut claims = Vec::new();
    for (round, matrices) in rounds {
        let commitment = match round {
            Round::Fixed => key.fixed.clone(),
            Round::Main => Some(proof.main.clone()),
            Round::LogUp => proof.logup.clone(),
            Round::Quotient => Some(proof.quotient.clone()),
        };
        let mut openings = Vec::new();
        for matrix in matrices {
            let values = match matrix.table {
                Some(table) => proof.openings.get(table).ok_or(missing.clone())?.of(round),
                None => core::slice::from_ref(&proof.random),
            };
            let domain = TwoAdicMultiplicativeCoset::new(Val::ONE, matrix.log_height);
            let points = matrix.points.into_iter().zip(values.iter().cloned());
            openings.push(MatrixOpening {
                domain: domain.ok_or(missing.clone())?,
                points: points
                    .map(|(point, values)| PointOpening { point, values })
                    .collect(),
            });
        }
        claims.push(CommitmentOpening {
            commitment: commitment.ok_or(missing.clone())?,
            matrices: openings,
        });
    }
    Ok(claims)
}
