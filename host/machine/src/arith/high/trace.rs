use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::HighColumns;
use crate::OperationCode as Code;
use crate::word::{bytes, limbs, word};

/// Fills a row with a product: [`Code::Mulh`], [`Code::Mulhsu`] or [`Code::Mulhu`].
pub(crate) fn fill(code: Code, a: u64, b: u64, row: &mut [Val]) {
    let Some(function) = code.function() else { return };
    let c = function(a, b);
    let product = u128::from(a) * u128::from(b);
    let [sign_a, sign_b] = [a, b].map(|operand| operand >> 63 == 1);
    let is_negative_a = sign_a && code != Code::Mulhu;
    let is_negative_b = sign_b && code == Code::Mulh;

    let mut sum = 0_u64;
    let mut carries = [0; 7];
    for (k, carry) in carries.iter_mut().enumerate() {
        // Digits of bytes: the products of places 2k and 2k + 1.
        let at = |place: usize| -> u64 {
            let byte = |value: u64, index: usize| value >> (8 * index) & 0xff;
            (place.saturating_sub(7)..8.min(place + 1))
                .map(|i| byte(a, i) * byte(b, place - i))
                .sum()
        };
        sum = (sum >> 16) + at(2 * k) + (at(2 * k + 1) << 8);
        *carry = sum >> 16;
    }
    let high = (product >> 64) as u64;
    let taken = |i: usize| {
        let limb = |is_taken: bool, limb: u32| if is_taken { limb } else { 0 };
        limbs(c)[i] + limb(is_negative_a, limbs(b)[i]) + limb(is_negative_b, limbs(a)[i])
    };
    let mut borrow = 0;
    let borrows = from_fn(|i| {
        borrow = (taken(i) + borrow) >> 16;
        Val::from_u32(borrow)
    });
    HighColumns {
        is_signed: Val::from_bool(code == Code::Mulh),
        is_mixed: Val::from_bool(code == Code::Mulhsu),
        is_unsigned: Val::from_bool(code == Code::Mulhu),
        a: bytes(a),
        b: bytes(b),
        low: word(product as u64),
        high: word(high),
        carry: carries.map(Val::from_u64),
        sign_a: Val::from_bool(sign_a),
        sign_b: Val::from_bool(sign_b),
        is_negative_a: Val::from_bool(is_negative_a),
        is_negative_b: Val::from_bool(is_negative_b),
        c: word(c),
        borrow: borrows,
    }
    .store(row);
}
