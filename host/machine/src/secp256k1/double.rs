//! Calls of the coprocessor that doubles points.
//!
//! *Proves*, beside what every call does, that `p` is then twice `p`, whose `y` is not 0 modulo the field's order. The slope's
//! identity is `2 * y1 * slope - 3 * x1^2`, coefficient by coefficient. Since `2 * y1` has an inverse, there is one slope modulo the
//! order; which number of 256 bits it is makes no difference to the result.
//!
//! *A row* is a call: 1,322 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `x1`, `y1` | bytes: those of the words in memory | [`BytePair`](crate::messages::BytePair) |
//! | `slope`, `x3` | bytes; `x3` is below the order | [`BytePair`](crate::messages::BytePair), `gaps` |
//! | `y3` | 16 bits a limb, below the order | [`Range16`](crate::messages::Range16), `gaps` |
//! | `quotients`, `tops` | bytes | [`BytePair`](crate::messages::BytePair) |
//! | `gaps` | 16 bits a limb: what the order is more than one plus `x3`, `y3` | [`Range16`](crate::messages::Range16) |
//! | `inverses` | of the sum of bytes of `y1`, which is not 0, and of that of squares of what they differ from the order's | constraints |
//! | `slope_carry` | 16 bits | [`Range16`](crate::messages::Range16) |
//! | `carry_low`, `carry_high` | bytes | [`BytePair`](crate::messages::BytePair) |
//!
//! *Buses:* those of every call, and [`BytePair`](crate::messages::BytePair). *Padding:* zeros. *Max degree* 3.

use alloc::vec::Vec;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::SECP256K1_DOUBLE;
use zisk_stark::{TableBuilder, Val};

use super::field::{Quotient, Third, order_byte, subtract_multiple};
use super::{BYTES, CARRIES, COEFFICIENTS, IDENTITIES, LIMBS, WORDS};
use crate::bigint::{Sum, are_bytes, limbs_of_bytes};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

/// Carries of the slope's identity.
pub(super) const SLOPE_CARRIES: usize = COEFFICIENTS - 1;

columns! {
    /// A call.
    pub(crate) struct Secp256k1DoubleColumns {
        call: CallColumns<T, 1, { 2 * WORDS }, 0>,
        x1: [T; BYTES],
        y1: [T; BYTES],
        slope: [T; BYTES],
        x3: [T; BYTES],
        y3: [T; LIMBS],
        quotients: [T; IDENTITIES * BYTES],
        tops: [T; IDENTITIES],
        gaps: [T; 2 * LIMBS],
        inverses: [T; 2],
        slope_carry: [T; SLOPE_CARRIES],
        carry_low: [T; 2 * CARRIES],
        carry_high: [T; 2 * CARRIES],
    }
}

type Columns<E> = Secp256k1DoubleColumns<E>;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.call.is_real;
    let p = limbs_of_bytes(&[&columns.x1[..], &columns.y1].concat());
    let result = [&limbs_of_bytes(&columns.x3)[..], &columns.y3].concat();
    let operands = [Operand::written(&p, &result)];
    columns.call.eval(builder, &SECP256K1_DOUBLE, &operands);
    columns.call.have_16_bits(builder, &columns.y3);
    columns.call.have_16_bits(builder, &columns.gaps);
    let [top1, top2, top3] = columns.tops.clone();
    let tops = [top1, top2, top3.clone(), top3];
    for bytes in [
        &columns.x1[..],
        &columns.y1,
        &columns.slope,
        &columns.x3,
        &columns.quotients,
        &tops,
    ] {
        are_bytes(builder, bytes, is_real);
    }

    // A number of 256 bits is 0 modulo the order if it is 0 or the order. 32 squares of bytes come to less than 2^21.
    let [of_sum, of_squares] = &columns.inverses;
    let sum = columns.y1.iter().cloned().sum::<B::Expr>();
    builder.assert_eq_named(sum * of_sum.clone(), is_real.clone(), "y is not 0");
    let squares = columns.y1.iter().enumerate().map(|(index, byte)| {
        let difference = byte.clone() - is_real.clone() * Val::from_u32(order_byte(index));
        difference.clone() * difference
    });
    builder.assert_eq_named(
        squares.sum::<B::Expr>() * of_squares.clone(),
        is_real.clone(),
        "y is not the order",
    );

    let quotients = columns.quotients.as_chunks::<BYTES>().0;
    let quotient = |identity: usize| Quotient {
        bytes: &quotients[identity][..],
        top: &columns.tops[identity],
    };
    let times = |bytes: &[B::Expr], factor: u32| -> Vec<B::Expr> {
        bytes
            .iter()
            .map(|byte| byte.clone() * Val::from_u32(factor))
            .collect()
    };
    let mut sum = Sum::new(B::Expr::ZERO, COEFFICIENTS);
    sum.add_product(&columns.slope, &times(&columns.y1, 2));
    sum.subtract_product(&columns.x1, &times(&columns.x1, 3));
    subtract_multiple(&mut sum, &quotient(0), is_real, B::Expr::from_u32);
    sum.is_zero_by_bytes(builder, &columns.slope_carry, is_real, "the slope of a tangent");

    let [low, high] = [&columns.carry_low, &columns.carry_high].map(|cells| cells.as_chunks::<CARRIES>().0);
    let carries = |identity: usize| [&low[identity][..], &high[identity][..]];
    let [gap_x3, gap_y3] = columns.gaps.as_chunks::<LIMBS>().0 else {
        unreachable!("two numbers are below the order")
    };
    let y1 = limbs_of_bytes(&columns.y1);
    let third = Third {
        is_real,
        slope: &columns.slope,
        x1: &columns.x1,
        x2: &columns.x1,
        x3: &columns.x3,
        y1: &y1,
        y3: &columns.y3,
        quotients: [quotient(1), quotient(2)],
        carries: [carries(0), carries(1)],
        gaps: [gap_x3, gap_y3],
    };
    third.eval(builder);
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use alloc::vec::Vec;

    use p3_field::{Field, PrimeCharacteristicRing};
    use zisk_software::secp256k1;
    use zisk_stark::Val;

    use super::super::field::{self, Filled, joined, order_byte};
    use super::{COEFFICIENTS, Columns};
    use crate::bigint::{Sum, byte_carries, bytes, integers};
    use crate::coprocessor::Call;

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let p = call.values(0);
        // A call without a result is none.
        let slope = secp256k1::slope_of_double(&p).unwrap_or_default();
        let result = secp256k1::double(&p).unwrap_or_default();
        let halves = |point: [u64; 8]| {
            [0, 4].map(|first| core::array::from_fn::<_, 4, _>(|index| point[first + index]))
        };
        let [x1, y1] = halves(p);
        let [x1_bytes, y1_bytes] = [x1, y1].map(|number| integers(&number, 1));
        let times =
            |bytes: &[i64], factor: i64| -> Vec<i64> { bytes.iter().map(|byte| byte * factor).collect() };
        let mut sum = Sum::new(0, COEFFICIENTS);
        sum.add_product(&integers(&slope, 1), &times(&y1_bytes, 2));
        sum.subtract_product(&x1_bytes, &times(&x1_bytes, 3));
        let of_slope = Filled::of(sum);
        let third = field::fill(&slope, [x1, y1], &x1, halves(result));
        let carries = third.identities.each_ref().map(Filled::carries);
        let squares = y1_bytes.iter().enumerate().map(|(index, byte)| {
            let difference = byte - i64::from(order_byte(index));
            difference * difference
        });
        let sums = [y1_bytes.iter().sum(), squares.sum::<i64>()];
        let [identity_x, identity_y] = &third.identities;
        Columns {
            call: call.columns(),
            x1: bytes(&x1),
            y1: bytes(&y1),
            slope: third.slope,
            x3: third.x3,
            y3: third.y3,
            quotients: joined(&[of_slope.quotient, identity_x.quotient, identity_y.quotient]),
            tops: [of_slope.top, identity_x.top, identity_y.top],
            gaps: joined(&third.gaps),
            inverses: sums.map(|sum| Val::from_i64(sum).try_inverse().unwrap_or_default()),
            slope_carry: byte_carries(&of_slope.zero),
            carry_low: joined(&carries.map(|[low, _]| low)),
            carry_high: joined(&carries.map(|[_, high]| high)),
        }
        .store(row);
    }
}
