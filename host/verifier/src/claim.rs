use alloc::vec::Vec;

use sha2::{Digest, Sha256};
use zisk_machine::public_values;
use zisk_stark::Val;

use crate::ImageId;

/// What a receipt claims: that a program wrote a journal and ended with an exit code. It is made from what whoever
/// verifies knows, and never read from a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The program.
    pub image_id: ImageId,
    /// How it ended.
    pub exit_code: u32,
    /// The SHA-256 digest of its journal.
    pub journal_digest: [u8; 32],
}

impl Claim {
    /// That a program wrote this journal and ended with this exit code.
    pub fn new(image_id: ImageId, exit_code: u32, journal: &[u8]) -> Self {
        Self {
            image_id,
            exit_code,
            journal_digest: Sha256::digest(journal).into(),
        }
    }

    /// The claim as public values of the table of the run's end.
    pub fn public_values(&self) -> Vec<Val> {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(self.journal_digest.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        public_values(self.exit_code, words).to_vec()
    }
}
