use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::ShiftColumns;
use crate::OperationCode;
use crate::messages::{BytePair, Operation, Range16};
use crate::word::{LIMB_BITS, Word, limb_of_bytes};

/// A limb of ones.
const ONES: u32 = (1 << LIMB_BITS) - 1;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = ShiftColumns::of_row(builder.main().current_slice());
    let direction = direction::<B>(&columns);
    kind(builder, &columns, &direction);
    factor(builder, &columns, &direction);
    distance(builder, &columns, &direction);
    product(builder, &columns);
    moved(builder, &columns, &direction);
    sign(builder, &columns);

    let is_real = direction.is_real;
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    let half = Val::from_u32(1 << (LIMB_BITS - 1));
    let sign = (columns.checked - columns.sign * half) * Val::TWO;
    for value in [sign, columns.rest.into()] {
        builder.send(Range16 { value }, Count::bounded(is_real.clone(), 1));
    }
    let checked: [B::Var; 12] = from_fn(|i| {
        if i < 9 {
            columns.product[i]
        } else {
            columns.carry[i - 9]
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
        code: direction.left * left
            + direction.right * right
            + columns.is_arithmetic * arithmetic
            + columns.is_word * word,
        time: B::Expr::ZERO,
        a: columns.a.map(Into::into),
        b: columns.b.map(Into::into),
        c: extended::<B>(&columns, columns.moved, columns.sign),
    };
    builder.receive(message, Count::bounded(is_real, 1));
}

/// Where to a row shifts.
struct Direction<E> {
    left: E,
    right: E,
    is_real: E,
    /// Whether it is by at least 32 bits.
    far: E,
}

fn direction<B: TableBuilder>(columns: &ShiftColumns<B::Var>) -> Direction<B::Expr> {
    let ShiftColumns { left, right, .. } = columns;
    let [far, left, right]: [B::Expr; 3] = [left[1] + right[1], left[0] + left[1], right[0] + right[1]];
    Direction {
        is_real: left.clone() + right.clone(),
        left,
        right,
        far,
    }
}

/// A value; if it has 32 bits, with a sign in all bits above.
fn extended<B: TableBuilder>(
    columns: &ShiftColumns<B::Var>,
    value: Word<B::Var>,
    sign: B::Var,
) -> Word<B::Expr> {
    from_fn(|i| {
        let limb: B::Expr = value[i].into();
        if i < 2 {
            limb
        } else {
            limb + columns.is_word * (sign * Val::from_u32(ONES) - value[i])
        }
    })
}

fn kind<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>, direction: &Direction<B::Expr>) {
    let near = columns.left[0] + columns.right[0];
    for (bit, label) in [
        (columns.left[0], "near to the left is a bit"),
        (columns.left[1], "far to the left is a bit"),
        (columns.right[0], "near to the right is a bit"),
        (columns.right[1], "far to the right is a bit"),
        (columns.is_arithmetic, "is_arithmetic is a bit"),
        (columns.is_word, "is_word is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    builder.assert_bool_named(direction.is_real.clone(), "one direction");
    builder.assert_zero_named(
        (B::Expr::ONE - direction.right.clone()) * columns.is_arithmetic,
        "arithmetic to the right only",
    );
    builder.assert_zero_named(
        (B::Expr::ONE - near) * columns.is_word,
        "words move by less than 32 bits",
    );
}

/// The factor is `2^e`, and `e` is `3 i + j`. Each of `i` and `j` is 0, 1 or 2, so `e` is at most 8: to the left it is
/// the lower bits of the distance, so not 8; to the right 8 less them, so not 0.
fn factor<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>, direction: &Direction<B::Expr>) {
    let (small, large, factor) = (columns.small_power, columns.large_power, columns.factor);
    for (power, base, label) in [
        (small, 2, "the small power is 1, 2 or 4"),
        (large, 8, "the large power is 1, 8 or 64"),
    ] {
        let other = |value: u32| direction.is_real.clone() * Val::from_u32(value) - power;
        builder.assert_zero_named(other(1) * other(base) * other(base * base), label);
    }
    builder.assert_eq_named(factor, small * large, "the factor is the powers' product");

    // (small - x) (large - y)
    let minus = |x: u32, y: u32| -> B::Expr {
        factor - small * Val::from_u32(y) - large * Val::from_u32(x) + Val::from_u32(x * y)
    };
    builder.assert_zero_named(
        direction.left.clone() * minus(1, 1) * minus(2, 8),
        "the factor to the left is not 2^8",
    );
    builder.assert_zero_named(
        direction.right.clone() * minus(2, 8) * minus(4, 64),
        "the factor to the right is not 1",
    );
}

fn distance<B: TableBuilder>(
    builder: &mut B,
    columns: &ShiftColumns<B::Var>,
    direction: &Direction<B::Expr>,
) {
    for bit in columns.bytes {
        builder.assert_bool_named(bit, "a number of bytes is chosen or not");
    }
    let [none, ..] = chosen::<B>(columns, direction);
    builder.assert_bool_named(none, "one number of bytes");

    // The polynomials that are 0, 1 and 2 at the powers' values.
    let logarithm = |power: B::Var, zero: u32, scale: u32| -> B::Expr {
        let inverse = Val::from_u32(scale).inverse();
        (power - B::Expr::ONE) * (B::Expr::from_u32(zero) - power) * inverse
    };
    let small = logarithm(columns.small_power, 8, 6);
    let large = logarithm(columns.large_power, 80, 504);
    let exponent = small + large * Val::from_u32(3);
    let lower = direction.left.clone() * exponent.clone()
        + direction.right.clone() * (B::Expr::from_u32(8) - exponent);
    let [one, two, three] = columns.bytes;
    let bytes = one + two * Val::TWO + three * Val::from_u32(3);
    let distance = lower + bytes * Val::from_u32(8) + direction.far.clone() * Val::from_u32(32);
    let unit = B::Expr::from_u32(64) - columns.is_word * Val::from_u32(32);
    builder.assert_eq_named(
        columns.b[0],
        distance + unit * columns.rest,
        "the distance is what the lowest bits of b say",
    );
}

/// Whether 0, 1, 2 or 3 is the number of bytes that a row moves by, beside 32 bits.
fn chosen<B: TableBuilder>(columns: &ShiftColumns<B::Var>, direction: &Direction<B::Expr>) -> [B::Expr; 4] {
    let [one, two, three] = columns.bytes.map(Into::<B::Expr>::into);
    let none = direction.is_real.clone() - one.clone() - two.clone() - three.clone();
    [none, one, two, three]
}

fn product<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let shifted = extended::<B>(columns, columns.a, columns.is_negative);
    let mut carry = B::Expr::ZERO;
    for ((i, limb), label) in
        shifted
            .into_iter()
            .enumerate()
            .zip(["product 0", "product 1", "product 2", "product 3"])
    {
        let low: B::Expr = limb_of_bytes(columns.product[2 * i], columns.product[2 * i + 1]);
        let next: B::Expr = if let Some(next) = columns.carry.get(i) {
            (*next).into()
        } else {
            // A negative number is 2^64 less than its limbs say, its product `factor` times that. Above the ninth
            // byte this leaves ones.
            let above = B::Expr::from_u32(1 << 8) - columns.factor;
            columns.product[8] - above * columns.is_negative
        };
        let whole = low + next.clone() * Val::from_u32(1 << LIMB_BITS);
        builder.assert_eq_named(limb * columns.factor + carry, whole, label);
        carry = next;
    }
}

fn moved<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>, direction: &Direction<B::Expr>) {
    let chosen = chosen::<B>(columns, direction);
    // The byte in a place: of the product, or what is below and above it.
    let byte = |place: Option<usize>| -> B::Expr {
        match place {
            Some(place) if place < 9 => columns.product[place].into(),
            Some(_) => columns.is_negative * Val::from_u32((1 << 8) - 1),
            None => B::Expr::ZERO,
        }
    };
    for (i, label) in ["moved 0", "moved 1", "moved 2", "moved 3"]
        .into_iter()
        .enumerate()
    {
        let limb = |place: &dyn Fn(usize) -> Option<usize>| -> B::Expr {
            limb_of_bytes::<B::Expr>(byte(place(2 * i)), byte(place(2 * i + 1)))
        };
        let mut expected = B::Expr::ZERO;
        for (half, (left, right)) in columns.left.into_iter().zip(columns.right).enumerate() {
            for (number, is_chosen) in chosen.iter().enumerate() {
                let bytes = 4 * half + number;
                let from_left = limb(&|byte| byte.checked_sub(bytes)) * left;
                let from_right = limb(&|byte| Some(byte + bytes + 1)) * right;
                expected += (from_left + from_right) * is_chosen.clone();
            }
        }
        builder.assert_eq_named(columns.moved[i], expected, label);
    }
}

fn sign<B: TableBuilder>(builder: &mut B, columns: &ShiftColumns<B::Var>) {
    let [_, limb, ..] = columns.moved;
    let top = columns.a[3] + columns.is_word * (columns.a[1] - columns.a[3]);
    builder.assert_eq_named(
        columns.checked,
        limb + columns.is_arithmetic * (top - limb),
        "the limb that has the sign",
    );
    builder.assert_bool_named(columns.sign, "the sign is a bit");
    builder.assert_eq_named(
        columns.is_negative,
        columns.is_arithmetic * columns.sign,
        "negative numbers have ones above",
    );
}
