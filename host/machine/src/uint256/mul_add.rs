//! Calls of the coprocessor for products.
//!
//! *Proves*, beside what every call does, that the two numbers of the sum are then `x * y + low + high`, of which they were `low`
//! and `high`.
//!
//! *A row* is a call: 682 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `sum` | as it comes: 16 bits a limb | the bus |
//! | `x`, `y` | bytes: those of the words in memory | [`BytePair`](crate::messages::BytePair) |
//! | `result` | 16 bits a limb | [`Range16`](crate::messages::Range16) |
//! | `carry_low`, `carry_high` | bytes | [`BytePair`](crate::messages::BytePair) |
//!
//! *Buses:* those of every call, and [`BytePair`](crate::messages::BytePair). *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::U256_MUL_ADD;
use zisk_stark::TableBuilder;

use super::{BYTES, CARRIES, LIMBS, WORDS};
use crate::bigint::{Sum, are_bytes, limbs_of_bytes};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct U256MulAddColumns {
        call: CallColumns<T, 3, { 4 * WORDS }, { 2 * WORDS }>,
        sum: [T; 2 * LIMBS],
        x: [T; BYTES],
        y: [T; BYTES],
        result: [T; 2 * LIMBS],
        carry_low: [T; CARRIES],
        carry_high: [T; CARRIES],
    }
}

type Columns<E> = U256MulAddColumns<E>;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.call.is_real;
    let [x, y] = [&columns.x, &columns.y].map(|bytes| limbs_of_bytes(bytes));
    let sum = Operand::written(&columns.sum, &columns.result);
    let operands = [sum, Operand::read(&x), Operand::read(&y)];
    columns.call.eval(builder, &U256_MUL_ADD, &operands);
    columns.call.have_16_bits(builder, &columns.result);
    are_bytes(builder, &columns.x, is_real);
    are_bytes(builder, &columns.y, is_real);

    let mut sum = Sum::new(B::Expr::ZERO, 2 * BYTES);
    sum.add_product(&columns.x, &columns.y);
    let [low, high] = columns.sum.as_chunks::<LIMBS>().0 else {
        unreachable!("a sum has two numbers")
    };
    sum.add_limbs(low, 0);
    sum.add_limbs(high, 0);
    sum.subtract_limbs(&columns.result, 0);
    let carries = [&columns.carry_low[..], &columns.carry_high];
    sum.is_zero(builder, carries, is_real, "a result is a product and a sum");
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use zisk_stark::Val;

    use super::{BYTES, Columns, WORDS};
    use crate::bigint::{Sum, bytes, carries, integers};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let [x, y] = [1, 2].map(|operand| call.values::<WORDS>(operand));
        let old = call.values::<{ 2 * WORDS }>(0);
        let [low, high] = [0, WORDS].map(|first| core::array::from_fn(|index| old[first + index]));
        let result = zisk_software::mul_add(&x, &y, &low, &high).concat();
        let mut sum = Sum::new(0, 2 * BYTES);
        sum.add_product(&integers(&x, 1), &integers(&y, 1));
        sum.add_limbs(&integers(&low, 2), 0);
        sum.add_limbs(&integers(&high, 2), 0);
        sum.subtract_limbs(&integers(&result, 2), 0);
        let [carry_low, carry_high] = carries(&sum);
        Columns {
            call: call.columns(),
            sum: limbs(&old),
            x: bytes(&x),
            y: bytes(&y),
            result: limbs(&result),
            carry_low,
            carry_high,
        }
        .store(row);
    }
}
