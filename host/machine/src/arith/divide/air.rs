use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::DivideColumns;
use crate::OperationCode;
use crate::arith::negate::assert_negative_where;
use crate::messages::{Operation, Range16};
use crate::word::{LIMB_BITS, Word, carries};

const ONES: u32 = (1 << LIMB_BITS) - 1;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = DivideColumns::of_row(builder.main().current_slice());
    for (bit, label) in [
        (columns.is_real, "is_real is a bit"),
        (columns.is_signed, "is_signed is a bit"),
        (columns.is_word, "is_word is a bit"),
        (columns.is_remainder, "is_remainder is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    operands(builder, &columns);
    division(builder, &columns);
    result(builder, &columns);
    ranges(builder, &columns);
    asks(builder, &columns);

    let word = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let [first, unsigned, remainder, of_words] = [
        OperationCode::Div as u32,
        OperationCode::Divu as u32 - OperationCode::Div as u32,
        OperationCode::Rem as u32 - OperationCode::Div as u32,
        OperationCode::Divw as u32 - OperationCode::Div as u32,
    ]
    .map(Val::from_u32);
    let is_unsigned = B::Expr::ONE - columns.is_signed;
    let [low, high, ..] = columns.result;
    let extended = |i: usize| {
        let whole = columns.result[i];
        (columns.word_sign * Val::from_u32(ONES) - whole) * columns.is_word + whole
    };
    let message = Operation {
        code: is_unsigned * unsigned
            + columns.is_remainder * remainder
            + columns.is_word * of_words
            + B::Expr::from(first),
        time: B::Expr::ZERO,
        a: word(columns.a),
        b: word(columns.b),
        c: [low.into(), high.into(), extended(2), extended(3)],
    };
    builder.receive(message, Count::bounded(columns.is_real.into(), 1));
}

/// Words are extended, and magnitudes taken.
fn operands<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let DivideColumns {
        is_word, is_signed, ..
    } = *columns;
    for (operand, upper, sign, is_negative, magnitude) in [
        (
            columns.a,
            columns.upper_a,
            columns.sign_a,
            columns.is_negative_a,
            columns.dividend,
        ),
        (
            columns.b,
            columns.upper_b,
            columns.sign_b,
            columns.is_negative_b,
            columns.divisor,
        ),
    ] {
        builder.assert_bool_named(sign, "the sign of an operand is a bit");
        builder.assert_eq_named(
            is_negative,
            is_signed * sign,
            "an operand is negative if it is signed and its top bit is set",
        );
        let top = (operand[1] - operand[3]) * is_word + operand[3];
        send_sign(builder, columns, top, sign);
        for i in 0..2 {
            let extension = is_negative * Val::from_u32(ONES) - operand[2 + i];
            builder.assert_eq_named(
                upper[i],
                extension * is_word + operand[2 + i],
                "a word is extended",
            );
        }
        let value: Word<B::Expr> = from_fn(|i| if i < 2 { operand[i] } else { upper[i - 2] }.into());
        let magnitude = magnitude.map(Into::<B::Expr>::into);
        for i in 0..4 {
            let is_positive = B::Expr::ONE - is_negative;
            builder.assert_zero_named(
                is_positive * (magnitude[i].clone() - value[i].clone()),
                "a positive operand is its magnitude",
            );
        }
        assert_negative_where(builder, is_negative, &value, &magnitude);
    }
}

/// `dividend = quotient divisor + remainder`; the upper half of the product is zero, and nothing is carried there.
fn division<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let word = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let carries = carries(
        &word(columns.product),
        &word(columns.remainder),
        &word(columns.dividend),
    );
    for carry in &carries {
        builder.assert_bool_named(carry.clone(), "a carry of the division is a bit");
    }
    let [.., last] = carries;
    builder.assert_zero_named(last, "the dividend is not exceeded");
    builder.assert_bool_named(columns.is_by_zero, "is_by_zero is a bit");
    for i in 0..4 {
        builder.assert_zero_named(columns.is_by_zero * columns.divisor[i], "the divisor is zero");
        // Any quotient would do.
        builder.assert_zero_named(
            columns.is_by_zero * columns.quotient[i],
            "the quotient of a division by zero is zero here",
        );
    }
}

fn result<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let is_quotient = B::Expr::ONE - columns.is_remainder;
    builder.assert_eq_named(
        columns.is_all_ones,
        is_quotient.clone() * columns.is_by_zero,
        "the quotient of a division by zero is all ones",
    );
    builder.assert_eq_named(
        columns.signs_differ,
        columns.is_negative_a + columns.is_negative_b
            - columns.is_negative_a * columns.is_negative_b * Val::TWO,
        "one operand is negative",
    );
    builder.assert_eq_named(
        columns.is_negative,
        columns.is_remainder * columns.is_negative_a
            + (is_quotient - columns.is_all_ones) * columns.signs_differ,
        "a remainder has the dividend's sign, a quotient the product of both",
    );
    let is_magnitude = B::Expr::ONE - columns.is_negative - columns.is_all_ones;
    for i in 0..4 {
        builder.assert_eq_named(
            columns.magnitude[i],
            (columns.remainder[i] - columns.quotient[i]) * columns.is_remainder + columns.quotient[i],
            "the magnitude is that of quotient or remainder",
        );
        builder.assert_zero_named(
            is_magnitude.clone() * (columns.result[i] - columns.magnitude[i]),
            "a positive result is its magnitude",
        );
        builder.assert_zero_named(
            columns.is_all_ones * (columns.result[i] - Val::from_u32(ONES)),
            "all ones",
        );
    }
    let [magnitude, value] = [columns.magnitude, columns.result].map(|word| word.map(Into::into));
    assert_negative_where(builder, columns.is_negative, &magnitude, &value);
    builder.assert_bool_named(columns.word_sign, "the word's sign is a bit");
    send_sign(builder, columns, columns.result[1].into(), columns.word_sign);
}

/// Says that a bit is a limb's top bit: 2 (limb - 2^15 sign) has 16 bits for one value of it only.
fn send_sign<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>, limb: B::Expr, sign: B::Var) {
    let value = (limb - sign * Val::from_u32(1 << (LIMB_BITS - 1))) * Val::TWO;
    builder.send(Range16 { value }, Count::bounded(columns.is_real.into(), 1));
}

fn ranges<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let words = [
        columns.dividend,
        columns.divisor,
        columns.quotient,
        columns.remainder,
        columns.result,
    ];
    for limb in words.into_iter().flatten() {
        builder.send(
            Range16 { value: limb.into() },
            Count::bounded(columns.is_real.into(), 1),
        );
    }
}

/// What other tables compute.
fn asks<B: TableBuilder>(builder: &mut B, columns: &DivideColumns<B::Var>) {
    let word = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let number = |value: B::Expr| [value, B::Expr::ZERO, B::Expr::ZERO, B::Expr::ZERO];
    let (quotient, divisor) = (columns.quotient, columns.divisor);
    let is_less = B::Expr::ONE - columns.is_by_zero;
    for (code, a, b, c) in [
        (OperationCode::Mul, quotient, divisor, word(columns.product)),
        (OperationCode::Mulhu, quotient, divisor, number(B::Expr::ZERO)),
        (OperationCode::Sltu, columns.remainder, divisor, number(is_less)),
    ] {
        let message = Operation {
            code: B::Expr::from_u32(code as u32),
            time: B::Expr::ZERO,
            a: word(a),
            b: word(b),
            c,
        };
        builder.send(message, Count::bounded(columns.is_real.into(), 1));
    }
}
