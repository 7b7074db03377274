use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::MultiplyColumns;
use super::columns::{SCALE_1, SCALE_2};
use crate::OperationCode;
use crate::arith::product::digits;
use crate::messages::{BytePair, Operation, Range16};
use crate::word::{LIMB_BITS, word_of_bytes};

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = MultiplyColumns::of_row(builder.main().current_slice());
    let MultiplyColumns { is_real, is_word, .. } = columns;
    builder.assert_bool_named(is_real, "is_real is a bit");
    builder.assert_bool_named(is_word, "is_word is a bit");
    check_carries(builder, &columns);
    check_word(builder, &columns);

    let once = || Count::bounded(is_real.into(), 1);
    for bytes in [columns.a, columns.b] {
        for [x, y] in bytes.as_chunks().0 {
            builder.send(
                BytePair {
                    x: (*x).into(),
                    y: (*y).into(),
                },
                once(),
            );
        }
    }
    builder.send(
        BytePair {
            x: columns.carry_0.into(),
            y: columns.top.into(),
        },
        once(),
    );
    for value in columns.c.into_iter().chain(columns.scaled) {
        builder.send(Range16 { value: value.into() }, once());
    }
    let [full, of_words] = [OperationCode::Mul, OperationCode::Mulw].map(|code| Val::from_u32(code as u32));
    builder.receive(
        Operation {
            code: is_word * (of_words - full) + full,
            time: B::Expr::ZERO,
            a: word_of_bytes(&columns.a),
            b: word_of_bytes(&columns.b),
            c: columns.c.map(Into::into),
        },
        once(),
    );
}

/// The carry of the last limb: an integer below 2304.
fn top<B: TableBuilder>(columns: &MultiplyColumns<B::Var>) -> B::Expr {
    let [low, high] = columns.top_digits;
    (high * Val::from_u32(3) + low) * Val::from_u32(1 << 8) + columns.top
}

/// Digits are carried. All equations hold between integers:
///
/// `digit_k + carry_(k-1)` is below 2055 * 255^2 + 2^14 < 1.34e8, less in lower digits, and
/// `top` < 2304 is an integer by its columns, so `carry_2 = c_3 + 2^16 top - digit_3` is an integer of a magnitude
/// below 1.52e8. As 12 * 1.52e8 < p - 2^16, that its twelvefold is in `0..2^16` means that it is in `0..=5461`. Then
/// `carry_1` is an integer of a magnitude below 3.59e8, and as 4 * 3.59e8 < p - 2^16, in `0..=16383`. `carry_0` is an
/// integer by its columns. So the right sides are at most 2^16 * 16383 + 65535 < p, and nothing wraps around: limbs and
/// carries are those of the division of the left side by 2^16.
///
/// The product of words has `top` as its carry 1, an integer below 2304, and ends there.
fn check_carries<B: TableBuilder>(builder: &mut B, columns: &MultiplyColumns<B::Var>) {
    let is_word: B::Expr = columns.is_word.into();
    let is_full = B::Expr::ONE - is_word.clone();
    builder.assert_bool_named(columns.carry_0_bit, "the carry of limb 0 has a byte and a bit");
    for digit in columns.top_digits {
        let digit: B::Expr = digit.into();
        let others = (digit.clone() - B::Expr::ONE) * (digit.clone() - B::Expr::TWO);
        builder.assert_zero_named(digit * others, "a digit of the top carry is 0, 1 or 2");
    }
    let [carry_1, carry_2] = [(columns.scaled[0], SCALE_1), (columns.scaled[1], SCALE_2)]
        .map(|(scaled, scale)| scaled * Val::from_u32(scale).inverse());
    let carry_0 = columns.carry_0_bit * Val::from_u32(1 << 8) + columns.carry_0;
    let top = top::<B>(columns);
    let [digit_0, digit_1, digit_2, digit_3, ..] =
        digits::<B::Expr>(&columns.a.map(Into::into), &columns.b.map(Into::into));
    let carried = |carry: B::Expr| carry * Val::from_u32(1 << LIMB_BITS);
    builder.assert_eq_named(
        digit_0,
        carried(carry_0.clone()) + columns.c[0],
        "limb 0 of the product",
    );
    builder.assert_eq_named(
        digit_1 + carry_0,
        carried(carry_1.clone()) + columns.c[1],
        "limb 1 of the product",
    );
    builder.assert_zero_named(
        is_full.clone() * (digit_2 + carry_1.clone() - carried(carry_2.clone()) - columns.c[2]),
        "limb 2 of the product",
    );
    builder.assert_zero_named(
        is_full * (digit_3 + carry_2 - carried(top.clone()) - columns.c[3]),
        "limb 3 of the product",
    );
    builder.assert_zero_named(is_word * (carry_1 - top), "a word's last carry is that of limb 1");
}

/// A word's sign is extended.
fn check_word<B: TableBuilder>(builder: &mut B, columns: &MultiplyColumns<B::Var>) {
    let is_word: B::Expr = columns.is_word.into();
    let [_, upper, extension, last] = columns.c.map(Into::<B::Expr>::into);
    let all_ones = Val::from_u32(0xffff);
    builder.assert_zero_named(
        is_word.clone() * extension.clone() * (extension.clone() - all_ones),
        "a word is extended by zeros or ones",
    );
    builder.assert_zero_named(
        is_word.clone() * (last - extension.clone()),
        "a word is extended by two equal limbs",
    );
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    let sign = extension * all_ones.inverse();
    let without_sign = (upper - sign * Val::from_u32(1 << 15)) * Val::TWO;
    builder.assert_zero_named(
        is_word * (without_sign - columns.scaled[1]),
        "a word is extended by its top bit",
    );
}
