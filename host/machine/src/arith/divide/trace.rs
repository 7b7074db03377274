use p3_field::PrimeCharacteristicRing;
use zisk_isa::operations;
use zisk_stark::Val;

use super::DivideColumns;
use crate::OperationCode as Code;
use crate::word::{limbs, word};

/// A division of magnitudes.
#[derive(Clone, Copy)]
struct Division {
    is_signed: bool,
    is_word: bool,
    is_remainder: bool,
    /// The operands, extended.
    a: u64,
    b: u64,
    dividend: u64,
    divisor: u64,
    quotient: u64,
    remainder: u64,
}

impl Division {
    fn new(code: Code, a: u64, b: u64) -> Self {
        let is_signed = matches!(code, Code::Div | Code::Rem | Code::Divw | Code::Remw);
        let is_word = matches!(code, Code::Divw | Code::Divuw | Code::Remw | Code::Remuw);
        let extend = match (is_word, is_signed) {
            (false, _) => operations::full,
            (true, true) => operations::sext32,
            (true, false) => operations::zext32,
        };
        let (a, b) = (extend(a), extend(b));
        let magnitude = |value: u64| {
            if is_signed {
                (value as i64).unsigned_abs()
            } else {
                value
            }
        };
        let (dividend, divisor) = (magnitude(a), magnitude(b));
        Self {
            is_signed,
            is_word,
            is_remainder: matches!(code, Code::Rem | Code::Remu | Code::Remw | Code::Remuw),
            a,
            b,
            dividend,
            divisor,
            quotient: dividend.checked_div(divisor).unwrap_or(0),
            remainder: dividend.checked_rem(divisor).unwrap_or(dividend),
        }
    }
}

/// What a division asks other tables for.
pub(crate) fn asks(code: Code, a: u64, b: u64) -> [(Code, u64, u64); 3] {
    let division = Division::new(code, a, b);
    [
        (Code::Mul, division.quotient, division.divisor),
        (Code::Mulhu, division.quotient, division.divisor),
        (Code::Sltu, division.remainder, division.divisor),
    ]
}

/// Fills a row with a division, of one of eight codes from [`Code::Div`] to [`Code::Remuw`].
pub(crate) fn fill(code: Code, a: u64, b: u64, row: &mut [Val]) {
    let division = Division::new(code, a, b);
    let top = |value: u64| value >> if division.is_word { 31 } else { 63 } & 1 == 1;
    let (sign_a, sign_b) = (top(a), top(b));
    let (is_negative_a, is_negative_b) = (division.is_signed && sign_a, division.is_signed && sign_b);
    let is_by_zero = division.divisor == 0;
    let is_all_ones = is_by_zero && !division.is_remainder;
    let (magnitude, is_negative) = if division.is_remainder {
        (division.remainder, is_negative_a)
    } else {
        (division.quotient, !is_by_zero && is_negative_a != is_negative_b)
    };
    let result = match (is_all_ones, is_negative) {
        (true, _) => u64::MAX,
        (_, true) => magnitude.wrapping_neg(),
        _ => magnitude,
    };
    let upper = |value: u64| {
        let [_, _, low, high] = limbs(value);
        [low, high].map(Val::from_u32)
    };
    DivideColumns {
        is_real: Val::ONE,
        is_signed: Val::from_bool(division.is_signed),
        is_word: Val::from_bool(division.is_word),
        is_remainder: Val::from_bool(division.is_remainder),
        a: word(a),
        b: word(b),
        upper_a: upper(division.a),
        upper_b: upper(division.b),
        sign_a: Val::from_bool(sign_a),
        sign_b: Val::from_bool(sign_b),
        is_negative_a: Val::from_bool(is_negative_a),
        is_negative_b: Val::from_bool(is_negative_b),
        dividend: word(division.dividend),
        divisor: word(division.divisor),
        quotient: word(division.quotient),
        remainder: word(division.remainder),
        product: word(division.quotient.wrapping_mul(division.divisor)),
        is_by_zero: Val::from_bool(is_by_zero),
        is_all_ones: Val::from_bool(is_all_ones),
        signs_differ: Val::from_bool(is_negative_a != is_negative_b),
        is_negative: Val::from_bool(is_negative),
        magnitude: word(magnitude),
        result: word(result),
        word_sign: Val::from_u64(result >> 31 & 1),
    }
    .store(row);
}
