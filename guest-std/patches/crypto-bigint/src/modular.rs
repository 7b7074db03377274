//! Arithmetic modulo an odd number.

use crypto_bigint_original::U256;
pub use crypto_bigint_original::modular::{Retrieve, montgomery_reduction};

use crate::Uint;

#[macro_use]
mod operators;
pub mod constant_mod;
pub mod runtime_mod;

/// The residues of a number: what computing with them takes.
#[cfg_attr(
    not(any(test, all(target_arch = "riscv64", target_os = "none"))),
    allow(dead_code, reason = "what reads it is a coprocessor")
)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring<'a, const LIMBS: usize> {
    /// The number. It is odd.
    pub(crate) modulus: &'a Uint<LIMBS>,
    /// How 1 is represented.
    pub(crate) one: &'a Uint<LIMBS>,
    /// See [`factor`].
    pub(crate) factor: &'a U256,
}

/// Of a modulus of 256 bits, the inverse of `R`, which is given; of others, what times the modulus is -1 modulo 2^256.
const fn factor<const LIMBS: usize>(modulus: &Uint<LIMBS>, inverse: &Uint<LIMBS>) -> U256 {
    if LIMBS == U256::LIMBS {
        inverse.resize()
    } else {
        let lowest: U256 = modulus.resize();
        U256::ZERO.wrapping_sub(&lowest.inv_mod2k_vartime(U256::BITS))
    }
}
