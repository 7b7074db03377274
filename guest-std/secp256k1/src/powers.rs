//! Inverses and roots: powers whose exponents are known, in few products.
//!
//! Exponents are built from the highest bit on. A run of `n` ones is the exponent `2^n - 1`; a run behind a run is
//! a longer run.

use crate::modulus::{FIELD, ORDER};
use crate::words::Words;

/// Runs of 2, 22 and 223 ones, in the field: p - 2 and (p + 1) / 4 consist of these.
fn runs(x: &Words) -> [Words; 3] {
    let mut run = *x;
    FIELD.shift_and_mul(&mut run, 1, x);
    let two = run;
    FIELD.shift_and_mul(&mut run, 1, x);
    let three = run;
    FIELD.shift_and_mul(&mut run, 2, &two);
    let five = run;
    FIELD.shift_and_mul(&mut run, 5, &five);
    FIELD.shift_and_mul(&mut run, 1, x);
    let eleven = run;
    FIELD.shift_and_mul(&mut run, 11, &eleven);
    let twenty_two = run;
    FIELD.shift_and_mul(&mut run, 22, &twenty_two);
    let forty_four = run;
    FIELD.shift_and_mul(&mut run, 44, &forty_four);
    let eighty_eight = run;
    FIELD.shift_and_mul(&mut run, 88, &eighty_eight);
    FIELD.shift_and_mul(&mut run, 44, &forty_four);
    FIELD.shift_and_mul(&mut run, 3, &three);
    [two, twenty_two, run]
}

/// `1 / x` in the field, and 0 for 0, of an `x` below the order of the field: by Fermat's theorem, `x` to the power p - 2.
pub fn field_inverse(x: &Words) -> Words {
    // 223 ones, 0, 22 ones, 0000101101.
    let [two, twenty_two, mut power] = runs(x);
    FIELD.shift_and_mul(&mut power, 23, &twenty_two);
    FIELD.shift_and_mul(&mut power, 5, x);
    FIELD.shift_and_mul(&mut power, 3, &two);
    FIELD.shift_and_mul(&mut power, 2, x);
    power
}

/// A root of a square: p is 3 modulo 4, so it is the power (p + 1) / 4. Of what is no square, something else; `x` is below the order of
/// the field.
pub fn field_root(x: &Words) -> Words {
    // 223 ones, 0, 22 ones, 00001100.
    let [two, twenty_two, mut power] = runs(x);
    FIELD.shift_and_mul(&mut power, 23, &twenty_two);
    FIELD.shift_and_mul(&mut power, 6, &two);
    FIELD.square_times(&mut power, 2);
    power
}

/// Appends numbers to an exponent. A macro, so that there is no loop whose rounds take more than what is in them.
macro_rules! append {
    ($power:ident, $odd:ident, $(($bits:literal, $number:literal)),+) => {
        $(ORDER.shift_and_mul(&mut $power, $bits, &$odd[$number / 2]);)+
    };
}

/// `1 / x` modulo the order of the curve, and 0 for 0, of an `x` below it: `x` to the power n - 2.
#[expect(
    clippy::missing_panics_doc,
    reason = "the places are there, whatever the number"
)]
pub fn scalar_inverse(x: &Words) -> Words {
    // 1, 3, 5 and so on: the place of an odd exponent is its half.
    let mut odd = [*x; 8];
    let square = ORDER.square(x);
    for index in 1..odd.len() {
        let [before, power] = odd.get_disjoint_mut([index - 1, index]).expect("both are there");
        *power = square;
        ORDER.shift_and_mul(power, 0, before);
    }
    let mut power = odd[7];
    ORDER.shift_and_mul(&mut power, 3, &odd[3]);
    let seven = power;
    ORDER.shift_and_mul(&mut power, 7, &seven);
    let fourteen = power;
    ORDER.shift_and_mul(&mut power, 14, &fourteen);
    let twenty_eight = power;
    ORDER.shift_and_mul(&mut power, 28, &twenty_eight);
    let fifty_six = power;
    ORDER.shift_and_mul(&mut power, 56, &fifty_six);
    ORDER.shift_and_mul(&mut power, 14, &fourteen);
    // What stands behind the first 126 ones of n - 2: by how many bits to go on, and an odd number that ends there.
    append!(
        power,
        odd,
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
        (1, 1)
    );
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiples::tests::scalars;
    use crate::words::{ONE, ZERO};

    #[test]
    fn inverses_and_roots_are_what_they_are_said_to_be() {
        for x in scalars() {
            let one = if x == ZERO { ZERO } else { ONE };
            assert_eq!(FIELD.mul(&x, &field_inverse(&x)), one);
            assert_eq!(ORDER.mul(&x, &scalar_inverse(&x)), one);
            let square = FIELD.square(&x);
            let root = field_root(&square);
            assert!(root == x || FIELD.negate(&root) == x);
        }
    }
}
