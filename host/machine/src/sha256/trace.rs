use core::array::from_fn;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::Sha256Columns;
use super::columns::{BITS, NUM_FUTURE, NUM_STEPS, PER_ROW};
use super::compression::{BLOCK_LEN, Rounds, big_0, big_1, choice, majority, small_0, small_1};
use super::constants::{NUM_ROUNDS, ROUND_CONSTANTS};

/// Limbs as integers, also those of sums.
type Limbs = [i32; 2];

fn limbs(word: u32) -> Limbs {
    [word as u16, (word >> 16) as u16].map(i32::from)
}

fn add(terms: &[Limbs]) -> Limbs {
    from_fn(|limb| terms.iter().map(|term| term[limb]).sum())
}

/// What a sum's limbs carry.
fn carries([low, high]: Limbs) -> Limbs {
    let carry = low >> 16;
    [carry, (high + carry) >> 16]
}

/// Cells of a row, word by word.
fn cells<const N: usize>(words: impl IntoIterator<Item = Limbs>) -> [Val; N] {
    let mut limbs = words.into_iter().flatten();
    from_fn(|_| limbs.next().map_or(Val::ZERO, Val::from_i32))
}

fn bits<const N: usize>(words: &[u32]) -> [Val; N] {
    from_fn(|i| {
        words
            .get(i / BITS)
            .map_or(Val::ZERO, |word| Val::from_bool(word >> (i % BITS) & 1 == 1))
    })
}

/// Fills a row of a call, whose time is given.
pub(crate) fn fill(rounds: &Rounds, time: u32, step: usize, row: &mut [Val]) {
    let t = PER_ROW * step;
    let Rounds { a, e, w } = rounds;
    let (a, e, own) = (
        &a[t..t + 6],
        &e[t..t + 4],
        &w[t.min(NUM_ROUNDS)..(t + 4).min(NUM_ROUNDS)],
    );
    let a_sum = |a: &[u32]| add(&[limbs(big_0(a[2])), limbs(majority(a[2], a[1], a[0]))]);
    let (e_carries, a_carries) = match step.checked_sub(1) {
        Some(_) => (
            from_fn(|k| e_carries(rounds, t - PER_ROW + k)),
            from_fn(|k| a_carries(rounds, t - PER_ROW + k)),
        ),
        None => ([Limbs::default(); PER_ROW], [Limbs::default(); PER_ROW]),
    };
    let w_carries: [Limbs; PER_ROW] = from_fn(|j| w_carries(rounds, t + j));
    Sha256Columns {
        steps: from_fn(|other| Val::from_bool(other == step)),
        time: Val::from_u32(time),
        a: bits(a),
        e: bits(e),
        w: bits(own),
        small_0: cells(own.iter().map(|word| limbs(small_0(*word)))),
        small_1: cells(own.iter().map(|word| limbs(small_1(*word)))),
        a_sum: cells(a.windows(3).map(a_sum)),
        big_1: cells(e.iter().map(|word| limbs(big_1(*word)))),
        future: cells((0..NUM_FUTURE).map(|s| future(rounds, step, t + PER_ROW + s))),
        w_carry: cells(w_carries.map(|word| word.map(|carry| carry & 1))),
        a_carry: cells(a_carries.map(|word| word.map(|carry| carry & 1))),
        e_carry: cells(e_carries.map(|word| word.map(|carry| carry % 3))),
        e_carry_3: cells(e_carries.map(|word| word.map(|carry| carry / 3))),
    }
    .store(row);
}

/// What rows above the one of a step add to a message word.
fn future(rounds: &Rounds, step: usize, word: usize) -> Limbs {
    let is_above = |index: &usize| *index < PER_ROW * step;
    let before = |distance: usize| {
        word.checked_sub(distance)
            .filter(is_above)
            .map_or(0, |index| rounds.w[index])
    };
    add(&[limbs(before(16)), limbs(small_0(before(15))), limbs(before(7))])
}

/// The carries of a message word, zero for those that are not scheduled.
fn w_carries(rounds: &Rounds, t: usize) -> Limbs {
    if !(BLOCK_LEN..NUM_ROUNDS).contains(&t) {
        return Limbs::default();
    }
    let w = &rounds.w;
    let terms = [small_1(w[t - 2]), w[t - 7], small_0(w[t - 15]), w[t - 16]];
    carries(add(&terms.map(limbs)))
}

/// The carries of a round's `e`.
fn e_carries(rounds: &Rounds, t: usize) -> Limbs {
    let Rounds { a, e, w } = rounds;
    let terms = [
        a[t + 2],
        e[t],
        big_1(e[t + 3]),
        choice(e[t + 3], e[t + 2], e[t + 1]),
        ROUND_CONSTANTS[t],
        w[t],
    ];
    carries(add(&terms.map(limbs)))
}

/// The carries of a round's `a`, plus one.
fn a_carries(rounds: &Rounds, t: usize) -> Limbs {
    let Rounds { a, e, .. } = rounds;
    let terms = [e[t + 4], big_0(a[t + 5]), majority(a[t + 5], a[t + 4], a[t + 3])];
    let minus = limbs(a[t + 2]).map(|limb| -limb);
    carries(add(&[add(&terms.map(limbs)), minus])).map(|carry| carry + 1)
}

const _: () = assert!(
    NUM_STEPS * PER_ROW == NUM_ROUNDS + PER_ROW,
    "rows hold all rounds"
);
