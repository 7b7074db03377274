use std::vec::Vec;

use super::*;
use crate::coordinates::negate;
use crate::modulus::{FIELD, ORDER};
use crate::words::ONE;

/// Corners and numbers of all lengths, below the order.
pub(crate) fn scalars() -> Vec<Words> {
    let mut scalars: Vec<Words> = [0, 1, 2, 15, 16, 17, u64::MAX].map(|low| [low, 0, 0, 0]).to_vec();
    scalars.extend([
        [0, 0, 1, 0],
        [0, 0, 0, 1 << 63],
        [u64::MAX, u64::MAX, 0, 0],
        ORDER.minus_one,
    ]);
    let mut random = [
        0x9e37_79b9_7f4a_7c15,
        0xd1b5_4a32_d192_ed03,
        0x94d0_49bb_1331_11eb,
        1,
    ];
    for _ in 0..20 {
        random = ORDER.mul_add(&random, &random, &ONE);
        scalars.extend([
            random,
            [random[0], 0, 0, 0],
            [random[0], random[1], 0, 0],
            ORDER.negate(&[random[2], 0, 0, 0]),
        ]);
    }
    scalars
}

/// A multiple by a scalar that is not 0, as one defines it.
pub(crate) fn bit_by_bit(p: &Coordinates, scalar: &Words) -> Coordinates {
    let mut sum: Option<Coordinates> = None;
    for bit in (0..256).rev() {
        if let Some(sum) = &mut sum {
            double(sum);
        }
        if scalar[bit / 64] >> (bit % 64) & 1 == 1 {
            match &mut sum {
                None => sum = Some(*p),
                Some(sum) => assert!(add(sum, p)),
            }
        }
    }
    sum.unwrap()
}

#[test]
fn the_generators_multiples_are_sums() {
    let mut high = LOW[1];
    for _ in 0..128 {
        double(&mut high);
    }
    assert_eq!(HIGH[1], high);
    negate(&mut high);
    assert_eq!(MINUS_HIGH, high);
    for table in [&LOW, &HIGH] {
        let mut multiples = [table[1]; 16];
        multiply(&mut multiples);
        assert_eq!(multiples[1..], table[1..]);
    }
    let [x, y] = [0, 4].map(|first| core::array::from_fn(|index| LOW[1][first + index]));
    let cube = FIELD.mul(&FIELD.square(&x), &x);
    assert_eq!(FIELD.square(&y), FIELD.add(&cube, &[7, 0, 0, 0]));
    let mut negative = LOW[1];
    negate(&mut negative);
    assert_eq!(bit_by_bit(&LOW[1], &ORDER.minus_one), negative);
}

#[test]
fn multiples_are_those_of_the_definition() {
    let other = LOW[7];
    for scalar in scalars().iter().filter(|scalar| !is_zero(scalar)) {
        for p in [&LOW[1], &other] {
            let expected = Point::of(bit_by_bit(p, scalar));
            assert_eq!(multiple(&Point::of(*p), scalar), expected, "{scalar:x?}");
        }
    }
    assert_eq!(multiple(&Point::of(other), &ZERO), Point::INFINITY);
    assert_eq!(multiple(&Point::INFINITY, &ONE), Point::INFINITY);
}

/// Where a sum passes through infinity, and where both multiples are of the same point.
#[test]
fn sums_of_multiples_of_the_same_point_are_multiples() {
    let p = Point::of(LOW[1]);
    for (a, b) in scalars().iter().zip(scalars().iter().rev()) {
        for (a, b) in [(*a, *b), (*a, ORDER.negate(a)), (*a, *a), (*a, ZERO), (ZERO, *a)] {
            let expected = of_generator(&ORDER.add(&a, &b));
            assert_eq!(with_generator(&a, &b, &p), expected, "{a:x?}, {b:x?}");
            // Twice the generator, half of the scalar: the tables are others, the points the same.
            let half = ORDER.mul(
                &b,
                &[
                    0xdfe9_2f46_681b_20a1,
                    0x5d57_6e73_57a4_501d,
                    u64::MAX,
                    u64::MAX >> 1,
                ],
            );
            assert_eq!(with_generator(&a, &half, &Point::of(LOW[2])), expected);
            let pairs = [(p, a), (Point::of(LOW[2]), half)];
            assert_eq!(of_pairs(&pairs, |(p, scalar)| (p, scalar)), expected);
            #[cfg(feature = "alloc")]
            assert_eq!(of_slice(&pairs, |(p, scalar)| (p, scalar)), expected);
        }
    }
}
