//! The compression of FIPS 180-4, section 6.2.2, with everything that it computes on the way.

use core::array::from_fn;

use super::constants::{BIG_0, BIG_1, NUM_ROUNDS, ROUND_CONSTANTS, SMALL_0, SMALL_1};

/// Words of a state.
pub(crate) const STATE_LEN: usize = 8;
/// Words of a block.
pub(crate) const BLOCK_LEN: usize = 16;
/// Values of `a` behind the last round and before the first one: the initial state has four of them, and two that
/// no round looks at stand before these.
pub(crate) const NUM_A: usize = NUM_ROUNDS + 6;
/// Values of `e`.
pub(crate) const NUM_E: usize = NUM_ROUNDS + 4;

/// All rounds of a compression.
///
/// A round computes a new `a` and a new `e`; the others of the eight variables are those of earlier rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rounds {
    /// `a[t + 5]` is `a` before round `t`; the first two are zero.
    pub(crate) a: [u32; NUM_A],
    /// `e[t + 3]` is `e` before round `t`.
    pub(crate) e: [u32; NUM_E],
    /// The message schedule.
    pub(crate) w: [u32; NUM_ROUNDS],
}

fn big([first, second, third]: [usize; 3], x: u32) -> u32 {
    x.rotate_right(first as u32) ^ x.rotate_right(second as u32) ^ x.rotate_right(third as u32)
}

fn small([first, second, third]: [usize; 3], x: u32) -> u32 {
    x.rotate_right(first as u32) ^ x.rotate_right(second as u32) ^ x >> third
}

pub(crate) fn big_0(x: u32) -> u32 {
    big(BIG_0, x)
}

pub(crate) fn big_1(x: u32) -> u32 {
    big(BIG_1, x)
}

pub(crate) fn small_0(x: u32) -> u32 {
    small(SMALL_0, x)
}

pub(crate) fn small_1(x: u32) -> u32 {
    small(SMALL_1, x)
}

pub(crate) fn choice(x: u32, y: u32, z: u32) -> u32 {
    x & y ^ !x & z
}

pub(crate) fn majority(x: u32, y: u32, z: u32) -> u32 {
    x & y ^ x & z ^ y & z
}

/// The message schedule of a block.
pub(crate) fn schedule(block: &[u32; BLOCK_LEN]) -> [u32; NUM_ROUNDS] {
    let mut w = [0; NUM_ROUNDS];
    w[..BLOCK_LEN].copy_from_slice(block);
    for t in BLOCK_LEN..NUM_ROUNDS {
        let terms = [small_1(w[t - 2]), w[t - 7], small_0(w[t - 15]), w[t - 16]];
        w[t] = terms.into_iter().fold(0, u32::wrapping_add);
    }
    w
}

impl Rounds {
    /// The rounds from a state on, with a message schedule and with constants.
    pub(crate) fn new(state: &[u32; STATE_LEN], w: [u32; NUM_ROUNDS], constants: &[u32; NUM_ROUNDS]) -> Self {
        let mut rounds = Self {
            a: [0; NUM_A],
            e: [0; NUM_E],
            w,
        };
        for i in 0..4 {
            (rounds.a[5 - i], rounds.e[3 - i]) = (state[i], state[4 + i]);
        }
        for (t, constant) in constants.iter().enumerate() {
            rounds.round(t, *constant);
        }
        rounds
    }

    /// Computes round `t` from those before.
    pub(crate) fn round(&mut self, t: usize, constant: u32) {
        let Self { a, e, w } = self;
        let terms = [
            e[t],
            big_1(e[t + 3]),
            choice(e[t + 3], e[t + 2], e[t + 1]),
            constant,
            w[t],
        ];
        let first = terms.into_iter().fold(0, u32::wrapping_add);
        let second = big_0(a[t + 5]).wrapping_add(majority(a[t + 5], a[t + 4], a[t + 3]));
        e[t + 4] = a[t + 2].wrapping_add(first);
        a[t + 6] = first.wrapping_add(second);
    }

    /// The rounds of the compression of a block, given as memory holds them: two words of the state in each word,
    /// the first one low, and the bytes of the block in their order.
    pub(crate) fn of_words(state: &[u64; STATE_LEN / 2], block: &[u64; BLOCK_LEN / 2]) -> Self {
        let state = from_fn(|i| (state[i / 2] >> (32 * (i % 2))) as u32);
        let block = from_fn(|i| ((block[i / 2] >> (32 * (i % 2))) as u32).swap_bytes());
        Self::new(&state, schedule(&block), &ROUND_CONSTANTS)
    }

    /// The eight variables before a round, or behind the last one.
    pub(crate) fn state(&self, round: usize) -> [u32; STATE_LEN] {
        from_fn(|i| {
            if i < 4 {
                self.a[round + 5 - i]
            } else {
                self.e[round + 7 - i]
            }
        })
    }

    /// The eight variables behind the last round, as memory would hold them.
    pub(crate) fn compressed(&self) -> [u64; STATE_LEN / 2] {
        let state = self.state(NUM_ROUNDS);
        from_fn(|i| u64::from(state[2 * i]) | u64::from(state[2 * i + 1]) << 32)
    }
}

/// The sum of two states, word by word of 32 bits.
pub(crate) fn add_states(x: &[u64; STATE_LEN / 2], y: &[u64; STATE_LEN / 2]) -> [u64; STATE_LEN / 2] {
    let half = |word: u64, i: usize| (word >> (32 * i)) as u32;
    from_fn(|k| {
        let [low, high] = [0, 1].map(|i| u64::from(half(x[k], i).wrapping_add(half(y[k], i))));
        low | high << 32
    })
}
