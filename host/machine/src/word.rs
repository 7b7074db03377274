//! 64-bit values as four limbs of 16 bits, low first.

#[cfg(feature = "trace")]
use core::array::from_fn;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;

/// A 64-bit value: four limbs of 16 bits, low first. They are range-checked where a value is made, so never again
/// where it is used.
pub type Word<E> = [E; 4];

/// Bits of a limb.
pub(crate) const LIMB_BITS: u32 = 16;

/// The limbs' carries of `a + b = c`, from the lowest; of `c + b = a` they are the borrows of `a - b = c`.
pub(crate) fn carries<E>(a: &Word<E>, b: &Word<E>, c: &Word<E>) -> Word<E>
where
    E: PrimeCharacteristicRing + core::ops::Mul<Val, Output = E>,
{
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = E::ZERO;
    core::array::from_fn(|i| {
        carry = (a[i].clone() + b[i].clone() + carry.clone() - c[i].clone()) * inverse;
        carry.clone()
    })
}

/// The limbs of a value, as integers.
#[cfg(feature = "trace")]
pub(crate) fn limbs(value: u64) -> Word<u32> {
    from_fn(|i| (value >> (LIMB_BITS * i as u32)) as u16 as u32)
}

/// The limbs of a value.
#[cfg(feature = "trace")]
pub(crate) fn word<F: PrimeCharacteristicRing>(value: u64) -> Word<F> {
    limbs(value).map(F::from_u32)
}

/// The bytes of a value, low first.
#[cfg(feature = "trace")]
pub(crate) fn bytes<F: PrimeCharacteristicRing>(value: u64) -> [F; 8] {
    value.to_le_bytes().map(F::from_u8)
}

/// A limb from its bytes, low first.
pub(crate) fn limb_of_bytes<E: PrimeCharacteristicRing>(low: impl Into<E>, high: impl Into<E>) -> E {
    low.into() + high.into() * E::from_u32(1 << 8)
}

/// The limbs of a value from its bytes, low first.
pub(crate) fn word_of_bytes<E: PrimeCharacteristicRing, C: Into<E> + Copy>(bytes: &[C; 8]) -> Word<E> {
    core::array::from_fn(|i| limb_of_bytes(bytes[2 * i], bytes[2 * i + 1]))
}
