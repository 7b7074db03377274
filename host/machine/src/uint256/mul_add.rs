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

use alloc::vec::Vec;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::U256_MUL_ADD;
use zisk_stark::TableBuilder;

use super::{BYTES, CARRIES, LIMBS, WORDS};
use crate::bigint::{Sum, are_bytes, limbs_of_bytes};
use crate::cells::columns;
use crate::coprocessor::{Head, Pointer, Words};

/// Which operand is which.
const SUM: usize = 0;
const X: usize = 1;
const Y: usize = 2;
const OPERANDS: usize = U256_MUL_ADD.operands.len();

columns! {
    /// A call.
    pub(crate) struct U256MulAddColumns {
        is_real: T,
        time: T,
        number_before: T,
        pointers: [T; 2 * OPERANDS],
        pointers_before: [T; OPERANDS],
        sum: [T; 2 * LIMBS],
        x: [T; BYTES],
        y: [T; BYTES],
        result: [T; 2 * LIMBS],
        carry_low: [T; CARRIES],
        carry_high: [T; CARRIES],
        before: [T; 4 * WORDS],
        high: [T; 4 * WORDS],
        is_read_only: [T; 2 * WORDS],
    }
}

type Columns<E> = U256MulAddColumns<E>;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.is_real;
    look(builder, &columns);
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

/// What the call finds in registers and memory, and leaves there.
fn look<B: TableBuilder>(builder: &mut B, columns: &Columns<B::Expr>) {
    let head = Head {
        coprocessor: &U256_MUL_ADD,
        is_real: columns.is_real.clone(),
        time: columns.time.clone(),
        number_before: columns.number_before.clone(),
    };
    let pointers = columns.pointers.as_chunks::<2>().0;
    let registers = pointers.iter().zip(&columns.pointers_before);
    let registers: Vec<_> = registers
        .map(|(value, before)| Pointer { value, before })
        .collect();
    head.is_called(builder, &registers);
    let (sum_before, before) = columns.before.split_at(2 * WORDS);
    let (sum_high, high) = columns.high.split_at(2 * WORDS);
    let words = Words {
        values: &columns.sum,
        before: sum_before,
        high: sum_high,
    };
    head.writes(builder, SUM, &pointers[SUM], &words, &columns.result);
    for (operand, bytes) in [(X, &columns.x), (Y, &columns.y)] {
        let place = (operand - X) * WORDS..(operand - X + 1) * WORDS;
        let words = Words {
            values: &limbs_of_bytes(bytes),
            before: &before[place.clone()],
            high: &high[place.clone()],
        };
        head.reads(
            builder,
            operand,
            &pointers[operand],
            &words,
            &columns.is_read_only[place],
        );
    }
    head.have_16_bits(builder, &columns.result);
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use p3_field::PrimeCharacteristicRing;
    use zisk_stark::Val;

    use super::{BYTES, Columns, SUM, WORDS, X, Y};
    use crate::bigint::{Sum, bytes, carries, integers};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let [x, y] = [X, Y].map(|operand| call.values::<WORDS>(operand));
        let old = call.values::<{ 2 * WORDS }>(SUM);
        let [low, high] = [0, WORDS].map(|first| core::array::from_fn(|index| old[first + index]));
        let result = zisk_software::mul_add(&x, &y, &low, &high).concat();
        let mut sum = Sum::new(0, 2 * BYTES);
        sum.add_product(&integers(&x, 1), &integers(&y, 1));
        sum.add_limbs(&integers(&low, 2), 0);
        sum.add_limbs(&integers(&high, 2), 0);
        sum.subtract_limbs(&integers(&result, 2), 0);
        let [carry_low, carry_high] = carries(&sum);
        let (pointers, pointers_before) = call.pointers();
        Columns {
            is_real: Val::ONE,
            time: Val::from_u32(call.time),
            number_before: Val::from_u32(call.number_before),
            pointers,
            pointers_before,
            sum: limbs(&old),
            x: bytes(&x),
            y: bytes(&y),
            result: limbs(&result),
            carry_low,
            carry_high,
            before: call.all_befores(),
            high: call.all_highs(),
            is_read_only: call.read_only_from(X),
        }
        .store(row);
    }
}
