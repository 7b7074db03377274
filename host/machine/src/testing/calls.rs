//! Calls of coprocessors whose tables have a row for each.

use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use rayon::prelude::*;
use zisk_abi::coprocessor::Coprocessor;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::Report;

use super::{Remembered, Scene, World};
use crate::Table;
use crate::cells::Cells;
use crate::coprocessor::Call;
use crate::messages::Space;

/// Where the operand that is written lies.
const WRITTEN: u64 = HEAP.start + 0x1_0000 - 0x10;

/// One call of a coprocessor whose table has a row for each call, and what memory is then.
#[derive(Clone)]
pub(crate) struct CallPlay {
    pub(crate) scene: Scene,
    pub(crate) memory: Vec<Remembered>,
}

/// A call's row.
type Fill = fn(&Call, &mut [Val]);

impl CallPlay {
    /// Words of the operand that is written, and numbers for the others.
    pub(crate) fn new(
        table: Table,
        fill: Fill,
        coprocessor: &'static Coprocessor,
        written: &[u64],
        read: &[&[u64]],
    ) -> Self {
        let mut world = World::default();
        world.put_all(Space::ReadWrite, WRITTEN, written);
        let mut pointers = vec![WRITTEN];
        for (index, number) in read.iter().enumerate() {
            // In the input and in the heap by turns.
            let (space, start) = if index % 2 == 0 {
                (Space::ReadOnly, INPUT.end - 0xc0)
            } else {
                (Space::ReadWrite, HEAP.end - 0xc0)
            };
            let pointer = start + 64 * index as u64;
            world.put_all(space, pointer, number);
            pointers.push(pointer);
        }
        world.call(coprocessor, 1 << 20, &pointers);
        Self::of(table, fill, &world)
    }

    pub(crate) fn of(table: Table, fill: Fill, world: &World) -> Self {
        let calls = &world.calls;
        let rows = Scene::rows(table, calls.len(), |index, row| fill(&calls[index], row));
        Self {
            scene: Scene {
                tables: vec![rows],
                asked: World::asked(calls),
                ..Scene::default()
            },
            memory: world.memory(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Report> {
        self.scene.check_with_memory(&self.memory)
    }

    #[track_caller]
    pub(crate) fn holds(&self) {
        let result = self.check();
        assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    /// What an operand is said to hold in the beginning, in memory: the only one of its space.
    pub(crate) fn begins_with(&mut self, space: Space, values: &[u64]) {
        let of_space = |held: &&mut Remembered| !held.is_last && held.space == space;
        for (held, value) in self.memory.iter_mut().filter(of_space).zip(values) {
            held.value = *value;
        }
    }

    /// What the operand that is written is said to hold then, in memory.
    pub(crate) fn ends_with(&mut self, values: &[u64]) {
        for (address, value) in (WRITTEN / 8..).zip(values) {
            let is_end = |held: &&mut Remembered| {
                held.is_last && held.address == address && held.space == Space::ReadWrite
            };
            let last = self.memory.iter_mut().find(is_end);
            last.expect("it is remembered").value = *value;
        }
    }

    /// The call's row.
    pub(crate) fn row(&self) -> &[Val] {
        let (_, main) = &self.scene.tables[0];
        &main.values[..main.width()]
    }

    /// Changes the call's row.
    pub(crate) fn change<C: Cells<Val>>(&mut self, change: impl FnOnce(C) -> C) {
        let row = &mut self.scene.tables[0].1.values[..C::WIDTH];
        let columns = change(C::read(&mut row.iter().copied()));
        let mut places = row.iter_mut();
        columns.write(&mut |cell| {
            if let Some(place) = places.next() {
                *place = cell;
            }
        });
    }

    /// Every change of a cell of the first row is noticed, but for these columns, and those that say how long ago a word was looked
    /// at: their two parts overlap by eight bits.
    #[track_caller]
    pub(crate) fn assert_every_cell_is_pinned(&self, but: &[&str]) {
        let (table, rows) = &self.scene.tables[0];
        let names = table.column_names();
        let is_loose =
            |name: &str| name.starts_with("call.high") || but.iter().any(|but| name.starts_with(but));
        let survives = |column: &usize| {
            let mut changed = self.clone();
            let old = rows.values[*column];
            let changes = [
                Val::ONE - old,
                old + Val::ONE,
                old - Val::ONE,
                old + Val::from_u32(1 << 8),
                -old - Val::TWO,
            ];
            changes.into_iter().filter(|new| *new != old).any(|new| {
                changed.scene.tables[0].1.values[*column] = new;
                changed.check().is_ok()
            })
        };
        let columns = (0..rows.width()).into_par_iter();
        let found = columns
            .filter(|column| !is_loose(&names[*column]))
            .filter(survives);
        let found: Vec<_> = found.map(|column| &names[column]).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

/// What is documented of a table of calls.
#[track_caller]
pub(crate) fn assert_shape(table: Table, max_degree: usize, cells_per_row: usize) {
    let shape = analyze(&table, &[]).expect("the table is well formed");
    assert_eq!(shape.max_degree(), max_degree);
    assert_eq!(shape.unused_columns().count(), 0);
    assert!(shape.may_be_absent);
    assert_eq!(shape.cells_per_row(), cells_per_row);
}
