use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::HighColumns;
use super::columns::NUM_CARRIES;
use crate::OperationCode;
use crate::arith::product::digits;
use crate::messages::{BytePair, Operation, Range16};
use crate::word::{LIMB_BITS, Word, limb_of_bytes};

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = HighColumns::of_row(builder.main().current_slice());
    let flags = [
        (columns.is_signed, OperationCode::Mulh),
        (columns.is_mixed, OperationCode::Mulhsu),
        (columns.is_unsigned, OperationCode::Mulhu),
    ];
    for (flag, _) in flags {
        builder.assert_bool_named(flag, "an operation is chosen or not");
    }
    let is_real = columns.is_signed + columns.is_mixed + columns.is_unsigned;
    builder.assert_bool_named(is_real.clone(), "one operation");
    product(builder, &columns);

    let limbs = |bytes: [B::Var; 8]| -> Word<B::Expr> {
        from_fn(|i| limb_of_bytes::<B::Expr>(bytes[2 * i], bytes[2 * i + 1]))
    };
    let (a, b) = (limbs(columns.a), limbs(columns.b));
    signs(builder, &columns, &a, &b);

    let once = || Count::bounded(is_real.clone(), 1);
    for bytes in [columns.a, columns.b] {
        for [x, y] in bytes.as_chunks().0 {
            let (x, y) = ((*x).into(), (*y).into());
            builder.send(BytePair { x, y }, once());
        }
    }
    for limb in [columns.low, columns.high, columns.c].into_iter().flatten() {
        builder.send(Range16 { value: limb.into() }, once());
    }
    for carry in columns.carry {
        // The second alone would allow fractions.
        for value in [carry.into(), carry * Val::from_u32(1 << 4)] {
            builder.send(Range16 { value }, once());
        }
    }
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    for (word, sign) in [(&a, columns.sign_a), (&b, columns.sign_b)] {
        let value = (word[3].clone() - sign * Val::from_u32(1 << (LIMB_BITS - 1))) * Val::TWO;
        builder.send(Range16 { value }, once());
    }
    let code = flags.map(|(flag, code)| flag * Val::from_u32(code as u32));
    let message = Operation {
        code: code.into_iter().sum(),
        time: B::Expr::ZERO,
        a,
        b,
        c: columns.c.map(Into::into),
    };
    builder.receive(message, once());
}

/// Digits are carried: `digit_k + carry_(k-1) = limb_k + 2^16 carry_k`.
///
/// The left side is below 2055 * 255^2 + 2^12 < 2^28, the right one below 2^28 + 2^16, so that both are equal as
/// integers, and limbs and carries are those of the division by 2^16.
fn product<B: TableBuilder>(builder: &mut B, columns: &HighColumns<B::Var>) {
    const LABELS: [&str; 8] = [
        "limb 0 of the product",
        "limb 1 of the product",
        "limb 2 of the product",
        "limb 3 of the product",
        "limb 4 of the product",
        "limb 5 of the product",
        "limb 6 of the product",
        "limb 7 of the product",
    ];
    let digits = digits::<B::Expr>(&columns.a.map(Into::into), &columns.b.map(Into::into));
    let mut carry_in = B::Expr::ZERO;
    for (k, (digit, label)) in digits.into_iter().zip(LABELS).enumerate() {
        let limb = if k < 4 {
            columns.low[k]
        } else {
            columns.high[k - 4]
        };
        let carry_out: B::Expr = if k < NUM_CARRIES {
            columns.carry[k].into()
        } else {
            B::Expr::ZERO
        };
        let right = carry_out.clone() * Val::from_u32(1 << LIMB_BITS) + limb;
        builder.assert_eq_named(digit + carry_in, right, label);
        carry_in = carry_out;
    }
}

/// `c + is_negative_a b + is_negative_b a = high` modulo 2^64.
fn signs<B: TableBuilder>(
    builder: &mut B,
    columns: &HighColumns<B::Var>,
    a: &Word<B::Expr>,
    b: &Word<B::Expr>,
) {
    const LABELS: [&str; 4] = [
        "limb 0 of the result",
        "limb 1 of the result",
        "limb 2 of the result",
        "limb 3 of the result",
    ];
    builder.assert_bool_named(columns.sign_a, "the sign of a is a bit");
    builder.assert_bool_named(columns.sign_b, "the sign of b is a bit");
    builder.assert_eq_named(
        columns.is_negative_a,
        (columns.is_signed + columns.is_mixed) * columns.sign_a,
        "a is negative if it is signed and its top bit is set",
    );
    builder.assert_eq_named(
        columns.is_negative_b,
        columns.is_signed * columns.sign_b,
        "b is negative if it is signed and its top bit is set",
    );
    let mut borrow_in = B::Expr::ZERO;
    for (i, label) in LABELS.into_iter().enumerate() {
        let borrow: B::Expr = columns.borrow[i].into();
        let others = (borrow.clone() - B::Expr::ONE) * (borrow.clone() - B::Expr::TWO);
        builder.assert_zero_named(borrow.clone() * others, "a borrow is 0, 1 or 2");
        let taken = b[i].clone() * columns.is_negative_a + a[i].clone() * columns.is_negative_b;
        let right = borrow.clone() * Val::from_u32(1 << LIMB_BITS) + columns.high[i];
        builder.assert_eq_named(taken + columns.c[i] + borrow_in, right, label);
        borrow_in = borrow;
    }
}
