//! Values and their negatives.

use p3_field::PrimeCharacteristicRing;
use zisk_stark::TableBuilder;

use crate::word::{Word, carries};

const LABELS: [&str; 4] = [
    "sum of limbs 0",
    "sum of limbs 1",
    "sum of limbs 2",
    "sum of limbs 3",
];

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
