mod mul_add;
mod mul_add_mod;

use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use rayon::prelude::*;
use zisk_abi::coprocessor::Coprocessor;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::Val;
use zisk_stark::checker::Report;

use crate::Table;
use crate::coprocessor::Call;
use crate::messages::Space;
use crate::testing::{Remembered, Scene, World};

type Number = [u64; 4];

/// Where the operand that is written lies.
const WRITTEN: u64 = HEAP.start + 0x1_0000 - 0x10;
/// Numbers at which something may go wrong.
const CORNERS: [Number; 8] = [
    [0; 4],
    [1, 0, 0, 0],
    [2, 0, 0, 0],
    [0xffff, 0, 0, 0],
    [0, 0, 0, 1 << 63],
    [u64::MAX, u64::MAX, 0, 0],
    [u64::MAX - 1, u64::MAX, u64::MAX, u64::MAX],
    [u64::MAX; 4],
];
/// The order of the field of secp256k1 (SEC 2, section 2.4.1), and something below it.
const P: Number = [0xffff_fffe_ffff_fc2f, u64::MAX, u64::MAX, u64::MAX];
const BELOW_P: Number = [
    0x59f2_815b_16f8_1798,
    0x029b_fcdb_2dce_28d9,
    0x55a0_6295_ce87_0b07,
    0x79be_667e_f9dc_bbac,
];

/// One call of a coprocessor whose table has a row for each call, and what memory is then.
#[derive(Clone)]
struct Play {
    scene: Scene,
    memory: Vec<Remembered>,
}

/// A call's row.
type Fill = fn(&Call, &mut [Val]);

impl Play {
    /// Words of the operand that is written, and numbers for the others.
    fn new(
        table: Table,
        fill: Fill,
        coprocessor: &'static Coprocessor,
        written: &[u64],
        read: &[Number],
    ) -> Self {
        let mut world = World::default();
        world.put_all(Space::ReadWrite, WRITTEN, written);
        let mut pointers = vec![WRITTEN];
        for (index, number) in read.iter().enumerate() {
            // In the input and in the heap by turns.
            let (space, start) = if index % 2 == 0 {
                (Space::ReadOnly, INPUT.end - 0x80)
            } else {
                (Space::ReadWrite, HEAP.end - 0x80)
            };
            let pointer = start + 32 * index as u64;
            world.put_all(space, pointer, number);
            pointers.push(pointer);
        }
        world.call(coprocessor, 1 << 20, &pointers);
        Self::of(table, fill, world)
    }

    fn of(table: Table, fill: Fill, world: World) -> Self {
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

    fn check(&self) -> Result<(), Report> {
        self.scene.check_with_memory(&self.memory)
    }

    #[track_caller]
    fn holds(&self) {
        let result = self.check();
        assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    /// What the operand that is written is said to hold then, in memory.
    fn ends_with(&mut self, values: &[u64]) {
        for (address, value) in (WRITTEN / 8..).zip(values) {
            let is_end = |held: &&mut Remembered| {
                held.is_last && held.address == address && held.space == Space::ReadWrite
            };
            let last = self.memory.iter_mut().find(is_end);
            last.expect("it is remembered").value = *value;
        }
    }

    /// Columns of the first row of which some change is not noticed, but for these.
    fn survivors(&self, but: impl Fn(usize) -> bool + Sync) -> Vec<usize> {
        let width = self.scene.tables[0].1.width();
        let columns: Vec<usize> = (0..width).filter(|column| !but(*column)).collect();
        let survives = |column: &usize| {
            let mut changed = self.clone();
            let old = self.scene.tables[0].1.values[*column];
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
        columns.into_par_iter().filter(survives).collect()
    }
}
