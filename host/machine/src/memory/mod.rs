//! Loads, stores and atomic operations.
//!
//! Memory is words of 8 bytes, each with a state on the bus of [`Memory`](crate::messages::Memory): what it holds, and since
//! when. `access` exchanges states, `address` says which word an address is in. The tables differ in what they do with
//! words: loads and stores of all of one ([`double`]), [`aligned`] ones of less, [`misaligned`] ones, [`atomic`]
//! operations.

mod access;
mod address;
pub mod aligned;
pub mod atomic;
mod codes;
pub mod double;
pub mod misaligned;
#[cfg(feature = "trace")]
mod request;
#[cfg(all(test, feature = "trace"))]
mod testing;

#[cfg(feature = "trace")]
pub use request::{Request, WordState};
