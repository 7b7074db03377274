use core::array::from_fn;

use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};
use zisk_stark::Val;

use super::{NUM_STEPS, agreed, go_on, is_refused, one};
use crate::sha256::Sha256Columns;
use crate::sha256::compression::{big_0, majority, schedule};
use crate::sha256::constants::{NUM_ROUNDS, ROUND_CONSTANTS};

#[test]
fn a_changed_message_word_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            // Later words as they are, or as they follow.
            for follow in [false, true] {
                let play = agreed(|rounds| {
                    rounds.w[t] ^= 1 << bit;
                    for later in (t + 1).max(16)..NUM_ROUNDS {
                        if follow {
                            let block = from_fn(|i| rounds.w[later - 16 + i]);
                            rounds.w[later] = schedule(&block)[16];
                        }
                    }
                    go_on(rounds, 0, &ROUND_CONSTANTS);
                });
                assert!(play.check().is_err(), "word {t}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_changed_constant_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            let mut constants = ROUND_CONSTANTS;
            constants[t] ^= 1 << bit;
            let play = agreed(|rounds| go_on(rounds, t, &constants));
            assert!(play.check().is_err(), "round {t}, bit {bit}");
        }
    }
}

#[test]
fn a_changed_variable_is_refused() {
    for t in 0..NUM_ROUNDS {
        for bit in [0, 15, 16, 31] {
            let play = agreed(|rounds| {
                rounds.a[t + 6] ^= 1 << bit;
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "a of round {t}, bit {bit}");
            let play = agreed(|rounds| {
                rounds.e[t + 4] ^= 1 << bit;
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "e of round {t}, bit {bit}");
            // `a` as it follows from another `e`.
            let play = agreed(|rounds| {
                let old = rounds.e[t + 4];
                rounds.e[t + 4] ^= 1 << bit;
                let more = rounds.e[t + 4].wrapping_sub(old);
                rounds.a[t + 6] = rounds.a[t + 6].wrapping_add(more);
                go_on(rounds, t + 1, &ROUND_CONSTANTS);
            });
            assert!(play.check().is_err(), "both of round {t}, bit {bit}");
        }
    }
}

#[test]
fn rounds_from_another_state_are_refused() {
    for i in 0..4 {
        let play = agreed(|rounds| {
            rounds.a[2 + i] ^= 1;
            go_on(rounds, 0, &ROUND_CONSTANTS);
        });
        assert!(play.check().is_err(), "a");
        let play = agreed(|rounds| {
            rounds.e[i] ^= 1;
            go_on(rounds, 0, &ROUND_CONSTANTS);
        });
        assert!(play.check().is_err(), "e");
    }
}

#[test]
fn other_functions_are_refused() {
    let play = one();
    for step in 1..NUM_STEPS {
        for limb in 0..8 {
            for (label, change) in [
                (
                    "small_0",
                    (|row, limb| row.small_0[limb] += Val::ONE) as fn(&mut Sha256Columns<Val>, usize),
                ),
                ("small_1", |row, limb| row.small_1[limb] += Val::ONE),
                ("a_sum", |row, limb| row.a_sum[limb] += Val::ONE),
                ("big_1", |row, limb| row.big_1[limb] += Val::ONE),
                ("future", |row, limb| row.future[limb] += Val::ONE),
            ] {
                is_refused(&play, &play.with_row(step, |row| change(row, limb)), label);
            }
        }
    }
}

#[test]
fn other_carries_are_refused() {
    let play = one();
    for step in [1, 4, NUM_STEPS - 1] {
        for limb in 0..8 {
            // As far from a carry as a lower bit tells: by one, by three, or any other.
            for change in [1, 2, 3, (1 << 16) - 1, Val::ORDER_U32 - 1, Val::ORDER_U32 - 3] {
                let change = Val::from_u32(change);
                for (what, scene) in [
                    ("w", play.with_row(step, |row| row.w_carry[limb] += change)),
                    ("a", play.with_row(step, |row| row.a_carry[limb] += change)),
                    ("e", play.with_row(step, |row| row.e_carry[limb] += change)),
                    (
                        "upper e",
                        play.with_row(step, |row| row.e_carry_3[limb] += change),
                    ),
                    (
                        "e in another way",
                        play.with_row(step, |row| {
                            row.e_carry[limb] += change * Val::from_u32(3);
                            row.e_carry_3[limb] -= change;
                        }),
                    ),
                ] {
                    is_refused(&play, &scene, what);
                }
            }
        }
    }
}

#[test]
fn bits_that_are_none_are_refused() {
    let play = one();
    // The same limb from other digits: 2 in one place for 1 in the next.
    for bit in (0..31).filter(|bit| *bit != 15) {
        let change = |bits: &mut [Val]| {
            bits[bit] += Val::TWO;
            bits[bit + 1] -= Val::ONE;
        };
        for step in [0, 3, 9] {
            is_refused(&play, &play.with_row(step, |row| change(&mut row.w)), "w");
            is_refused(&play, &play.with_row(step, |row| change(&mut row.a[64..])), "a");
            is_refused(&play, &play.with_row(step, |row| change(&mut row.e)), "e");
        }
    }
}

#[test]
fn carries_that_are_made_to_fit_are_refused() {
    // Another limb is what remains of the sum with a carry that is any element of the field.
    let inverse = Val::from_u32(1 << 16).inverse();
    for t in 16..NUM_ROUNDS {
        let (step, place) = (t / 4 + 1, 2 * (t % 4));
        let fit = |old: u32, new: u32| {
            let less = (Val::from_u32(old) - Val::from_u32(new)) * inverse;
            [less, less * inverse]
        };
        let honest = one().rounds[0].clone();
        let play = agreed(|rounds| {
            rounds.w[t] ^= 1;
            for later in t + 1..NUM_ROUNDS {
                let block = from_fn(|i| rounds.w[later - 16 + i]);
                rounds.w[later] = schedule(&block)[16];
            }
            go_on(rounds, t, &ROUND_CONSTANTS);
        });
        let more = fit(honest.w[t], play.rounds[0].w[t]);
        let scene = play.with_row(step - 1, |row| {
            row.w_carry[place] += more[0];
            row.w_carry[place + 1] += more[1];
        });
        is_refused(&play, &scene, "w");

        let play = agreed(|rounds| {
            rounds.a[t + 6] ^= 1;
            go_on(rounds, t + 1, &ROUND_CONSTANTS);
        });
        let more = fit(honest.a[t + 6], play.rounds[0].a[t + 6]);
        let scene = play.with_row(step, |row| {
            row.a_carry[place] += more[0];
            row.a_carry[place + 1] += more[1];
        });
        is_refused(&play, &scene, "a");

        let play = agreed(|rounds| {
            rounds.e[t + 4] ^= 1;
            let more = rounds.e[t + 4].wrapping_sub(honest.e[t + 4]);
            rounds.a[t + 6] = rounds.a[t + 6].wrapping_add(more);
            go_on(rounds, t + 1, &ROUND_CONSTANTS);
        });
        let more = fit(honest.e[t + 4], play.rounds[0].e[t + 4]);
        let lower = play.with_row(step, |row| {
            row.e_carry[place] += more[0];
            row.e_carry[place + 1] += more[1];
        });
        is_refused(&play, &lower, "e");
        let third = Val::from_u32(3).inverse();
        let upper = play.with_row(step, |row| {
            row.e_carry_3[place] += more[0] * third;
            row.e_carry_3[place + 1] += more[1] * third;
        });
        is_refused(&play, &upper, "upper e");
    }
}

#[test]
fn majorities_of_what_a_row_does_not_keep_are_refused() {
    // The second round to a row looks at the first `a` of that row.
    for t in (1..NUM_ROUNDS).step_by(4) {
        let step = t / 4 + 1;
        let honest = one().rounds[0].clone();
        let [latest, middle, kept] = [5, 4, 3].map(|before| honest.a[t + before]);
        let forged = majority(latest, middle, !kept);
        let play = agreed(|rounds| {
            let more = forged.wrapping_sub(majority(latest, middle, kept));
            rounds.a[t + 6] = rounds.a[t + 6].wrapping_add(more);
            go_on(rounds, t + 1, &ROUND_CONSTANTS);
        });
        let scene = play.with_row(step, |row| {
            // The word that the row shows in place of the one that it should keep.
            for (i, bit) in row.a[..32].iter_mut().enumerate() {
                *bit = Val::from_bool(!kept >> i & 1 == 1);
            }
            let a: [u32; 6] =
                from_fn(|i| (0..32).fold(0, |word, j| word | row.a[32 * i + j].as_canonical_u32() << j));
            for i in 0..4 {
                let sums = [big_0(a[i + 2]), majority(a[i + 2], a[i + 1], a[i])];
                for limb in 0..2 {
                    let sum = sums.iter().map(|word| word >> (16 * limb) & 0xffff).sum();
                    row.a_sum[2 * i + limb] = Val::from_u32(sum);
                }
            }
            let (old_a, new_e, new_a) = (honest.a[t + 2], honest.e[t + 4], play.rounds[0].a[t + 6]);
            let mut carry = 0;
            for limb in 0..2 {
                let of = |word: u32| i64::from(word >> (16 * limb) & 0xffff);
                let sum = of(new_e) + of(big_0(latest)) + of(forged) - of(old_a) + carry;
                carry = (sum - of(new_a)) >> 16;
                row.a_carry[2 + limb] = Val::from_bool((carry + 1) & 1 == 1);
            }
        });
        is_refused(&play, &scene, "majority");
    }
}
