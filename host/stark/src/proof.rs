//! What a prover hands to a verifier.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::field::{Challenge, Val};
use crate::hash::{Commitment, Hash};
use crate::pcs::OpeningProof;

/// A proof that there are rows for all tables of a key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(bound = "")]
#[must_use]
pub struct Proof<H: Hash> {
    /// Base-two logarithm of each table's number of rows.
    pub(crate) log_heights: Vec<u8>,
    /// The root over main columns.
    pub(crate) main: Commitment<H>,
    /// The root over LogUp columns, if there is a bus.
    pub(crate) logup: Option<Commitment<H>>,
    /// What each table says its fractions sum up to.
    pub(crate) logup_sums: Vec<Challenge>,
    /// The root over the parts of quotients and the random codeword.
    pub(crate) quotient: Commitment<H>,
    /// The work before the LogUp challenges, and before the out-of-domain point.
    pub(crate) grinding: [Val; 2],
    /// What each table's columns are at the out-of-domain point.
    pub(crate) openings: Vec<TableOpening>,
    /// The random codeword at the out-of-domain point.
    pub(crate) random: Vec<Challenge>,
    /// That all of this is so.
    pub(crate) opening: OpeningProof<H>,
}

impl<H: Hash> fmt::Debug for Proof<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof")
            .field("log_heights", &self.log_heights)
            .finish_non_exhaustive()
    }
}

/// A table's columns at the out-of-domain point and at the point of the row behind it; nothing at the latter
/// for columns that no constraint reads there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableOpening {
    pub(crate) main: [Vec<Challenge>; 2],
    pub(crate) fixed: [Vec<Challenge>; 2],
    pub(crate) logup: [Vec<Challenge>; 2],
    /// The parts of the quotient, at the out-of-domain point alone.
    pub(crate) quotient: Vec<Challenge>,
}
