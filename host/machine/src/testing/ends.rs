//! A memory that tests access, and the table of what its words hold in the beginning and in the end.

use alloc::collections::BTreeMap;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::matrix;
use crate::cells::columns;
use crate::memory::WordState;
use crate::messages::{Memory, Space, Word};
use crate::word::word;

columns! {
    /// A word, in the beginning and in the end.
    pub(super) struct EndsColumns {
        is_real: T,
        space: T,
        address: T,
        first: StateColumns<T>,
        last: StateColumns<T>,
    }
}

columns! {
    /// What a word holds, and since when.
    pub(super) struct StateColumns {
        value: Word<T>,
        time: T,
    }
}

impl From<&WordState> for StateColumns<Val> {
    fn from(state: &WordState) -> Self {
        Self {
            value: word(state.value),
            time: Val::from_u32(state.time),
        }
    }
}

/// Sends what words hold in the beginning, and receives what they hold in the end.
pub(super) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = EndsColumns::of_row(builder.main().current_slice());
    let state = |state: StateColumns<B::Var>| Memory::<B::Expr> {
        space: columns.space.into(),
        address: columns.address.into(),
        value: state.value.map(Into::into),
        time: state.time.into(),
    };
    let is_real = || Count::bounded(columns.is_real.into(), 1);
    builder.send(state(columns.first), is_real());
    builder.receive(state(columns.last), is_real());
}

/// Words that tables access, each with its first state and the one that it has now.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestMemory {
    words: BTreeMap<(u32, u32), (WordState, WordState)>,
}

impl TestMemory {
    /// What a word holds; `address` is over 8, or the number of a register. One that was not accessed before holds
    /// something that depends on its address.
    pub(crate) fn state(&self, space: Space, address: u32) -> WordState {
        let first = WordState {
            value: 0x8f1e_2d3c_4b5a_6978_u64.wrapping_mul(2 * u64::from(address) + 1),
            time: 0,
        };
        let known = self.words.get(&(space as u32, address));
        known.map_or(first, |(_, last)| *last)
    }

    /// Overwrites a word before it is accessed.
    pub(crate) fn begin(&mut self, space: Space, address: u32, state: WordState) {
        self.words.insert((space as u32, address), (state, state));
    }

    /// Accesses a word: gives what it held before.
    pub(crate) fn access(&mut self, space: Space, address: u32, value: u64, time: u32) -> WordState {
        let old = self.state(space, address);
        let entry = self.words.entry((space as u32, address)).or_insert((old, old));
        entry.1 = WordState { value, time };
        old
    }

    pub(super) fn rows(&self) -> RowMajorMatrix<Val> {
        let words: alloc::vec::Vec<_> = self.words.iter().collect();
        matrix(EndsColumns::<Val>::WIDTH, words.len() + 1, |index, row| {
            if let Some(((space, address), (first, last))) = words.get(index) {
                EndsColumns {
                    is_real: Val::ONE,
                    space: Val::from_u32(*space),
                    address: Val::from_u32(*address),
                    first: first.into(),
                    last: last.into(),
                }
                .store(row);
            }
        })
    }
}
