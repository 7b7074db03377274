//! States of registers and memory that tests choose one by one: each is there in the beginning or in the end.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::matrix;
use crate::cells::columns;
use crate::messages::{Memory, Space, Word};
use crate::word::word;

columns! {
    /// What a register or a word of memory holds in the beginning or in the end.
    pub(super) struct RememberedColumns {
        is_first: T,
        is_last: T,
        space: T,
        address: T,
        value: Word<T>,
        time: T,
    }
}

/// Sends what is there in the beginning, and receives what is there in the end.
pub(super) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = RememberedColumns::of_row(builder.main().current_slice());
    let message = Memory::<B::Expr> {
        space: columns.space.into(),
        address: columns.address.into(),
        value: columns.value.map(Into::into),
        time: columns.time.into(),
    };
    builder.send(message.clone(), Count::bounded(columns.is_first.into(), 1));
    builder.receive(message, Count::bounded(columns.is_last.into(), 1));
}

/// What a register or a word of memory holds in the beginning, or in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) is_last: bool,
    pub(crate) space: Space,
    pub(crate) address: u64,
    pub(crate) value: u64,
    pub(crate) time: u32,
}

pub(super) fn rows(memory: &[Remembered]) -> RowMajorMatrix<Val> {
    matrix(RememberedColumns::<Val>::WIDTH, memory.len() + 1, |index, row| {
        if let Some(remembered) = memory.get(index) {
            RememberedColumns {
                is_first: Val::from_bool(!remembered.is_last),
                is_last: Val::from_bool(remembered.is_last),
                space: Val::from_u32(remembered.space as u32),
                address: Val::from_u64(remembered.address),
                value: word(remembered.value),
                time: Val::from_u32(remembered.time),
            }
            .store(row);
        }
    })
}
