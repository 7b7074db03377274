//! Values and their negatives.

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{TableBuilder, Val};

use crate::word::{LIMB_BITS, Word};

const LABELS: [&str; 4] = [
    "sum of limbs 0",
    "sum of limbs 1",
    "sum of limbs 2",
    "sum of limbs 3",
];

/// The carries of `x + y - sum`, from the lowest limb.
pub(crate) fn carries<E>(x: &Word<E>, y: &Word<E>, sum: &Word<E>) -> Word<E>
where
    E: Clone + PrimeCharacteristicRing + core::ops::Mul<Val, Output = E>,
{
    // x + y + carry_in = sum + 2^16 carry_out
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = E::ZERO;
    core::array::from_fn(|i| {
        let out = x[i].clone() + y[i].clone() - sum[i].clone() + carry.clone();
        carry = out * inverse;
        carry.clone()
    })
}

/// `y` is `-x` modulo 2^64 where `condition` is not zero. All limbs have 16 bits and are columns.
pub(crate) fn assert_negative_where<B: TableBuilder>(
    builder: &mut B,
    condition: impl Into<B::Expr>,
    x: &Word<B::Expr>,
    y: &Word<B::Expr>,
) {
    let condition = condition.into();
    let zero = core::array::from_fn(|_| B::Expr::ZERO);
    for (carry, label) in carries(x, y, &zero).into_iter().zip(LABELS) {
        builder.assert_zero_named(condition.clone() * carry.clone() * (carry - B::Expr::ONE), label);
    }
}
