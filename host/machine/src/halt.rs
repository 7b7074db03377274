//! The end of the run.
//!
//! *Proves* that the call that ends the run was given the public exit code, and the address of words that hold the public
//! digest of the journal. *A row* is that call; the main table makes exactly one. `a7`, `a0`, `a1` and the words are
//! looked at at its time.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_read_only` | bits | constraints |
//! | `exit_code`, `digest` | the public values; the upper limbs of the exit code as they come | constraints |
//! | `address` | two limbs below 0x7001 0000, the upper ones are zero | the bus and [`Range16`] |
//! | `*_before` | earlier times | [`Range16`] |
//! | `digest_high` | upper parts of time differences | [`Range16`] |
//!
//! *Buses:* receives [`Operation`], receives and sends [`Memory`], sends [`Range16`]. *Public values:* two limbs of the exit
//! code, then four of each word of the digest. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::syscall::HALT;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use crate::OperationCode;
use crate::cells::columns;
use crate::messages::{Memory, Operation, Range16, Space};
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER, read_register};
use crate::word::{LIMB_BITS, Word};

#[cfg(all(test, feature = "trace"))]
mod tests;

/// Words of a digest.
pub(crate) const DIGEST_WORDS: usize = 4;
/// Limbs of a digest.
pub(crate) const DIGEST_LIMBS: usize = 4 * DIGEST_WORDS;
/// Limbs of an exit code.
pub(crate) const EXIT_CODE_LIMBS: usize = 2;
/// Elements that are public.
pub(crate) const NUM_PUBLIC_VALUES: usize = EXIT_CODE_LIMBS + DIGEST_LIMBS;
/// No upper limb of an address that anything is mapped at is larger.
pub(crate) const MAX_UPPER_LIMB: u32 = 0x7000;

columns! {
    /// The end of a run.
    pub(crate) struct HaltColumns {
        is_real: T,
        time: T,
        number_before: T,
        exit_code: Word<T>,
        exit_code_before: T,
        address: [T; 2],
        address_before: T,
        is_read_only: T,
        digest: [T; DIGEST_LIMBS],
        digest_before: [T; DIGEST_WORDS],
        digest_high: [T; DIGEST_WORDS],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = HaltColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let public: [B::Expr; NUM_PUBLIC_VALUES] = core::array::from_fn(|i| builder.public_values()[i].into());
    let HaltColumns {
        is_real,
        time,
        exit_code,
        address,
        is_read_only,
        digest,
        ..
    } = columns.clone();
    builder.assert_bool_named(is_real.clone(), "is_real is a bit");
    builder.assert_bool_named(is_read_only.clone(), "is_read_only is a bit");
    let shown = exit_code[..EXIT_CODE_LIMBS].iter().chain(&digest);
    for (limb, public) in shown.zip(public) {
        builder.assert_zero_named(
            is_real.clone() * (limb.clone() - public),
            "what is shown is public",
        );
    }
    let zero = || B::Expr::ZERO;
    let nothing = || core::array::from_fn(|_| zero());
    let call = Operation {
        code: B::Expr::from_u32(OperationCode::Ecall as u32),
        time: time.clone(),
        a: nothing(),
        b: nothing(),
        c: [B::Expr::ONE, zero(), zero(), zero()],
    };
    let count = || Count::bounded(is_real.clone(), 1);
    builder.receive(call, count());
    let [low, high] = address;
    let number = [B::Expr::from_u64(HALT), zero(), zero(), zero()];
    let pointer = [low.clone(), high.clone(), zero(), zero()];
    for (register, value, before) in [
        (NUMBER_REGISTER, number, columns.number_before),
        (ARGUMENT_REGISTER, exit_code, columns.exit_code_before),
        (ARGUMENT_REGISTER + 1, pointer, columns.address_before),
    ] {
        read_register(builder, register, &value, before, time.clone(), is_real.clone());
    }

    // Below 0x7001 0000 nothing wraps around the field, and an address that is no multiple of 8 gives a fraction, which
    // is above an eighth of the field: no word is there.
    builder.send(
        Range16 {
            value: high.clone() + Val::from_u32(0xffff - MAX_UPPER_LIMB),
        },
        count(),
    );
    let word = (low + high * Val::from_u32(1 << LIMB_BITS)) * Val::from_u32(8).inverse();
    let space = is_read_only + Val::from_u32(Space::ReadWrite as u32);
    for index in 0..DIGEST_WORDS {
        let state = |time: B::Expr| Memory {
            space: space.clone(),
            address: word.clone() + Val::from_u32(index as u32),
            value: core::array::from_fn(|limb| digest[4 * index + limb].clone()),
            time,
        };
        let (before, high) = (
            columns.digest_before[index].clone(),
            columns.digest_high[index].clone(),
        );
        builder.receive(state(before.clone()), count());
        builder.send(state(time.clone()), count());
        let low = time.clone() - before - B::Expr::ONE - high.clone() * Val::from_u32(1 << 8);
        builder.send(Range16 { value: low }, count());
        builder.send(Range16 { value: high }, count());
    }
}

/// What something held, and when that was looked at before.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) value: u64,
    pub(crate) before: u32,
}

/// The end of a run.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Halt {
    pub(crate) time: u32,
    pub(crate) number_before: u32,
    pub(crate) exit_code: Seen,
    pub(crate) address: Seen,
    pub(crate) digest: [Seen; DIGEST_WORDS],
    pub(crate) is_read_only: bool,
}

#[cfg(all(test, feature = "trace"))]
impl Halt {
    /// What is public of it.
    pub(crate) fn public_values(&self) -> [Val; NUM_PUBLIC_VALUES] {
        let digest = self.digest.map(|word| word.value);
        public_values(self.exit_code.value as u32, digest)
    }
}

/// The public values of a run that ends with this exit code and this digest, given as words in the machine's byte order.
pub fn public_values(exit_code: u32, digest: [u64; DIGEST_WORDS]) -> [Val; NUM_PUBLIC_VALUES] {
    let limb =
        |value: u64, index: usize| Val::from_u32((value >> (LIMB_BITS as usize * index)) as u16 as u32);
    core::array::from_fn(|i| match i.checked_sub(EXIT_CODE_LIMBS) {
        None => limb(exit_code.into(), i),
        Some(place) => limb(digest[place / 4], place % 4),
    })
}

#[cfg(feature = "trace")]
pub(crate) fn fill(halt: &Halt, row: &mut [Val]) {
    use crate::word::word;
    let digest: [[Val; 4]; DIGEST_WORDS] = halt.digest.map(|seen| word(seen.value));
    let address: Word<Val> = word(halt.address.value);
    HaltColumns {
        is_real: Val::ONE,
        time: Val::from_u32(halt.time),
        number_before: Val::from_u32(halt.number_before),
        exit_code: word(halt.exit_code.value),
        exit_code_before: Val::from_u32(halt.exit_code.before),
        address: [address[0], address[1]],
        address_before: Val::from_u32(halt.address.before),
        is_read_only: Val::from_bool(halt.is_read_only),
        digest: core::array::from_fn(|i| digest[i / 4][i % 4]),
        digest_before: halt.digest.map(|seen| Val::from_u32(seen.before)),
        digest_high: halt
            .digest
            .map(|seen| Val::from_u32((halt.time - seen.before - 1) >> 8)),
    }
    .store(row);
}
