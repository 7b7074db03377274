use alloc::vec::Vec;

use p3_air::Air;

use super::in_order::try_map;
use super::{SharedBuses, VerifyError, check, check_shape, check_total, check_zero};
use crate::analysis::Scope;
use crate::evaluator::Evaluator;
use crate::field::{Challenge, Val};
use crate::hash::Hash;
use crate::keys::VerifyingKey;
use crate::logup::BusChallenges;
use crate::proof::Proof;
use crate::shared::SharedStatement;
use crate::table::Table;
use crate::transcript::Transcript;

/// One of several proofs that share buses, with what it is to show.
#[derive(Clone, Copy, Debug)]
pub struct SharedProof<'a, H: Hash> {
    /// The proof.
    pub proof: &'a Proof<H>,
    /// Each table's public values.
    pub public_values: &'a [&'a [Val]],
}

/// Whether each of several proofs shows that there are rows for all tables of a key, with its public values, such that
/// what is sent on shared buses in any of them is received in any of them; and forging this would take
/// work of at least `2^min_security_bits`. Other buses are balanced within each proof.
///
/// The proofs are those that [`shared_challenges`](crate::shared_challenges) was given the statements of, in that order,
/// with that `context`; `work` is what it gave. Whether they are all that there should be, and in the right
/// order, is for their public values, messages and `context` to say.
///
/// # Errors
/// With the first thing that is wrong, in the first proof in order that has it, and when there is no proof.
pub fn verify_together<T, H>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    proofs: &[SharedProof<'_, H>],
    work: Val,
    min_security_bits: u32,
) -> Result<(), VerifyError>
where
    T: Table + for<'a> Air<Evaluator<'a, Challenge, Challenge>> + Sync,
    H: Hash,
{
    if proofs.is_empty() {
        return Err(VerifyError::NoProofs);
    }
    let (mut num_messages, mut multiplicities) = (0_u64, 0_u64);
    for shared in proofs {
        let domains = check_shape(key, shared.public_values, shared.proof)?;
        num_messages = num_messages.saturating_add(key.num_messages(&domains, Scope::Shared));
        multiplicities = multiplicities.saturating_add(key.multiplicities(&domains, Scope::Shared));
    }
    check_total(multiplicities)?;
    let statements: Vec<_> = proofs
        .iter()
        .map(|shared| SharedStatement::of_proof(key, shared))
        .collect();
    let mut transcript = Transcript::of_proofs(key, context, &statements);
    if !transcript.check_work(key.parameters.grinding.shared_bus, work) {
        return Err(VerifyError::Work("shared bus challenges"));
    }
    let buses = SharedBuses {
        challenges: transcript.draw_bus(),
        num_messages,
    };
    let sums = try_map(proofs, |shared| {
        check(
            key,
            shared.public_values,
            shared.proof,
            Some(&buses),
            min_security_bits,
        )
    })?;
    check_zero(sums.into_iter().sum())
}

/// Whether one of several proofs is all that [`verify_together`] wants of it alone: it states what the challenges were derived
/// from, and with them it shows that there are rows for all tables of a key. So whoever derived the challenges can take a
/// proof from a file, or from another machine, and know that it is as good as one made here.
///
/// That is not verification: whether shared messages balance, can be counted, and are few enough for the security that is
/// demanded, all proofs say together.
///
/// # Errors
/// With the first thing that is wrong.
pub fn check_shared<T, H>(
    key: &VerifyingKey<T, H>,
    shared: &SharedProof<'_, H>,
    statement: &SharedStatement<H>,
    challenges: &BusChallenges,
    min_security_bits: u32,
) -> Result<(), VerifyError>
where
    T: Table + for<'a> Air<Evaluator<'a, Challenge, Challenge>>,
    H: Hash,
{
    if let Some(what) = SharedStatement::of_proof(key, shared).difference(statement) {
        return Err(VerifyError::Statement(what));
    }
    let buses = SharedBuses {
        challenges: *challenges,
        num_messages: 0,
    };
    // What its shared messages come to is for all proofs together.
    let _ = check(
        key,
        shared.public_values,
        shared.proof,
        Some(&buses),
        min_security_bits,
    )?;
    Ok(())
}
