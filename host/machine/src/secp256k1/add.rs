//! Calls of the coprocessor that adds points.
//!
//! *Proves*, beside what every call does, that `p` is then the sum of `p` and `q`, whose `x` are below the field's order and
//! different. The slope's identity is `slope * (x2 - x1) + y1 - y2`. Since `x2 - x1` has an inverse, there is one slope modulo the
//! order; which number of 256 bits it is makes no difference to the result.
//!
//! *A row* is a call: 1,496 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `x1`, `x2` | bytes: those of the words in memory; below the order | [`BytePair`](crate::messages::BytePair), `gaps` |
//! | `y1`, `y2` | as they come: 16 bits a limb | the bus |
//! | `slope`, `x3` | bytes; `x3` is below the order | [`BytePair`](crate::messages::BytePair), `gaps` |
//! | `y3` | 16 bits a limb, below the order | [`Range16`](crate::messages::Range16), `gaps` |
//! | `quotients`, `tops` | bytes | [`BytePair`](crate::messages::BytePair) |
//! | `gaps` | 16 bits a limb: what the order is more than one plus `x1`, `x2`, `x3`, `y3` | [`Range16`](crate::messages::Range16) |
//! | `inverse` | of the sum of squares of differences of bytes of `x1` and `x2`, which are not all the same | constraints |
//! | `carry_low`, `carry_high` | bytes | [`BytePair`](crate::messages::BytePair) |
//!
//! *Buses:* those of every call, and [`BytePair`](crate::messages::BytePair). *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::SECP256K1_ADD;
use zisk_stark::TableBuilder;

use super::field::{Quotient, Third, differences, is_in_field, subtract_multiple};
use super::{BYTES, CARRIES, COEFFICIENTS, IDENTITIES, LIMBS, WORDS};
use crate::bigint::{Sum, are_bytes, limbs_of_bytes};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct Secp256k1AddColumns {
        call: CallColumns<T, 2, { 4 * WORDS }, { 2 * WORDS }>,
        x1: [T; BYTES],
        y1: [T; LIMBS],
        x2: [T; BYTES],
        y2: [T; LIMBS],
        slope: [T; BYTES],
        x3: [T; BYTES],
        y3: [T; LIMBS],
        quotients: [T; IDENTITIES * BYTES],
        tops: [T; IDENTITIES],
        gaps: [T; 4 * LIMBS],
        inverse: T,
        carry_low: [T; IDENTITIES * CARRIES],
        carry_high: [T; IDENTITIES * CARRIES],
    }
}

type Columns<E> = Secp256k1AddColumns<E>;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.call.is_real;
    let point = |x: &[B::Expr], y: &[B::Expr]| [&limbs_of_bytes(x)[..], y].concat();
    let (p, q) = (point(&columns.x1, &columns.y1), point(&columns.x2, &columns.y2));
    let result = point(&columns.x3, &columns.y3);
    let operands = [Operand::written(&p, &result), Operand::read(&q)];
    columns.call.eval(builder, &SECP256K1_ADD, &operands);
    columns.call.have_16_bits(builder, &columns.y3);
    columns.call.have_16_bits(builder, &columns.gaps);
    let [top1, top2, top3] = columns.tops.clone();
    let tops = [top1, top2, top3.clone(), top3];
    for bytes in [
        &columns.x1[..],
        &columns.x2,
        &columns.slope,
        &columns.x3,
        &columns.quotients,
        &tops,
    ] {
        are_bytes(builder, bytes, is_real);
    }

    let [gap_x1, gap_x2, gap_x3, gap_y3] = columns.gaps.as_chunks::<LIMBS>().0 else {
        unreachable!("four numbers are below the order")
    };
    is_in_field(builder, &limbs_of_bytes(&columns.x1), gap_x1, is_real);
    is_in_field(builder, &limbs_of_bytes(&columns.x2), gap_x2, is_real);
    let difference = differences(&columns.x2, &columns.x1);
    // 32 squares of bytes come to less than 2^21.
    let squares = difference.iter().map(|byte| byte.clone() * byte.clone());
    builder.assert_eq_named(
        squares.sum::<B::Expr>() * columns.inverse.clone(),
        is_real.clone(),
        "points have different x",
    );

    let quotients = columns.quotients.as_chunks::<BYTES>().0;
    let quotient = |identity: usize| Quotient {
        bytes: &quotients[identity][..],
        top: &columns.tops[identity],
    };
    let [low, high] = [&columns.carry_low, &columns.carry_high].map(|cells| cells.as_chunks::<CARRIES>().0);
    let carries = |identity: usize| [&low[identity][..], &high[identity][..]];
    let mut sum = Sum::new(B::Expr::ZERO, COEFFICIENTS);
    sum.add_product(&columns.slope, &difference);
    sum.add_limbs(&columns.y1, 0);
    sum.subtract_limbs(&columns.y2, 0);
    subtract_multiple(&mut sum, &quotient(0), is_real, B::Expr::from_u32);
    sum.is_zero(builder, carries(0), is_real, "the slope of a line");
    let third = Third {
        is_real,
        slope: &columns.slope,
        x1: &columns.x1,
        x2: &columns.x2,
        x3: &columns.x3,
        y1: &columns.y1,
        y3: &columns.y3,
        quotients: [quotient(1), quotient(2)],
        carries: [carries(1), carries(2)],
        gaps: [gap_x3, gap_y3],
    };
    third.eval(builder);
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use p3_field::{Field, PrimeCharacteristicRing};
    use zisk_software::secp256k1::{self, SECP256K1_FIELD};
    use zisk_stark::Val;

    use super::super::field::{self, Filled, differences, joined};
    use super::{COEFFICIENTS, Columns};
    use crate::bigint::{Sum, bytes, gap, integers};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let (p, q) = (call.values(0), call.values(1));
        // A call without a result is none.
        let slope = secp256k1::slope_of_sum(&p, &q).unwrap_or_default();
        let result = secp256k1::add(&p, &q).unwrap_or_default();
        let halves = |point: [u64; 8]| {
            [0, 4].map(|first| core::array::from_fn::<_, 4, _>(|index| point[first + index]))
        };
        let ([x1, y1], [x2, y2]) = (halves(p), halves(q));
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
        let gaps = [x1, x2].map(|x| limbs(&gap(&x, &SECP256K1_FIELD)));
        Columns {
            call: call.columns(),
            x1: bytes(&x1),
            y1: limbs(&y1),
            x2: bytes(&x2),
            y2: limbs(&y2),
            slope: third.slope,
            x3: third.x3,
            y3: third.y3,
            quotients: joined(&identities.each_ref().map(|identity| identity.quotient)),
            tops: identities.each_ref().map(|identity| identity.top),
            gaps: joined(&[gaps[0], gaps[1], third.gaps[0], third.gaps[1]]),
            inverse: Val::from_i64(squares).try_inverse().unwrap_or_default(),
            carry_low: joined(&carries.map(|[low, _]| low)),
            carry_high: joined(&carries.map(|[_, high]| high)),
        }
        .store(row);
    }
}
