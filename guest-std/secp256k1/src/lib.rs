//! Arithmetic of the curve secp256k1 (SEC 2, section 2.4.1), for all that guests do with it.
//!
//! Products modulo a number and sums of points are coprocessor calls in the VM. Elsewhere they are computed in software, slowly, so
//! that guests run natively. There are no traits here and no encodings of keys and signatures: `zisk_guest::secp256k1` and the crate
//! that takes the place of `k256` have those.
//!
//! - [`words`]: numbers, of 256 bits.
//! - [`modulus`]: arithmetic modulo the order of the field and modulo the order of the curve, with [`powers`] for inverses and roots.
//! - [`point`]: the group law, with infinity, doubles and negatives.
//! - [`multiples`]: points times scalars, and sums of those.
//! - [`ecdsa`]: the equation that a signature is checked with, and [`last_sum`], which spares it a recovered key.
//!
//! ```
//! use zisk_secp256k1::{modulus::ORDER, multiples, point::Point, words::ONE};
//!
//! let negative = multiples::of_generator(&ORDER.negate(&ONE));
//! assert_eq!(negative.sum(&Point::GENERATOR), Point::INFINITY);
//! ```
//!
//! # What is required
//!
//! Nothing checks what it is given, because checks are instructions. A number in a field is below the field's order, a scalar below
//! that of the curve, and a point is one of the curve, unless a function says that it takes others. What is computed of anything
//! else is nothing, or a coprocessor has no result: then the run ends with a trap, and natively there is a panic.
//!
//! # Secrets
//!
//! Nothing here takes the same time for all operands.

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod coordinates;
pub mod ecdsa;
mod endomorphism;
mod generator;
pub mod last_sum;
pub mod modulus;
pub mod multiples;
mod platform;
pub mod point;
pub mod powers;
pub mod words;
