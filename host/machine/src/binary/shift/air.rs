use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::ShiftColumns;
use crate::OperationCode;
use crate::messages::{BytePair, Operation, Range16};
use crate::word::{LIMB_BITS, limb_of_bytes};

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = ShiftColumns::of_row(builder.main().current_slice());
    let is_real: B::Expr = columns.is_left + columns.is_right;
    kind(builder, &columns);
    distance(builder, &columns);
    product(builder, &columns);
    moved(builder, &columns);
    result(builder, &columns);

    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    let top = columns.a[3] + columns.is_word * (columns.a[1] - columns.a[3]);
    let half = Val::from_u32(1 << (LIMB_BITS - 1));
    let sign_checks = [(top, columns.sign), (columns.c[1].into(), columns.word_sign)];
    for (limb, sign) in sign_checks {
        let value = (limb - sign * half) * Val::TWO;
        builder.send(Range16 { value }, Count::bounded(is_real.clone(), 1));
    }
    let rest = Range16 {
        value: columns.rest.into(),
    };
    builder.send(rest, Count::bounded(is_real.clone(), 1));
    let checked: [B::Var; 12] = from_fn(|i| {
        if i < 8 {
            columns.product[i]
        } else {
            columns.carry[i - 8]
        }
    });
    for pair in checked.chunks_exact(2) {
        let message = BytePair {
            x: pair[0].into(),
            y: pair[1].into(),
        };
        builder.send(message, Count::bounded(is_real.clone(), 1));
    }
    let [left, right, arithmetic, word] = [
        OperationCode::Sll as u32,
        OperationCode::Srl as u32,
        OperationCode::Sra as u32 - OperationCode::Srl as u32,
        OperationCode::Sllw as u32 - OperationCode::Sll as u32,
    ]
    .map(Val::from_u32);
    let message = Operation {
        code: columns.is_left * left
            + columns.is_right * right
            + columns.is_arithmetic * arithmetic
            + columns.is_word * word,
        time: B::Expr::ZERO,
        a: columns.a.map(Into::into),
        b: columns.b.map(Into::into),
        c: columns.c.map(Into::into),
    };
    builder.receive(message, Count::bounded(is_real, 1));
}

fn kind<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let is_real: B::Expr = columns.is_left + columns.is_right;
    builder.assert_bool_named(columns.is_left, "is_left is a bit");
    builder.assert_bool_named(columns.is_right, "is_right is a bit");
    builder.assert_bool_named(is_real.clone(), "one direction");
    builder.assert_bool_named(columns.is_arithmetic, "is_arithmetic is a bit");
    builder.assert_zero_named(
        columns.is_arithmetic * (B::Expr::ONE - columns.is_right),
        "arithmetic to the right only",
    );
    builder.assert_bool_named(columns.is_word, "is_word is a bit");
    builder.assert_zero_named(columns.is_word * (B::Expr::ONE - is_real), "a word is shifted");
    builder.assert_bool_named(columns.sign, "the sign is a bit");
    builder.assert_bool_named(columns.word_sign, "the word's sign is a bit");
    builder.assert_eq_named(
        columns.is_complemented,
        columns.is_arithmetic * columns.sign,
        "negative numbers are complemented",
    );
}

fn distance<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let is_real: B::Expr = columns.is_left + columns.is_right;
    let [one, two, four] = columns.bits;
    for (bit, label) in [(one, "bit 0"), (two, "bit 1"), (four, "bit 2")] {
        builder.assert_bool_named(bit, label);
    }
    for bit in columns.bytes {
        builder.assert_bool_named(bit, "a number of bytes is chosen or not");
    }
    let sum = columns.bytes.iter().map(|bit| (*bit).into()).sum::<B::Expr>();
    builder.assert_eq_named(sum, is_real.clone(), "one number of bytes");
    let upper = columns.bytes[4..]
        .iter()
        .map(|bit| (*bit).into())
        .sum::<B::Expr>();
    builder.assert_zero_named(upper * columns.is_word, "words move by less than four bytes");
    let weighted = (0..).zip(columns.bytes);
    let bytes = weighted
        .map(|(number, bit)| bit * Val::from_u32(8 * number))
        .sum::<B::Expr>();
    let distance = one + two * Val::from_u32(2) + four * Val::from_u32(4) + bytes;
    let unit = B::Expr::from_u32(64) - columns.is_word * Val::from_u32(32);
    builder.assert_eq_named(
        columns.b[0],
        distance + unit * columns.rest,
        "the distance is what the lowest bits of b say",
    );

    let power = (one + B::Expr::ONE) * (two * Val::from_u32(3) + B::Expr::ONE);
    builder.assert_eq_named(
        columns.power,
        power * (is_real + four * Val::from_u32(15)),
        "2 to the lower bits",
    );
    builder.assert_zero_named(
        columns.is_left * (columns.factor - columns.power),
        "the factor to the left",
    );
    builder.assert_zero_named(
        columns.is_right * (columns.factor * columns.power - Val::from_u32(1 << 8)),
        "the factor to the right",
    );
    builder.assert_eq_named(
        columns.upper_factor,
        columns.factor * (B::Expr::ONE - columns.is_word),
        "the upper limbs count",
    );
}

/// A limb, or its complement.
fn complemented<E>(limb: impl Into<E>, is_complemented: impl Into<E>) -> E
where
    E: PrimeCharacteristicRing,
{
    let limb = limb.into();
    let difference = E::from_u32((1 << LIMB_BITS) - 1) - limb.double();
    limb + is_complemented.into() * difference
}

fn product<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let mut carry = B::Expr::ZERO;
    for (i, label) in ["product 0", "product 1", "product 2", "product 3"]
        .into_iter()
        .enumerate()
    {
        let factor = if i < 2 {
            columns.factor
        } else {
            columns.upper_factor
        };
        let limb: B::Expr = complemented(columns.a[i], columns.is_complemented);
        let low: B::Expr = limb_of_bytes(columns.product[2 * i], columns.product[2 * i + 1]);
        let whole = low + columns.carry[i] * Val::from_u32(1 << LIMB_BITS);
        builder.assert_eq_named(limb * factor + carry, whole, label);
        carry = columns.carry[i].into();
    }
}

fn moved<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    // The product's byte in a place, if it has one there.
    let byte = |place: Option<usize>| -> B::Expr {
        match place {
            Some(place) if place < 8 => columns.product[place].into(),
            Some(8) => columns.carry[3].into(),
            _ => B::Expr::ZERO,
        }
    };
    for (i, label) in ["moved 0", "moved 1", "moved 2", "moved 3"]
        .into_iter()
        .enumerate()
    {
        let limb = |distance: usize, is_left: bool| -> B::Expr {
            let place = |byte: usize| {
                if is_left {
                    byte.checked_sub(distance)
                } else {
                    byte.checked_add(distance + 1)
                }
            };
            limb_of_bytes::<B::Expr>(byte(place(2 * i)), byte(place(2 * i + 1)))
        };
        let sum = |is_left: bool| -> B::Expr {
            let chosen = columns.bytes.iter().enumerate();
            chosen
                .map(|(distance, bit)| limb(distance, is_left) * *bit)
                .sum::<B::Expr>()
        };
        let expected = sum(true) * columns.is_left + sum(false) * columns.is_right;
        builder.assert_eq_named(columns.moved[i], expected, label);
    }
}

fn result<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let limb = |i: usize| -> B::Expr { complemented(columns.moved[i], columns.is_complemented) };
    let ones = Val::from_u32((1 << LIMB_BITS) - 1);
    for (i, label) in [(0, "limb 0 is as moved"), (1, "limb 1 is as moved")] {
        builder.assert_eq_named(columns.c[i], limb(i), label);
    }
    for (i, moved, extended) in [
        (2, "limb 2 is as moved", "limb 2 extends a word"),
        (3, "limb 3 is as moved", "limb 3 extends a word"),
    ] {
        let is_whole = B::Expr::ONE - columns.is_word;
        builder.assert_zero_named(is_whole * (columns.c[i] - limb(i)), moved);
        builder.assert_zero_named(
            columns.is_word * (columns.c[i] - columns.word_sign * ones),
            extended,
        );
    }
}
