//! Calls of the coprocessor for modular products.
//!
//! *Proves*, beside what every call does, that `x * y + z = q * m + r` for the numbers at the pointers, with a remainder `r` below
//! the modulus that `x` then is, and some quotient `q` of 256 bits. A modulus of 0 stands for 2^256.
//!
//! *A row* is a call: 829 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `x`, `y`, `m` | bytes: those of the words in memory | [`BytePair`](crate::messages::BytePair) |
//! | `z` | as it comes: 16 bits a limb | the bus |
//! | `quotient` | bytes | [`BytePair`](crate::messages::BytePair) |
//! | `remainder` | 16 bits a limb | [`Range16`](crate::messages::Range16) |
//! | `gap` | 16 bits a limb: what the modulus is more than `remainder + 1` | [`Range16`](crate::messages::Range16) |
//! | `is_full` | a bit: the modulus is 0 | constraints |
//! | `inverse` | of the sum of the modulus' bytes; 0 if that is 0 | constraints |
//! | `carry_low`, `carry_high` | bytes | [`BytePair`](crate::messages::BytePair) |
//!
//! *Buses:* those of every call, and [`BytePair`](crate::messages::BytePair). *Padding:* zeros. *Max degree* 3.

use alloc::vec::Vec;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::U256_MUL_ADD_MOD;
use zisk_stark::TableBuilder;

use super::{BYTES, CARRIES, LIMBS, WORDS};
use crate::bigint::{Sum, are_bytes, is_below, limbs_of_bytes};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct U256MulAddModColumns {
        call: CallColumns<T, 4, { 4 * WORDS }, { 3 * WORDS }>,
        x: [T; BYTES],
        y: [T; BYTES],
        z: [T; LIMBS],
        m: [T; BYTES],
        quotient: [T; BYTES],
        remainder: [T; LIMBS],
        gap: [T; LIMBS],
        is_full: T,
        inverse: T,
        carry_low: [T; CARRIES],
        carry_high: [T; CARRIES],
    }
}

type Columns<E> = U256MulAddModColumns<E>;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = Columns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.call.is_real;
    let [x, y, modulus] = [&columns.x, &columns.y, &columns.m].map(|bytes| limbs_of_bytes(bytes));
    let [y, z, m] = [&y[..], &columns.z, &modulus].map(Operand::read);
    let x = Operand::written(&x, &columns.remainder);
    columns.call.eval(builder, &U256_MUL_ADD_MOD, &[x, y, z, m]);
    columns.call.have_16_bits(builder, &columns.remainder);
    columns.call.have_16_bits(builder, &columns.gap);
    for bytes in [&columns.x, &columns.y, &columns.m, &columns.quotient] {
        are_bytes(builder, bytes, is_real);
    }

    // 32 bytes come to less than 2^13.
    let (is_full, sum) = (&columns.is_full, columns.m.iter().cloned().sum::<B::Expr>());
    builder.assert_bool_named(is_full.clone(), "is_full is a bit");
    builder.assert_zero_named(is_full.clone() * sum.clone(), "a full modulus is 0");
    builder.assert_eq_named(
        sum * columns.inverse.clone() + is_full.clone(),
        is_real.clone(),
        "a modulus of 0 is a full one",
    );
    builder.assert_zero_named(is_full.clone() * columns.inverse.clone(), "0 has no inverse");
    is_below(
        builder,
        &columns.remainder,
        &modulus,
        &columns.gap,
        is_real,
        is_full,
    );

    let mut sum = Sum::new(B::Expr::ZERO, 2 * BYTES);
    sum.add_product(&columns.x, &columns.y);
    sum.add_limbs(&columns.z, 0);
    sum.subtract_product(&columns.quotient, &columns.m);
    let full = limbs_of_bytes(&columns.quotient).into_iter();
    let full: Vec<B::Expr> = full.map(|limb| limb * is_full.clone()).collect();
    sum.subtract_limbs(&full, BYTES);
    sum.subtract_limbs(&columns.remainder, 0);
    let carries = [&columns.carry_low[..], &columns.carry_high];
    sum.is_zero(
        builder,
        carries,
        is_real,
        "a product is a quotient's and a remainder",
    );
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use p3_field::{Field, PrimeCharacteristicRing};
    use zisk_stark::Val;

    use super::{BYTES, Columns, WORDS};
    use crate::bigint::{Sum, bytes, carries, gap, integers};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let [x, y, z, m] = [0, 1, 2, 3].map(|operand| call.values::<WORDS>(operand));
        // A call without a result is none.
        let (quotient, remainder) = zisk_software::mul_add_mod(&x, &y, &z, &m).unwrap_or_default();
        let is_full = m == [0; WORDS];
        let mut sum = Sum::new(0, 2 * BYTES);
        let [x_bytes, y_bytes, m_bytes, quotient_bytes] =
            [x, y, m, quotient].map(|number| integers(&number, 1));
        sum.add_product(&x_bytes, &y_bytes);
        sum.add_limbs(&integers(&z, 2), 0);
        sum.subtract_product(&quotient_bytes, &m_bytes);
        if is_full {
            sum.subtract_limbs(&integers(&quotient, 2), BYTES);
        }
        sum.subtract_limbs(&integers(&remainder, 2), 0);
        let [carry_low, carry_high] = carries(&sum);
        let m_sum = Val::from_i64(m_bytes.iter().sum());
        Columns {
            call: call.columns(),
            x: bytes(&x),
            y: bytes(&y),
            z: limbs(&z),
            m: bytes(&m),
            quotient: bytes(&quotient),
            remainder: limbs(&remainder),
            gap: limbs(&gap(&remainder, &m)),
            is_full: Val::from_bool(is_full),
            inverse: m_sum.try_inverse().unwrap_or_default(),
            carry_low,
            carry_high,
        }
        .store(row);
    }
}
