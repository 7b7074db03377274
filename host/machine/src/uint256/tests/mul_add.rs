use zisk_abi::coprocessor::U256_MUL_ADD;
use zisk_abi::memory::HEAP;
use zisk_stark::Val;

use super::{BELOW_P, CORNERS, Number, P};
use crate::Table;
use crate::bigint::{Sum, carries, integers};
use crate::coprocessor::limbs;
use crate::messages::Space;
use crate::testing::{CallPlay as Play, Carries, Forger, Identity, World, assert_shape};
use crate::uint256::mul_add::{U256MulAddColumns, fill};

fn call(x: Number, y: Number, low: Number, high: Number) -> Play {
    Play::new(
        Table::U256MulAdd,
        fill,
        &U256_MUL_ADD,
        &[low, high].concat(),
        &[&x, &y],
    )
}

#[test]
fn calls_hold() {
    let numbers = || CORNERS.into_iter().chain([P, BELOW_P]);
    for (x, y) in numbers().flat_map(|x| numbers().map(move |y| (x, y))) {
        for (low, high) in [([0; 4], [0; 4]), ([u64::MAX; 4], [u64::MAX; 4]), (P, BELOW_P)] {
            call(x, y, low, high).holds();
        }
    }
}

#[test]
fn operands_may_overlap() {
    for offsets in [[0, 0, 0], [0, 32, 16], [16, 0, 32]] {
        let mut world = World::default();
        world.put_all(
            Space::ReadWrite,
            HEAP.start,
            &[3, 5, 7, 11, 13, 17, 19, 23, 29, 31],
        );
        let pointers = offsets.map(|offset| HEAP.start + offset);
        world.call(&U256_MUL_ADD, 50, &pointers);
        Play::of(Table::U256MulAdd, fill, &world).holds();
    }
}

#[test]
fn another_result_is_refused() {
    let (x, y, low, high) = (BELOW_P, P, [9; 4], [1, 2, 3, 4]);
    let honest = zisk_software::mul_add(&x, &y, &low, &high).concat();
    for word in 0..8 {
        for bit in [0, 15, 16, 63] {
            let mut result = honest.clone();
            result[word] ^= 1 << bit;
            let mut play = call(x, y, low, high);
            play.holds();
            let mut sum = Sum::new(0, 64);
            sum.add_product(&integers(&x, 1), &integers(&y, 1));
            sum.add_limbs(&integers(&low, 2), 0);
            sum.add_limbs(&integers(&high, 2), 0);
            sum.subtract_limbs(&integers(&result, 2), 0);
            let [carry_low, carry_high] = carries(&sum);
            let row = &mut play.scene.tables[0].1.values[..U256MulAddColumns::<Val>::WIDTH];
            U256MulAddColumns {
                result: limbs(&result),
                carry_low,
                carry_high,
                ..U256MulAddColumns::of_row(row)
            }
            .store(row);
            play.ends_with(&result);
            assert!(play.check().is_err(), "word {word}, bit {bit}");
        }
    }
}

/// But for the highest limb of the result, which follows from the others.
#[test]
fn every_lookup_refuses_a_row_that_nothing_else_does() {
    let play = call(P, BELOW_P, BELOW_P, P);
    let identities = [Identity {
        label: "a result is a product and a sum",
        carries: Carries::Pairs(0),
    }];
    let forger = Forger::new(&play, &identities, &[]);
    forger.assert_bytes_are_looked_up(&["x", "y"]);
    forger.assert_limbs_are_looked_up(&["result"], 32);
    forger.assert_carries_are_looked_up();
    forger.assert_calls_are_looked_up();
    forger.assert_bits_of_calls_are_bits();
    forger.assert_every_lookup_was_shown(&["result[31]"]);
}

#[test]
fn every_cell_is_pinned() {
    call(P, BELOW_P, [1, 2, 3, 4], [5, 6, 7, 8]).assert_every_cell_is_pinned(&["carry_low", "carry_high"]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::U256MulAdd, 3, 682);
}
