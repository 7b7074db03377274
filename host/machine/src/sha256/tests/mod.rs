mod calls;
mod honest;
mod machine;
mod order;
mod pinned;
mod rounds;

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::Val;
use zisk_stark::checker::Report;

use super::call::{self, BLOCK_WORDS, STATE_DELAY, STATE_WORDS, Sha256Call, Sha256CallColumns};
use super::constants::NUM_ROUNDS;
use super::{NUM_STEPS, Rounds, Sha256Columns, fill};
use crate::halt::Seen;
use crate::messages::Space;
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER};
use crate::testing::{Asked, Remembered, Scene};
use crate::word::word;
use crate::{OperationCode, Table};

/// A state in the heap.
const STATE: u64 = HEAP.start + 0x48;
/// A block in the input.
const BLOCK: u64 = INPUT.start + 0x1_0000 - 0x20;

/// Registers and memory, as tables that are not here see to.
#[derive(Clone, Debug, Default)]
struct World {
    held: BTreeMap<(u32, u64), (Space, u64, u32)>,
    remembered: Vec<Remembered>,
    calls: Vec<Sha256Call>,
}

impl World {
    /// Puts something into a register or a word of memory.
    fn put(&mut self, space: Space, address: u64, value: u64, time: u32) {
        let of = |is_last, value, time| Remembered {
            is_last,
            space,
            address,
            value,
            time,
        };
        let held = self.held.insert((space as u32, address), (space, value, time));
        if let Some((_, value, time)) = held {
            self.remembered.push(of(true, value, time));
        }
        self.remembered.push(of(false, value, time));
    }

    fn put_all(&mut self, space: Space, pointer: u64, values: &[u64]) {
        for (address, value) in (pointer / 8..).zip(values) {
            self.put(space, address, *value, 0);
        }
    }

    /// Looks at something, wherever it is.
    fn see(&mut self, address: u64, time: u32) -> (Seen, Space) {
        let spaces = [Space::ReadWrite, Space::ReadOnly, Space::Register];
        let is_held = |space: &Space| self.held.contains_key(&(*space as u32, address));
        let space = spaces.into_iter().find(is_held).expect("it is held");
        let (_, value, before) = self.held[&(space as u32, address)];
        self.held.insert((space as u32, address), (space, value, time));
        (Seen { value, before }, space)
    }

    /// Makes a call, with the pointers that it is given.
    fn call(&mut self, time: u32, state_pointer: u64, block_pointer: u64) {
        let arguments = [SHA256_COMPRESS.number, state_pointer, block_pointer];
        let registers = [NUMBER_REGISTER, ARGUMENT_REGISTER, ARGUMENT_REGISTER + 1];
        for (register, value) in registers.into_iter().zip(arguments) {
            self.put(Space::Register, register.into(), value, time - 2);
        }
        let [number, state_pointer, block_pointer] =
            registers.map(|register| self.see(register.into(), time).0);
        let mut call = Sha256Call {
            time,
            number_before: number.before,
            state_pointer,
            block_pointer,
            ..Sha256Call::default()
        };
        for index in 0..BLOCK_WORDS {
            let (seen, space) = self.see(block_pointer.value / 8 + index as u64, time);
            call.block[index] = seen;
            call.is_read_only[index] = space == Space::ReadOnly;
        }
        let first = state_pointer.value / 8;
        for (address, seen) in (first..).zip(&mut call.state) {
            (*seen, _) = self.see(address, time + STATE_DELAY);
        }
        for (address, result) in (first..).zip(call.result(&call.rounds())) {
            for space in [Space::ReadWrite, Space::ReadOnly] {
                if let Some((_, value, _)) = self.held.get_mut(&(space as u32, address)) {
                    *value = result;
                }
            }
        }
        self.calls.push(call);
    }

    /// Everything that is remembered, also of the end.
    fn memory(&self) -> Vec<Remembered> {
        let lasts = self
            .held
            .iter()
            .map(|((_, address), (space, value, time))| Remembered {
                is_last: true,
                space: *space,
                address: *address,
                value: *value,
                time: *time,
            });
        self.remembered.iter().copied().chain(lasts).collect()
    }

    fn play(self) -> Play {
        Play {
            rounds: self.calls.iter().map(Sha256Call::rounds).collect(),
            memory: self.memory(),
            calls: self.calls,
        }
    }
}

/// Calls, their rounds, and what memory is then; a forgery changes any of them.
#[derive(Clone, Debug)]
struct Play {
    calls: Vec<Sha256Call>,
    rounds: Vec<Rounds>,
    memory: Vec<Remembered>,
}

impl Play {
    fn scene(&self) -> Scene {
        let calls = Scene::rows(Table::Sha256Call, self.calls.len(), |index, row| {
            call::fill(&self.calls[index], &self.rounds[index], row);
        });
        let rounds = Scene::rows(Table::Sha256, NUM_STEPS * self.calls.len(), |index, row| {
            let number = index / NUM_STEPS;
            let time = self.calls[number].time;
            fill(&self.rounds[number], time, index % NUM_STEPS, row);
        });
        let asked = |call: &Sha256Call| Asked {
            code: OperationCode::Ecall,
            time: call.time,
            a: word(0),
            b: word(0),
            c: word(0),
        };
        Scene {
            tables: vec![calls, rounds],
            asked: self.calls.iter().map(asked).collect(),
            ..Scene::default()
        }
    }

    fn check(&self) -> Result<(), Report> {
        self.scene().check_with_memory(&self.memory)
    }

    /// Gives the first call's state another end, which the call and memory agree to.
    fn end_with(&mut self, rounds: Rounds) {
        let result = self.calls[0].result(&rounds);
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

/// One call.
fn one() -> Play {
    let mut world = world(random_words(1), random_words(2));
    world.call(1 << 20, STATE, BLOCK);
    world.play()
}

/// Two calls, one after the other, on one state.
fn two() -> Play {
    let mut world = world(random_words(3), random_words(4));
    world.call(100, STATE, BLOCK);
    world.call(1 << 23, STATE, BLOCK);
    world.play()
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
