//! Registers and words that a segment touches, as it takes them over and as it leaves them.
//!
//! *Proves* that each begins, within the segment, with what the run so far left there, and hands on what the segment
//! leaves there. *A row* is a register or a word.
//!
//! From row to row of all segments, the state of a word forms a chain: it begins with a message of number 0, of which there
//! is one for each word ([`initial`](crate::initial), [`image`](crate::image)); each row takes a state of a
//! segment before its own, and gives one of its own, or, behind the last segment that touches the word, none. So
//! a chain meets a segment once at most, and what a word holds within a segment begins once.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_real`, `is_last` | bits; `is_last` only where `is_real` | constraints |
//! | `space`, `address`, `first` | as they come | the buses |
//! | `previous` | the number of an earlier segment | [`Range16`] of the difference |
//! | `last`, `last_time` | as they come | the buses |
//!
//! *Buses:* receives and sends [`Handover`], sends and receives [`Memory`], sends [`Range16`]. All but `last_time` is
//! committed early. *Public values:* the segment's number, from 1 to 2^16. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::{Handover, Memory, Range16};
use crate::word::Word;

#[cfg(all(test, feature = "trace"))]
mod tests;

/// How many registers there are.
#[cfg(feature = "trace")]
pub(crate) const NUM_REGISTERS: usize = 32;

columns! {
    /// A register or a word.
    pub(crate) struct BoundaryColumns {
        is_real: T,
        /// Whether no later segment touches it.
        is_last: T,
        space: T,
        address: T,
        first: Word<T>,
        last: Word<T>,
        /// The segment that touched it before.
        previous: T,
        /// Not committed early: it is known only when the segment has been replayed.
        last_time: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let number: B::Expr = builder.public_values()[0].into();
    let BoundaryColumns {
        is_real,
        is_last,
        space,
        address,
        first,
        last,
        previous,
        last_time,
    } = BoundaryColumns::<B::Expr>::of_variables(builder.main().current_slice());
    builder.assert_bool_named(is_real.clone(), "is_real is a bit");
    builder.assert_bool_named(is_last.clone(), "is_last is a bit");
    builder.assert_zero_named(
        is_last.clone() * (B::Expr::ONE - is_real.clone()),
        "only what is touched is touched last",
    );
    let count = || Count::bounded(is_real.clone(), 1);
    let handover = |value: &Word<B::Expr>, segment: B::Expr| Handover {
        space: space.clone(),
        address: address.clone(),
        value: value.clone(),
        segment,
    };
    builder.receive(handover(&first, previous.clone()), count());
    let handed_on = Count::bounded(is_real.clone() - is_last, 1);
    builder.send(handover(&last, number.clone()), handed_on);
    // A state of this segment or of a later one would lead around in a circle, which need not begin anywhere.
    builder.send(
        Range16 {
            value: number - previous - B::Expr::ONE,
        },
        count(),
    );
    let state = |value: Word<B::Expr>, time: B::Expr| Memory {
        space: space.clone(),
        address: address.clone(),
        value,
        time,
    };
    builder.send(state(first, B::Expr::ZERO), count());
    builder.receive(state(last, last_time), count());
}

/// A register or a word, as a segment takes it over and leaves it.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) space: crate::messages::Space,
    /// A register's number, or the address of the word over 8.
    pub(crate) address: u32,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) previous: u16,
    pub(crate) is_last: bool,
    /// 0 as long as it is not known.
    pub(crate) last_time: u32,
}

#[cfg(feature = "trace")]
pub(crate) fn fill(handed: &Row, row: &mut [zisk_stark::Val]) {
    use crate::word::word;
    use zisk_stark::Val;
    BoundaryColumns {
        is_real: Val::ONE,
        is_last: Val::from_bool(handed.is_last),
        space: Val::from_u32(handed.space as u32),
        address: Val::from_u32(handed.address),
        first: word(handed.first),
        last: word(handed.last),
        previous: Val::from_u16(handed.previous),
        last_time: Val::from_u32(handed.last_time),
    }
    .store(row);
}
