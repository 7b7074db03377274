use alloc::string::ToString;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use zisk_abi::syscall::WRITE;
use zisk_stark::Val;

use super::{BLOCK, Play, STATE, compress, is_refused, one, random_words, world};
use crate::messages::Space;
use crate::system::{ARGUMENT_REGISTER, NUMBER_REGISTER};
use crate::testing::Remembered;

#[test]
fn another_result_is_refused() {
    for place in 0..16 {
        let play = one();
        // Memory agrees, and perhaps what the rounds are said to make of the state.
        for both in [false, true] {
            let scene = play.with_call(|call| {
                call.result[place] += Val::ONE;
                if both {
                    call.compressed[place] += Val::ONE;
                }
            });
            let mut memory = play.memory.clone();
            for state in &mut memory {
                let index = state.address.wrapping_sub(STATE / 8);
                if state.is_last && state.space == Space::ReadWrite && index == place as u64 / 4 {
                    state.value += 1 << (16 * (place % 4));
                }
            }
            assert!(scene.check_with_memory(&memory).is_err(), "limb {place}");
        }
        // Memory does not.
        is_refused(
            &play,
            &play.with_call(|call| call.result[place] += Val::ONE),
            "result",
        );
    }
}

#[test]
fn results_that_are_not_reduced_are_refused() {
    let play = one();
    for (place, carried) in (0..16).zip([true, false].into_iter().cycle()) {
        let scene = play.with_call(|call| {
            call.result[place] += Val::from_u32(1 << 16);
            if carried {
                call.result[place + 1] -= Val::ONE;
            }
        });
        // Memory says what the call does, limb by limb, as no value could.
        let report = scene.check_with_memory(&play.memory).unwrap_err();
        assert!(report.to_string().contains("range 16"), "limb {place}: {report}");
    }
}

/// The same call, with pointers that registers hold as well.
fn with_pointers(change: impl Fn(u64) -> u64, which: usize) -> Play {
    let mut play = one();
    let register = u64::from(ARGUMENT_REGISTER) + which as u64;
    let call = &mut play.calls[0];
    let pointer = match which {
        0 => &mut call.pointers[0],
        _ => &mut call.pointers[1],
    };
    pointer.value = change(pointer.value);
    for held in &mut play.memory {
        if held.space == Space::Register && held.address == register {
            held.value = change(held.value);
        }
    }
    play
}

#[test]
fn other_pointers_are_refused() {
    for which in [0, 1] {
        assert!(
            with_pointers(|pointer| pointer, which).check().is_ok(),
            "as they are"
        );
        for offset in 1..=8 {
            let play = with_pointers(|pointer| pointer + offset, which);
            assert!(play.check().is_err(), "{offset} behind");
        }
        // The same element of the field, and the same lower half.
        for offset in [u64::from(Val::ORDER_U32), 1 << 32, 1 << 48] {
            let play = with_pointers(|pointer| pointer + offset, which);
            assert!(play.check().is_err(), "{offset:#x} behind");
        }
    }
}

#[test]
fn a_state_that_is_read_only_is_refused() {
    let mut world = world(random_words(1), random_words(2));
    compress(&mut world, 1 << 20, BLOCK, BLOCK);
    assert!(Play::of(world).check().is_err());
}

#[test]
fn another_number_or_call_is_refused() {
    let mut play = one();
    for held in &mut play.memory {
        if held.space == Space::Register && held.address == u64::from(NUMBER_REGISTER) {
            held.value = WRITE;
        }
    }
    assert!(play.check().is_err(), "another number");
    let play = one();
    let mut scene = play.scene();
    scene.asked[0].c[0] = Val::ONE;
    is_refused(&play, &scene, "a call that ends the run");
    let mut scene = play.scene();
    scene.asked[0].time += 1;
    is_refused(&play, &scene, "another time");
}

#[test]
fn another_state_or_block_is_refused() {
    let play = one();
    for limb in 0..16 {
        is_refused(
            &play,
            &play.with_call(|call| call.state[limb] += Val::ONE),
            "state",
        );
    }
    for limb in 0..32 {
        is_refused(
            &play,
            &play.with_call(|call| call.block[limb] += Val::ONE),
            "block",
        );
    }
    // What memory held earlier.
    let mut early = play.clone();
    let is_state = |held: &&mut Remembered| held.space == Space::ReadWrite && !held.is_last;
    for held in early.memory.iter_mut().filter(is_state) {
        held.value ^= 1;
    }
    assert!(early.check().is_err(), "another state in memory");
}

#[test]
fn a_look_that_is_not_later_is_refused() {
    for (index, before) in [(0, 0), (3, 1), (7, 1 << 10)] {
        let mut play = one();
        let time = play.calls[0].time;
        // Whoever looked before did so at the same time or later.
        let (address, before) = (BLOCK / 8 + index, time + before);
        play.calls[0].words[4 + index as usize].seen.before = before;
        let first = |held: &&mut Remembered| held.address == address && !held.is_last;
        play.memory
            .iter_mut()
            .filter(first)
            .for_each(|held| held.time = before);
        assert!(play.check().is_err(), "{before}");
    }
}

#[test]
fn a_block_of_registers_is_refused() {
    let mut world = world(random_words(1), random_words(2));
    world.put_all(Space::Register, 18 * 8, &random_words::<8>(3));
    compress(&mut world, 1 << 20, STATE, 18 * 8);
    let play = Play::of(world);
    // The space of registers is one below the one that may be written.
    let scene = play.with_call(|call| call.call.is_read_only = [-Val::ONE; 8]);
    is_refused(&play, &scene, "registers");
}
