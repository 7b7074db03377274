//! Takes the place of `crypto-bigint` 0.5 in guests, with the same interface: there, residues are multiplied and raised to powers on the
//! coprocessors, if they have a multiple of 256 bits. Integers are those of the original, and outside of the VM residues compute as
//! the original's do.
//!
//! What differs: `mul`, `square`, `pow` and `pow_bounded_exp` of residues are no constant functions, since calls of coprocessors are
//! none; and `Invert` is not implemented for `NonZero<Residue>`, which only the original can do.
//!
//! ```
//! use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
//! use crypto_bigint::U256;
//!
//! let modulus = DynResidueParams::new(&U256::from(97_u8));
//! let five = DynResidue::new(&U256::from(5_u8), modulus);
//! assert_eq!(five.pow(&U256::from(3_u8)).retrieve(), U256::from(28_u8));
//! ```

#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(any(test, all(target_arch = "riscv64", target_os = "none")))]
mod coprocessor;
#[cfg(not(any(test, all(target_arch = "riscv64", target_os = "none"))))]
#[path = "elsewhere.rs"]
mod coprocessor;
pub mod modular;
#[cfg(test)]
mod tests;

pub use crypto_bigint_original::*;

/// The residue of an integer, modulo one that `impl_modulus!` has made.
#[macro_export]
macro_rules! const_residue {
    ($integer:ident, $modulus:ident) => {
        $crate::modular::constant_mod::Residue::<$modulus, { $modulus::LIMBS }>::new(&$integer)
    };
}
