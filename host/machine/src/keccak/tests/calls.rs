use p3_field::{PrimeCharacteristicRing, PrimeField32};
use zisk_abi::coprocessor::KECCAK_F;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::Val;

use super::{Play, STATE, one, random_state};
use crate::messages::Space;
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER};
use crate::testing::{Scene, World};

#[test]
fn another_result_or_state_is_refused() {
    let play = one();
    for limb in 0..100 {
        let scene = play.with_call(|call| call.result[limb] += Val::ONE);
        play.refuses(&scene, "a result that memory does not hold");
        let mut memory = play.memory.clone();
        for held in &mut memory {
            if held.is_last && held.space == Space::ReadWrite && held.address == STATE / 8 + limb as u64 / 4 {
                held.value = held.value.wrapping_add(1 << (16 * (limb % 4)));
            }
        }
        assert!(
            scene.check_with_memory(&memory).is_err(),
            "a result that memory holds"
        );
        let scene = play.with_call(|call| call.state[limb] += Val::ONE);
        play.refuses(&scene, "another state");
    }
}

/// The same call, with a register that holds something else, as the call says.
fn with_register(register: u32, change: impl Fn(u64) -> u64) -> Play {
    let mut play = one();
    if register == ARGUMENT_REGISTER {
        let pointer = &mut play.calls[0].pointers[0].value;
        *pointer = change(*pointer);
    }
    for held in &mut play.memory {
        if held.space == Space::Register && held.address == u64::from(register) {
            held.value = change(held.value);
        }
    }
    play
}

#[test]
fn other_pointers_and_numbers_are_refused() {
    assert!(
        with_register(ARGUMENT_REGISTER, |pointer| pointer)
            .check()
            .is_ok()
    );
    for more in (1..=8).chain([u64::from(Val::ORDER_U32), 1 << 32, 1 << 48]) {
        let play = with_register(ARGUMENT_REGISTER, |pointer| pointer + more);
        assert!(play.check().is_err(), "{more:#x} behind");
    }
    for other in [KECCAK_F.number - 1, KECCAK_F.number | 1 << 32, 0] {
        let play = with_register(NUMBER_REGISTER, |_| other);
        assert!(play.check().is_err(), "number {other:#x}");
    }
}

#[test]
fn a_state_at_the_ends_of_memory_holds_unless_it_is_read_only() {
    for (space, start) in [
        (Space::ReadWrite, HEAP.start),
        (Space::ReadWrite, HEAP.end - 200),
        (Space::ReadOnly, INPUT.end - 200),
    ] {
        let mut world = World::default();
        world.put_all(space, start, &random_state(9));
        world.call(&KECCAK_F, 50, &[start]);
        let play = Play {
            rounds: world.calls.iter().map(super::call::rounds).collect(),
            memory: world.memory(),
            calls: world.calls,
        };
        assert_eq!(play.check().is_ok(), space == Space::ReadWrite, "{start:#x}");
    }
}

#[test]
fn a_look_that_is_not_later_is_refused() {
    for (index, more) in [(0, 0), (3, 1), (24, 1 << 10)] {
        let mut play = one();
        let before = play.calls[0].time + more;
        play.calls[0].words[index as usize].seen.before = before;
        for held in &mut play.memory {
            if held.address == STATE / 8 + index && !held.is_last {
                held.time = before;
            }
        }
        assert!(play.check().is_err(), "word {index}, {more}");
    }
}

#[test]
fn rounds_without_a_call_and_calls_without_rounds_are_refused() {
    let play = one();
    let mut scene: Scene = play.scene();
    scene.tables[0].1.values.fill(Val::ZERO);
    scene.asked.clear();
    assert!(scene.check().is_err(), "rounds without a call");
    let mut scene = play.scene();
    scene.tables[1].1.values.fill(Val::ZERO);
    play.refuses(&scene, "a call without rounds");
}
