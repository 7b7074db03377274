use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::columns::{KeccakColumns, LANE_LIMBS};
use super::constants::{
    LANE_BITS, LAST_BITS, NUM_LANES, NUM_ROUNDS, ROTATIONS, ROUND_CONSTANTS, SIDE, lane, source,
};
use crate::cells::Cells;
use crate::coprocessor::steps::Steps;
use crate::messages::KeccakState;
use crate::word::LIMB_BITS;

const LIMB: usize = LIMB_BITS as usize;

/// A row, whose cells stay where they are: it is a wide one.
struct Row<'a, V>(KeccakColumns<&'a V>);

impl<'a, V: Copy> Row<'a, V> {
    fn new(cells: &'a [V]) -> Self {
        Self(KeccakColumns::read(&mut cells.iter()))
    }

    /// A bit of a lane behind theta; positions go around.
    fn theta<E: From<V>>(&self, lane: usize, z: usize) -> E {
        E::from(*self.0.theta[LANE_BITS * lane + z % LANE_BITS])
    }

    /// What theta adds to a bit.
    fn effect<E: From<V>>(&self, x: usize, z: usize) -> E {
        E::from(*self.0.effect[LANE_BITS * (x % SIDE) + z % LANE_BITS])
    }

    fn parity<E: From<V>>(&self, x: usize, z: usize) -> E {
        E::from(*self.0.parity[LANE_BITS * (x % SIDE) + z % LANE_BITS])
    }

    /// A bit before theta.
    fn before<E: PrimeCharacteristicRing + From<V>>(&self, lane: usize, z: usize) -> E {
        xor(&self.theta(lane, z), &self.effect(lane, z))
    }

    /// A bit behind pi: theta's bits, moved.
    fn moved<E: From<V>>(&self, x: usize, y: usize, z: usize) -> E {
        let source = source(x % SIDE, y);
        self.theta(source, z + LANE_BITS - ROTATIONS[source])
    }

    /// A bit behind chi.
    fn chi<E: PrimeCharacteristicRing + From<V>>(&self, lane: usize, z: usize) -> E {
        let (x, y) = (lane % SIDE, lane / SIDE);
        let [bit, next, after] = [0, 1, 2].map(|more| self.moved::<E>(x + more, y, z));
        let and = after.clone() - next * after;
        xor(&bit, &and)
    }
}

fn xor<E: PrimeCharacteristicRing>(x: &E, y: &E) -> E {
    x.clone() + y.clone() - (x.clone() * y.clone()).double()
}

/// A limb of a lane, from what stands at each bit.
fn limb_of<E: PrimeCharacteristicRing>(limb: usize, bit: impl Fn(usize) -> E) -> E {
    let bits = (LIMB * limb..LIMB * (limb + 1)).rev();
    bits.fold(E::ZERO, |sum, z| sum.double() + bit(z))
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let main = builder.main();
    let (row, next) = (Row::new(main.current_slice()), Row::new(main.next_slice()));
    bits(builder, &row);
    theta(builder, &row);
    chi(builder, &row);
    rounds(builder, &row, &next);
    messages(builder, &row);
}

fn bits<B: TableBuilder>(builder: &mut B, row: &Row<'_, B::Var>) {
    for (cells, label) in [
        (&row.0.theta[..], "a bit behind theta is a bit"),
        (&row.0.effect, "an effect is a bit"),
        (&row.0.parity, "a parity is a bit"),
    ] {
        for cell in cells {
            builder.assert_bool_named(**cell, label);
        }
    }
}

fn theta<B: TableBuilder>(builder: &mut B, row: &Row<'_, B::Var>) {
    for x in 0..SIDE {
        for z in 0..LANE_BITS {
            // A column has five bits: what they have more than their parity is 0, 2 or 4.
            let bits = (0..SIDE).map(|y| row.theta::<B::Expr>(lane(x, y), z));
            let more = bits.sum::<B::Expr>() - row.parity::<B::Expr>(x, z);
            let is_even = more.clone() * (more.clone() - Val::TWO) * (more - Val::from_u32(4));
            builder.assert_zero_named(is_even, "a parity is a column's");
        }
    }
    // Before theta a column's parity differs from what it is behind by five effects, so by one.
    let before: [B::Expr; SIDE * LANE_BITS] = from_fn(|index| {
        let (x, z) = (index / LANE_BITS, index % LANE_BITS);
        xor(&row.parity(x, z), &row.effect(x, z))
    });
    let before = |x: usize, z: usize| &before[LANE_BITS * (x % SIDE) + z % LANE_BITS];
    for x in 0..SIDE {
        for z in 0..LANE_BITS {
            // The effect is the exclusive or of both neighbours, so one of these is that of the two others.
            let other = xor(&row.effect(x, z), before(x + 1, z + LANE_BITS - 1));
            let near = before(x + SIDE - 1, z).clone();
            builder.assert_eq_named(near, other, "an effect is that of two columns");
        }
    }
}

fn chi<B: TableBuilder>(builder: &mut B, row: &Row<'_, B::Var>) {
    for (index, named) in row.0.chi.iter().enumerate() {
        let (lane, limb) = (index / LANE_LIMBS, index % LANE_LIMBS);
        let chi = limb_of(limb, |z| row.chi::<B::Expr>(lane, z));
        builder.assert_eq_named(**named, chi, "the state behind chi");
    }
    for (named, z) in row.0.last.iter().zip(LAST_BITS) {
        builder.assert_eq_named(**named, row.chi::<B::Expr>(0, z), "a bit behind chi");
    }
}

/// A row's state, behind iota, is the next one's before theta.
fn rounds<B: TableBuilder>(builder: &mut B, row: &Row<'_, B::Var>, next: &Row<'_, B::Var>) {
    let [steps, next_steps] = [row, next].map(|row| row.0.steps.map(|step| B::Expr::from(*step)));
    let [time, next_time] = [row, next].map(|row| B::Expr::from(*row.0.time));
    let steps = Steps {
        own: &steps,
        next: &next_steps,
        time: &time,
        next_time: &next_time,
    };
    steps.eval(builder);
    let is_followed = steps.is_followed();
    for (index, chi) in row.0.chi.iter().enumerate() {
        let (lane, limb) = (index / LANE_LIMBS, index % LANE_LIMBS);
        let state = limb_of(limb, |z| next.before::<B::Expr>(lane, z));
        let mut differs = is_followed.clone() * (state - **chi);
        // A bit that iota flips is, before that, one less it.
        for z in LIMB * limb..LIMB * (limb + 1) {
            if lane == 0
                && let Some(flips) = flips(steps.own, z)
            {
                let bit = next.before::<B::Expr>(lane, z);
                differs += flips * (B::Expr::ONE - bit.double()) * Val::from_u32(1 << (z % LIMB));
            }
        }
        builder.assert_zero_named(differs, "a round goes on from the one before");
    }
}

/// Whether iota flips a bit of the first lane in a round that another one follows; none if it does in no round.
fn flips<E: PrimeCharacteristicRing>(steps: &[E], z: usize) -> Option<E> {
    let followed = steps.iter().zip(ROUND_CONSTANTS).take(NUM_ROUNDS - 1);
    let of_steps = followed.filter(|(_, constant)| constant >> z & 1 == 1);
    of_steps
        .map(|(step, _)| step.clone())
        .reduce(|sum, step| sum + step)
}

fn messages<B: TableBuilder>(builder: &mut B, row: &Row<'_, B::Var>) {
    let [first, .., last] = row.0.steps.map(|step| B::Expr::from(*step));
    let time = || B::Expr::from(*row.0.time);
    let begins = KeccakState {
        time: time(),
        is_last: B::Expr::ZERO,
        state: from_fn(|index| limb_of(index % LANE_LIMBS, |z| row.before(index / LANE_LIMBS, z))),
    };
    builder.receive(begins, Count::bounded(first, 1));
    let ends = KeccakState {
        time: time(),
        is_last: B::Expr::ONE,
        state: from_fn(|index| {
            let limb = B::Expr::from(*row.0.chi[index]);
            let flipped = row.0.last.iter().zip(LAST_BITS);
            let flipped = flipped.filter(|(_, z)| index == z / LIMB);
            flipped.fold(limb, |limb, (bit, z)| {
                let more = B::Expr::ONE - B::Expr::from(**bit).double();
                limb + more * Val::from_u32(1 << (z % LIMB))
            })
        }),
    };
    builder.receive(ends, Count::bounded(last, 1));
}

const _: () = assert!(NUM_LANES * LANE_LIMBS == 100, "messages are as wide as a state");
