mod calls;
mod honest;
mod rounds;

use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::KECCAK_F;
use zisk_abi::memory::HEAP;
use zisk_stark::Val;
use zisk_stark::checker::{Report, Violation};

use super::call::{self, KeccakCallColumns};
use super::{KeccakColumns, NUM_STEPS, Rounds, fill};
use crate::Table;
use crate::coprocessor::Call;
use crate::keccak::permutation::State;
use crate::messages::Space;
use crate::testing::{Remembered, Scene, World};

/// A state in the heap.
const STATE: u64 = HEAP.start + 0x1_0000 - 0x20;
const WIDTH: usize = KeccakColumns::<Val>::WIDTH;

fn random_state(seed: u64) -> State {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    from_fn(|_| rng.random::<u64>())
}

/// Calls, their rounds, and what memory is then; a forgery changes any of them.
#[derive(Clone, Debug)]
struct Play {
    calls: Vec<Call>,
    rounds: Vec<Rounds>,
    memory: Vec<Remembered>,
}

impl Play {
    /// Calls at these times, of the same state.
    fn of(state: State, times: &[u32]) -> Self {
        let mut world = World::default();
        world.put_all(Space::ReadWrite, STATE, &state);
        for time in times {
            world.call(&KECCAK_F, *time, &[STATE]);
        }
        Self {
            rounds: world.calls.iter().map(call::rounds).collect(),
            memory: world.memory(),
            calls: world.calls,
        }
    }

    fn scene(&self) -> Scene {
        let calls = Scene::rows(Table::KeccakCall, self.calls.len(), |index, row| {
            call::fill(&self.calls[index], &self.rounds[index], row);
        });
        let rounds = Scene::rows(Table::Keccak, NUM_STEPS * self.calls.len(), |index, row| {
            let number = index / NUM_STEPS;
            let time = self.calls[number].time;
            fill(&self.rounds[number], time, index % NUM_STEPS, row);
        });
        Scene {
            tables: vec![calls, rounds],
            asked: World::asked(&self.calls),
            ..Scene::default()
        }
    }

    fn check(&self) -> Result<(), Report> {
        self.scene().check_with_memory(&self.memory)
    }

    /// Gives the first call other rounds, whose end the call and memory agree to.
    fn end_with(&mut self, rounds: Rounds) {
        for (address, value) in (STATE / 8..).zip(*rounds.end()) {
            let is_end = |state: &&mut Remembered| state.is_last && state.address == address;
            let last = self.memory.iter_mut().find(is_end);
            last.expect("the state is remembered").value = value;
        }
        self.rounds[0] = rounds;
    }

    /// A call's row, changed.
    fn with_call(&self, change: impl FnOnce(&mut KeccakCallColumns<Val>)) -> Scene {
        let mut scene = self.scene();
        let row = &mut scene.tables[0].1.values[..KeccakCallColumns::<Val>::WIDTH];
        let mut columns = KeccakCallColumns::of_row(row);
        change(&mut columns);
        columns.store(row);
        scene
    }

    /// A row of the rounds, changed.
    fn with_row(&self, step: usize, change: impl FnOnce(&mut KeccakColumns<Val>)) -> Scene {
        let mut scene = self.scene();
        let row = &mut scene.tables[1].1.values[step * WIDTH..][..WIDTH];
        let mut columns = KeccakColumns::of_row(row);
        change(&mut columns);
        columns.store(row);
        scene
    }

    #[track_caller]
    fn refuses(&self, scene: &Scene, what: &str) {
        assert!(scene.check_with_memory(&self.memory).is_err(), "{what}");
    }

    /// Nothing but constraints of this label objects.
    #[track_caller]
    fn refuses_for(&self, scene: &Scene, label: &str) {
        let report = scene.check_with_memory(&self.memory).expect_err("it is accepted");
        let is_of = |violation: &Violation| matches!(violation, Violation::Constraint { label: found, .. } if found == label);
        assert!(report.violations.iter().all(is_of), "{report}");
    }
}

/// One call.
fn one() -> Play {
    Play::of(random_state(1), &[1 << 20])
}

fn flip(cell: &mut Val) {
    *cell = Val::ONE - *cell;
}
