mod calls;
mod honest;
mod order;
mod pinned;
mod rounds;

use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::Val;
use zisk_stark::checker::Report;

use super::call::{self, BLOCK_WORDS, STATE_WORDS, Sha256CallColumns};
use super::compression::add_states;
use super::constants::NUM_ROUNDS;
use super::{NUM_STEPS, Rounds, Sha256Columns, fill};
use crate::Table;
use crate::coprocessor::Call;
use crate::messages::Space;
use crate::testing::{Remembered, Scene, World};

/// A state in the heap.
const STATE: u64 = HEAP.start + 0x48;
/// A block in the input.
const BLOCK: u64 = INPUT.start + 0x1_0000 - 0x20;

/// Calls, their rounds, and what memory is then; a forgery changes any of them.
#[derive(Clone, Debug)]
struct Play {
    calls: Vec<Call>,
    rounds: Vec<Rounds>,
    memory: Vec<Remembered>,
}

impl Play {
    /// What happened in a world.
    fn of(world: World) -> Self {
        Self {
            rounds: world.calls.iter().map(call::rounds).collect(),
            memory: world.memory(),
            calls: world.calls,
        }
    }

    fn scene(&self) -> Scene {
        let calls = Scene::rows(Table::Sha256Call, self.calls.len(), |index, row| {
            call::fill(&self.calls[index], &self.rounds[index], row);
        });
        let rounds = Scene::rows(Table::Sha256, NUM_STEPS * self.calls.len(), |index, row| {
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

    /// Gives the first call's state another end, which the call and memory agree to.
    fn end_with(&mut self, rounds: Rounds) {
        let result = add_states(&self.calls[0].values(0), &rounds.compressed());
        for (address, value) in (STATE / 8..).zip(result) {
            let mut lasts = self.memory.iter_mut();
            let last = lasts
                .find(|state| state.is_last && state.address == address && state.space != Space::Register);
            last.expect("the state is remembered").value = value;
        }
        self.rounds[0] = rounds;
    }

    /// A call's row, changed.
    fn with_call(&self, change: impl FnOnce(&mut Sha256CallColumns<Val>)) -> Scene {
        let mut scene = self.scene();
        let row = &mut scene.tables[0].1.values[..Sha256CallColumns::<Val>::WIDTH];
        let mut columns = Sha256CallColumns::of_row(row);
        change(&mut columns);
        columns.store(row);
        scene
    }

    /// A row of the first call's rounds, changed.
    fn with_row(&self, step: usize, change: impl FnOnce(&mut Sha256Columns<Val>)) -> Scene {
        let mut scene = self.scene();
        let width = Sha256Columns::<Val>::WIDTH;
        let row = &mut scene.tables[1].1.values[step * width..][..width];
        let mut columns = Sha256Columns::of_row(row);
        change(&mut columns);
        columns.store(row);
        scene
    }
}

fn random_words<const N: usize>(seed: u64) -> [u64; N] {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    from_fn(|_| rng.random::<u64>())
}

fn world(state: [u64; STATE_WORDS], block: [u64; BLOCK_WORDS]) -> World {
    let mut world = World::default();
    world.put_all(Space::ReadWrite, STATE, &state);
    world.put_all(Space::ReadOnly, BLOCK, &block);
    world
}

/// Makes a call.
fn compress(world: &mut World, time: u32, state: u64, block: u64) {
    world.call(&SHA256_COMPRESS, time, &[state, block]);
}

/// One call.
fn one() -> Play {
    let mut world = world(random_words(1), random_words(2));
    compress(&mut world, 1 << 20, STATE, BLOCK);
    Play::of(world)
}

/// Two calls, one after the other, on one state.
fn two() -> Play {
    let mut world = world(random_words(3), random_words(4));
    compress(&mut world, 100, STATE, BLOCK);
    compress(&mut world, 1 << 23, STATE, BLOCK);
    Play::of(world)
}

fn is_refused(play: &Play, scene: &Scene, what: &str) {
    assert!(scene.check_with_memory(&play.memory).is_err(), "{what}");
}

/// Changes the rounds of a call; the call and memory agree.
fn agreed(change: impl FnOnce(&mut Rounds)) -> Play {
    let mut play = one();
    let mut rounds = play.rounds[0].clone();
    change(&mut rounds);
    assert_ne!(rounds, play.rounds[0], "a forgery changes something");
    play.end_with(rounds);
    play
}

/// Goes on behind a round that was changed.
fn go_on(rounds: &mut Rounds, from: usize, constants: &[u32; NUM_ROUNDS]) {
    for (t, constant) in constants.iter().enumerate().skip(from) {
        rounds.round(t, *constant);
    }
}
