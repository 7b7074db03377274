//! A STARK over several tables, on Plonky3's parts. It knows nothing of what the tables are about.
//!
//! A *table* has rows; each row must satisfy constraints and may send and receive messages on *buses*. A
//! table is written once, against [`TableBuilder`]; the same definition is read symbolically
//! ([`analysis`]) and checked on given rows without a proof (`checker`, behind the feature `prove`).

#![no_std]

extern crate alloc;
#[cfg(feature = "prove")]
extern crate std;

pub mod analysis;
#[cfg(feature = "prove")]
mod blinding;
mod bus;
#[cfg(feature = "prove")]
pub mod checker;
mod constraints;
#[cfg(feature = "prove")]
mod counting;
mod domain;
pub mod evaluator;
mod field;
mod hash;
mod instance;
mod keys;
mod layout;
#[cfg(feature = "prove")]
mod lde;
mod logup;
#[cfg(feature = "prove")]
mod memory;
#[cfg(feature = "prove")]
mod observer;
#[cfg(feature = "prove")]
mod opening;
mod parameters;
mod pcs;
mod proof;
#[cfg(feature = "prove")]
mod prover;
#[cfg(feature = "prove")]
mod quotient;
mod rounds;
mod rows;
mod setup;
mod shared;
mod table;
mod transcript;
mod transpose;
mod tree;
mod verifier;
#[cfg(feature = "prove")]
mod window;

#[cfg(feature = "prove")]
pub use blinding::{BlindingSeed, RandomnessUnavailable};
pub use bus::{Bus, Interactions, Message};
#[cfg(feature = "prove")]
pub use counting::{Listener, count_messages};
pub use field::{Challenge, PackedChallenge, PackedVal, Val};
#[cfg(feature = "blake3")]
pub use hash::Blake3Hash;
pub use hash::{ChallengeMmcs, Commitment, Hash, Poseidon2Hash};
pub use keys::VerifyingKey;
pub use logup::BusChallenges;
#[cfg(feature = "prove")]
pub use logup::TableRows;
#[cfg(feature = "prove")]
pub use memory::{keep_freed_memory, return_freed_memory};
#[cfg(feature = "prove")]
pub use observer::{Observer, Phase};
pub use p3_lookup::Count;
pub use parameters::{
    Grinding, InstanceShape, MAX_GRINDING_BITS, Parameters, ParametersError, ProximityRegime, SecurityReport,
    SecurityTerm,
};
pub use proof::Proof;
#[cfg(feature = "prove")]
pub use prover::{
    EarlyCommitment, ProvableTable, ProveError, ProvingKey, Trace, commit_early, prove, prove_observed,
    prove_sharing,
};
pub use setup::SetupError;
pub use shared::SharedStatement;
#[cfg(feature = "prove")]
pub use shared::{challenges_of_work, shared_challenges};
pub use table::{Table, TableBuilder};
pub use verifier::{SharedProof, VerifyError, check_shared, verify, verify_together};

#[cfg(test)]
extern crate self as zisk_stark;
#[cfg(test)]
#[allow(
    dead_code,
    reason = "the integration tests, whose tables these are, use the rest"
)]
#[path = "../tests/it/tables.rs"]
mod tables;
