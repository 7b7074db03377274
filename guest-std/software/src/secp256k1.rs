//! Points of the curve secp256k1 (SEC 2, section 2.4.1): `x` and `y`, four words each, the lowest first.

use ruint::aliases::U256;

use crate::Problem;

type Words = [u64; 4];
/// A point.
type Point = [u64; 8];

/// The order of the field, 2^256 - 2^32 - 977.
pub const SECP256K1_FIELD: Words = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];

const P: U256 = U256::from_limbs(SECP256K1_FIELD);

fn coordinates(point: &Point) -> [U256; 2] {
    let words = point.as_chunks().0;
    [0, 1].map(|index| U256::from_limbs(words[index]))
}

fn subtract(a: U256, b: U256) -> U256 {
    a.add_mod(P - b.reduce_mod(P), P)
}

fn divide(a: U256, b: U256) -> Option<U256> {
    Some(a.mul_mod(b.reduce_mod(P).inv_mod(P)?, P))
}

/// The slope of the line through two points whose `x` is below the field's order.
///
/// # Errors
/// When both have the same `x`, or an `x` is not below the field's order.
pub fn slope_of_sum(p: &Point, q: &Point) -> Result<Words, Problem> {
    let ([x1, y1], [x2, y2]) = (coordinates(p), coordinates(q));
    if x1 >= P || x2 >= P {
        return Err(Problem::Coordinate);
    }
    let slope = divide(subtract(y2, y1), subtract(x2, x1));
    Ok(*slope.ok_or(Problem::Slope)?.as_limbs())
}

/// The slope of the tangent at a point.
///
/// # Errors
/// When `y` is 0.
pub fn slope_of_double(p: &Point) -> Result<Words, Problem> {
    let [x, y] = coordinates(p);
    let square = x.mul_mod(x, P);
    let slope = divide(square.mul_mod(U256::from(3), P), y.add_mod(y, P));
    Ok(*slope.ok_or(Problem::Slope)?.as_limbs())
}

/// The third point of a line with a slope through two others, mirrored.
fn third(slope: Words, p: &Point, x2: U256) -> Point {
    let (slope, [x1, y1]) = (U256::from_limbs(slope), coordinates(p));
    let x = subtract(subtract(slope.mul_mod(slope, P), x1), x2);
    let y = subtract(slope.mul_mod(subtract(x1, x), P), y1);
    let words = [*x.as_limbs(), *y.as_limbs()];
    core::array::from_fn(|index| words[index / 4][index % 4])
}

/// The sum of two points that have different `x`, both below the field's order. Coordinates of the result are, too. Whether the
/// points are on the curve is not looked at: the result is what the formula gives.
///
/// # Errors
/// As [`slope_of_sum`].
pub fn add(p: &Point, q: &Point) -> Result<Point, Problem> {
    Ok(third(slope_of_sum(p, q)?, p, coordinates(q)[0]))
}

/// Twice a point whose `y` is not 0. As for [`add`], it need not be on the curve.
///
/// # Errors
/// As [`slope_of_double`].
pub fn double(p: &Point) -> Result<Point, Problem> {
    Ok(third(slope_of_double(p)?, p, coordinates(p)[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The generator and its multiples, from SEC 2 and from the multiples that are listed with its test vectors.
    const G: Point = [
        0x59f2_815b_16f8_1798,
        0x029b_fcdb_2dce_28d9,
        0x55a0_6295_ce87_0b07,
        0x79be_667e_f9dc_bbac,
        0x9c47_d08f_fb10_d4b8,
        0xfd17_b448_a685_5419,
        0x5da4_fbfc_0e11_08a8,
        0x483a_da77_26a3_c465,
    ];

    fn is_on_curve(point: &Point) -> bool {
        let [x, y] = coordinates(point);
        let right = x.mul_mod(x, P).mul_mod(x, P).add_mod(U256::from(7), P);
        y.mul_mod(y, P) == right
    }

    #[test]
    fn multiples_are_on_the_curve_and_add_up() {
        let twice = double(&G).unwrap();
        assert_eq!(twice[3], 0xc604_7f94_41ed_7d6d);
        let thrice = add(&twice, &G).unwrap();
        assert_eq!(thrice[3], 0xf930_8a01_9258_c310);
        let four = double(&twice).unwrap();
        assert_eq!(add(&thrice, &G), Ok(four));
        assert_eq!(add(&G, &thrice), Ok(four));
        for point in [G, twice, thrice, four] {
            assert!(is_on_curve(&point));
        }
    }

    #[test]
    fn what_has_no_slope_is_a_problem() {
        assert_eq!(add(&G, &G), Err(Problem::Slope));
        let mut large = G;
        large[..4].copy_from_slice(&SECP256K1_FIELD);
        assert_eq!(add(&large, &G), Err(Problem::Coordinate));
        assert_eq!(add(&G, &large), Err(Problem::Coordinate));
        for zero in [[0; 4], SECP256K1_FIELD] {
            let mut point = G;
            point[4..].copy_from_slice(&zero);
            assert_eq!(double(&point), Err(Problem::Slope));
        }
        // An `x` of a tangent need not be reduced.
        let mut shifted = [0; 8];
        shifted[4] = 5;
        let reduced = double(&shifted);
        shifted[..4].copy_from_slice(&SECP256K1_FIELD);
        assert_eq!(double(&shifted), reduced);
    }
}
