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
mod bus;
#[cfg(feature = "prove")]
pub mod checker;
pub mod domain;
pub mod evaluator;
mod field;
pub mod logup;
#[cfg(feature = "prove")]
pub mod quotient;
mod table;

pub use bus::{Bus, Interactions, Message};
pub use field::{Challenge, PackedChallenge, PackedVal, Val};
pub use p3_lookup::Count;
pub use table::{Table, TableBuilder};
