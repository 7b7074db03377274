//! Segments of a run: what they touch, and that each runs alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, INPUT, PAGE_SIZE};
use zisk_abi::syscall::{CYCLES_BEGIN, HOST_RANDOM, WRITE, fd};
use zisk_emulator::{Machine, Replayed, Segment, Stop, TouchedWord, WalkError, Walker};
use zisk_isa::Op;
use zisk_program::Program;
use zisk_tests::assembler::Code;

use crate::fixture::{A0, A1, A2, A3, CODE, CONSTANTS, VARIABLES, halt, program};
use crate::log::{Log, NUM_ANSWERS, Step, eventful};

const VALUE: u64 = 0x8877_6655_4433_2211;

fn answers() -> Vec<u64> {
    (1..=NUM_ANSWERS as u64)
        .map(|answer| VALUE.wrapping_mul(answer))
        .collect()
}

fn machine_of(program: &Program) -> Machine {
    Machine::new(program, b"an input").unwrap()
}

fn walker_of(program: &Program) -> Walker {
    Walker::new(machine_of(program), answers())
}

fn written(write: impl FnOnce(&mut Code)) -> Program {
    let mut code = Code::default();
    write(&mut code);
    halt(&mut code);
    program(code)
}

/// What one plain run of a program does.
fn steps_of(program: &Program) -> Vec<Step> {
    let mut log = Log::default();
    machine_of(program)
        .run(u64::MAX, &mut Replayed::new(answers()), &mut log)
        .expect("the guest halts");
    log.0
}

/// Runs a segment alone and compares it with what it did in the whole run.
fn check_alone(program: &Program, code: &Arc<zisk_emulator::code::Code>, segment: &Segment, steps: &[Step]) {
    let mut alone = Machine::resume(Arc::clone(code), program, &segment.start, &segment.words);
    let (mut log, mut host) = (Log::default(), Replayed::new(segment.start.answers.clone()));
    let stop = alone.run(segment.instructions, &mut host, &mut log).unwrap();
    assert_eq!(log.0, steps);
    assert_eq!(stop, segment.stop);
    assert_eq!(host.at, segment.start.answers.len());
    assert_eq!(alone.pc(), segment.end_pc);
    assert_eq!(alone.registers().to_array(), segment.end_registers);
    assert_eq!(
        alone.instructions(),
        segment.start.instructions + segment.instructions
    );
    for word in &segment.words {
        assert_eq!(alone.memory().word(word.index), word.last);
    }
}

/// Walks through a run in these steps and compares all that is said of it with a plain run. Gives the segments.
fn check_walk(program: &Program, mut budget: impl FnMut() -> u64) -> Vec<Segment> {
    let steps = steps_of(program);
    let mut walker = walker_of(program);
    let (mut plain, mut host) = (machine_of(program), Replayed::new(answers()));
    let peek = |machine: &Machine, index: u32| {
        let bytes = machine.memory().peek(u64::from(index) * 8, 8).unwrap();
        u64::from_le_bytes(bytes.try_into().unwrap())
    };
    let (mut segments, mut at, mut last_segments) = (Vec::new(), 0, BTreeMap::new());
    loop {
        let budget = budget();
        let Some(segment) = walker.next(budget).unwrap() else {
            break;
        };
        let number = segments.len() as u32 + 1;
        let steps = &steps[at..at + segment.instructions as usize];
        let start = &segment.start;
        assert_eq!((segment.number, start.instructions), (number, at as u64));
        assert_eq!(
            (start.pc, start.registers),
            (plain.pc(), plain.registers().to_array())
        );
        let touched: BTreeSet<u32> = steps.iter().flat_map(Step::words).collect();
        let firsts: Vec<u64> = touched.iter().map(|&index| peek(&plain, index)).collect();
        assert_eq!(plain.run(budget, &mut host, &mut ()), Ok(segment.stop));
        let expected: Vec<TouchedWord> = touched
            .iter()
            .zip(firsts)
            .map(|(&index, first)| TouchedWord {
                index,
                previous: last_segments.insert(index, number).unwrap_or(0),
                first,
                last: peek(&plain, index),
            })
            .collect();
        assert_eq!(segment.words, expected, "segment {number}");
        assert_eq!(
            (segment.end_pc, segment.end_registers),
            (plain.pc(), plain.registers().to_array())
        );
        let map = walker.last_segments();
        assert!(
            map.iter()
                .eq(last_segments.iter().map(|(&index, &segment)| (index, segment)))
        );
        check_alone(program, walker.machine().code(), &segment, steps);
        at += segment.instructions as usize;
        segments.push(segment);
    }
    assert_eq!(at, steps.len());
    assert!(matches!(segments.last().unwrap().stop, Stop::Halted { .. }));
    for (&index, &segment) in &last_segments {
        assert_eq!(walker.last_segments().get(index), segment);
    }
    segments
}

#[test]
fn segments_of_random_programs_run_alone_and_touch_what_they_say() {
    for seed in 0..12 {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let program = eventful(&mut rng);
        let longest = [1, 3, 20, 150, 100_000][seed as usize % 5];
        let segments = check_walk(&program, || rng.random_range(1..=longest));
        let all: Vec<u64> = segments
            .iter()
            .flat_map(|segment| segment.start.answers.clone())
            .collect();
        assert_eq!(all, answers(), "the segments' answers are those of the run");
    }
}

/// Coprocessor, reservation, misaligned access, answer and output.
fn cuttable(code: &mut Code) {
    code.load_address(A0, VARIABLES).load_address(A1, CONSTANTS);
    code.ecall(SHA256_COMPRESS.number);
    code.push(Op::LrD, A2, A0, 0, 0)
        .push(Op::Addi, A2, A2, 0, 1)
        .push(Op::ScD, A3, A0, A2, 0);
    code.push(Op::AmoaddW, A2, A0, A2, 0);
    code.load_address(A2, VARIABLES + PAGE_SIZE - 3)
        .push(Op::Sd, 0, A2, A1, 0)
        .push(Op::Lw, A3, A2, 0, 1);
    code.load_address(A2, INPUT.start).push(Op::Ld, A3, A2, 0, 0);
    code.ecall(HOST_RANDOM).load_address(A2, HEAP.start);
    code.push(Op::Sd, 0, A2, A0, 0).push(Op::Ld, A3, A2, 0, 0);
    code.push(Op::Addi, A0, 0, 0, fd::JOURNAL as i32)
        .push(Op::Addi, A2, 0, 0, 3)
        .ecall(WRITE);
}

#[test]
fn a_run_can_be_cut_between_any_two_instructions() {
    let program = written(cuttable);
    let total = steps_of(&program).len() as u64;
    for cut in 1..=total {
        let mut budgets = [cut].into_iter().chain(std::iter::repeat(total));
        let segments = check_walk(&program, || budgets.next().unwrap());
        // The last cut is behind the halting call.
        assert_eq!(segments.len(), if cut == total { 1 } else { 2 });
    }
    // And at all of them.
    assert_eq!(check_walk(&program, || 1).len() as u64, total);
}

#[test]
fn a_misaligned_store_touches_words_of_two_pages_as_they_were_before() {
    let border = VARIABLES + PAGE_SIZE;
    let program = written(|code| {
        code.load_value(A1, VALUE).load_address(A2, border);
        code.push(Op::Sd, 0, A2, A1, -8)
            .push(Op::Sd, 0, A2, A1, 0)
            .push(Op::Sw, 0, A2, 0, -1);
    });
    let before = steps_of(&program).iter().position(Step::is_misaligned);
    let mut walker = walker_of(&program);
    walker.next(before.unwrap() as u64).unwrap();
    let segment = walker.next(1).unwrap().unwrap();
    let index = (border / 8) as u32;
    let expected = [
        TouchedWord {
            index: index - 1,
            previous: 1,
            first: VALUE,
            last: VALUE & (u64::MAX >> 8),
        },
        TouchedWord {
            index,
            previous: 1,
            first: VALUE,
            last: VALUE & (u64::MAX << 24),
        },
    ];
    assert_eq!(segment.words, expected);
}

#[test]
fn an_access_that_ends_with_its_word_touches_no_other() {
    for (op, offset) in [(Op::Sb, 7), (Op::Sh, 6), (Op::Sw, 4), (Op::Sd, 0), (Op::Lw, 3)] {
        let program = written(|code| {
            code.load_address(A2, VARIABLES);
            // The load's destination is the other pointer's register.
            code.push(op, if op == Op::Lw { A3 } else { 0 }, A2, A1, offset);
        });
        let mut walker = walker_of(&program);
        walker.next(2).unwrap();
        let words = walker.next(1).unwrap().unwrap().words;
        assert_eq!(words.len(), 1, "{op:?} at {offset}");
        assert_eq!(u64::from(words[0].index), VARIABLES / 8);
    }
}

#[test]
fn what_the_host_is_handed_is_not_touched_but_the_digest_is() {
    let program = written(|code| {
        code.load_address(A1, VARIABLES)
            .push(Op::Addi, A0, 0, 0, fd::STDOUT as i32);
        code.push(Op::Addi, A2, 0, 0, 64).ecall(WRITE);
        code.load_address(A0, VARIABLES).push(Op::Addi, A1, 0, 0, 8);
        code.ecall(CYCLES_BEGIN);
    });
    let segment = walker_of(&program).next(u64::MAX).unwrap().unwrap();
    let indices: Vec<u32> = segment.words.iter().map(|word| word.index).collect();
    let digest = (CONSTANTS / 8) as u32;
    assert_eq!(indices, [digest, digest + 1, digest + 2, digest + 3]);
    assert!(matches!(segment.stop, Stop::Halted { exit_code: 0, .. }));
}

#[test]
fn a_resumed_machine_holds_no_more_than_its_words() {
    let program = written(cuttable);
    let mut walker = walker_of(&program);
    let segment = walker.next(20).unwrap().unwrap();
    let code = walker.machine().code();
    let alone = Machine::resume(Arc::clone(code), &program, &segment.start, &segment.words);
    let touched: BTreeMap<u32, u64> = segment
        .words
        .iter()
        .map(|word| (word.index, word.first))
        .collect();
    for start in [CODE, CONSTANTS, VARIABLES, INPUT.start] {
        for index in start / 8..(start + PAGE_SIZE) / 8 {
            let expected = touched.get(&(index as u32)).copied().unwrap_or(0);
            assert_eq!(alone.memory().word(index as u32), expected, "{:#x}", index * 8);
        }
    }
    assert_eq!(alone.memory().touched_bytes(), 0);
    // What may be done with memory is as in the program.
    assert!(alone.memory().peek(0, 8).is_err() && alone.memory().peek(CODE, 8).is_ok());
}

#[test]
fn a_trap_in_a_walk_is_the_trap_of_a_plain_run() {
    let trapping = [
        // A misaligned store whose first half is mapped, one where nothing is, and one that is not allowed.
        (Op::Sd, VARIABLES + 2 * PAGE_SIZE - 4),
        (Op::Sd, u64::MAX - 3),
        (Op::AmoaddD, CONSTANTS),
        (Op::Ld, 1 << 40),
        (Op::Ebreak, 0),
    ];
    for (op, address) in trapping {
        let program = written(|code| {
            code.load_value(A1, address);
            code.push(op, 0, if op == Op::Ebreak { 0 } else { A1 }, 0, 0);
        });
        let trap = machine_of(&program).run(u64::MAX, &mut Replayed::default(), &mut ());
        let trap = trap.expect_err("the program must trap");
        let mut walker = walker_of(&program);
        walker.next(5).unwrap();
        for _ in 0..2 {
            assert_eq!(
                walker.next(100),
                Err(WalkError::Trap(trap)),
                "{op:?} at {address:#x}"
            );
        }
    }
    let coprocessor = written(|code| {
        code.load_value(A0, u64::MAX - 7).load_value(A1, 0);
        code.ecall(SHA256_COMPRESS.number);
    });
    let trap = machine_of(&coprocessor).run(u64::MAX, &mut Replayed::default(), &mut ());
    let walked = walker_of(&coprocessor).next(u64::MAX);
    assert_eq!(walked, Err(WalkError::Trap(trap.unwrap_err())));
}

#[test]
fn there_is_nothing_behind_the_halting_call() {
    let mut walker = walker_of(&written(cuttable));
    walker.next(u64::MAX).unwrap().unwrap();
    assert_eq!(walker.next(1), Ok(None));
    assert_eq!(walker.next(u64::MAX), Ok(None));
}

#[test]
fn the_last_segment_that_can_be_told_apart_is_told_and_the_next_refused() {
    let mut walker = walker_of(&written(cuttable));
    assert_eq!(walker.last_segments().iter().next(), None);
    for number in 1..=65_534 {
        assert_eq!(walker.next(0).unwrap().unwrap().number, number);
    }
    let segment = walker.next(20).unwrap().unwrap();
    assert_eq!(segment.number, 65_535);
    let expected = segment.words.iter().map(|word| (word.index, 65_535));
    assert!(walker.last_segments().iter().eq(expected) && !segment.words.is_empty());
    for index in [0, (HEAP.start / 8) as u32, u32::MAX] {
        assert_eq!(walker.last_segments().get(index), 0);
    }
    assert_eq!(walker.next(1), Err(WalkError::TooManySegments { max: 65_535 }));
}
