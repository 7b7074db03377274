//! Where a segment begins, and where the next one does.
//!
//! *Proves* that the first segment begins at the entry, that each other one begins where the one before ended, and that all
//! but the last end without ending the run. *A row* is a beginning, the first, or an end, the second unless the
//! segment is the last.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `is_begin`, `is_end` | the first row's, and the second's unless the segment is the last | constraints |
//! | `pc` | as it comes; the entry, where the run begins | the buses; constraints |
//! | `masks` | anything | nobody: see below |
//! | `clock` | as it comes | the bus |
//!
//! What a segment's messages to others come to is published with its proof, and is a function of what it says. The
//! random `masks` of the message to the next segment make it uniformly random: each segment but the last draws some.
//!
//! *Buses:* receives and sends [`Passage`], sends and receives [`Continue`]. All but `clock` is committed early. *Public
//! values:* the entry, the segment's number, whether it is the first, whether it is the last. *Padding:* zeros.
//! *Max degree* 3.

use p3_air::{NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder};

use crate::cells::columns;
use crate::messages::{Continue, NUM_MASKS, Passage};
use crate::processor::FIRST_CLOCK;

#[cfg(all(test, feature = "trace"))]
mod tests;

columns! {
    /// A beginning or an end.
    pub(crate) struct PassageColumns {
        is_begin: T,
        is_end: T,
        pc: T,
        masks: [T; NUM_MASKS],
        clock: T,
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let public: [B::Expr; 4] = core::array::from_fn(|i| builder.public_values()[i].into());
    let [entry, number, is_first, is_last] = public;
    let main = builder.main();
    let columns = PassageColumns::<B::Expr>::of_variables(main.current_slice());
    let next = PassageColumns::<B::Expr>::of_variables(main.next_slice());
    let PassageColumns {
        is_begin,
        is_end,
        pc,
        masks,
        clock,
    } = columns;
    let goes_on = B::Expr::ONE - is_last;
    let mut first = builder.when_first_row();
    first.assert_one_named(is_begin.clone(), "the first row is the beginning");
    first.assert_zero_named(is_end.clone(), "the first row is no end");
    let mut transition = builder.when_transition();
    transition.assert_zero_named(next.is_begin, "only the first row is the beginning");
    let expected = is_begin.clone() * goes_on;
    transition.assert_eq_named(
        next.is_end,
        expected,
        "the end is behind the beginning, unless the run ends",
    );
    let begins_run = is_begin.clone() * is_first.clone();
    builder.assert_zero_named(begins_run * (pc.clone() - entry), "the run begins at the entry");

    let passage = |segment: B::Expr| Passage {
        segment,
        pc: pc.clone(),
        masks: masks.clone(),
    };
    let received = is_begin.clone() * (B::Expr::ONE - is_first);
    builder.receive(passage(number.clone()), Count::bounded(received, 1));
    builder.send(passage(number + B::Expr::ONE), Count::bounded(is_end.clone(), 1));
    let go_on = |clock: B::Expr| Continue {
        pc: pc.clone(),
        clock,
    };
    builder.send(go_on(B::Expr::from_u32(FIRST_CLOCK)), Count::bounded(is_begin, 1));
    builder.receive(go_on(clock), Count::bounded(is_end, 1));
}

/// A beginning or an end.
#[cfg(feature = "trace")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) is_begin: bool,
    pub(crate) pc: u64,
    pub(crate) masks: [zisk_stark::Val; NUM_MASKS],
    /// Of an end, if it is known.
    pub(crate) clock: u32,
}

#[cfg(feature = "trace")]
pub(crate) fn fill(passage: &Row, row: &mut [zisk_stark::Val]) {
    use zisk_stark::Val;
    PassageColumns {
        is_begin: Val::from_bool(passage.is_begin),
        is_end: Val::from_bool(!passage.is_begin),
        pc: Val::from_u64(passage.pc),
        masks: passage.masks,
        clock: Val::from_u32(passage.clock),
    }
    .store(row);
}
