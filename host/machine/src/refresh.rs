//! Registers that are looked at although no instruction needs them.
//!
//! *Proves* nothing but that a register's value stays. The main table checks that a register was looked at before, less
//! than 2^16 earlier, so that one lookup says it; where a register rests for longer, it is looked at here in between.
//! Times stay below 2^25, so that a chain of these cannot lead around the field to an earlier time.
//!
//! *A row* is a look at a register. *Columns:* `is_real`, a bit; the register and its value, as on the bus; `before`
//! and `time`, with `time - before - 1` of 16 bits; `high`, such that `time` is `2^8 high` and a number of 16 bits.
//! *Buses:* receives and sends [`Memory`], sends [`Range16`]. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::cells::columns;
use crate::messages::{Memory, Range16, Space};
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

columns! {
    /// A look at a register.
    pub(crate) struct RefreshColumns {
        is_real: T,
        register: T,
        value: Word<T>,
        before: T,
        time: T,
        high: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let RefreshColumns {
        is_real,
        register,
        value,
        before,
        time,
        high,
    } = RefreshColumns::<B::Expr>::of_variables(builder.main().current_slice());
    builder.assert_bool_named(is_real.clone(), "is_real is a bit");
    let count = || Count::bounded(is_real.clone(), 1);
    let state = |time: B::Expr| Memory {
        space: B::Expr::from_u32(Space::Register as u32),
        address: register.clone(),
        value: value.clone(),
        time,
    };
    builder.receive(state(before.clone()), count());
    builder.send(state(time.clone()), count());
    builder.send(
        Range16 {
            value: time.clone() - before - B::Expr::ONE,
        },
        count(),
    );
    builder.send(
        Range16 {
            value: time - high.clone() * Val::from_u32(1 << 8),
        },
        count(),
    );
    builder.send(Range16 { value: high }, count());
}

/// A look at a register.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) register: u8,
    pub(crate) value: u64,
    pub(crate) before: u32,
    pub(crate) time: u32,
}

#[cfg(feature = "trace")]
pub(crate) fn fill(look: &Look, row: &mut [Val]) {
    RefreshColumns {
        is_real: Val::ONE,
        register: Val::from_u8(look.register),
        value: crate::word::word(look.value),
        before: Val::from_u32(look.before),
        time: Val::from_u32(look.time),
        high: Val::from_u32(look.time >> 8),
    }
    .store(row);
}
