use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::SECP256K1_ADD;
use zisk_abi::memory::HEAP;
use zisk_software::secp256k1::{self, SECP256K1_FIELD};
use zisk_stark::Val;

use super::{G, Point, limbs_of, ones, point, points};
use crate::Table;
use crate::bigint::{Sum, bytes, gap, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::secp256k1::add::{Secp256k1AddColumns, fill};
use crate::secp256k1::field::{self, Filled, differences, joined};
use crate::secp256k1::{CARRIES, COEFFICIENTS};
use crate::testing::{CallPlay, Carries, Forger, Identity, World, assert_shape, cells, gap_in_field};

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

const IDENTITIES: [Identity; 3] = [
    Identity {
        label: "the slope of a line",
        carries: Carries::Pairs(0),
    },
    Identity {
        label: "the third point's x",
        carries: Carries::Pairs(CARRIES),
    },
    Identity {
        label: "the third point's y",
        carries: Carries::Pairs(2 * CARRIES),
    },
];
const INVERSES: [(&str, &str); 1] = [("points have different x", "inverse")];

#[test]
fn every_lookup_refuses_a_row_that_nothing_else_does() {
    let play = call(&G, &secp256k1::double(&G).unwrap());
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    forger.assert_bytes_are_looked_up(&["x1", "x2", "slope", "x3", "quotients"]);
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
    forger.assert_every_lookup_was_shown(&["tops"]);
}

/// A `y` below 0, of a quotient that is one more.
fn y_below_zero() -> Columns {
    // With slope 0, y3 is -1.
    let play = call(
        &point([1, 0, 0, 0], [1, 0, 0, 0]),
        &point([2, 0, 0, 0], [1, 0, 0, 0]),
    );
    let mut columns = Columns::of_row(play.row());
    assert_eq!(columns.tops[2], Val::from_u32(3), "the quotient is -1");
    columns.quotients[64..].fill(Val::ZERO);
    columns.tops[2] = Val::from_u32(4);
    columns.y3 = ones();
    columns.y3[15] = -Val::ONE;
    columns.gaps[48..].copy_from_slice(&limbs::<16>(&SECP256K1_FIELD));
    columns
}

/// Coordinates that are not below the order, with a gap that would say so but for what is carried out.
fn unreduced() -> [Columns; 4] {
    let (zero, one, five) = ([0; 4], [1, 0, 0, 0], [5, 0, 0, 0]);
    let order_less_1 = [SECP256K1_FIELD[0] - 1, u64::MAX, u64::MAX, u64::MAX];
    let order_and_1 = [SECP256K1_FIELD[0] + 1, u64::MAX, u64::MAX, u64::MAX];
    let unreduced = point(SECP256K1_FIELD, one);
    let (p, q) = (point(zero, one), point(five, order_less_1));
    let of = |p: &Point, q: &Point, p_said: &Point, q_said: &Point| {
        let slope = secp256k1::slope_of_sum(p, q).unwrap();
        with(p_said, q_said, slope, &secp256k1::add(p, q).unwrap())
    };
    // Of slope 0, to the third point (0, 1).
    let (r, s) = (point(one, order_less_1), point(order_less_1, order_less_1));
    let all = [
        of(&p, &q, &unreduced, &q),
        of(&q, &p, &q, &unreduced),
        with(&r, &s, [0; 4], &unreduced),
        with(&r, &s, [0; 4], &point(zero, order_and_1)),
    ];
    all.map(|play| Columns::of_row(play.row()))
}

#[test]
fn comparisons_refuse_rows_that_nothing_else_does() {
    let play = call(&G, &secp256k1::double(&G).unwrap());
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    for (number, mut columns) in unreduced().into_iter().enumerate() {
        forger.assert_is_refused_by("the comparison carries nothing out", cells(&columns));
        let [x1, x2, x3] = [columns.x1, columns.x2, columns.x3].map(limbs_of);
        let limbs_said = [x1, x2, x3, columns.y3][number];
        let gap = gap_in_field(&limbs_said, &limbs(&SECP256K1_FIELD));
        columns.gaps.as_chunks_mut::<16>().0[number] = gap;
        forger.assert_is_refused_by("a carry of the comparison is a bit", cells(&columns));
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
