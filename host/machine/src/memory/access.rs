//! One access of a word of memory: the part that is the same wherever it happens.
//!
//! An access receives the word's state as it was and sends it as it is from then on. It proves that the time of the
//! state that it receives is before its own, so that states cannot be received in a circle: every state was sent by an
//! access before or is what the word holds in the beginning, and as one is received once, accesses of a word form
//! one chain. No access sends a state of a word that it has not received one of: only the table of what words hold in the
//! beginning says which addresses there are.
//!
//! Times are integers below 2^26. Whoever asks for an access sees to that; the time of a state that is received was
//! the time of an access that sent it.

use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::{BytePair, Memory, Range16, Space, Word};

/// Bits of the lower part of a difference of times.
const LOW_BITS: u32 = 16;

columns! {
    /// What an access of a word of memory needs beside the word.
    pub(crate) struct AccessColumns {
        /// When the word was accessed before.
        old_time: T,
        /// How many times lie between, over 2^16: a byte.
        high: T,
    }
}

/// A word, before and after an access.
pub(crate) struct Access<E> {
    /// A [`Space`].
    pub(crate) space: E,
    /// The word's address over 8, or the register's number.
    pub(crate) address: E,
    /// What it holds before.
    pub(crate) old: Word<E>,
    /// What it holds after. Its limbs must be known to have 16 bits.
    pub(crate) new: Word<E>,
    /// When: below 2^26.
    pub(crate) time: E,
}

impl<E: PrimeCharacteristicRing> Access<E> {
    /// How many times lie between this access and the one before.
    fn between(&self, old_time: E) -> E {
        self.time.clone() - old_time - E::ONE
    }

    fn exchange<B: TableBuilder<Expr = E>>(self, builder: &mut B, old_time: E, is_real: E) {
        let Self {
            space,
            address,
            old,
            new,
            time,
        } = self;
        builder.receive(
            Memory {
                space: space.clone(),
                address: address.clone(),
                value: old,
                time: old_time,
            },
            Count::bounded(is_real.clone(), 1),
        );
        builder.send(
            Memory {
                space,
                address,
                value: new,
                time,
            },
            Count::bounded(is_real, 1),
        );
    }
}

impl<T> AccessColumns<T> {
    /// Four messages: exchanges the word's state, and shows that it is of a time before. `is_real` must be a bit, and
    /// linear. One of the look-ups has room for another byte: proves that `byte` is one.
    pub(crate) fn eval<B>(self, builder: &mut B, access: Access<B::Expr>, byte: B::Expr, is_real: B::Expr)
    where
        B: TableBuilder<Var = T>,
        T: Into<B::Expr>,
    {
        let Self { old_time, high } = self;
        let (old_time, high): (B::Expr, B::Expr) = (old_time.into(), high.into());
        // between = low + 2^16 high is an integer in 0..2^24, and so the new time minus an old time that is as great or
        // greater, a number in -2^26..0 modulo p, is no such sum.
        let low = access.between(old_time.clone()) - high.clone() * B::Expr::from_u32(1 << LOW_BITS);
        builder.send(Range16 { value: low }, Count::bounded(is_real.clone(), 1));
        builder.send(BytePair { x: high, y: byte }, Count::bounded(is_real.clone(), 1));
        access.exchange(builder, old_time, is_real);
    }
}

/// The space of memory that may be read: [`Space::ReadOnly`] if the bit is set, else [`Space::ReadWrite`].
pub(crate) fn space<E: PrimeCharacteristicRing>(is_read_only: E) -> E {
    let [read_write, read_only] = [Space::ReadWrite, Space::ReadOnly].map(|space| space as u32);
    E::from_u32(read_write) + is_read_only * E::from_u32(read_only - read_write)
}

#[cfg(feature = "trace")]
mod trace {
    use p3_field::PrimeCharacteristicRing;
    use zisk_stark::Val;

    use super::{AccessColumns, LOW_BITS};

    impl AccessColumns<Val> {
        /// The columns of an access at a time, of a word that was accessed before at another.
        pub(crate) fn new(old_time: u32, time: u32) -> Self {
            let between = time.wrapping_sub(old_time).wrapping_sub(1);
            Self {
                old_time: Val::from_u32(old_time),
                high: Val::from_u32(between >> LOW_BITS),
            }
        }
    }
}
