use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;

use super::DivideColumns;
use super::columns::SCALES;
use crate::OperationCode;
use crate::arith::product::digits;
use crate::word::{LIMB_BITS, bytes, limbs, word};

/// Fills a row with a division: [`OperationCode::Divu`], [`OperationCode::Remu`], [`OperationCode::Divuw`] or
/// [`OperationCode::Remuw`].
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, row: &mut [Val]) {
    let matters = if is_word(code) {
        u64::from(u32::MAX)
    } else {
        u64::MAX
    };
    let (dividend, divisor) = (a & matters, b & matters);
    let quotient = dividend.checked_div(divisor).unwrap_or(u64::MAX);
    let remainder = dividend.checked_rem(divisor).unwrap_or(dividend);
    columns(code, (a, b), (quotient, remainder)).store(row);
}

fn is_word(code: OperationCode) -> bool {
    matches!(code, OperationCode::Divuw | OperationCode::Remuw)
}

/// A row that claims a quotient and a remainder, of words those of their low 32 bits: all constraints that say what a
/// column is are satisfied.
pub(super) fn columns(
    code: OperationCode,
    (a, b): (u64, u64),
    (mut quotient, mut remainder): (u64, u64),
) -> DivideColumns<Val> {
    let is_word = is_word(code);
    let is_remainder = matches!(code, OperationCode::Remu | OperationCode::Remuw);
    let result = if is_remainder { remainder } else { quotient };
    let mut divisor = b;
    if is_word {
        let low = u64::from(u32::MAX);
        divisor &= low;
        let extension = if result >> 31 & 1 == 1 { !low } else { 0 };
        quotient = quotient & low | extension;
        remainder = remainder & low | extension;
    }

    let (dividend, rest): ([Val; 4], [Val; 4]) = (word(a), word(remainder));
    let digits: [Val; 8] = digits(&bytes(quotient), &bytes(b));
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = Val::ZERO;
    let mut scaled = core::array::from_fn(|k| {
        carry = (digits[k] + rest[k] - dividend[k] + carry) * inverse;
        carry * Val::from_u32(SCALES[k])
    });
    if is_word {
        // The limb's other bits, twice.
        scaled[2] = Val::from_u64((result >> 16 & 0x7fff) << 1);
    }

    let (of_divisor, of_rest) = (limbs(divisor), limbs(remainder));
    let num_limbs = if is_word { 2 } else { 4 };
    let highest = (0..num_limbs)
        .rfind(|&k| of_divisor[k] != of_rest[k])
        .unwrap_or(0);
    let mut decides = [Val::ZERO; 4];
    let mut gap = Val::ZERO;
    if divisor != 0 {
        decides[highest] = Val::ONE;
        gap = Val::from_u32(of_divisor[highest]) - Val::from_u32(of_rest[highest]) - Val::ONE;
    }
    DivideColumns {
        is_zero: Val::from_bool(divisor == 0),
        decides,
        is_remainder: Val::from_bool(is_remainder),
        is_word: Val::from_bool(is_word),
        a: dividend,
        b: bytes(b),
        quotient: bytes(quotient),
        remainder: rest,
        scaled,
        gap,
    }
}
