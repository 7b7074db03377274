use alloc::vec::Vec;

use zisk_abi::memory::{ADDRESS_SPACE_END, HEAP, INPUT, LOG_PAGE_SIZE, STACK};
use zisk_isa::{Instruction, Op};

use super::discover;
use super::words::Words;
use super::{Carried, CarriedWord, Early, Guest, ImageWord, Passage, Replay, ReplayError, Step};
use crate::testing::ENTRY;

/// Writes a register and two words, reads a third one; then the run ends.
fn guest() -> Guest {
    let of = |op, rd, rs1, rs2, imm| Instruction {
        op,
        rd,
        rs1,
        rs2,
        imm,
    };
    let body = [
        of(Op::Lui, 6, 0, 0, HEAP.start as i32),
        of(Op::Addi, 5, 0, 0, 7),
        of(Op::Sd, 0, 6, 5, 64),
        of(Op::Sb, 0, 6, 5, 73),
        of(Op::Ld, 7, 6, 0, 80),
        of(Op::Lui, 11, 0, 0, HEAP.start as i32),
        of(Op::Ecall, 0, 0, 0, 0),
    ];
    let placed = (ENTRY..).step_by(4).zip(body);
    let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, instruction, 4)).collect();
    let image = [0x8000, 0x8010].map(|place| ImageWord {
        is_writable: place == 0x8000,
        address: place / 8,
        value: place,
    });
    Guest::new(ENTRY, placed, image.into())
}

fn steps() -> Vec<Step> {
    let operands = [
        [0, 0],
        [0, 0],
        [HEAP.start, 7],
        [HEAP.start, 7],
        [HEAP.start, 0],
        [0, 0],
        [0, 0],
    ];
    let placed = (ENTRY..).step_by(4).zip(operands);
    placed
        .map(|(pc, operands)| Step {
            pc,
            operands,
            result: 0,
        })
        .collect()
}

/// Behind so many steps the second segment begins.
const CUT: usize = 5;

fn early() -> [Early; 2] {
    let steps = steps();
    let segments = discover(&guest(), &[], &[&steps[..CUT], &steps[CUT..]]);
    segments.unwrap().try_into().unwrap()
}

/// How a segment ends of which this is said.
fn end(early: &Early, steps: &[Step]) -> Result<(), ReplayError> {
    let guest = guest();
    let mut replay = Replay::new(&guest, early);
    steps.iter().try_for_each(|step| replay.step(step))?;
    replay.check_end()
}

#[test]
fn segments_end_as_they_are_said_to() {
    let (steps, [first, second]) = (steps(), early());
    assert_eq!(end(&first, &steps[..CUT]), Ok(()));
    assert_eq!(end(&second, &steps[CUT..]), Ok(()));
    assert_eq!((first.registers[5].last, first.words[0].state.last), (7, 7));
    assert_eq!(first.words[1].state.last, 7 << 8);
}

#[test]
fn another_end_of_a_register_or_a_word_is_refused() {
    let steps = &steps()[..CUT];
    let [honest, _] = early();
    for bit in [0, 31, 63] {
        for register in 0..32 {
            // It leaves something else, and, if no instruction writes it, it was something else before.
            let mut early = honest.clone();
            let state = &mut early.registers[register];
            let found = state.last;
            state.last ^= 1 << bit;
            let error = ReplayError::End {
                address: register as u32,
                expected: state.last,
                found,
            };
            assert_eq!(end(&early, steps), Err(error));
        }
        for place in 0..honest.words.len() {
            let mut early = honest.clone();
            let CarriedWord { address, state } = &mut early.words[place];
            let found = state.last;
            state.last ^= 1 << bit;
            let error = ReplayError::End {
                address: *address,
                expected: state.last,
                found,
            };
            assert_eq!(end(&early, steps), Err(error));
        }
    }
    // What it found there before, and leaves.
    let mut early = honest.clone();
    early.registers[28].first = 9;
    let error = ReplayError::End {
        address: 28,
        expected: 0,
        found: 9,
    };
    assert_eq!(end(&early, steps), Err(error));
    let mut early = honest;
    early.words[2].state.first = 9;
    let address = early.words[2].address;
    let error = ReplayError::End {
        address,
        expected: 0,
        found: 9,
    };
    assert_eq!(end(&early, steps), Err(error));
}

#[test]
fn another_end_of_the_instructions_is_refused() {
    let (steps, [first, second]) = (steps(), early());
    let behind = steps[CUT].pc;
    let passage = |pc| {
        Some(Passage {
            pc,
            masks: Default::default(),
        })
    };
    let refused = |early: &Early, steps: &[Step], expected, found| {
        assert_eq!(
            end(early, steps),
            Err(ReplayError::EndPc { expected, found }),
            "{steps:?}"
        );
    };
    for pc in [behind + 4, behind - 4, 0] {
        let early = Early {
            end: passage(pc),
            ..first.clone()
        };
        refused(&early, &steps[..CUT], Some(pc), Some(behind));
    }
    // As if the run ended with it, or without the instruction that ends it.
    let early = Early {
        end: None,
        ..first.clone()
    };
    refused(&early, &steps[..CUT], None, Some(behind));
    refused(&second, &steps[CUT..=CUT], None, Some(behind + 4));
    // As if it went on.
    let early = Early {
        end: passage(behind),
        ..second
    };
    refused(&early, &steps[CUT..], Some(behind), None);
    // Nothing was executed: it is where it began.
    let early = Early {
        registers: first.registers.map(|state| Carried {
            last: state.first,
            ..state
        }),
        words: Vec::new(),
        ..first
    };
    refused(&early, &[], Some(behind), Some(ENTRY));
}

#[test]
fn a_word_that_is_not_said_to_be_touched_is_refused() {
    let [honest, _] = early();
    for place in 0..honest.words.len() {
        let mut early = honest.clone();
        let word = early.words.remove(place);
        let address = u64::from(word.address) * 8;
        assert_eq!(
            end(&early, &steps()[..CUT]),
            Err(ReplayError::Unknown { address })
        );
    }
}

/// Words at the ends of pages and of memory, neighbours, and some between which there is nothing.
#[test]
fn every_word_is_found_and_no_other() {
    const PAGE: u64 = 1 << LOG_PAGE_SIZE;
    let guest = guest();
    let read_only = [0x8010, INPUT.start, INPUT.start + 5 * PAGE - 8, INPUT.end - 8];
    let writable = [
        0x8000,
        STACK.start,
        STACK.end - 8,
        HEAP.start,
        HEAP.start + 8,
        HEAP.start + PAGE - 8,
        HEAP.start + PAGE,
        HEAP.start + 3 * PAGE + 0x128,
        HEAP.end - 8,
    ];
    let mut addresses = [&read_only[..], &writable].concat();
    addresses.sort_unstable();
    let carried: Vec<CarriedWord> = addresses
        .iter()
        .map(|address| CarriedWord {
            address: (address / 8) as u32,
            state: Carried {
                first: 3 * address,
                last: 1,
                ..Carried::default()
            },
        })
        .collect();
    let mut words = Words::new(&guest, &carried);
    for address in &addresses {
        let (state, is_read_only) = words.word(address / 8).unwrap();
        assert_eq!((state.value, state.time), (3 * address, 0), "{address:x}");
        assert_eq!(is_read_only, read_only.contains(address), "{address:x}");
        (state.value, state.time) = (5 * address, 9);
    }
    let states = words
        .states()
        .iter()
        .map(|state| (state.value, state.time))
        .collect::<Vec<_>>();
    let expected: Vec<_> = addresses.iter().map(|address| (5 * address, 9)).collect();
    assert_eq!(states, expected);
    let near = addresses.iter().flat_map(|address| {
        [8, PAGE, 1 << 16, 1 << 32, 1 << 35, 1 << 48]
            .into_iter()
            .flat_map(move |distance| [address.wrapping_add(distance), address.wrapping_sub(distance)])
    });
    let ends = [0, ADDRESS_SPACE_END - 8, ADDRESS_SPACE_END, u64::MAX - 7];
    for address in near.chain(ends).filter(|address| !addresses.contains(address)) {
        let found = words.word(address / 8).err();
        assert_eq!(found, Some(ReplayError::Unknown { address }), "{address:x}");
    }
}

/// A word where no memory can be is not found, nor anything else in its place.
#[test]
fn a_word_outside_of_the_address_space_is_not_found() {
    let outside = [ADDRESS_SPACE_END / 8, u64::from(u32::MAX)];
    let inside = INPUT.end / 8 - 1;
    let carried = [inside, outside[0], outside[1]].map(|address| CarriedWord {
        address: address as u32,
        state: Carried::default(),
    });
    let mut words = Words::new(&guest(), &carried);
    assert!(words.word(inside).is_ok());
    for address in outside {
        assert!(words.word(address).is_err(), "{address:x}");
    }
    assert_eq!(words.states().len(), 3);
}
