//! What several proofs share: challenges, and the statements that these are derived from.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
#[cfg(feature = "prove")]
use crate::logup::BusChallenges;
#[cfg(feature = "prove")]
use crate::transcript::Transcript;
use crate::verifier::SharedProof;

/// What one of several proofs states before the challenges that they share. Everything that shared messages read is among
/// it, and everything that says how often they are sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SharedStatement<H: Hash> {
    /// Base-two logarithm of the rows of each table that has shared messages, in the key's order. Other tables may
    /// still be without rows.
    pub(crate) log_heights: Vec<u8>,
    /// The public values of all tables.
    pub(crate) public_values: Vec<Vec<Val>>,
    /// The root over early columns, if there is a shared bus.
    pub(crate) early: Option<Commitment<H>>,
}

impl<H: Hash> SharedStatement<H> {
    /// What a proof states, whether it is right or not.
    pub(crate) fn of_proof<T>(key: &VerifyingKey<T, H>, shared: &SharedProof<'_, H>) -> Self {
        let tables = key.tables.iter().zip(&shared.proof.log_heights);
        Self {
            log_heights: tables
                .filter(|(entry, _)| entry.shape.has_shared())
                .map(|(_, log_height)| *log_height)
                .collect(),
            public_values: shared
                .public_values
                .iter()
                .map(|values| values.to_vec())
                .collect(),
            early: shared.proof.early.clone(),
        }
    }

    /// What another statement says otherwise, if it does.
    pub(crate) fn difference(&self, other: &Self) -> Option<&'static str> {
        let Self {
            log_heights,
            public_values,
            early,
        } = self;
        if *log_heights != other.log_heights {
            Some("the heights")
        } else if *public_values != other.public_values {
            Some("the public values")
        } else if *early != other.early {
            Some("the early columns")
        } else {
            None
        }
    }
}

impl<H: Hash> PartialEq for SharedStatement<H> {
    fn eq(&self, other: &Self) -> bool {
        self.difference(other).is_none()
    }
}

impl<H: Hash> Eq for SharedStatement<H> {}

/// The challenges of buses that several proofs share, and the work that was done for them. They are derived from what
/// the proofs state, in order, and from a `context`: everything else that the proofs have in common and that
/// was known before.
///
/// All proofs are made with the challenges of one call: another may find another witness of the work, and with it give
/// other challenges.
#[cfg(feature = "prove")]
pub fn shared_challenges<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    statements: &[SharedStatement<H>],
) -> (BusChallenges, Val) {
    let mut transcript = Transcript::of_proofs(key, context, statements);
    let work = transcript.find_work(key.parameters.grinding.shared_bus);
    (transcript.draw_bus(), work)
}

/// The challenges that [`shared_challenges`] gave together with this work; `None` if it is not the work for these
/// statements.
#[cfg(feature = "prove")]
pub fn challenges_of_work<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    statements: &[SharedStatement<H>],
    work: Val,
) -> Option<BusChallenges> {
    let mut transcript = Transcript::of_proofs(key, context, statements);
    let is_done = transcript.check_work(key.parameters.grinding.shared_bus, work);
    is_done.then(|| transcript.draw_bus())
}

#[cfg(all(test, feature = "prove"))]
mod tests;
