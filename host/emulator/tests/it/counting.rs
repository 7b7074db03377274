//! What stretches of a run consist of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use zisk_abi::memory::{HEAP, PAGE_SIZE};
use zisk_emulator::code::{Code, NUM_CLASSES};
use zisk_emulator::{Machine, Recorded, Replayed, Stop, Stretch};
use zisk_isa::Op;
use zisk_program::Program;

use crate::fixture::{A0, A1, Recorder, halt, machine};
use crate::log::{Log, NUM_ANSWERS, Step, eventful};

fn classed(program: &Program) -> Machine {
    let code = Code::with_classes(program, |instruction| instruction.op as u8 % NUM_CLASSES as u8);
    Machine::with_code(Arc::new(code), program, &[]).unwrap()
}

fn host() -> Replayed {
    Replayed::new((1..=NUM_ANSWERS as u64).collect())
}

fn naive(steps: &[Step]) -> Stretch {
    let mut by_class = [0; NUM_CLASSES];
    let mut calls = BTreeMap::new();
    let mut pages = BTreeSet::new();
    for step in steps {
        by_class[usize::from(step.class)] += 1;
        pages.extend(step.pages());
        if let Some(number) = step.call {
            *calls.entry(number).or_insert(0) += 1;
        }
    }
    Stretch {
        instructions: steps.len() as u64,
        by_class,
        pages: pages.into_iter().map(|page| page as u32).collect(),
        misaligned: steps.iter().filter(|step| step.is_misaligned()).count() as u32,
        calls: calls.into_iter().collect(),
    }
}

#[test]
fn stretches_are_counted_as_a_naive_count_does() {
    for seed in 0..8 {
        let program = eventful(&mut ChaCha12Rng::seed_from_u64(seed));
        let mut plain = classed(&program);
        let mut log = Log::default();
        let stop = plain.run(u64::MAX, &mut host(), &mut log).unwrap();
        assert!(log.0.iter().any(Step::is_misaligned) && log.0.iter().any(|step| step.class == 15));
        for quantum in [1, 7, 64, 100_000, u64::MAX] {
            let mut counted = classed(&program);
            let mut stretches = Vec::new();
            let counted_stop = counted.count(u64::MAX, quantum, &mut host(), |stretch| {
                stretches.push(stretch);
                quantum
            });
            assert_eq!(counted_stop, Ok(stop));
            let expected: Vec<Stretch> = log.0.chunks(quantum.min(100_000) as usize).map(naive).collect();
            assert_eq!(stretches, expected, "stretches of {quantum}");
            // Forgetting who was touched in a stretch must not change who was ever touched.
            let bytes = naive(&log.0).pages.len() as u64 * PAGE_SIZE;
            assert_eq!(counted.memory().touched_bytes(), bytes);
            assert_eq!(plain.memory().touched_bytes(), bytes);
            assert_eq!(counted.registers().to_array(), plain.registers().to_array());
        }
    }
}

#[test]
fn the_limit_cuts_the_last_stretch_and_the_run_can_go_on() {
    let program = eventful(&mut ChaCha12Rng::seed_from_u64(1));
    let mut counted = classed(&program);
    let (mut lens, mut host) = (Vec::new(), host());
    // The second stretch is longer than asked for at first.
    let mut quanta = [20, 30].into_iter();
    let mut each = |stretch: Stretch| {
        lens.push(stretch.instructions);
        quanta.next().unwrap_or(1_000)
    };
    let stop = counted.count(75, 10, &mut host, &mut each);
    assert_eq!((stop, counted.instructions()), (Ok(Stop::Budget), 75));
    let stop = counted.count(0, 10, &mut host, &mut each);
    assert_eq!(stop, Ok(Stop::Budget));
    let stop = counted.count(5, 0, &mut host, &mut each);
    assert_eq!((stop, counted.instructions()), (Ok(Stop::Budget), 80));
    assert_eq!(lens, [10, 20, 30, 15, 1, 4]);
}

#[test]
fn pages_are_counted_again_after_they_were_asked_for() {
    let mut machine = machine(|code| {
        code.load_address(A1, HEAP.start);
        for page in [0, 0, 1, 0] {
            code.push(Op::Addi, A0, A1, 0, 0);
            code.load_address(A0, HEAP.start + page * PAGE_SIZE)
                .push(Op::Ld, A1, A0, 0, 0)
                .push(Op::Sd, 0, A0, A1, 0);
        }
        halt(code);
    });
    let mut host = Recorder::default();
    machine.run(2, &mut host, &mut ()).unwrap();
    assert_eq!(machine.take_touched_pages(), []);
    // A load and a store of one page, then of it and another.
    for pages in [1, 2] {
        machine.run(5 * pages, &mut host, &mut ()).unwrap();
        assert_eq!(machine.take_touched_pages().len(), pages as usize);
        assert_eq!(machine.take_touched_pages(), []);
    }
    // The store that follows the load finds its page again.
    machine.run(4, &mut host, &mut ()).unwrap();
    assert_eq!(machine.take_touched_pages(), [(HEAP.start / PAGE_SIZE) as u32]);
    machine.run(1, &mut host, &mut ()).unwrap();
    assert_eq!(machine.take_touched_pages(), [(HEAP.start / PAGE_SIZE) as u32]);
    assert_eq!(machine.memory().touched_bytes(), 2 * PAGE_SIZE);
}

#[test]
fn pages_that_were_accessed_before_counting_are_not_counted() {
    let mut machine = machine(|code| {
        code.load_address(A1, HEAP.start).push(Op::Sd, 0, A1, A1, 0);
        halt(code);
    });
    machine.run(3, &mut host(), &mut ()).unwrap();
    let stop = machine.count(1, 1, &mut host(), |stretch| {
        assert_eq!(stretch.pages, []);
        1
    });
    assert_eq!(stop, Ok(Stop::Budget));
    assert_eq!(machine.memory().touched_bytes(), PAGE_SIZE);
}

#[test]
fn a_trap_while_counting_is_the_trap_of_a_plain_run() {
    let trapping = || {
        machine(|code| {
            code.push(Op::Addi, A0, 0, 0, 8)
                .push(Op::Sd, 0, A0, 0, 0)
                .push(Op::Addi, A0, 0, 0, 8);
        })
    };
    let plain = trapping().run(u64::MAX, &mut host(), &mut ()).unwrap_err();
    let mut stretches = 0;
    let counted = trapping().count(u64::MAX, 1, &mut host(), |_| {
        stretches += 1;
        1
    });
    assert_eq!((counted, stretches), (Err(plain), 1));
}

#[test]
#[should_panic(expected = "there is no class 16")]
fn a_class_that_there_is_not_is_refused() {
    let program = eventful(&mut ChaCha12Rng::seed_from_u64(1));
    let _ = Code::with_classes(&program, |_| NUM_CLASSES as u8);
}

#[test]
fn all_instructions_are_in_class_0_unless_somebody_says_otherwise() {
    let mut counted = machine(halt);
    let stop = counted.count(u64::MAX, 100, &mut host(), |stretch| {
        assert_eq!(u64::from(stretch.by_class[0]), stretch.instructions);
        100
    });
    assert!(matches!(stop, Ok(Stop::Halted { .. })));
}

#[test]
fn recorded_answers_give_the_same_run_again() {
    let program = eventful(&mut ChaCha12Rng::seed_from_u64(2));
    let mut told = Recorder {
        random: Some(0x1234_5678_9abc_def0),
        ..Recorder::default()
    };
    let mut recorded = Recorded::new(&mut told);
    let mut first = Machine::new(&program, &[]).unwrap();
    let stop = first.run(u64::MAX, &mut recorded, &mut ());
    let answers = recorded.answers;
    assert_eq!(answers, [0x1234_5678_9abc_def0; NUM_ANSWERS]);
    // The recorded host itself heard everything.
    assert_eq!((told.written.len(), told.scopes.len()), (2, 4));
    let mut again = Machine::new(&program, &[]).unwrap();
    let mut replayed = Replayed::new(answers);
    assert_eq!(again.run(u64::MAX, &mut replayed, &mut ()), stop);
    assert_eq!(replayed.at, NUM_ANSWERS);
    assert_eq!(again.registers().to_array(), first.registers().to_array());
    let mut too_few = Replayed::new(vec![1; NUM_ANSWERS - 1]);
    let mut machine = Machine::new(&program, &[]).unwrap();
    let trap = machine.run(u64::MAX, &mut too_few, &mut ()).unwrap_err();
    assert!(
        matches!(trap.cause, zisk_emulator::TrapCause::Randomness(_)),
        "{trap}"
    );
}
