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
pub mod constraints;
pub mod domain;
pub mod evaluator;
mod field;
mod hash;
mod instance;
mod keys;
mod layout;
pub mod logup;
mod parameters;
mod pcs;
mod proof;
#[cfg(feature = "prove")]
mod prover;
#[cfg(feature = "prove")]
pub mod quotient;
mod rounds;
#[cfg(feature = "prove")]
mod setup;
mod table;
mod transcript;
mod verifier;

#[cfg(feature = "prove")]
pub use blinding::RandomnessUnavailable;
pub use bus::{Bus, Interactions, Message};
pub use field::{Challenge, PackedChallenge, PackedVal, Val};
#[cfg(feature = "blake3")]
pub use hash::Blake3Hash;
pub use hash::{ChallengeMmcs, Commitment, Hash, Poseidon2Hash};
pub use keys::VerifyingKey;
pub use p3_lookup::Count;
pub use parameters::{
    Grinding, InstanceShape, MAX_GRINDING_BITS, Parameters, ParametersError, ProximityRegime, SecurityReport,
    SecurityTerm,
};
pub use proof::Proof;
#[cfg(feature = "prove")]
pub use prover::{ProveError, ProvingKey, Trace, prove};
#[cfg(feature = "prove")]
pub use setup::SetupError;
pub use table::{Table, TableBuilder};
pub use verifier::{VerifyError, verify};
