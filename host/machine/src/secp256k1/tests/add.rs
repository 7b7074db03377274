use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::SECP256K1_ADD;
use zisk_abi::memory::HEAP;
use zisk_software::secp256k1::{self, SECP256K1_FIELD};
use zisk_stark::Val;

use super::{G, Point, point, points};
use crate::Table;
use crate::bigint::{Sum, bytes, gap, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::secp256k1::COEFFICIENTS;
use crate::secp256k1::add::{Secp256k1AddColumns, fill};
use crate::secp256k1::field::{self, Filled, differences, joined};
use crate::testing::{CallPlay, World, assert_shape};

type Columns = Secp256k1AddColumns<Val>;

fn call(p: &Point, q: &Point) -> CallPlay {
    CallPlay::new(Table::Secp256k1Add, fill, &SECP256K1_ADD, p, &[q])
}

#[test]
fn calls_hold() {
    let mut count = 0;
    for p in points() {
        for q in points() {
            if secp256k1::add(&p, &q).is_ok() {
                call(&p, &q).holds();
                count += 1;
            }
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn operands_may_overlap() {
    for offset in [8, 24, 32, 56] {
        let mut world = World::default();
        let words: Vec<u64> = (1..20).map(|word| word * 0x0123_4567_89ab_cdef).collect();
        world.put_all(Space::ReadWrite, HEAP.start, &words);
        world.call(&SECP256K1_ADD, 50, &[HEAP.start + offset, HEAP.start]);
        CallPlay::of(Table::Secp256k1Add, fill, &world).holds();
    }
}

fn halves(point: &Point) -> [[u64; 4]; 2] {
    [0, 4].map(|first| core::array::from_fn(|index| point[first + index]))
}

/// A call with another slope and another result, filled as if both were right.
fn with(p: &Point, q: &Point, slope: [u64; 4], result: &Point) -> CallPlay {
    let ([x1, y1], [x2, y2]) = (halves(p), halves(q));
    // A call that has a result, for what is in registers and memory.
    let mut play = call(&G, &point([3, 0, 0, 0], [4, 0, 0, 0]));
    let difference = differences(&integers(&x2, 1), &integers(&x1, 1));
    let squares: i64 = difference.iter().map(|byte| byte * byte).sum();
    let mut sum = Sum::new(0, COEFFICIENTS);
    sum.add_product(&integers(&slope, 1), &difference);
    sum.add_limbs(&integers(&y1, 2), 0);
    sum.subtract_limbs(&integers(&y2, 2), 0);
    let third = field::fill(&slope, [x1, y1], &x2, halves(result));
    let [identity_x, identity_y] = third.identities;
    let identities = [Filled::of(sum), identity_x, identity_y];
    let carries = identities.each_ref().map(Filled::carries);
    let [gap_x1, gap_x2] = [x1, x2].map(|x| limbs(&gap(&x, &SECP256K1_FIELD)));
    play.change(|columns: Columns| Columns {
        x1: bytes(&x1),
        y1: limbs(&y1),
        x2: bytes(&x2),
        y2: limbs(&y2),
        slope: third.slope,
        x3: third.x3,
        y3: third.y3,
        quotients: joined(&identities.each_ref().map(|identity| identity.quotient)),
        tops: identities.each_ref().map(|identity| identity.top),
        gaps: joined(&[gap_x1, gap_x2, third.gaps[0], third.gaps[1]]),
        inverse: Val::from_i64(squares).try_inverse().unwrap_or_default(),
        carry_low: joined(&carries.map(|[low, _]| low)),
        carry_high: joined(&carries.map(|[_, high]| high)),
        ..columns
    });
    play.ends_with(result);
    play.begins_with(Space::ReadWrite, p);
    // The second point is in the input.
    play.begins_with(Space::ReadOnly, q);
    for (held, word) in play
        .memory
        .iter_mut()
        .filter(|held| held.is_last && held.space == Space::ReadOnly)
        .zip(q)
    {
        held.value = *word;
    }
    play
}

#[test]
fn other_slopes_and_results_are_refused() {
    let q = secp256k1::double(&G).unwrap();
    let (slope, result) = (
        secp256k1::slope_of_sum(&G, &q).unwrap(),
        secp256k1::add(&G, &q).unwrap(),
    );
    with(&G, &q, slope, &result).holds();
    for bit in [0, 8, 100, 255] {
        let mut other = slope;
        other[bit / 64] ^= 1 << (bit % 64);
        assert!(with(&G, &q, other, &result).check().is_err(), "slope, bit {bit}");
    }
    for bit in [0, 8, 100, 255, 256, 300, 511] {
        let mut other = result;
        other[bit / 64] ^= 1 << (bit % 64);
        assert!(with(&G, &q, slope, &other).check().is_err(), "result, bit {bit}");
    }
}

/// Of equal points, any slope satisfies the slope's identity.
#[test]
fn a_line_through_one_point_is_refused() {
    // Through the point (0, 1) with slope 0: the third point is (0, -1).
    let p = point([0; 4], [1, 0, 0, 0]);
    let result = point([0; 4], [SECP256K1_FIELD[0] - 1, u64::MAX, u64::MAX, u64::MAX]);
    assert!(with(&p, &p, [0; 4], &result).check().is_err(), "the same point");
    // The same modulo the order, but other bytes.
    for (p, q) in [
        (p, point(SECP256K1_FIELD, [1, 0, 0, 0])),
        (point(SECP256K1_FIELD, [1, 0, 0, 0]), p),
    ] {
        assert!(
            with(&p, &q, [0; 4], &result).check().is_err(),
            "an x that is not below the order"
        );
    }
}

/// The result has coordinates below the order.
#[test]
fn results_that_are_not_reduced_are_refused() {
    // Slope 0, and so x3 = -x1 - x2 and y3 = -y1.
    let order_less_1 = [SECP256K1_FIELD[0] - 1, u64::MAX, u64::MAX, u64::MAX];
    let (p, q) = (
        point([1, 0, 0, 0], order_less_1),
        point(order_less_1, order_less_1),
    );
    let reduced = secp256k1::add(&p, &q).unwrap();
    assert_eq!(reduced, point([0; 4], [1, 0, 0, 0]));
    with(&p, &q, [0; 4], &reduced).holds();
    let one_more = [SECP256K1_FIELD[0] + 1, u64::MAX, u64::MAX, u64::MAX];
    for other in [point(SECP256K1_FIELD, [1, 0, 0, 0]), point([0; 4], one_more)] {
        assert!(with(&p, &q, [0; 4], &other).check().is_err());
    }
}

#[test]
fn every_cell_is_pinned() {
    call(&G, &secp256k1::double(&G).unwrap()).assert_every_cell_is_pinned(&["carry_low", "carry_high"]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::Secp256k1Add, 3, 1496);
}
