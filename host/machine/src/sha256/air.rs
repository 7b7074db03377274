use core::array::from_fn;
use core::ops::Mul;

use p3_air::{AirBuilder, WindowAccess};
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::Sha256Columns;
use super::columns::{BITS, NUM_FUTURE, NUM_STEPS, PER_ROW};
use super::constants::{BIG_0, BIG_1, ROUND_CONSTANTS, SMALL_0, SMALL_1};
use crate::coprocessor::steps::{Steps, total};
use crate::messages::{Sha256Block, Sha256State};
use crate::word::LIMB_BITS;

/// The rows that hold the block's words, which are not scheduled.
const BLOCK_STEPS: usize = 4;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let main = builder.main();
    let columns = Columns::<B>::of_variables(main.current_slice());
    let next = Columns::<B>::of_variables(main.next_slice());
    steps(&columns, &next).eval(builder);
    bits(builder, &columns);
    functions(builder, &columns);
    schedule(builder, &columns, &next);
    rounds(builder, &columns, &next);
    unused(builder, &columns);
    messages(builder, &columns);
}

type Columns<B> = Sha256Columns<<B as AirBuilder>::Expr>;

/// What expressions can do.
trait Ring: PrimeCharacteristicRing + Mul<Val, Output = Self> {}
impl<E: PrimeCharacteristicRing + Mul<Val, Output = E>> Ring for E {}

/// Two limbs, from what stands at each bit.
fn limbs_of<E: Ring>(bit: impl Fn(usize) -> E) -> [E; 2] {
    const LIMB: usize = LIMB_BITS as usize;
    [LIMB, BITS].map(|end| {
        let bits = (end - LIMB..end).rev();
        bits.fold(E::ZERO, |sum, i| sum.double() + bit(i))
    })
}

/// The limbs of a word.
fn limbs<E: Ring>(word: &[E; BITS]) -> [E; 2] {
    limbs_of(|i| word[i].clone())
}

fn xor<E: Ring>(x: &E, y: &E) -> E {
    x.clone() + y.clone() - (x.clone() * y.clone()).double()
}

/// A bit of a word that is rotated to the right.
fn rotated<E>(word: &[E; BITS], amount: usize, i: usize) -> &E {
    &word[(i + amount) % BITS]
}

/// A bit of a large function.
fn big<E: Ring>([first, second, third]: [usize; 3], word: &[E; BITS], i: usize) -> E {
    let two = xor(rotated(word, first, i), rotated(word, second, i));
    xor(&two, rotated(word, third, i))
}

/// A bit of a small function: what the last term shifts out is gone.
fn small<E: Ring>([first, second, third]: [usize; 3], word: &[E; BITS], i: usize) -> E {
    let two = xor(rotated(word, first, i), rotated(word, second, i));
    match word.get(i + third) {
        Some(bit) => xor(&two, bit),
        None => two,
    }
}

fn choice<E: Ring>(x: &E, y: &E, z: &E) -> E {
    x.clone() * (y.clone() - z.clone()) + z.clone()
}

fn majority<E: Ring>(x: &E, y: &E, z: &E) -> E {
    x.clone() * y.clone() + z.clone() * xor(x, y)
}

/// Which rows are of which call.
fn steps<'a, E>(columns: &'a Sha256Columns<E>, next: &'a Sha256Columns<E>) -> Steps<'a, E> {
    Steps {
        own: &columns.steps,
        next: &next.steps,
        time: &columns.time,
        next_time: &next.time,
    }
}

fn bits<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    for (cells, label) in [
        (&columns.a[..], "a bit of a is a bit"),
        (&columns.e, "a bit of e is a bit"),
        (&columns.w, "a bit of w is a bit"),
        (&columns.w_carry, "the lower bit of a carry in w is a bit"),
        (&columns.a_carry, "the lower bit of a carry in a is a bit"),
        (&columns.e_carry_3, "the upper part of a carry in e is a bit"),
    ] {
        for cell in cells {
            builder.assert_bool_named(cell.clone(), label);
        }
    }
    for cell in &columns.e_carry {
        let two = B::Expr::TWO;
        let is_below_3 = cell.clone() * (cell.clone() - B::Expr::ONE) * (cell.clone() - two);
        builder.assert_zero_named(is_below_3, "the lower part of a carry in e is below 3");
    }
}

/// Names what is of degree 3 in bits, so that the constraints that use it can be gated.
fn functions<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let a = columns.a.as_chunks::<BITS>().0;
    for k in 0..PER_ROW {
        let [e, w] = [&columns.e, &columns.w].map(|words| &words.as_chunks::<BITS>().0[k]);
        let majority = |i: usize| majority(&a[k + 2][i], &a[k + 1][i], &a[k][i]);
        for (named, function, label) in [
            (
                &columns.small_0,
                limbs_of(|i| small(SMALL_0, w, i)),
                "a small function of w",
            ),
            (
                &columns.small_1,
                limbs_of(|i| small(SMALL_1, w, i)),
                "the other small function of w",
            ),
            (
                &columns.a_sum,
                limbs_of(|i| big(BIG_0, &a[k + 2], i) + majority(i)),
                "the large function and the majority of a",
            ),
            (
                &columns.big_1,
                limbs_of(|i| big(BIG_1, e, i)),
                "the large function of e",
            ),
        ] {
            let named = &named.as_chunks::<2>().0[k];
            for (named, function) in named.iter().zip(function) {
                builder.assert_eq_named(named.clone(), function, label);
            }
        }
    }
}

/// The carries of the limbs of a sum, given what remains of it.
fn carries<E: Ring>(sum: [E; 2], word: [E; 2]) -> [E; 2] {
    let inverse = Val::from_u32(1 << LIMB_BITS).inverse();
    let [[sum_low, sum_high], [low, high]] = [sum, word];
    let carry = (sum_low - low) * inverse;
    let upper = (sum_high + carry.clone() - high) * inverse;
    [carry, upper]
}

/// What is zero if a number below 4 has this lower bit.
fn upper_bit<E: Ring>(number: E, lower: E) -> E {
    let upper = (number - lower) * Val::TWO.inverse();
    upper.clone() * (upper - E::ONE)
}

/// Message words: each row adds what its words are a term of, and a row's words are what was added.
fn schedule<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, next: &Columns<B>) {
    let is_followed = steps(columns, next).is_followed();
    // The words of this row and the next.
    let words = |columns: &Columns<B>| -> [[B::Expr; 2]; PER_ROW] {
        let w = columns.w.as_chunks::<BITS>().0;
        from_fn(|j| limbs(&w[j]))
    };
    let (w, next_w) = (words(columns), words(next));
    let small_0 = columns.small_0.as_chunks::<2>().0;
    let future = columns.future.as_chunks::<2>().0;
    let next_future = next.future.as_chunks::<2>().0;
    // In its place `s`, the next row has word `t + 8 + s`, to which words 16, 15 and 7 before are added. Words that are
    // before the block's would be no part of any word that is looked at.
    for (s, expected) in next_future.iter().enumerate() {
        for limb in 0..2 {
            let mut sum = B::Expr::ZERO;
            if s + PER_ROW < NUM_FUTURE {
                sum += future[s + PER_ROW][limb].clone();
            }
            if let Some(word) = s.checked_sub(8).and_then(|j| w.get(j)) {
                sum += word[limb].clone();
            }
            if let Some(small) = s.checked_sub(7).and_then(|j| small_0.get(j)) {
                sum += small[limb].clone();
            }
            if let Some(word) = w.get(s + 1) {
                sum += word[limb].clone();
            }
            let difference = expected[limb].clone() - sum;
            builder.assert_zero_named(is_followed.clone() * difference, "what is added to later words");
        }
    }
    // Rows of words that are scheduled have one before them, so no other row has this gate. A word is the sum modulo
    // 2^32 of what was added to it and the terms that are near: four terms in all, so carries are 0 to 3, and as
    // integers below 2^19 both sides are equal, not only modulo p.
    let is_scheduled = total(&columns.steps[BLOCK_STEPS - 1..NUM_STEPS - 2]);
    let near = [
        &columns.small_1.as_chunks::<2>().0[2..],
        &next.small_1.as_chunks::<2>().0[..2],
    ]
    .concat();
    for (j, word) in next_w.into_iter().enumerate() {
        let sum = from_fn(|limb| {
            let sum = future[j][limb].clone() + near[j][limb].clone();
            // Seven before the last word is this row's first one.
            if j + 1 == PER_ROW {
                sum + w[0][limb].clone()
            } else {
                sum
            }
        });
        let lower = &next.w_carry.as_chunks::<2>().0[j];
        for (carry, lower) in carries(sum, word).into_iter().zip(lower) {
            builder.assert_zero_named(
                is_scheduled.clone() * upper_bit(carry, lower.clone()),
                "a word is scheduled",
            );
        }
    }
}

/// Four rounds, from a row to the next one.
#[expect(clippy::many_single_char_names, reason = "the standard's names")]
fn rounds<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, next: &Columns<B>) {
    let is_followed = steps(columns, next).is_followed();
    let (a, next_a) = (columns.a.as_chunks::<BITS>().0, next.a.as_chunks::<BITS>().0);
    // `e` of this row and the next: before rounds `t - 3` to `t + 4`.
    let e = [columns.e.as_chunks::<BITS>().0, next.e.as_chunks::<BITS>().0].concat();
    let big_1 = [columns.big_1.as_chunks::<2>().0, next.big_1.as_chunks::<2>().0].concat();
    let a_sum = [columns.a_sum.as_chunks::<2>().0, next.a_sum.as_chunks::<2>().0].concat();
    let w = columns.w.as_chunks::<BITS>().0;
    // Limbs of bits are equal if the bits are.
    for (word, kept) in next_a.iter().zip(&a[PER_ROW..]) {
        for (limb, kept) in limbs(word).into_iter().zip(limbs(kept)) {
            builder.assert_zero_named(is_followed.clone() * (limb - kept), "a row keeps the last two a");
        }
    }
    for k in 0..PER_ROW {
        let constant: [B::Expr; 2] = from_fn(|limb| {
            let rounds = ROUND_CONSTANTS.iter().skip(k).step_by(PER_ROW);
            let limbs = rounds.map(|constant| constant >> (LIMB_BITS as usize * limb) & 0xffff);
            let terms = columns.steps.iter().zip(limbs);
            terms.map(|(step, limb)| step.clone() * Val::from_u32(limb)).sum()
        });
        let (d, h, word) = (limbs(&a[k + 2]), limbs(&e[k]), limbs(&w[k]));
        let choice = limbs_of(|i| choice(&e[k + 3][i], &e[k + 2][i], &e[k + 1][i]));
        let (new_a, new_e) = (limbs(&next_a[k + 2]), limbs(&e[k + 4]));
        // Six terms of 16 bits, so carries are 0 to 5; both sides are integers below 2^19.
        let carry = |limb: usize| {
            let [lower, upper] = [&next.e_carry, &next.e_carry_3].map(|cells| cells[2 * k + limb].clone());
            lower + upper * Val::from_u32(3)
        };
        for limb in 0..2 {
            let terms = [&d, &h, &big_1[k + 3], &choice, &constant, &word];
            let mut sum: B::Expr = terms.into_iter().map(|term| term[limb].clone()).sum();
            if limb == 1 {
                sum += carry(0);
            }
            let expected = new_e[limb].clone() + carry(limb) * Val::from_u32(1 << LIMB_BITS);
            builder.assert_zero_named(is_followed.clone() * (sum - expected), "a round's e");
        }
        // `a` has in place of `d` what `e` has not: `a + d = e + a_sum` modulo 2^32. The sum of `e`, which has 16 bits a
        // limb, and of `a_sum`, which has at most twice these, less `d`, has a carry from -1 to 2.
        let sum = from_fn(|limb| new_e[limb].clone() + a_sum[k + 3][limb].clone() - d[limb].clone());
        for (limb, carry) in carries(sum, new_a).into_iter().enumerate() {
            let lower = next.a_carry[2 * k + limb].clone();
            let holds = upper_bit(carry + B::Expr::ONE, lower);
            builder.assert_zero_named(is_followed.clone() * holds, "a round's a");
        }
    }
}

/// Nothing depends on these; they are zero so that there is one way to fill rows.
fn unused<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let [first, .., last] = &columns.steps;
    // Sums of bits and of numbers below 3 are zero only if all of them are.
    let before = total(&columns.a[..2 * BITS]) + total(&columns.a_carry);
    let carries = total(&columns.e_carry) + total(&columns.e_carry_3);
    builder.assert_zero_named(
        first.clone() * (before + carries),
        "no round is before the first row",
    );
    for limb in &columns.future {
        builder.assert_zero_named(
            first.clone() * limb.clone(),
            "nothing is added before the first row",
        );
    }
    builder.assert_zero_named(
        last.clone() * total(&columns.w),
        "the last row has no message words",
    );
    let is_not_scheduled = total(&columns.steps[..BLOCK_STEPS]) + last.clone();
    builder.assert_zero_named(
        is_not_scheduled * total(&columns.w_carry),
        "words that are not scheduled have no carry",
    );
}

fn messages<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let (a, e, w) = (
        columns.a.as_chunks::<BITS>().0,
        columns.e.as_chunks::<BITS>().0,
        columns.w.as_chunks::<BITS>().0,
    );
    let [first, .., last] = columns.steps.clone();
    // The latest are the first of the eight variables.
    let state = [a[2..].iter().rev(), e.iter().rev()].into_iter().flatten();
    let mut state = state.flat_map(limbs);
    builder.receive(
        Sha256State {
            time: columns.time.clone(),
            is_last: last.clone(),
            state: from_fn(|_| state.next().unwrap_or_default()),
        },
        Count::bounded(first + last, 1),
    );
    // The highest byte of a word is the first one in memory.
    let block_steps = &columns.steps[..BLOCK_STEPS];
    let part = block_steps
        .iter()
        .enumerate()
        .map(|(part, step)| step.clone() * Val::from_usize(part))
        .sum();
    let in_memory = |word: &[B::Expr; BITS]| limbs_of(|i| word[BITS - 8 - i / 8 * 8 + i % 8].clone());
    let mut words = w.iter().flat_map(in_memory);
    builder.receive(
        Sha256Block {
            time: columns.time.clone(),
            part,
            words: from_fn(|_| words.next().unwrap_or_default()),
        },
        Count::bounded(total(block_steps), 1),
    );
}
