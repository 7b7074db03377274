use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::ShiftColumns;
use crate::OperationCode as Code;
use crate::word::{limbs, word};

/// Fills a row with a shift: [`Code::Sll`], [`Code::Srl`], [`Code::Sra`] or one of those of 32 bits.
pub(crate) fn fill(code: Code, a: u64, b: u64, row: &mut [Val]) {
    let Some(function) = code.function() else { return };
    let result = function(a, b);
    let is_left = matches!(code, Code::Sll | Code::Sllw);
    let is_arithmetic = matches!(code, Code::Sra | Code::Sraw);
    let is_word = matches!(code, Code::Sllw | Code::Srlw | Code::Sraw);
    let unit = if is_word { 32 } else { 64 };
    let distance = b % unit;
    let sign = if is_word { a >> 31 & 1 } else { a >> 63 } == 1;
    let is_complemented = is_arithmetic && sign;
    let power = 1_u64 << (distance % 8);
    let factor = if is_left { power } else { (1 << 8) / power };
    let upper_factor = if is_word { 0 } else { factor };

    let shifted = limbs(if is_complemented { !a } else { a });
    let (mut product, mut carries, mut carry) = (0_u128, [0; 4], 0);
    for (i, limb) in shifted.into_iter().enumerate() {
        let factor = if i < 2 { factor } else { upper_factor };
        let whole = u64::from(limb) * factor + carry;
        carry = whole >> 16;
        carries[i] = carry;
        product |= u128::from(whole & 0xffff) << (16 * i);
    }
    let all = product | u128::from(carry) << 64;
    let moved = if is_left {
        (product << (8 * (distance / 8))) as u64
    } else {
        (all >> (8 * (distance / 8 + 1))) as u64
    };
    ShiftColumns {
        is_left: Val::from_bool(is_left),
        is_right: Val::from_bool(!is_left),
        is_arithmetic: Val::from_bool(is_arithmetic),
        is_word: Val::from_bool(is_word),
        a: word(a),
        b: word(b),
        c: word(result),
        bits: from_fn(|i| Val::from_u64(distance >> i & 1)),
        bytes: from_fn(|i| Val::from_bool(i as u64 == distance / 8)),
        rest: Val::from_u64((b & 0xffff) / unit),
        power: Val::from_u64(power),
        factor: Val::from_u64(factor),
        upper_factor: Val::from_u64(upper_factor),
        sign: Val::from_bool(sign),
        is_complemented: Val::from_bool(is_complemented),
        product: crate::word::bytes(product as u64),
        carry: carries.map(Val::from_u64),
        moved: word(moved),
        word_sign: Val::from_u64(result >> 31 & 1),
    }
    .store(row);
}
