use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::SECP256K1_DOUBLE;
use zisk_software::secp256k1::{self, SECP256K1_FIELD};
use zisk_stark::Val;

use super::{G, Point, point, points};
use crate::Table;
use crate::bigint::{Sum, byte_carries, bytes, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::secp256k1::COEFFICIENTS;
use crate::secp256k1::double::{Secp256k1DoubleColumns, fill};
use crate::secp256k1::field::{self, Filled, joined};
use crate::testing::{CallPlay, assert_shape};

type Columns = Secp256k1DoubleColumns<Val>;

fn call(p: &Point) -> CallPlay {
    CallPlay::new(Table::Secp256k1Double, fill, &SECP256K1_DOUBLE, p, &[])
}

#[test]
fn calls_hold() {
    let mut count = 0;
    for p in points() {
        if secp256k1::double(&p).is_ok() {
            call(&p).holds();
            count += 1;
        }
    }
    for word in [1, u64::MAX] {
        call(&[word; 8]).holds();
    }
    assert!(count >= 10, "{count}");
}

/// A call of this point, with a slope and a result that are said to be its own.
fn with(p: &Point, slope: [u64; 4], result: &Point) -> CallPlay {
    let halves = |point: &Point| -> [[u64; 4]; 2] {
        [0, 4].map(|first| core::array::from_fn(|index| point[first + index]))
    };
    let mut play = call(&G);
    let [x1, y1] = halves(p);
    let [x1_bytes, y1_bytes] = [x1, y1].map(|number| integers(&number, 1));
    let times = |bytes: &[i64], factor: i64| -> Vec<i64> { bytes.iter().map(|byte| byte * factor).collect() };
    let mut sum = Sum::new(0, COEFFICIENTS);
    sum.add_product(&integers(&slope, 1), &times(&y1_bytes, 2));
    sum.subtract_product(&x1_bytes, &times(&x1_bytes, 3));
    let of_slope = Filled::of(sum);
    let third = field::fill(&slope, [x1, y1], &x1, halves(result));
    let carries = third.identities.each_ref().map(Filled::carries);
    let [identity_x, identity_y] = &third.identities;
    play.change(|columns: Columns| Columns {
        x1: bytes(&x1),
        y1: bytes(&y1),
        slope: third.slope,
        x3: third.x3,
        y3: third.y3,
        quotients: joined(&[of_slope.quotient, identity_x.quotient, identity_y.quotient]),
        tops: [of_slope.top, identity_x.top, identity_y.top],
        gaps: joined(&third.gaps),
        slope_carry: byte_carries(&of_slope.zero),
        carry_low: joined(&carries.map(|[low, _]| low)),
        carry_high: joined(&carries.map(|[_, high]| high)),
        ..columns
    });
    play.begins_with(Space::ReadWrite, p);
    play.ends_with(result);
    play
}

#[test]
fn other_slopes_and_results_are_refused() {
    let (slope, result) = (
        secp256k1::slope_of_double(&G).unwrap(),
        secp256k1::double(&G).unwrap(),
    );
    with(&G, slope, &result).holds();
    for bit in [0, 8, 100, 255] {
        let mut other = slope;
        other[bit / 64] ^= 1 << (bit % 64);
        assert!(with(&G, other, &result).check().is_err(), "slope, bit {bit}");
    }
    for bit in [0, 8, 100, 255, 256, 300, 511] {
        let mut other = result;
        other[bit / 64] ^= 1 << (bit % 64);
        assert!(with(&G, slope, &other).check().is_err(), "result, bit {bit}");
    }
}

/// Where `x` and `y` are 0, any slope satisfies the slope's identity.
#[test]
fn a_tangent_without_a_slope_is_refused() {
    // With slope 0, the third point is (0, 0).
    for y in [[0; 4], SECP256K1_FIELD] {
        let p = point([0; 4], y);
        let mut play = with(&p, [0; 4], &[0; 8]);
        assert!(play.check().is_err(), "{y:x?}");
        // Whatever is said of inverses.
        for inverses in [[0, 0], [1, 1], [1, 0], [0, 1]] {
            play.change(|columns: Columns| Columns {
                inverses: inverses.map(Val::from_u32),
                ..columns
            });
            assert!(play.check().is_err(), "{y:x?}");
        }
    }
}

#[test]
fn results_that_are_not_reduced_are_refused() {
    // Of x = 0 the slope is 0, and so are x3 = 0 and y3 = -y1.
    let order_less_1 = [SECP256K1_FIELD[0] - 1, u64::MAX, u64::MAX, u64::MAX];
    let p = point([0; 4], order_less_1);
    let reduced = secp256k1::double(&p).unwrap();
    assert_eq!(reduced, point([0; 4], [1, 0, 0, 0]));
    for other in [
        point(SECP256K1_FIELD, [1, 0, 0, 0]),
        point([0; 4], [SECP256K1_FIELD[0] + 1, u64::MAX, u64::MAX, u64::MAX]),
    ] {
        let mut play = call(&p);
        play.holds();
        let third = field::fill(&[0; 4], [[0; 4], order_less_1], &[0; 4], {
            [0, 4].map(|first| core::array::from_fn(|index| other[first + index]))
        });
        let carries = third.identities.each_ref().map(Filled::carries);
        let [identity_x, identity_y] = &third.identities;
        play.change(|columns: Columns| Columns {
            x3: third.x3,
            y3: limbs(&[other[4], other[5], other[6], other[7]]),
            quotients: joined(&[
                core::array::from_fn(|index| columns.quotients[index]),
                identity_x.quotient,
                identity_y.quotient,
            ]),
            tops: [columns.tops[0], identity_x.top, identity_y.top],
            gaps: joined(&third.gaps),
            carry_low: joined(&carries.map(|[low, _]| low)),
            carry_high: joined(&carries.map(|[_, high]| high)),
            ..columns
        });
        play.ends_with(&other);
        assert!(play.check().is_err());
    }
}

#[test]
fn every_cell_is_pinned() {
    call(&G).assert_every_cell_is_pinned(&["carry_low", "carry_high"]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::Secp256k1Double, 3, 1322);
}
