//! Inverses and roots: powers whose exponents are known, in few products.
//!
//! Exponents are built from the highest bit on. A run of `n` ones is the exponent `2^n - 1`; a run behind a run is
//! a longer run.

use crate::modulus::{FIELD, ORDER};
use crate::words::Words;

/// Runs of 2, 22 and 223 ones, in the field: p - 2 and (p + 1) / 4 consist of these.
fn runs(x: &Words) -> [Words; 3] {
    let two = FIELD.shift_and_mul(x, 1, x);
    let three = FIELD.shift_and_mul(&two, 1, x);
    let five = FIELD.shift_and_mul(&three, 2, &two);
    let ten = FIELD.shift_and_mul(&five, 5, &five);
    let eleven = FIELD.shift_and_mul(&ten, 1, x);
    let twenty_two = FIELD.shift_and_mul(&eleven, 11, &eleven);
    let forty_four = FIELD.shift_and_mul(&twenty_two, 22, &twenty_two);
    let double = FIELD.shift_and_mul(&forty_four, 44, &forty_four);
    let quadruple = FIELD.shift_and_mul(&double, 88, &double);
    let quintuple = FIELD.shift_and_mul(&quadruple, 44, &forty_four);
    let all = FIELD.shift_and_mul(&quintuple, 3, &three);
    [two, twenty_two, all]
}

/// `1 / x` in the field, and 0 for 0: by Fermat's theorem, `x` to the power p - 2.
pub(crate) fn field_inverse(x: &Words) -> Words {
    let [two, twenty_two, all] = runs(x);
    // 223 ones, 0, 22 ones, 0000101101.
    let power = FIELD.shift_and_mul(&all, 23, &twenty_two);
    let power = FIELD.shift_and_mul(&power, 5, x);
    let power = FIELD.shift_and_mul(&power, 3, &two);
    FIELD.shift_and_mul(&power, 2, x)
}

/// A square's root: p is 3 modulo 4, so it is the power (p + 1) / 4. Of what is no square, something else.
pub(crate) fn field_root(x: &Words) -> Words {
    let [two, twenty_two, all] = runs(x);
    // 223 ones, 0, 22 ones, 00001100.
    let power = FIELD.shift_and_mul(&all, 23, &twenty_two);
    let mut power = FIELD.shift_and_mul(&power, 6, &two);
    FIELD.square_times(&mut power, 2);
    power
}

/// What stands in n - 2 behind its first 126 ones: by how many bits to go on, and an odd number of these bits that ends there.
const TAIL: [(u8, u8); TAIL_LEN] = [
    (3, 5),
    (4, 7),
    (4, 5),
    (5, 11),
    (4, 11),
    (4, 7),
    (5, 7),
    (6, 13),
    (5, 11),
    (4, 13),
    (3, 1),
    (6, 5),
    (10, 7),
    (4, 7),
    (5, 15),
    (4, 15),
    (5, 9),
    (6, 11),
    (4, 13),
    (5, 3),
    (6, 13),
    (10, 13),
    (4, 9),
    (9, 9),
    (4, 15),
    (1, 1),
];
const TAIL_LEN: usize = 26;

/// `1 / x` modulo the order of the curve, and 0 for 0: `x` to the power n - 2.
pub(crate) fn scalar_inverse(x: &Words) -> Words {
    // 1, 3, 5 and so on: the place of an odd exponent is its half.
    let mut odd = [*x; 8];
    let square = ORDER.square(x);
    for index in 1..odd.len() {
        odd[index] = ORDER.mul(&odd[index - 1], &square);
    }
    let seven = ORDER.shift_and_mul(&odd[7], 3, &odd[3]);
    let fourteen = ORDER.shift_and_mul(&seven, 7, &seven);
    let twenty_eight = ORDER.shift_and_mul(&fourteen, 14, &fourteen);
    let double = ORDER.shift_and_mul(&twenty_eight, 28, &twenty_eight);
    let quadruple = ORDER.shift_and_mul(&double, 56, &double);
    let mut power = ORDER.shift_and_mul(&quadruple, 14, &fourteen);
    for (bits, number) in TAIL {
        power = ORDER.shift_and_mul(&power, usize::from(bits), &odd[usize::from(number / 2)]);
    }
    power
}
