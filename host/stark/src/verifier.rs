//! Checking proofs.

mod error;
mod in_order;
mod shape;
mod together;

use alloc::vec::Vec;

use p3_air::Air;
use p3_commit::{CommitmentOpening, MatrixOpening, Pcs as PcsTrait, PointOpening};
use p3_field::PrimeCharacteristicRing;
use p3_field::coset::TwoAdicMultiplicativeCoset;

use crate::analysis::Scope;
use crate::constraints::{Combination, Statement, join_columns};
use crate::domain::{RowDomain, TableRowDomain};
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::layout::{DIMENSION, QuotientParts};
use crate::logup::{BusChallenges, Fingerprint};
use crate::pcs;
use crate::proof::{Proof, TableOpening};
use crate::rounds::{Round, plan};
use crate::rows::{Committed, Pair, RowCells};
use crate::table::Table;
use crate::transcript::Transcript;
pub use error::VerifyError;
pub(crate) use shape::{check_multiplicities, check_total};
use shape::{check_openings, check_shape};
pub use together::{SharedProof, check_shared, verify_together};

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
    check_zero(check(key, public_values, proof, None, min_security_bits)?)
}

/// Of shared buses, what one of several proofs is checked with.
#[derive(Clone, Copy, Debug)]
struct SharedBuses {
    /// The challenges, derived from what all of the proofs state.
    challenges: BusChallenges,
    /// How many messages all of the proofs have there together.
    num_messages: u64,
}

/// Checks a proof but for the balance of shared buses; gives what its messages there come to.
fn check<T, H>(
    key: &VerifyingKey<T, H>,
    public_values: &[&[Val]],
    proof: &Proof<H>,
    shared: Option<&SharedBuses>,
    min_security_bits: u32,
) -> Result<Challenge, VerifyError>
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
    for (table, entry, domain) in key.present(&domains) {
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
    let [own, shared] = balance;
    check_zero(own)?;
    Ok(shared)
}

/// Checks that messages are balanced, by what they come to.
fn check_zero(sum: Challenge) -> Result<(), VerifyError> {
    if sum == Challenge::ZERO {
        Ok(())
    } else {
        Err(VerifyError::Buses)
    }
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
fn check_outside_rows(point: Challenge, domains: &[TableRowDomain]) -> Result<(), VerifyError> {
    let is_row = |domain: &RowDomain| point.exp_power_of_2(domain.log_height()) == Challenge::ONE;
    match domains
        .iter()
        .position(|domain| domain.as_ref().is_some_and(is_row))
    {
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

type Claims<H> = Vec<CommitmentOpening<Challenge, Commitment<H>, TwoAdicMultiplicativeCoset<Val>>>;

/// What the proof says that committed columns are, in the form in which the commitment scheme checks it.
fn claims<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    domains: &[TableRowDomain],
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
