//! The same questions to this crate and to the one that it takes the place of.

mod ecdsa;
mod encodings;
mod field;
mod hashing;
mod points;
mod scalars;
mod schnorr;
mod serialization;
mod values;
mod wycheproof;
