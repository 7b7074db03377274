//! The state machines: what a row of each is, its constraints, and what it says to others.
//!
//! A *table* proves one kind of thing: that a value is the product of two others, that a word was loaded, that an
//! instruction was executed. Tables do not know each other. They send [`messages`] on buses, and a message
//! that one sends another must receive: that is how the parts make a machine.
//!
//! Each table has a folder or a file of its own: columns, constraints (`eval`), and behind the feature `trace` how its
//! rows are filled from recorded facts. [`Table`] lists them.

#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::wildcard_enum_match_arm,
        reason = "a new instruction or table must break every match"
    )
)]

extern crate alloc;
#[cfg(feature = "trace")]
extern crate std;

mod arith;
mod bigint;
mod binary;
mod blocks;
mod boundary;
mod cells;
mod coprocessor;
mod fixed;
mod halt;
mod image;
mod initial;
mod keccak;
mod koala_bear;
pub mod memory;
pub mod messages;
#[cfg(feature = "omission")]
pub mod omission;
mod operation;
mod passage;
mod processor;
mod refresh;
pub mod rom;
mod secp256k1;
mod segment;
mod sha256;
mod system;
mod table;
#[cfg(all(test, feature = "trace"))]
mod testing;
#[cfg(feature = "trace")]
pub mod trace;
mod uint256;
mod word;

#[cfg(feature = "trace")]
pub use fixed::Multiplicities;
pub use halt::public_values;
pub use operation::OperationCode;
pub use processor::MAX_INSTRUCTIONS;
pub use segment::Segment;
pub use table::Table;
