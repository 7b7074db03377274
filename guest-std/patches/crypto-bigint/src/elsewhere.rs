//! Where there are no coprocessors, they compute nothing.

use crypto_bigint_original::Uint;

use crate::modular::Ring;

pub(crate) fn multiply<const LIMBS: usize>(_: &mut Uint<LIMBS>, _: &Uint<LIMBS>, _: Ring<'_, LIMBS>) -> bool {
    false
}

pub(crate) fn power<const LIMBS: usize, const EXPONENT: usize>(
    _: &Uint<LIMBS>,
    _: &Uint<EXPONENT>,
    _: usize,
    _: Ring<'_, LIMBS>,
) -> Option<Uint<LIMBS>> {
    None
}

pub(crate) fn product_of_powers<'a, const LIMBS: usize, const EXPONENT: usize>(
    _: &(impl Iterator<Item = (&'a Uint<LIMBS>, &'a Uint<EXPONENT>)> + Clone),
    _: usize,
    _: Ring<'_, LIMBS>,
) -> Option<Uint<LIMBS>> {
    None
}
