use p3_field::PrimeCharacteristicRing;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::U256_MUL_ADD_MOD;
use zisk_abi::memory::HEAP;
use zisk_software::mul_add_mod as quotient_and_remainder;
use zisk_stark::Val;

use super::{BELOW_P, CORNERS, Number, P};
use crate::Table;
use crate::bigint::{Sum, bytes, carries, gap, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::testing::{CallPlay as Play, Carries, Forger, Identity, World, assert_shape, cells, gap_in_field};
use crate::uint256::mul_add_mod::{U256MulAddModColumns, fill};

fn call([x, y, z, m]: [Number; 4]) -> Play {
    Play::new(Table::U256MulAddMod, fill, &U256_MUL_ADD_MOD, &x, &[&y, &z, &m])
}

fn random(seed: u64) -> [Number; 4] {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    core::array::from_fn(|_| core::array::from_fn(|_| rng.random::<u64>()))
}

/// All that have a result, of corners and of a field's numbers.
fn operands() -> impl Iterator<Item = [Number; 4]> {
    let factors = || CORNERS.into_iter().chain([P, BELOW_P]);
    let all = factors().flat_map(move |x| factors().map(move |y| (x, y)));
    let all = all.flat_map(|(x, y)| [[0; 4], [u64::MAX; 4], BELOW_P].map(|z| (x, y, z)));
    let all = all.flat_map(|(x, y, z)| CORNERS.into_iter().chain([P]).map(move |m| [x, y, z, m]));
    all.filter(|[x, y, z, m]| quotient_and_remainder(x, y, z, m).is_ok())
}

#[test]
fn calls_hold() {
    let mut count = 0;
    for operands in operands().step_by(3).chain((0..50).map(random)) {
        let [x, y, z, m] = operands;
        if quotient_and_remainder(&x, &y, &z, &m).is_ok() {
            call(operands).holds();
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
}

#[test]
fn operands_may_overlap() {
    // All in one place, and reaching into each other: the factor that is written last.
    for (offsets, count) in [([0, 0, 0, 0], 4), ([0, 8, 16, 24], 7), ([24, 16, 8, 32], 8)] {
        let mut world = World::default();
        let words = [3, 5, 7, 11, 13, 17, 19, 23];
        world.put_all(Space::ReadWrite, HEAP.start, &words[..count]);
        let pointers = offsets.map(|offset| HEAP.start + offset);
        world.call(&U256_MUL_ADD_MOD, 50, &pointers);
        Play::of(Table::U256MulAddMod, fill, &world).holds();
    }
}

/// Fills a row with another quotient and remainder of the same product, as far as that can be.
fn with(play: &mut Play, [x, y, z, m]: [Number; 4], quotient: Number, remainder: Number) {
    let mut sum = Sum::new(0, 64);
    let [x_bytes, y_bytes, m_bytes, quotient_bytes] = [x, y, m, quotient].map(|number| integers(&number, 1));
    sum.add_product(&x_bytes, &y_bytes);
    sum.add_limbs(&integers(&z, 2), 0);
    sum.subtract_product(&quotient_bytes, &m_bytes);
    if m == [0; 4] {
        sum.subtract_limbs(&integers(&quotient, 2), 32);
    }
    sum.subtract_limbs(&integers(&remainder, 2), 0);
    let [carry_low, carry_high] = carries(&sum);
    let width = U256MulAddModColumns::<Val>::WIDTH;
    let row = &mut play.scene.tables[0].1.values[..width];
    U256MulAddModColumns {
        quotient: bytes(&quotient),
        remainder: limbs(&remainder),
        gap: limbs(&gap(&remainder, &m)),
        carry_low,
        carry_high,
        ..U256MulAddModColumns::of_row(row)
    }
    .store(row);
    play.ends_with(&remainder);
}

#[test]
fn another_quotient_or_remainder_is_refused() {
    let operands = [BELOW_P, [5, 4, 3, 2], [9; 4], P];
    let [x, y, z, m] = operands;
    let (quotient, remainder) = quotient_and_remainder(&x, &y, &z, &m).unwrap();
    let mut play = call(operands);
    with(&mut play, operands, quotient, remainder);
    play.holds();
    for word in 0..4 {
        for bit in [0, 7, 8, 15, 16, 63] {
            let [other_quotient, other_remainder] = [quotient, remainder].map(|number| {
                let flip = |index: usize| {
                    if index == word {
                        number[index] ^ 1 << bit
                    } else {
                        number[index]
                    }
                };
                core::array::from_fn(flip)
            });
            for (quotient, remainder) in [
                (other_quotient, remainder),
                (quotient, other_remainder),
                (other_quotient, other_remainder),
            ] {
                let mut play = call(operands);
                with(&mut play, operands, quotient, remainder);
                assert!(play.check().is_err(), "word {word}, bit {bit}");
            }
        }
    }
}

#[test]
fn a_remainder_that_is_not_below_the_modulus_is_refused() {
    // The quotient is one less, so the remainder is the modulus, or more.
    for (x, m) in [(7, 7), (9, 7), (100, 9)] {
        let operands = [[x, 0, 0, 0], [1, 0, 0, 0], [0; 4], [m, 0, 0, 0]];
        let mut play = call(operands);
        play.holds();
        let quotient = x / m - 1;
        with(
            &mut play,
            operands,
            [quotient, 0, 0, 0],
            [x - quotient * m, 0, 0, 0],
        );
        assert!(play.check().is_err(), "{x} modulo {m}");
        // As if nothing were compared with.
        let width = U256MulAddModColumns::<Val>::WIDTH;
        let row = &mut play.scene.tables[0].1.values[..width];
        let mut columns = U256MulAddModColumns::of_row(row);
        columns.is_full = Val::ONE;
        columns.inverse = Val::ZERO;
        columns.store(row);
        assert!(play.check().is_err(), "{x} modulo {m}, which is said to be full");
    }
}

#[test]
fn a_full_modulus_that_is_said_to_be_none_is_refused() {
    let operands = [[5, 0, 0, 9], [7, 0, 0, 1], [0; 4], [0; 4]];
    let mut play = call(operands);
    play.holds();
    let width = U256MulAddModColumns::<Val>::WIDTH;
    for inverse in [Val::ZERO, Val::ONE] {
        let row = &mut play.scene.tables[0].1.values[..width];
        let mut columns = U256MulAddModColumns::of_row(row);
        columns.is_full = Val::ZERO;
        columns.inverse = inverse;
        columns.store(row);
        assert!(play.check().is_err());
    }
}

#[test]
fn every_cell_is_pinned() {
    for operands in [
        [BELOW_P, [5, 4, 3, 2], [9; 4], P],
        [[7; 4], [8; 4], [9; 4], [0; 4]],
    ] {
        call(operands).assert_every_cell_is_pinned(&["carry_low", "carry_high"]);
    }
}

const IDENTITIES: [Identity; 1] = [Identity {
    label: "a product is a quotient's and a remainder",
    carries: Carries::Pairs(0),
}];
const INVERSES: [(&str, &str); 1] = [("a modulus of 0 is a full one", "inverse")];

#[test]
fn every_lookup_refuses_a_row_that_nothing_else_does() {
    let play = call([BELOW_P, [u64::MAX / 3; 4], P, [0xfedc_ba98_7654_3210; 4]]);
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    forger.assert_bytes_are_looked_up(&["x", "y", "m", "quotient"]);
    forger.assert_limbs_are_looked_up(&["remainder", "gap"], 16);
    forger.assert_carries_are_looked_up();
    forger.assert_calls_are_looked_up();
    forger.assert_bits_of_calls_are_bits();
    let columns = remainder_below_zero();
    forger.assert_is_refused_by_the_lookup("remainder[15]", [cells(&columns)]);
    let mut columns = unreduced();
    // A gap below 0.
    columns.gap[15] -= Val::from_u32(1 << 16);
    forger.assert_is_refused_by_the_lookup("gap[15]", [cells(&columns)]);
    forger.assert_every_lookup_was_shown(&[]);
}

/// A remainder below 0, of a quotient that is one more.
fn remainder_below_zero() -> U256MulAddModColumns<Val> {
    let less_1 = [P[0] - 1, P[1], P[2], P[3]];
    let play = call([less_1, [1, 0, 0, 0], [0; 4], P]);
    let mut columns = U256MulAddModColumns::of_row(play.row());
    columns.quotient[0] += Val::ONE;
    columns.remainder = limbs(&[u64::MAX; 4]);
    columns.remainder[15] = -Val::ONE;
    columns.gap = limbs(&P);
    columns
}

/// A remainder that is not below the modulus, with a gap that would say so but for what is carried out.
fn unreduced() -> U256MulAddModColumns<Val> {
    let operands = [[9, 0, 0, 0], [1, 0, 0, 0], [0; 4], [7, 0, 0, 0]];
    let mut play = call(operands);
    with(&mut play, operands, [0; 4], [9, 0, 0, 0]);
    U256MulAddModColumns::of_row(play.row())
}

#[test]
fn the_comparison_refuses_rows_that_nothing_else_does() {
    let play = call([BELOW_P, [5, 4, 3, 2], [9; 4], P]);
    let forger = Forger::new(&play, &IDENTITIES, &INVERSES);
    let mut columns = unreduced();
    forger.assert_is_refused_by("the comparison carries nothing out", cells(&columns));
    columns.gap = gap_in_field(&columns.remainder, &limbs(&[7, 0, 0, 0]));
    forger.assert_is_refused_by("a carry of the comparison is a bit", cells(&columns));
}

#[test]
fn carries_out_of_their_range_are_refused() {
    // A product of nothing that is said to be something: carries that go around the field.
    let operands = [[0; 4], [0; 4], [0; 4], P];
    let mut play = call(operands);
    let width = U256MulAddModColumns::<Val>::WIDTH;
    let row = &mut play.scene.tables[0].1.values[..width];
    let mut columns = U256MulAddModColumns::of_row(row);
    // One less at the place of a limb is a carry of the inverse of 2^16 there, and of its square, and so on.
    let inverse = p3_field::Field::inverse(&Val::from_u32(1 << 16));
    columns.remainder[14] += Val::ONE;
    columns.gap[14] -= Val::ONE;
    let mut carry = Val::ZERO;
    for index in 14..31 {
        carry = (carry - if index == 14 { Val::ONE } else { Val::ZERO }) * inverse;
        columns.carry_low[index] += carry;
    }
    columns.store(row);
    play.ends_with(&[0, 0, 0, 1 << 32]);
    assert!(play.check().is_err());
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::U256MulAddMod, 3, 829);
}
