use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::DivideSignedColumns;
use super::columns::Negates;
use crate::OperationCode::{self, Div, Divu, Divuw, Divw, Rem, Remu, Remuw, Remw};
use crate::messages::{Operation, Range16, Word};
use crate::word::LIMB_BITS;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = DivideSignedColumns::of_row(builder.main().current_slice());
    let DivideSignedColumns {
        is_word,
        negates_a,
        negates_b,
        negates_c,
        ..
    } = columns;
    check_selectors(builder, &columns);
    for negates in [negates_a, negates_b, negates_c] {
        check_negates(builder, is_word, negates);
    }
    check_magnitude(builder, is_word, negates_a, [columns.a, columns.magnitude_a]);
    check_magnitude(builder, is_word, negates_b, [columns.b, columns.magnitude_b]);
    check_magnitude(builder, is_word, negates_c, [columns.c, columns.magnitude_c]);
    check_signs(builder, &columns);
    check_sign_of_result(builder, &columns);
    check_word(builder, &columns);

    let once = || Count::bounded(is_real::<B>(&columns), 1);
    for value in [columns.magnitude_a, columns.magnitude_b, columns.c].as_flattened() {
        builder.send(
            Range16 {
                value: (*value).into(),
            },
            once(),
        );
    }
    let code = |quotient: OperationCode, remainder: OperationCode, of_words: OperationCode| {
        let [quotient, remainder, of_words] =
            [quotient, remainder, of_words].map(|code| Val::from_u32(code as u32));
        columns.is_remainder * (remainder - quotient) + is_word * (of_words - quotient) + quotient
    };
    let operation = |code: B::Expr, [a, b, c]: [Word<B::Var>; 3]| Operation {
        code,
        time: B::Expr::ZERO,
        a: a.map(Into::into),
        b: b.map(Into::into),
        c: c.map(Into::into),
    };
    let magnitudes = [columns.magnitude_a, columns.magnitude_b, columns.magnitude_c];
    builder.send(operation(code(Divu, Remu, Divuw), magnitudes), once());
    let values = [columns.a, columns.b, columns.c];
    builder.receive(operation(code(Div, Rem, Divw), values), once());
}

// Of words, the codes differ as the others do.
const _: () = {
    assert!(Remw as u32 - Divw as u32 == Rem as u32 - Div as u32);
    assert!(Remuw as u32 - Divuw as u32 == Remu as u32 - Divu as u32);
};

fn is_real<B: TableBuilder>(columns: &DivideSignedColumns<B::Var>) -> B::Expr {
    columns.is_quotient.into() + columns.is_quotient_by_zero + columns.is_remainder
}

fn is_negated<B: TableBuilder>(negates: Negates<B::Var>) -> B::Expr {
    negates.full.into() + negates.word
}

/// A limb without its top bit, twice: in `0..2^16` for one value of the bit only.
fn without_sign<B: TableBuilder>(limb: B::Var, sign: impl Into<B::Expr>) -> B::Expr {
    (B::Expr::from(limb) - sign.into() * Val::from_u32(1 << 15)) * Val::TWO
}

fn check_selectors<B: TableBuilder>(builder: &mut B, columns: &DivideSignedColumns<B::Var>) {
    builder.assert_bool_named(columns.is_quotient, "is_quotient is a bit");
    builder.assert_bool_named(columns.is_quotient_by_zero, "is_quotient_by_zero is a bit");
    builder.assert_bool_named(columns.is_remainder, "is_remainder is a bit");
    builder.assert_bool_named(columns.is_word, "is_word is a bit");
    let is_real = is_real::<B>(columns);
    builder.assert_bool_named(
        is_real.clone(),
        "the result is one of those, or the row is padding",
    );
    // Else the ranges of signs would be looked up less than no times.
    builder.assert_zero_named((B::Expr::ONE - is_real) * columns.is_word, "padding is no word");
}

fn check_negates<B: TableBuilder>(builder: &mut B, is_word: B::Var, negates: Negates<B::Var>) {
    builder.assert_bool_named(negates.full, "all limbs are negated or not");
    builder.assert_bool_named(negates.word, "two limbs are negated or not");
    builder.assert_zero_named(is_word * negates.full, "of words, two limbs are negated");
    builder.assert_zero_named(
        (B::Expr::ONE - is_word) * negates.word,
        "of all but words, four limbs are negated",
    );
}

/// A value is its magnitude, or 2^64 less that, or, if its magnitude is zero, zero. Of words, the same modulo 2^32
/// holds for the lower limbs, and of the upper ones nothing is said.
///
/// Limbs of a value and its negation are 16 bits wide, so they add up, with the carry from below, to less than 2^17, and
/// to 2^16 times a bit for one limb only. The first that is not zero carries, and so do all above it.
fn check_magnitude<B: TableBuilder>(
    builder: &mut B,
    is_word: B::Var,
    negates: Negates<B::Var>,
    [value, magnitude]: [Word<B::Var>; 2],
) {
    let is_negated = is_negated::<B>(negates);
    let is_full = B::Expr::ONE - is_word;
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let mut carry = B::Expr::ZERO;
    let carries: Word<B::Expr> = from_fn(|k| {
        carry = (carry.clone() + value[k] + magnitude[k]) * inverse;
        carry.clone()
    });
    for (k, carry) in carries.into_iter().enumerate() {
        let (negated, is_kept) = if k < 2 {
            (is_negated.clone(), B::Expr::ONE - is_negated.clone())
        } else {
            (negates.full.into(), is_full.clone() - negates.full)
        };
        builder.assert_zero_named(
            negated * carry.clone() * (carry - B::Expr::ONE),
            "limbs of a negated value and its magnitude add up to 2^16 times a bit",
        );
        builder.assert_zero_named(
            is_kept * (value[k] - magnitude[k]),
            "limbs of a value that is not negated are its magnitude's",
        );
    }
}

/// The signs of the operands are their top bits.
fn check_signs<B: TableBuilder>(builder: &mut B, columns: &DivideSignedColumns<B::Var>) {
    for (value, magnitude, negates, label) in [
        (
            columns.a,
            columns.magnitude_a,
            columns.negates_a,
            "the sign of a word a is its top bit",
        ),
        (
            columns.b,
            columns.magnitude_b,
            columns.negates_b,
            "the sign of a word b is its top bit",
        ),
    ] {
        // A limb of the magnitude that means nothing is range-checked all the same.
        builder.assert_zero_named(
            columns.is_word * (without_sign::<B>(value[1], negates.word) - magnitude[3]),
            label,
        );
        builder.send(
            Range16 {
                value: without_sign::<B>(value[3], negates.full),
            },
            Count::bounded(is_real::<B>(columns) - columns.is_word, 1),
        );
    }
    builder.assert_zero_named(
        columns.is_word * columns.magnitude_b[2],
        "an upper limb of the magnitude of a word b is zero",
    );
}

/// The quotient is negative if the signs differ, unless it is that by zero; the remainder if the dividend is.
///
/// Of words too, the limbs of the divisor's magnitude are all zero if it is zero: the third is, and the last is what the
/// sign leaves of a limb of it.
fn check_sign_of_result<B: TableBuilder>(builder: &mut B, columns: &DivideSignedColumns<B::Var>) {
    let [a, b, c] = [columns.negates_a, columns.negates_b, columns.negates_c].map(is_negated::<B>);
    let differ = a.clone() + b.clone() - (a.clone() * b).double();
    builder.assert_zero_named(
        (differ - c.clone()) * columns.is_quotient,
        "the quotient is negated if the signs differ",
    );
    builder.assert_zero_named(
        (a - c.clone()) * columns.is_remainder,
        "the remainder is negated if the dividend is",
    );
    builder.assert_zero_named(
        c * columns.is_quotient_by_zero,
        "the quotient by zero is not negated",
    );
    // At most 4 * 65535, so zero only if each limb is.
    let divisor: B::Expr = columns.magnitude_b.iter().map(|limb| (*limb).into()).sum();
    builder.assert_zero_named(
        divisor.clone() * columns.is_quotient_by_zero,
        "a quotient by zero is by zero",
    );
    // Else -5 / 0 would be 1.
    builder.assert_zero_named(
        (divisor * columns.inverse - B::Expr::ONE) * columns.is_quotient,
        "another quotient is not by zero",
    );
    builder.assert_zero_named(
        (B::Expr::ONE - columns.is_quotient) * columns.inverse,
        "other results need no inverse",
    );
}

/// A word's sign is extended.
fn check_word<B: TableBuilder>(builder: &mut B, columns: &DivideSignedColumns<B::Var>) {
    let is_word: B::Expr = columns.is_word.into();
    let [_, upper, extension, last] = columns.c;
    let all_ones = Val::from_u32(0xffff);
    builder.assert_zero_named(
        is_word.clone() * extension * (extension - all_ones),
        "a word is extended by zeros or ones",
    );
    builder.assert_zero_named(
        is_word.clone() * (last - extension),
        "a word is extended by two equal limbs",
    );
    let sign = extension * all_ones.inverse();
    builder.assert_zero_named(
        is_word * (without_sign::<B>(upper, sign) - columns.magnitude_a[2]),
        "a word is extended by its top bit",
    );
}
