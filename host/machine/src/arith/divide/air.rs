use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::DivideColumns;
use super::columns::SCALES;
use crate::OperationCode;
use crate::arith::product::{beyond, digits};
use crate::messages::{BytePair, Operation, Range16, Word};
use crate::word::{LIMB_BITS, word_of_bytes};

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = DivideColumns::of_row(builder.main().current_slice());
    check_selectors(builder, &columns);
    check_equation(builder, &columns);
    check_less(builder, &columns);
    check_zero(builder, &columns);
    check_word(builder, &columns);
    send_ranges(builder, &columns);
    receive_operations(builder, &columns);
}

/// Whether the row is no padding.
fn is_real<B: TableBuilder>(columns: &DivideColumns<B::Var>) -> B::Expr {
    columns.decides.iter().map(|bit| (*bit).into()).sum::<B::Expr>() + columns.is_zero
}

/// Whether all limbs matter.
fn is_full<B: TableBuilder>(columns: &DivideColumns<B::Var>) -> B::Expr {
    B::Expr::ONE - columns.is_word
}

fn check_selectors<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    builder.assert_bool_named(columns.is_zero, "is_zero is a bit");
    for bit in columns.decides {
        builder.assert_bool_named(bit, "decides is a bit for each limb");
    }
    let is_real = is_real::<B>(columns);
    builder.assert_bool_named(
        is_real.clone(),
        "the divisor is zero, or one limb decides, or it is padding",
    );
    builder.assert_bool_named(columns.is_remainder, "is_remainder is a bit");
    builder.assert_bool_named(columns.is_word, "is_word is a bit");
    // Padding that answers for a remainder would do so without a range check.
    builder.assert_zero_named(
        (B::Expr::ONE - is_real) * columns.is_remainder,
        "padding gives no remainder",
    );
}

/// `q b + r = a` between integers.
///
/// `digit_k + r_k` is at most 2055 * 255^2 + 65535 < 1.34e8. There is no carry from the last limb, so
/// `carry_2 = a_3 - digit_3 - r_3` is an integer of a magnitude below 1.34e8. As 15 * 1.34e8 < p - 2^16, that its
/// fifteenfold is in `0..2^16` means that it is in `0..=4369`. Then `carry_1` is an integer of a magnitude below 2.87e8,
/// and as 7 * 2.87e8 < p - 2^16, in `0..=9362`; of words, it is zero. Then `carry_0` is an integer of a magnitude below
/// 6.14e8, and as 3 * 6.14e8 < p - 2^16, in `0..=21845`. Last, `a_0 + 2^16 carry_0` is at most 2^16 * 21845 + 65535 < p,
/// so the equation of limb 0 holds between integers too.
fn check_equation<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_word: B::Expr = columns.is_word.into();
    let is_full = is_full::<B>(columns);
    let quotient = columns.quotient.map(Into::<B::Expr>::into);
    let divisor = columns.b.map(Into::<B::Expr>::into);
    let carries: [B::Expr; 3] =
        core::array::from_fn(|k| columns.scaled[k] * Val::from_u32(SCALES[k]).inverse());
    let digits = digits(&quotient, &divisor);
    // What limb k and the carry into it leave, which is carried.
    let rest = |k: usize| digits[k].clone() + columns.remainder[k] - columns.a[k];
    let carried = |k: usize| carries[k].clone() * Val::from_u32(1 << LIMB_BITS);
    builder.assert_eq_named(
        rest(0),
        carried(0),
        "limb 0 of quotient times divisor plus remainder",
    );
    builder.assert_eq_named(
        rest(1) + carries[0].clone(),
        carried(1),
        "limb 1 of quotient times divisor plus remainder",
    );
    builder.assert_zero_named(
        is_full.clone() * (rest(2) + carries[1].clone() - carried(2)),
        "limb 2 of quotient times divisor plus remainder",
    );
    builder.assert_zero_named(
        is_full.clone() * (rest(3) + carries[2].clone()),
        "limb 3 of quotient times divisor plus remainder, without a carry",
    );
    builder.assert_zero_named(
        is_word.clone() * carries[1].clone(),
        "a word's limb 1 is without a carry",
    );
    // A quotient by which the product is too great by a multiple of 2^64, or of 2^32.
    builder.assert_zero_named(
        is_full * beyond(&quotient, &divisor),
        "the product has no more than eight bytes",
    );
    let [quotient, divisor] = [quotient, divisor].map(|bytes| {
        let [b0, b1, b2, b3, ..] = bytes;
        [b0, b1, b2, b3]
    });
    builder.assert_zero_named(
        is_word * beyond(&quotient, &divisor),
        "a word's product has no more than four bytes",
    );
}

/// `r < b`, unless `b` is zero: in limbs above the one that decides, they are equal, and there `r` is less.
///
/// `gap` is in `0..2^16`, and both limbs are: so `b_k - r_k - 1`, of a magnitude below 2^17, is not negative.
fn check_less<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_full = is_full::<B>(columns);
    let divisor: Word<B::Expr> = word_of_bytes(&columns.b);
    let difference = |k: usize| divisor[k].clone() - columns.remainder[k];
    let [lowest, low, high, highest] = columns.decides;
    builder.assert_zero_named(
        lowest * difference(1),
        "limb 1 of the remainder is the divisor's, if one below decides",
    );
    builder.assert_zero_named(
        is_full.clone() * (lowest + low) * difference(2),
        "limb 2 of the remainder is the divisor's, if one below decides",
    );
    builder.assert_zero_named(
        is_full * (lowest + low + high) * difference(3),
        "limb 3 of the remainder is the divisor's, if one below decides",
    );
    builder.assert_zero_named(
        columns.is_word * (high + highest),
        "upper limbs decide nothing about words",
    );
    let gap = |k: usize| (difference(k) - B::Expr::ONE) * columns.decides[k];
    builder.assert_eq_named(
        columns.gap,
        gap(0) + gap(1) + gap(2) + gap(3),
        "the gap is that of the limb that decides",
    );
}

/// Division by zero: only by zero, and with the quotient that it has. The equation then says that `a` remains.
fn check_zero<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_full = is_full::<B>(columns);
    let sum = |bytes: &[B::Var]| bytes.iter().map(|byte| (*byte).into()).sum::<B::Expr>();
    let (low, high) = columns.b.split_at(4);
    // Bytes whose sum is zero are zero: it is at most 4 * 255.
    builder.assert_zero_named(sum(low) * columns.is_zero, "zero has zero as its lower bytes");
    builder.assert_zero_named(
        is_full.clone() * sum(high) * columns.is_zero,
        "zero has zero as its upper bytes",
    );
    for (index, byte) in columns.quotient.into_iter().enumerate() {
        // The upper bytes of words are their sign.
        let matters = if index < 4 { B::Expr::ONE } else { is_full.clone() };
        builder.assert_zero_named(
            matters * (byte - Val::from_u32(0xff)) * columns.is_zero,
            "the quotient by zero is all ones",
        );
    }
}

/// The result's sign is extended, if it is a word; the other of quotient and remainder is extended likewise, and nobody
/// looks there.
fn check_word<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_word: B::Expr = columns.is_word.into();
    let [.., extension, second, third, last] = columns.quotient;
    let ones = Val::from_u32(0xff);
    builder.assert_zero_named(
        is_word.clone() * extension * (extension - ones),
        "a word is extended by zeros or ones",
    );
    for byte in [second, third, last] {
        builder.assert_zero_named(
            is_word.clone() * (byte - extension),
            "a quotient is extended by four equal bytes",
        );
    }
    let [_, upper, extended @ ..] = columns.remainder;
    for limb in extended {
        builder.assert_zero_named(
            is_word.clone() * (extension * Val::from_u32(0x101) - limb),
            "a remainder is extended by two equal limbs",
        );
    }
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    let sign = extension * ones.inverse();
    let [_, quotient_upper, ..]: Word<B::Expr> = word_of_bytes(&columns.quotient);
    for (selector, upper) in [
        (B::Expr::ONE - columns.is_remainder, quotient_upper),
        (columns.is_remainder.into(), upper.into()),
    ] {
        let without_sign = (upper - sign.clone() * Val::from_u32(1 << 15)) * Val::TWO;
        builder.assert_zero_named(
            is_word.clone() * selector * (without_sign - columns.scaled[2]),
            "a word is extended by the top bit of the result",
        );
    }
}

fn send_ranges<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_real = is_real::<B>(columns);
    let once = || Count::bounded(is_real.clone(), 1);
    for bytes in [columns.b, columns.quotient] {
        for [x, y] in bytes.as_chunks().0 {
            let (x, y) = ((*x).into(), (*y).into());
            builder.send(BytePair { x, y }, once());
        }
    }
    for value in columns.remainder.into_iter().chain(columns.scaled) {
        builder.send(Range16 { value: value.into() }, once());
    }
    builder.send(
        Range16 {
            value: columns.gap.into(),
        },
        once(),
    );
}

fn receive_operations<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    use OperationCode::{Divu, Divuw, Remu, Remuw};
    let is_real = is_real::<B>(columns);
    for (codes, c, count) in [
        (
            [Divu, Divuw],
            word_of_bytes(&columns.quotient),
            is_real - columns.is_remainder,
        ),
        (
            [Remu, Remuw],
            columns.remainder.map(Into::into),
            columns.is_remainder.into(),
        ),
    ] {
        let [full, of_words] = codes.map(|code| Val::from_u32(code as u32));
        builder.receive(
            Operation {
                code: columns.is_word * (of_words - full) + full,
                time: B::Expr::ZERO,
                a: columns.a.map(Into::into),
                b: word_of_bytes(&columns.b),
                c,
            },
            Count::bounded(count, 1),
        );
    }
}
