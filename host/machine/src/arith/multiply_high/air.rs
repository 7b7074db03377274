use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::MultiplyHighColumns;
use super::columns::SCALED;
use crate::OperationCode::{Mul, Mulh, Mulhsu, Mulhu};
use crate::arith::product::digits;
use crate::messages::{BytePair, Operation, Range16, Word};
use crate::word::{LIMB_BITS, word_of_bytes};

// Each signed operand is one code less.
const _: () = assert!(Mulhu as u32 - 1 == Mulhsu as u32 && Mulhsu as u32 - 1 == Mulh as u32);

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = MultiplyHighColumns::of_row(builder.main().current_slice());
    check_selectors(builder, &columns);
    check_carries(builder, &columns);
    send_ranges(builder, &columns);

    let code: B::Expr = -(columns.is_a_signed + columns.is_b_signed) + Val::from_u32(Mulhu as u32);
    let low_code = B::Expr::from_u32(Mul as u32);
    for (code, c, count) in [
        (code, columns.high, columns.is_real),
        (low_code, columns.low, columns.gives_low),
    ] {
        builder.receive(
            Operation {
                code,
                time: B::Expr::ZERO,
                a: operand::<B>(columns.a, columns.is_a_negative),
                b: operand::<B>(columns.b, columns.is_b_negative),
                c: c.map(Into::into),
            },
            Count::bounded(count.into(), 1),
        );
    }
}

/// The limbs of an operand whose last byte may be signed.
///
/// A byte in -128 to 127 and a sign give a limb of 16 bits, which those of the sender are, only if the sign is that of
/// the byte: otherwise it would be negative or at least 2^16.
fn operand<B: TableBuilder>(bytes: [B::Var; 8], is_negative: B::Var) -> Word<B::Expr> {
    let [low, middle, high, top] = word_of_bytes::<B::Expr, _>(&bytes);
    [
        low,
        middle,
        high,
        top + is_negative * Val::from_u32(1 << LIMB_BITS),
    ]
}

fn check_selectors<B: TableBuilder>(builder: &mut B, columns: &MultiplyHighColumns<B::Var>) {
    let MultiplyHighColumns {
        is_real,
        gives_low,
        is_a_signed,
        is_b_signed,
        is_a_negative,
        is_b_negative,
        ..
    } = *columns;
    builder.assert_bool_named(is_real, "is_real is a bit");
    builder.assert_bool_named(gives_low, "gives_low is a bit");
    builder.assert_bool_named(is_a_signed, "is_a_signed is a bit");
    builder.assert_bool_named(is_b_signed, "is_b_signed is a bit");
    builder.assert_bool_named(is_a_negative, "is_a_negative is a bit");
    builder.assert_bool_named(is_b_negative, "is_b_negative is a bit");
    let no = |bit: B::Var| B::Expr::ONE - bit;
    // Padding that gives a product would do so without a range check.
    builder.assert_zero_named(no(is_real) * gives_low, "padding gives no low half");
    // Signed and unsigned the other way round would have the code of `mulhsu`.
    builder.assert_zero_named(no(is_a_signed) * is_b_signed, "b is signed only if a is");
    builder.assert_zero_named(
        no(is_a_signed) * is_a_negative,
        "a is negative only if it is signed",
    );
    builder.assert_zero_named(
        no(is_b_signed) * is_b_negative,
        "b is negative only if it is signed",
    );
}

/// Digits are carried: `digit_k + carry_(k-1) = limb_k + 2^16 carry_k`, between integers.
///
/// A digit is at most 2055 * 255^2 < 1.34e8, in limbs 2 and 4 below 1.01e8, 5 below 0.67e8, 6 below 0.34e8. Those from
/// 3 to 6 have two products of a signed byte in either place, so they are at least -2 * 257 * 128 * 255 > -1.68e7; that
/// of limb 7 is one product of bytes.
///
/// * `carry_6 = high_3 - 2^16 is_negative - digit_7` is an integer of a magnitude below 1.4e5. As 64 (1.4e5 + 256) < p -
///   2^16, that 64 (`carry_6` + 256) is in `0..2^16` means that it is in `-256..=767`.
/// * `carry_5` is then an integer of a magnitude below 6.72e7, and as 31 (6.72e7 + 256) < p - 2^16, in `-256..=1858`.
/// * `carry_4` then one of a magnitude below 1.39e8, and as 15 (1.39e8 + 256) < p - 2^16, in `-256..=4113`.
/// * `carry_3` then one of a magnitude below 2.87e8, and as 7 (2.87e8 + 256) < p - 2^16, in `-256..=9106`.
/// * `carry_2` is an integer in `0..=1535` by its columns. As `low_3 + 2^16 carry_3` is between -1.7e7 and 6e8, the
///   equation of limb 3 does not wrap around.
/// * `carry_1` is then an integer of a magnitude below 1.01e8, and as 16 * 1.01e8 < p - 2^16, in `0..=4095`.
/// * `carry_0` is an integer in `0..=511` by its columns. As `low_1 + 2^16 carry_1` is below 2.7e8 and `low_0 + 2^16
///   carry_0` less, the equations of limbs 1 and 0 do not wrap around.
///
/// What is left for limb 7 is in `-2^15..2^16`, and so has 16 bits for one value of `is_negative` only.
fn check_carries<B: TableBuilder>(builder: &mut B, columns: &MultiplyHighColumns<B::Var>) {
    builder.assert_bool_named(columns.carry_0_bit, "the carry of limb 0 has a byte and a bit");
    builder.assert_bool_named(columns.carry_2_bit, "the carry of limb 2 has a bit");
    let digit: B::Expr = columns.carry_2_digit.into();
    let others = (digit.clone() - B::Expr::ONE) * (digit.clone() - B::Expr::TWO);
    builder.assert_zero_named(
        digit.clone() * others,
        "the carry of limb 2 has a digit that is 0, 1 or 2",
    );
    builder.assert_bool_named(columns.is_negative, "is_negative is a bit");

    let above_byte = Val::from_u32(1 << 8);
    let mut carries: [B::Expr; 8] = Default::default();
    carries[0] = columns.carry_0_bit * above_byte + columns.carry_0;
    carries[2] = (columns.carry_2_bit * Val::from_u32(3) + digit) * above_byte + columns.carry_2;
    for (cell, scaled) in columns.scaled.into_iter().zip(SCALED) {
        carries[scaled.limb] =
            cell * Val::from_u32(scaled.scale).inverse() - columns.is_real * Val::from_u32(scaled.offset);
    }
    carries[7] = -columns.is_negative.into();

    let digits = digits::<B::Expr>(&columns.a.map(Into::into), &columns.b.map(Into::into));
    let limbs = columns.low.into_iter().chain(columns.high);
    let labels = [
        "limb 0 of the product",
        "limb 1 of the product",
        "limb 2 of the product",
        "limb 3 of the product",
        "limb 4 of the product",
        "limb 5 of the product",
        "limb 6 of the product",
        "limb 7 of the product",
    ];
    let mut carried = B::Expr::ZERO;
    for (((digit, limb), carry), label) in digits.into_iter().zip(limbs).zip(carries).zip(labels) {
        builder.assert_eq_named(
            digit + carried,
            carry.clone() * Val::from_u32(1 << LIMB_BITS) + limb,
            label,
        );
        carried = carry;
    }
}

fn send_ranges<B: TableBuilder>(builder: &mut B, columns: &MultiplyHighColumns<B::Var>) {
    let once = || Count::bounded(columns.is_real.into(), 1);
    for (bytes, is_signed) in [(columns.a, columns.is_a_signed), (columns.b, columns.is_b_signed)] {
        let [b0, b1, b2, b3, b4, b5, b6, top] = bytes.map(Into::<B::Expr>::into);
        let top = is_signed * Val::from_u32(1 << 7) + top;
        for (x, y) in [(b0, b1), (b2, b3), (b4, b5), (b6, top)] {
            builder.send(BytePair { x, y }, once());
        }
    }
    builder.send(
        BytePair {
            x: columns.carry_0.into(),
            y: columns.carry_2.into(),
        },
        once(),
    );
    let limbs = columns.low.into_iter().chain(columns.high);
    for value in limbs.chain(columns.scaled) {
        builder.send(Range16 { value: value.into() }, once());
    }
}
