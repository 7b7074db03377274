use alloc::vec::Vec;

use p3_field::PrimeField32;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::{Segment, Table};
use zisk_stark::{Commitment, Parameters, Val, VerifyingKey};

use crate::{Claim, Hash, ImageId, VERSION};

/// A program as a proof speaks of it: a commitment to its instructions and its memory, and where it begins.
///
/// A receipt brings it along; whoever verifies knows its [`image_id`](Self::image_id).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProgramCommitment {
    /// The root over the fixed columns of all tables.
    pub(crate) root: Commitment<Hash>,
    /// Base-two logarithms of the heights of the tables of instructions and of memory.
    pub(crate) log_heights: [u8; 2],
    /// Address of the first instruction.
    pub(crate) entry: u32,
}

/// A program cannot be one of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the receipt speaks of a program that this machine cannot run")]
pub struct UnknownProgram;

impl ProgramCommitment {
    /// From the key that proofs of the program are made with.
    pub fn new(key: &VerifyingKey<Table, Hash>, entry: u32) -> Option<Self> {
        let height = |table| {
            let place = Table::ALL.iter().position(|other| *other == table)?;
            key.fixed_log_height(place)
        };
        Some(Self {
            root: key.fixed_root()?.clone(),
            log_heights: [height(Table::Rom)?, height(Table::Image)?],
            entry,
        })
    }

    /// The program's image id.
    pub fn image_id(&self) -> ImageId {
        let mut hasher = Sha256::new();
        hasher.update(b"zisk program");
        hasher.update(VERSION.to_le_bytes());
        for digest in self.root.roots() {
            for element in digest {
                hasher.update(element.as_canonical_u32().to_le_bytes());
            }
        }
        hasher.update(self.log_heights);
        hasher.update(self.entry.to_le_bytes());
        ImageId(hasher.finalize().into())
    }

    /// The key that proofs of the program are verified with.
    pub(crate) fn verifying_key(&self) -> Result<VerifyingKey<Table, Hash>, UnknownProgram> {
        let [rom, image] = self.log_heights;
        let with_height = |table: &Table| (*table, table.fixed_log_height(rom, image));
        let tables: Vec<(Table, Option<u8>)> = Table::ALL.iter().map(with_height).collect();
        VerifyingKey::new(
            tables,
            &SHARED_BUSES,
            Some(self.root.clone()),
            Parameters::standard(),
        )
        .map_err(|_| UnknownProgram)
    }

    /// What the segments of a run of this program show that ends as it is claimed to, in order.
    pub fn run(&self, claim: &Claim, num_segments: usize) -> impl Iterator<Item = SegmentClaim> {
        let (entry, end) = (self.entry, claim.public_values());
        (0..num_segments).map(move |index| SegmentClaim {
            segment: Segment {
                // More than there can be are refused.
                number: u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1),
                is_last: index.saturating_add(1) == num_segments,
                entry,
            },
            end: end.clone(),
        })
    }
}

/// What a proof of a segment shows.
#[derive(Clone, Debug)]
pub struct SegmentClaim {
    /// Which segment it is.
    pub segment: Segment,
    /// The public values of the run's end.
    pub end: Vec<Val>,
}

impl SegmentClaim {
    /// Each table's public values.
    pub fn public_values(&self) -> Vec<Vec<Val>> {
        let of_table = |table: &Table| self.segment.public_values(*table, &self.end);
        Table::ALL.iter().map(of_table).collect()
    }
}
