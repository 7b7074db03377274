//! What both tables have in common: multiples of the field's order, and the third point.

use alloc::vec::Vec;
use core::ops::{AddAssign, Mul, SubAssign};

use p3_field::{Algebra, PrimeCharacteristicRing};
use zisk_stark::{TableBuilder, Val};

use super::{BYTES, COEFFICIENTS};
use crate::bigint::{Sum, is_below, limbs_of_bytes};

/// The bytes of 2^32 + 977, which is what 2^256 is more than the field's order.
const COMPLEMENT: [u8; 5] = [0xd1, 0x03, 0, 0, 1];
/// The limbs of the order.
const ORDER_LIMBS: [u32; 16] = {
    let mut limbs = [0xffff; 16];
    (limbs[0], limbs[2]) = (0xfc2f, 0xfffe);
    limbs
};
/// A quotient is its bytes less so many times 2^256: products of differences are negative by turns.
const QUOTIENT_OFFSET: u32 = 4;

/// The field's order in bytes.
pub(super) fn order_byte(index: usize) -> u32 {
    ORDER_LIMBS[index / 2] >> (8 * (index % 2)) & 0xff
}

/// A quotient: 32 bytes, and one behind.
pub(super) struct Quotient<'a, T> {
    pub(super) bytes: &'a [T],
    pub(super) top: &'a T,
}

/// Subtracts a multiple of the order; `is_real` is one, in a row that is a call.
pub(super) fn subtract_multiple<T>(
    sum: &mut Sum<T>,
    quotient: &Quotient<'_, T>,
    is_real: &T,
    of: impl Fn(u32) -> T,
) where
    T: Clone + Mul<Output = T> + AddAssign + SubAssign,
{
    let mut top = quotient.top.clone();
    top -= is_real.clone() * of(QUOTIENT_OFFSET);
    let digits: Vec<T> = quotient.bytes.iter().cloned().chain([top]).collect();
    sum.subtract_bytes(&digits, BYTES);
    sum.add_product(&digits, &COMPLEMENT.map(|byte| of(byte.into())));
}

/// The sum that is a multiple of the order for the third point's `x`: of `x1`, `x2` and `x3` in limbs.
pub(super) fn third_x<T>(zero: T, slope: &[T], x: [&[T]; 3]) -> Sum<T>
where
    T: Clone + Mul<Output = T> + AddAssign + SubAssign,
{
    let mut sum = Sum::new(zero, COEFFICIENTS);
    sum.add_product(slope, slope);
    for limbs in x {
        sum.subtract_limbs(limbs, 0);
    }
    sum
}

/// The same for `y`: of `x1` less `x3` in bytes, `y1` and `y3` in limbs.
pub(super) fn third_y<T>(zero: T, slope: &[T], x_difference: &[T], y: [&[T]; 2]) -> Sum<T>
where
    T: Clone + Mul<Output = T> + AddAssign + SubAssign,
{
    let mut sum = Sum::new(zero, COEFFICIENTS);
    sum.add_product(slope, x_difference);
    for limbs in y {
        sum.subtract_limbs(limbs, 0);
    }
    sum
}

/// What the constraints of both tables say of a call's third point.
pub(super) struct Third<'a, E> {
    pub(super) is_real: &'a E,
    pub(super) slope: &'a [E],
    /// Bytes, as `x2` and `x3`.
    pub(super) x1: &'a [E],
    pub(super) x2: &'a [E],
    pub(super) x3: &'a [E],
    /// Limbs, as `y3`.
    pub(super) y1: &'a [E],
    pub(super) y3: &'a [E],
    /// Of `x`, then of `y`.
    pub(super) quotients: [Quotient<'a, E>; 2],
    pub(super) carries: [[&'a [E]; 2]; 2],
    pub(super) gaps: [&'a [E]; 2],
}

impl<E: Algebra<Val>> Third<'_, E> {
    pub(super) fn eval<B: TableBuilder<Expr = E>>(&self, builder: &mut B) {
        let [x1, x2, x3] = [self.x1, self.x2, self.x3].map(limbs_of_bytes);
        let difference = differences(self.x1, self.x3);
        let sums = [
            third_x(E::ZERO, self.slope, [&x1, &x2, &x3]),
            third_y(E::ZERO, self.slope, &difference, [self.y1, self.y3]),
        ];
        let labels = ["the third point's x", "the third point's y"];
        let parts = sums
            .into_iter()
            .zip(&self.quotients)
            .zip(self.carries)
            .zip(labels);
        for (((mut sum, quotient), carries), label) in parts {
            subtract_multiple(&mut sum, quotient, self.is_real, E::from_u32);
            sum.is_zero(builder, carries, self.is_real, label);
        }
        is_in_field(builder, &x3, self.gaps[0], self.is_real);
        is_in_field(builder, self.y3, self.gaps[1], self.is_real);
    }
}

/// Byte by byte.
pub(super) fn differences<T: Clone + SubAssign>(x: &[T], y: &[T]) -> Vec<T> {
    let difference = |(x, y): (&T, &T)| {
        let mut difference = x.clone();
        difference -= y.clone();
        difference
    };
    x.iter().zip(y).map(difference).collect()
}

/// A number in limbs is below the order.
pub(super) fn is_in_field<B: TableBuilder>(
    builder: &mut B,
    limbs: &[B::Expr],
    gap: &[B::Expr],
    is_real: &B::Expr,
) {
    let order = ORDER_LIMBS.map(|limb| is_real.clone() * Val::from_u32(limb));
    is_below(builder, limbs, &order, gap, is_real, &B::Expr::ZERO);
}

#[cfg(feature = "trace")]
pub(super) use fill::{Filled, fill, joined};

#[cfg(feature = "trace")]
mod fill {
    use p3_field::PrimeCharacteristicRing;
    use zisk_software::secp256k1::SECP256K1_FIELD;
    use zisk_stark::Val;

    use super::super::{BYTES, CARRIES, WORDS};
    use super::{Quotient, differences, subtract_multiple, third_x, third_y};
    use crate::bigint::{Sum, bytes, carries, gap, integers, quotient};
    use crate::coprocessor::limbs;

    /// The columns of an identity.
    pub(in super::super) struct Filled {
        pub(in super::super) quotient: [Val; BYTES],
        pub(in super::super) top: Val,
        /// Without the multiple of the order, what is left is zero.
        pub(in super::super) zero: Sum<i64>,
    }

    impl Filled {
        /// Of a sum that is a multiple of the order.
        pub(in super::super) fn of(mut sum: Sum<i64>) -> Self {
            let found = quotient(&sum, &SECP256K1_FIELD);
            let digits = found.map(i64::from);
            let (top, low) = digits.split_last().expect("a quotient has bytes");
            let said = Quotient { bytes: low, top };
            subtract_multiple(&mut sum, &said, &1, i64::from);
            Self {
                quotient: core::array::from_fn(|index| Val::from_u8(found[index])),
                top: Val::from_u8(found[BYTES]),
                zero: sum,
            }
        }

        pub(in super::super) fn carries(&self) -> [[Val; CARRIES]; 2] {
            carries(&self.zero)
        }
    }

    /// Columns, one behind the other.
    pub(in super::super) fn joined<const N: usize, const M: usize>(parts: &[[Val; N]]) -> [Val; M] {
        let mut cells = parts.iter().flatten().copied();
        core::array::from_fn(|_| cells.next().unwrap_or_default())
    }

    /// The columns of a third point.
    pub(in super::super) struct ThirdColumns {
        pub(in super::super) slope: [Val; BYTES],
        pub(in super::super) x3: [Val; BYTES],
        pub(in super::super) y3: [Val; 4 * WORDS],
        pub(in super::super) identities: [Filled; 2],
        pub(in super::super) gaps: [[Val; 4 * WORDS]; 2],
    }

    /// Fills what is of a third point.
    pub(in super::super) fn fill(
        slope: &[u64; 4],
        p: [[u64; 4]; 2],
        x2: &[u64; 4],
        result: [[u64; 4]; 2],
    ) -> ThirdColumns {
        let ([x1, y1], [x3, y3]) = (p, result);
        let slope_bytes = integers(slope, 1);
        let in_limbs = |number: &[u64; 4]| integers(number, 2);
        let x = third_x(0, &slope_bytes, [&in_limbs(&x1), &in_limbs(x2), &in_limbs(&x3)]);
        let difference = differences(&integers(&x1, 1), &integers(&x3, 1));
        let y = third_y(0, &slope_bytes, &difference, [&in_limbs(&y1), &in_limbs(&y3)]);
        ThirdColumns {
            slope: bytes(slope),
            x3: bytes(&x3),
            y3: limbs(&y3),
            identities: [x, y].map(Filled::of),
            gaps: [x3, y3].map(|number| limbs(&gap(&number, &SECP256K1_FIELD))),
        }
    }
}
