use p3_field::{Field, PrimeCharacteristicRing};
use zisk_isa::operations;
use zisk_stark::Val;

use super::MultiplyColumns;
use super::columns::{SCALE_1, SCALE_2};
use crate::OperationCode;
use crate::arith::product::{digits, split};
use crate::messages::Word;
use crate::word::{LIMB_BITS, bytes, word};

/// Fills a row with a product: [`OperationCode::Mul`] or [`OperationCode::Mulw`].
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, row: &mut [Val]) {
    let is_word = code == OperationCode::Mulw;
    let c = if is_word {
        operations::mulw(a, b)
    } else {
        operations::mul(a, b)
    };
    columns(is_word, a, b, word(c)).store(row);
}

/// A row that claims a result: all constraints that say what a column is are satisfied, so what does not hold if the
/// result is wrong is a range.
pub(super) fn columns(is_word: bool, a: u64, b: u64, c: Word<Val>) -> MultiplyColumns<Val> {
    let (a, b) = (bytes(a), bytes(b));
    let digits: [Val; 8] = digits(&a, &b);
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = Val::ZERO;
    let carries: Word<Val> = core::array::from_fn(|k| {
        carry = (digits[k] + carry - c[k]) * inverse;
        carry
    });
    let sign = Val::from_bool(c[2] != Val::ZERO);
    let (carry_0, carry_0_bit) = split(carries[0], 2);
    let (top, top_digits) = split(if is_word { carries[1] } else { carries[3] }, 9);
    MultiplyColumns {
        is_real: Val::ONE,
        is_word: Val::from_bool(is_word),
        a,
        b,
        c,
        carry_0,
        carry_0_bit: Val::from_u32(carry_0_bit),
        scaled: [
            carries[1] * Val::from_u32(SCALE_1),
            if is_word {
                (c[1] - sign * Val::from_u32(1 << 15)).double()
            } else {
                carries[2] * Val::from_u32(SCALE_2)
            },
        ],
        top,
        top_digits: [top_digits % 3, top_digits / 3].map(Val::from_u32),
    }
}
