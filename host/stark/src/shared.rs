//! Challenges that several proofs share.

use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::keys::VerifyingKey;
use crate::logup::BusChallenges;
use crate::transcript::Transcript;
use crate::verifier::VerifyError;

/// The challenges of buses that several proofs share, and the work that was done for them. They are derived from the
/// proofs' early columns, given by their roots in order, and from a `context`: everything else that the
/// proofs have in common and that was known before.
#[cfg(feature = "prove")]
pub fn shared_challenges<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    roots: &[Commitment<H>],
) -> (BusChallenges, Val) {
    let mut transcript = Transcript::of_proofs(key, context, roots.iter());
    let work = transcript.find_work(key.parameters.grinding.shared_bus);
    (transcript.draw_bus(), work)
}

/// The same, for a verifier.
///
/// # Errors
/// When the work was not done.
pub fn check_shared_challenges<T, H: Hash>(
    key: &VerifyingKey<T, H>,
    context: &[u8],
    roots: &[Commitment<H>],
    work: Val,
) -> Result<BusChallenges, VerifyError> {
    let mut transcript = Transcript::of_proofs(key, context, roots.iter());
    if transcript.check_work(key.parameters.grinding.shared_bus, work) {
        Ok(transcript.draw_bus())
    } else {
        Err(VerifyError::Work("shared bus challenges"))
    }
}
