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
    let half = [distance < 32, distance >= 32];
    let exponent = if is_left { distance % 8 } else { 8 - distance % 8 };
    let factor = 1_u64 << exponent;

    let shifted = match (is_word, is_arithmetic) {
        (false, _) => a,
        (true, false) => a & 0xffff_ffff,
        (true, true) => a as i32 as u64,
    };
    let is_negative = is_arithmetic && shifted >> 63 == 1;
    let mut carry = 0;
    let carries = limbs(shifted).map(|limb| {
        carry = (u64::from(limb) * factor + carry) >> 16;
        carry
    });
    let product = if is_negative {
        (i128::from(shifted as i64) * i128::from(factor)) as u128
    } else {
        u128::from(shifted) * u128::from(factor)
    };
    let product_bytes = product.to_le_bytes();
    let moved = if is_left {
        (product << (8 * (distance / 8))) as u64
    } else {
        (product as i128 >> (8 * (distance / 8 + 1))) as u64
    };
    let checked = match (is_arithmetic, is_word) {
        (false, _) => limbs(result)[1],
        (true, true) => limbs(a)[1],
        (true, false) => limbs(a)[3],
    };
    ShiftColumns {
        left: half.map(|half| Val::from_bool(half && is_left)),
        right: half.map(|half| Val::from_bool(half && !is_left)),
        is_arithmetic: Val::from_bool(is_arithmetic),
        is_word: Val::from_bool(is_word),
        a: word(a),
        b: word(b),
        bytes: from_fn(|i| Val::from_bool(i as u64 + 1 == distance / 8 % 4)),
        rest: Val::from_u64((b & 0xffff) / unit),
        small_power: Val::from_u64(1 << (exponent % 3)),
        large_power: Val::from_u64(1 << (exponent / 3 * 3)),
        factor: Val::from_u64(factor),
        checked: Val::from_u32(checked),
        sign: Val::from_u32(checked >> 15),
        is_negative: Val::from_bool(is_negative),
        product: from_fn(|i| Val::from_u8(product_bytes[i])),
        carry: from_fn(|i| Val::from_u64(carries[i])),
        moved: word(moved),
    }
    .store(row);
}
