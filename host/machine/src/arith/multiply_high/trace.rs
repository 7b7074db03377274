use p3_field::{Field, PrimeCharacteristicRing};
use zisk_isa::operations;
use zisk_stark::Val;

use super::MultiplyHighColumns;
use super::columns::SCALED;
use crate::OperationCode;
use crate::arith::product::{digits, split};
use crate::messages::Word;
use crate::word::{LIMB_BITS, bytes, word};

/// Fills a row with a product: [`OperationCode::Mulh`], [`OperationCode::Mulhsu`] or [`OperationCode::Mulhu`], and if
/// `gives_low` also [`OperationCode::Mul`] of the same operands.
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, gives_low: bool, row: &mut [Val]) {
    let high = code.function().map_or(0, |function| function(a, b));
    let low = operations::mul(a, b);
    columns(code, (a, b), gives_low, [word(low), word(high)]).store(row);
}

/// A row that claims the halves of a product: all equations of the carries are satisfied.
pub(super) fn columns(
    code: OperationCode,
    (a, b): (u64, u64),
    gives_low: bool,
    [low, high]: [Word<Val>; 2],
) -> MultiplyHighColumns<Val> {
    let is_a_signed = code != OperationCode::Mulhu;
    let is_b_signed = code == OperationCode::Mulh;
    let is_a_negative = is_a_signed && a >> 63 == 1;
    let is_b_negative = is_b_signed && b >> 63 == 1;
    let signed_bytes = |value: u64, is_negative: bool| {
        let mut bytes: [Val; 8] = bytes(value);
        if is_negative {
            bytes[7] -= Val::from_u32(1 << 8);
        }
        bytes
    };
    let (a, b) = (signed_bytes(a, is_a_negative), signed_bytes(b, is_b_negative));

    let digits: [Val; 8] = digits(&a, &b);
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = Val::ZERO;
    let carries: [Val; 8] = core::array::from_fn(|k| {
        let limb = if k < 4 { low[k] } else { high[k - 4] };
        carry = (digits[k] + carry - limb) * inverse;
        carry
    });
    let (carry_0, above_0) = split(carries[0], 2);
    let (carry_2, above_2) = split(carries[2], 6);
    MultiplyHighColumns {
        is_real: Val::ONE,
        gives_low: Val::from_bool(gives_low),
        is_a_signed: Val::from_bool(is_a_signed),
        is_b_signed: Val::from_bool(is_b_signed),
        a,
        b,
        is_a_negative: Val::from_bool(is_a_negative),
        is_b_negative: Val::from_bool(is_b_negative),
        low,
        high,
        carry_0,
        carry_0_bit: Val::from_u32(above_0),
        carry_2,
        carry_2_digit: Val::from_u32(above_2 % 3),
        carry_2_bit: Val::from_u32(above_2 / 3),
        scaled: SCALED.map(|it| (carries[it.limb] + Val::from_u32(it.offset)) * Val::from_u32(it.scale)),
        is_negative: -carries[7],
    }
}
