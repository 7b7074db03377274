//! Challenges that several proofs share.

use alloc::vec::Vec;

use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::logup::BusChallenges;
use crate::transcript::{Stated, Transcript};

/// What one of several proofs states before the challenges that they share: the heights of its tables, their public
/// values, and the root over early columns. Everything that shared messages read is among it.
#[derive(Clone, Debug)]
pub struct SharedStatement<H: Hash> {
    pub(crate) log_heights: Vec<u8>,
    pub(crate) public_values: Vec<Vec<Val>>,
    pub(crate) early: Option<Commitment<H>>,
}

/// The challenges of buses that several proofs share, and the work that was done for them. They are derived from what
/// the proofs state, in order, and from a `context`: everything else that the proofs have in common and that
/// was known before.
///
/// All proofs are made with the challenges of one call: another may find another witness of the work, and with it give
/// other challenges.
pub fn shared_challenges<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    statements: &[SharedStatement<H>],
) -> (BusChallenges, Val) {
    let stated = statements.iter().map(|statement| Stated {
        log_heights: &statement.log_heights,
        public_values: &statement.public_values,
        early: statement.early.as_ref(),
    });
    let mut transcript = Transcript::of_proofs(key, context, stated);
    let work = transcript.find_work(key.parameters.grinding.shared_bus);
    (transcript.draw_bus(), work)
}

#[cfg(test)]
mod tests;
