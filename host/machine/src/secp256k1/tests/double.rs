use alloc::string::String;
use alloc::vec::Vec;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use ruint::aliases::U256;
use zisk_abi::coprocessor::SECP256K1_DOUBLE;
use zisk_software::secp256k1::{self, SECP256K1_FIELD};
use zisk_stark::Val;

use super::{G, Point, limbs_of, ones, point, points};
use crate::Table;
use crate::bigint::{Sum, byte_carries, bytes, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::secp256k1::double::{SLOPE_CARRIES, Secp256k1DoubleColumns, fill};
use crate::secp256k1::field::{self, Filled, joined};
use crate::secp256k1::{CARRIES, COEFFICIENTS};
use crate::testing::{CallPlay, Carries, Forger, Identity, assert_shape, cells, gap_in_field};

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
    with_error(p, slope, result, 0, 0)
}

/// The same, with a slope whose identity is zero only when so much is subtracted from one of its coefficients.
fn with_error(p: &Point, slope: [u64; 4], result: &Point, error: i64, step: usize) -> CallPlay {
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
    sum.subtract_bytes(&[error], step);
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

const IDENTITIES: [Identity; 3] = [
    Identity {
        label: "the slope of a tangent",
        carries: Carries::Single("slope_carry"),
    },
    Identity {
        label: "the third point's x",
        carries: Carries::Pairs(0),
    },
    Identity {
        label: "the third point's y",
        carries: Carries::Pairs(CARRIES),
    },
];
const INVERSES: [(&str, &str); 2] = [
    ("y is not 0", "inverses[0]"),
    ("y is not the order", "inverses[1]"),
];

#[test]
fn every_lookup_refuses_a_row_that_nothing_else_does() {
    let play = call(&G);
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    forger.assert_bytes_are_looked_up(&["x1", "y1", "slope", "x3", "quotients"]);
    forger.assert_limbs_are_looked_up(&["y3", "gaps"], 16);
    forger.assert_carries_are_looked_up();
    forger.assert_calls_are_looked_up();
    forger.assert_bits_of_calls_are_bits();
    forger.assert_is_refused_by_the_lookup("y3[15]", [cells(&y_below_zero())]);
    for (number, mut columns) in unreduced().into_iter().enumerate() {
        // A gap below 0.
        let highest = 16 * number + 15;
        columns.gaps[highest] -= Val::from_u32(1 << 16);
        forger.assert_is_refused_by_the_lookup(&alloc::format!("gaps[{highest}]"), [cells(&columns)]);
    }
    for step in 0..SLOPE_CARRIES - 3 {
        let carry = alloc::format!("slope_carry[{step}]");
        forger.assert_is_refused_by_the_lookup(&carry, slopes_around_the_field(step));
    }
    // These are the highest byte of the quotient.
    let last = [62, 63, 64].map(|step| alloc::format!("slope_carry[{step}]"));
    let last = last.each_ref().map(String::as_str);
    forger.assert_every_lookup_was_shown(&[&["tops"][..], &last].concat());
}

/// A `y` below 0, of a quotient that is one more.
fn y_below_zero() -> Columns {
    // With slope 0, y3 is -1.
    let play = call(&point([0; 4], [1, 0, 0, 0]));
    let mut columns = Columns::of_row(play.row());
    assert_eq!(columns.tops[2], Val::from_u32(3), "the quotient is -1");
    columns.quotients[64..].fill(Val::ZERO);
    columns.tops[2] = Val::from_u32(4);
    columns.y3 = ones();
    columns.y3[15] = -Val::ONE;
    columns.gaps[16..].copy_from_slice(&limbs::<16>(&SECP256K1_FIELD));
    columns
}

/// Coordinates that are not below the order, with a gap that would say so but for what is carried out.
fn unreduced() -> [Columns; 2] {
    // Of slope 0, to the point (0, 1).
    let p = point([0; 4], [SECP256K1_FIELD[0] - 1, u64::MAX, u64::MAX, u64::MAX]);
    let order_and_1 = [SECP256K1_FIELD[0] + 1, u64::MAX, u64::MAX, u64::MAX];
    let results = [point(SECP256K1_FIELD, [1, 0, 0, 0]), point([0; 4], order_and_1)];
    results.map(|result| Columns::of_row(with(&p, [0; 4], &result).row()))
}

#[test]
fn comparisons_refuse_rows_that_nothing_else_does() {
    let play = call(&G);
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    for (number, mut columns) in unreduced().into_iter().enumerate() {
        forger.assert_is_refused_by("the comparison carries nothing out", cells(&columns));
        let limbs_said = [limbs_of(columns.x3), columns.y3][number];
        let gap = gap_in_field(&limbs_said, &limbs(&SECP256K1_FIELD));
        columns.gaps.as_chunks_mut::<16>().0[number] = gap;
        forger.assert_is_refused_by("a carry of the comparison is a bit", cells(&columns));
    }
}

/// Twice a point by a slope whose identity is off by so many times `256^step`, which is what is subtracted there.
fn with_error_in_slope(p: &Point, error: i64, step: usize) -> CallPlay {
    let order = U256::from_limbs(SECP256K1_FIELD);
    let [x, y] = [0, 4].map(|first| U256::from_limbs(core::array::from_fn(|index| p[first + index])));
    let times = |a: U256, b: U256| a.mul_mod(b, order);
    let plus = |a: U256, b: U256| a.add_mod(b, order);
    let less = |a: U256, b: U256| plus(a, order - b.reduce_mod(order));
    let off = times(
        U256::from(error.unsigned_abs()),
        U256::from(256).pow_mod(U256::from(step), order),
    );
    let wanted = times(U256::from(3), times(x, x));
    let wanted = if error < 0 {
        less(wanted, off)
    } else {
        plus(wanted, off)
    };
    let slope = times(wanted, plus(y, y).inv_mod(order).expect("y is not 0"));
    let x3 = less(less(times(slope, slope), x), x);
    let y3 = less(times(slope, less(x, x3)), y);
    let result = point(x3.into_limbs(), y3.into_limbs());
    with_error(p, slope.into_limbs(), &result, error, step)
}

#[test]
fn a_slope_without_error_is_the_slope() {
    with_error_in_slope(&G, 0, 0).holds();
}

/// Slopes that are none: at this step their identity is off by the characteristic of the field that constraints are in, so it
/// holds in that field, with a carry that is out of its range.
fn slopes_around_the_field(step: usize) -> impl Iterator<Item = Vec<Val>> {
    let characteristic = i64::from(Val::ORDER_U32);
    let of = move |p: Point| {
        [characteristic, -characteristic].map(|error| with_error_in_slope(&p, error, step).row().to_vec())
    };
    points().into_iter().skip(6).flat_map(of)
}

#[test]
fn every_cell_is_pinned() {
    call(&G).assert_every_cell_is_pinned(&["carry_low", "carry_high"]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::Secp256k1Double, 3, 1322);
}
