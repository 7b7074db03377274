//! Checking proofs.

use alloc::vec::Vec;

use p3_air::Air;
use p3_commit::{CommitmentOpening, MatrixOpening, Pcs as PcsTrait, PointOpening};
use p3_field::coset::TwoAdicMultiplicativeCoset;
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use thiserror::Error;

use crate::analysis::Scope;
use crate::constraints::{Combination, Statement, join_columns};
use crate::domain::RowDomain;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::layout::{self, DIMENSION, QuotientParts};
use crate::logup::{BusChallenges, Fingerprint};
use crate::parameters::ParametersError;
use crate::pcs;
use crate::proof::{Proof, TableOpening};
use crate::rounds::{Opened, PLACES, Round, plan};
use crate::rows::{Committed, Pair, RowCells};
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

/// The buses that a proof shares with others: what a verifier must know of them.
#[derive(Clone, Copy, Debug)]
pub struct SharedBuses {
    /// The challenges, derived from all proofs' early columns: see [`check_shared_challenges`](crate::check_shared_challenges).
    pub challenges: BusChallenges,
    /// How many messages all of the proofs have on shared buses together:
    /// [`num_shared_messages`](VerifyingKey::num_shared_messages), added up.
    pub num_messages: u64,
}

/// What one proof's messages on shared buses come to. They are balanced when [`check_shared_balance`] says so of all
/// proofs that share the challenges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct SharedBalance {
    sum: Challenge,
    multiplicities: u64,
}

/// Whether the messages of all proofs that share challenges are balanced, and could not wrap around.
///
/// # Errors
/// When they are not.
pub fn check_shared_balance(balances: &[SharedBalance]) -> Result<(), VerifyError> {
    let total = balances.iter().fold(0, |total: u64, balance| {
        total.saturating_add(balance.multiplicities)
    });
    check_total(total)?;
    if balances.iter().map(|balance| balance.sum).sum::<Challenge>() == Challenge::ZERO {
        Ok(())
    } else {
        Err(VerifyError::Buses)
    }
}

/// Whether a proof shows that there are rows for all tables of a key, with these public values, and forging it
/// would take work of at least `2^min_security_bits`. All buses are balanced within the proof.
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
    let balance = check(key, public_values, proof, None, min_security_bits)?;
    check_shared_balance(&[balance])
}

/// The same for one of several proofs that share buses. What its messages there come to is left to
/// [`check_shared_balance`].
///
/// # Errors
/// With the first thing that is wrong.
pub fn verify_sharing<T, H>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
    shared: &SharedBuses,
    min_security_bits: u32,
) -> Result<SharedBalance, VerifyError>
where
    T: Table + for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
    H: Hash,
{
    check(key, public_values, proof, Some(shared), min_security_bits)
}

fn check<T, H>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
    shared: Option<&SharedBuses>,
    min_security_bits: u32,
) -> Result<SharedBalance, VerifyError>
where
    T: Table + for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
    H: Hash,
{
    let domains = check_shape(key, public_values, proof)?;
    check_multiplicities(key, &domains)?;
    let own_messages = key.num_messages(&domains, Scope::Shared);
    let num_messages = shared.map_or(0, |shared| shared.num_messages).max(own_messages);
    key.parameters
        .require(&key.instance(&domains, num_messages), min_security_bits)?;
    let (mut transcript, challenges) =
        replay(key, public_values, proof, shared.map(|shared| shared.challenges))?;
    let Challenges {
        own,
        shared,
        alpha,
        point,
    } = challenges;
    check_outside_rows(point, &domains)?;

    let claims = claims(key, &domains, proof, point)?;
    let pcs = pcs::new::<H>(&key.parameters);
    PcsTrait::<Challenge, H::Challenger>::verify(&pcs, claims, &proof.opening, &mut transcript.challenger)
        .map_err(|_| VerifyError::Opening)?;

    let mut sums = proof.sums.iter();
    let mut balance = [Challenge::ZERO; 2];
    for (table, (entry, domain)) in key.tables.iter().zip(&domains).enumerate() {
        let totals: Vec<Challenge> = sums.by_ref().take(entry.shape.sums.len()).copied().collect();
        for (sum, total) in entry.shape.sums.iter().zip(&totals) {
            match sum.scope {
                Scope::Proof => balance[0] += *total,
                Scope::Shared => balance[1] += *total,
            }
        }
        let fingerprint = Fingerprint::new(&entry.shape, &key.buses, own, shared);
        let (Some(values), Some(opening)) = (public_values.get(table), proof.openings.get(table)) else {
            return Err(VerifyError::Constraints { table });
        };
        let statement = Statement {
            table: &entry.table,
            shape: &entry.shape,
            domain: *domain,
            public_values: values,
            fingerprint: &fingerprint,
            totals: &totals,
            alpha,
        };
        let combined = constraints_at(&statement, point, opening);
        let parts = QuotientParts::new(domain, &key.parameters);
        if combined != quotient_at(&parts, opening, point) * domain.active_vanishing_at(point) {
            return Err(VerifyError::Constraints { table });
        }
    }
    if balance[0] != Challenge::ZERO {
        return Err(VerifyError::Buses);
    }
    Ok(SharedBalance {
        sum: balance[1],
        multiplicities: key.multiplicities(&domains, Scope::Shared),
    })
}

/// What a transcript gives before anything is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Challenges {
    /// Of the buses within the proof.
    pub(crate) own: BusChallenges,
    /// Of shared buses; where there are none, whatever nobody reads.
    pub(crate) shared: BusChallenges,
    /// What combines constraints.
    pub(crate) alpha: Challenge,
    /// The out-of-domain point.
    pub(crate) point: Challenge,
}

/// Absorbs a proof up to its quotients and draws what was drawn between; `shared` are the challenges of shared buses
/// if they come from elsewhere.
pub(crate) fn replay<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
    shared: Option<BusChallenges>,
) -> Result<(Transcript<H>, Challenges), VerifyError> {
    let grinding = &key.parameters.grinding;
    let mut transcript = Transcript::<H>::new(key, &proof.log_heights, public_values);
    let work = |transcript: &mut Transcript<H>, bits, witness, before| {
        if transcript.check_work(bits, witness) {
            Ok(())
        } else {
            Err(VerifyError::Work(before))
        }
    };
    let draws_shared = proof.early.is_some() && shared.is_none();
    if let Some(root) = &proof.early {
        transcript.early(root);
        if let Some(challenges) = &shared {
            transcript.shared_challenges(challenges);
        }
    }
    // Where nothing is drawn no work is demanded, and only one witness will do.
    let shared_bits = if draws_shared { grinding.shared_bus } else { 0 };
    work(
        &mut transcript,
        shared_bits,
        proof.work.shared_bus,
        "shared bus challenges",
    )?;
    let shared = if draws_shared {
        Some(transcript.draw_bus())
    } else {
        shared
    };
    transcript.main(&proof.main);
    work(&mut transcript, grinding.bus, proof.work.bus, "bus challenges")?;
    let own = transcript.draw_bus();
    let alpha = transcript.logup(proof.logup.as_ref(), &proof.sums);
    transcript.quotient(&proof.quotient);
    work(
        &mut transcript,
        grinding.out_of_domain,
        proof.work.out_of_domain,
        "out-of-domain point",
    )?;
    let challenges = Challenges {
        own,
        shared: shared.unwrap_or(own),
        alpha,
        point: transcript.draw(),
    };
    Ok((transcript, challenges))
}

/// Checks that a point is no table's row: there constraints cannot be divided by what vanishes on rows.
fn check_outside_rows(point: Challenge, domains: &[RowDomain]) -> Result<(), VerifyError> {
    let is_row = |domain: &RowDomain| point.exp_power_of_2(domain.log_height()) == Challenge::ONE;
    match domains.iter().position(is_row) {
        Some(table) => Err(VerifyError::Point { table }),
        None => Ok(()),
    }
}

/// All constraints of a table, combined, at a point outside its rows.
fn constraints_at<T>(statement: &Statement<'_, T>, point: Challenge, opening: &TableOpening) -> Challenge
where
    T: for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
{
    // Columns that no constraint reads on the next row are not opened there, and any value will do.
    let or_zeros = |[current, next]: &[Vec<Challenge>; 2]| {
        if next.is_empty() {
            Challenge::zero_vec(current.len())
        } else {
            next.clone()
        }
    };
    let TableOpening {
        fixed,
        early,
        main,
        logup,
        ..
    } = opening;
    let next = [fixed, early, main, logup].map(or_zeros);
    let mut rows = [RowCells::default(), RowCells::default()];
    let [current_row, next_row] = &mut rows;
    current_row.set(
        statement.shape,
        Committed {
            fixed: &fixed[0],
            early: &early[0],
            main: &main[0],
            logup: &logup[0],
        },
    );
    let [fixed, early, main, logup] = &next;
    next_row.set(
        statement.shape,
        Committed {
            fixed,
            early,
            main,
            logup,
        },
    );
    let pair = Pair {
        current: current_row,
        next: next_row,
    };
    let selectors = statement.domain.selectors_at(point);
    Combination::new(statement).evaluate(pair, selectors, join_columns, &mut Default::default())
}

/// A table's quotient at a point, from its parts.
fn quotient_at(parts: &QuotientParts, opening: &TableOpening, point: Challenge) -> Challenge {
    let step = point.exp_u64(parts.len as u64);
    // Behind the parts may stand the random codeword.
    let full = opening
        .quotient
        .chunks_exact(DIMENSION)
        .take(parts.num_full)
        .map(join_columns);
    full.rev()
        .fold(join_columns(&opening.quotient_rest), |sum, part| {
            sum * step + part
        })
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
    let num_sums = key.tables.iter().map(|entry| entry.shape.sums.len()).sum();
    expect("the list of sums", num_sums, proof.sums.len())?;
    expect("the list of openings", num_tables, proof.openings.len())?;
    let num_roots = |has: bool| usize::from(has);
    expect(
        "the list of LogUp roots",
        num_roots(num_sums > 0),
        num_roots(proof.logup.is_some()),
    )?;
    expect(
        "the list of early roots",
        num_roots(key.has_shared),
        num_roots(proof.early.is_some()),
    )?;
    let folded = proof.opening.commit_phase_commits.iter();
    let roots = [&proof.main, &proof.quotient]
        .into_iter()
        .chain(&proof.early)
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
    check_total(key.multiplicities(domains, Scope::Proof))?;
    check_total(key.multiplicities(domains, Scope::Shared))
}

fn check_total(total: u64) -> Result<(), VerifyError> {
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
        for (round, part) in PLACES {
            let planned = rounds
                .iter()
                .filter(|(other, _)| *other == round)
                .flat_map(|(_, matrices)| matrices)
                .find(|matrix| matrix.table == table && matrix.part == part);
            for (index, values) in opening.of(round, part).iter().enumerate() {
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
            Round::Early => proof.early.clone(),
            Round::Main => Some(proof.main.clone()),
            Round::LogUp => proof.logup.clone(),
            Round::Quotient => Some(proof.quotient.clone()),
        };
        let mut openings = Vec::new();
        for matrix in matrices {
            let opening = proof.openings.get(matrix.table).ok_or(missing.clone())?;
            let values = opening.of(round, matrix.part);
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

#[cfg(all(test, feature = "prove"))]
mod tests;
