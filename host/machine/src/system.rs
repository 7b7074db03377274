//! System calls that change nothing but, perhaps, `a0`: writing, cycle scopes, randomness.
//!
//! *Proves* that a call has a number that there is, and what it does to registers: nothing, but for the host's
//! randomness, which is any value in limbs of 16 bits. What a call writes is not looked at: it goes to the
//! host, and no further.
//!
//! *A row* is a call. `a7` is looked at at `time`, `a0` at `time + 2`, as the main table would.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_write`, `is_begin`, `is_end`, `is_random` | bits, at most one of them | constraints |
//! | `number_before`, `old_before` | earlier times | [`Range16`] |
//! | `old` | as it comes | the bus |
//! | `random` | limbs of 16 bits | [`Range16`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`] of registers, sends [`Range16`]. *Padding:* zeros. *Max
//! degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HOST_RANDOM, WRITE};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::OperationCode;
use crate::cells::columns;
use crate::messages::{Memory, Operation, Range16, Space};
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

/// The register that a call's number is in.
pub(crate) const NUMBER_REGISTER: u32 = 17;
/// The register of its first argument and of its result.
pub(crate) const ARGUMENT_REGISTER: u32 = 10;
/// When a result is written, from the time of the call on.
pub(crate) const RESULT_DELAY: u32 = 2;

columns! {
    /// A call.
    pub(crate) struct SystemColumns {
        is_write: T,
        is_begin: T,
        is_end: T,
        is_random: T,
        time: T,
        number_before: T,
        old: Word<T>,
        old_before: T,
        random: Word<T>,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = SystemColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let SystemColumns {
        is_write,
        is_begin,
        is_end,
        is_random,
        time,
        number_before,
        old,
        old_before,
        random,
    } = columns;
    let is_real = is_write.clone() + is_begin.clone() + is_end.clone() + is_random.clone();
    for (bit, label) in [
        (&is_write, "is_write is a bit"),
        (&is_begin, "is_begin is a bit"),
        (&is_end, "is_end is a bit"),
        (&is_random, "is_random is a bit"),
        (&is_real, "a row is one call"),
    ] {
        builder.assert_bool_named(bit.clone(), label);
    }
    let number = is_write * Val::from_u64(WRITE)
        + is_begin * Val::from_u64(CYCLES_BEGIN)
        + is_end * Val::from_u64(CYCLES_END)
        + is_random.clone() * Val::from_u64(HOST_RANDOM);
    let zero = || B::Expr::ZERO;
    let nothing = || core::array::from_fn(|_| zero());
    let call = Operation {
        code: B::Expr::from_u32(OperationCode::Ecall as u32),
        time: time.clone(),
        a: nothing(),
        b: nothing(),
        c: nothing(),
    };
    builder.receive(call, Count::bounded(is_real.clone(), 1));
    read_register(
        builder,
        NUMBER_REGISTER,
        &[number, zero(), zero(), zero()],
        number_before,
        time.clone(),
        is_real,
    );

    let state = |value: Word<B::Expr>, time: B::Expr| Memory {
        space: B::Expr::from_u32(Space::Register as u32),
        address: B::Expr::from_u32(ARGUMENT_REGISTER),
        value,
        time,
    };
    let count = || Count::bounded(is_random.clone(), 1);
    let written = time + B::Expr::from_u32(RESULT_DELAY);
    builder.receive(state(old, old_before.clone()), count());
    builder.send(state(random.clone(), written.clone()), count());
    builder.send(
        Range16 {
            value: written - old_before - B::Expr::ONE,
        },
        count(),
    );
    for limb in random {
        builder.send(Range16 { value: limb }, count());
    }
}

/// Looks at a register, which holds a value and was looked at before.
pub(crate) fn read_register<B: TableBuilder>(
    builder: &mut B,
    register: u32,
    value: &Word<B::Expr>,
    before: B::Expr,
    time: B::Expr,
    is_real: B::Expr,
) {
    let state = |time: B::Expr| Memory {
        space: B::Expr::from_u32(Space::Register as u32),
        address: B::Expr::from_u32(register),
        value: value.clone(),
        time,
    };
    builder.receive(state(before.clone()), Count::bounded(is_real.clone(), 1));
    builder.send(state(time.clone()), Count::bounded(is_real.clone(), 1));
    builder.send(
        Range16 {
            value: time - before - B::Expr::ONE,
        },
        Count::bounded(is_real, 1),
    );
}

/// A call.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) number: u64,
    pub(crate) time: u32,
    pub(crate) number_before: u32,
    /// What `a0` held, when it was looked at before, and what it holds then, for randomness.
    pub(crate) result: Option<(u64, u32, u64)>,
}

#[cfg(feature = "trace")]
pub(crate) fn fill(call: &Call, row: &mut [Val]) {
    use crate::word::word;
    let is = |number: u64| Val::from_bool(call.number == number);
    let (old, old_before, random) = call.result.unwrap_or_default();
    SystemColumns {
        is_write: is(WRITE),
        is_begin: is(CYCLES_BEGIN),
        is_end: is(CYCLES_END),
        is_random: is(HOST_RANDOM),
        time: Val::from_u32(call.time),
        number_before: Val::from_u32(call.number_before),
        old: word(old),
        old_before: Val::from_u32(old_before),
        random: word(random),
    }
    .store(row);
}
