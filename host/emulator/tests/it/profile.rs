//! Functions by their callers, and what else is counted for a profile.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use zisk_abi::memory::{HEAP, IMAGE, INPUT, STACK};
use zisk_emulator::code::Code as Decoded;
use zisk_emulator::profile::{Event, Functions, Profiled, Profiler, call_targets, transfer_class};
use zisk_emulator::{Machine, Replayed, Stop, Walker};
use zisk_isa::Op;
use zisk_program::Program;
use zisk_tests::assembler::Code;

use crate::fixture::{CODE, program};
use crate::log::{Log, NUM_ANSWERS, Step, eventful};

const RA: u8 = 1;
const SP: u8 = 2;
const T0: u8 = 5;
const T1: u8 = 6;

fn classed(program: &Program) -> Machine {
    let class = |instruction: &_| transfer_class(instruction).unwrap_or(0);
    Machine::with_code(Arc::new(Decoded::with_classes(program, class)), program, &[]).unwrap()
}

fn profile(code: Code, starts: &[u64], budget: u64) -> Profiled {
    let program = program(code);
    let mut profiler = Profiler::new(Functions::new(&program, starts.iter().copied()), Vec::new());
    let mut machine = classed(&program);
    assert_eq!(
        machine.run(budget, &mut Replayed::default(), &mut profiler),
        Ok(Stop::Budget)
    );
    profiler.finish()
}

/// For each node, where the functions of its stack begin, counted from the code's start, and its counters.
fn stacks(profiled: &Profiled) -> Vec<(Vec<u64>, Vec<u64>)> {
    let mut paths: Vec<Vec<u64>> = Vec::new();
    let mut stacks = Vec::new();
    for node in &profiled.nodes {
        let mut path = node
            .parent
            .map(|parent| paths[parent].clone())
            .unwrap_or_default();
        path.extend(node.start.map(|start| start - CODE));
        paths.push(path.clone());
        if node.start.is_some() {
            // No instruction here is compressed.
            stacks.push((path, node.counts.iter().step_by(2).copied().collect()));
        }
    }
    stacks.sort();
    stacks
}

/// Calls `f` twice and `g` once, which calls `f` and then goes on as `f`.
fn calling() -> Code {
    let mut code = Code::default();
    code.push(Op::Addi, SP, 0, 0, 1024);
    code.push(Op::Jal, RA, 0, 0, 16);
    code.push(Op::Jal, RA, 0, 0, 12);
    code.push(Op::Jal, RA, 0, 0, 20);
    code.push(Op::Jal, 0, 0, 0, 0);
    // f, at 20
    code.push(Op::Addi, SP, SP, 0, -16);
    code.push(Op::Addi, SP, SP, 0, 16);
    code.push(Op::Jalr, 0, RA, 0, 0);
    // g, at 32
    code.push(Op::Addi, SP, SP, 0, -16);
    code.push(Op::Addi, T1, RA, 0, 0);
    code.push(Op::Jal, RA, 0, 0, -20);
    code.push(Op::Addi, RA, T1, 0, 0);
    code.push(Op::Addi, SP, SP, 0, 16);
    code.push(Op::Jal, 0, 0, 0, -32);
    code
}

#[test]
fn functions_are_told_apart_by_where_they_are_called() {
    let profiled = profile(
        calling(),
        &[CODE, CODE + 20, CODE + 32],
        4 + 2 * 3 + 6 + 2 * 3 + 10,
    );
    let f = || vec![1, 1, 1];
    let expected = [
        (vec![0], vec![1, 1, 1, 1, 10]),
        (vec![0, 20], f()),
        (vec![0, 20], f()),
        // What goes on as another function was called by the same.
        (vec![0, 20], f()),
        (vec![0, 32], vec![1; 6]),
        (vec![0, 32, 20], f()),
    ];
    assert_eq!(stacks(&profiled), expected);
}

#[test]
fn without_symbols_functions_are_what_is_called() {
    let mut targets = call_targets(&program(calling()));
    targets.sort_unstable();
    targets.dedup();
    assert_eq!(targets, [CODE, CODE + 20, CODE + 32]);
}

#[test]
fn what_calls_itself_is_one_node() {
    let mut code = Code::default();
    code.load_address(SP, STACK.end);
    code.push(Op::Addi, T1, 0, 0, 1000);
    code.push(Op::Jal, RA, 0, 0, 8);
    code.push(Op::Jal, 0, 0, 0, 0);
    let start = code.len() as u64;
    code.push(Op::Addi, SP, SP, 0, -16);
    code.push(Op::Sd, 0, SP, RA, 8);
    code.push(Op::Beq, 0, T1, 0, 12);
    code.push(Op::Addi, T1, T1, 0, -1);
    code.push(Op::Jal, RA, 0, 0, -16);
    code.push(Op::Ld, RA, SP, 0, 8);
    code.push(Op::Addi, SP, SP, 0, 16);
    code.push(Op::Jalr, 0, RA, 0, 0);
    let before = start / 4;
    let own = 1001 * 6 + 1000 * 2;
    let profiled = profile(code, &[CODE, CODE + start], before - 1 + own + 5);
    let stacks = stacks(&profiled);
    let paths: Vec<&[u64]> = stacks.iter().map(|(path, _)| path.as_slice()).collect();
    assert_eq!(paths, [&[0][..], &[0, start]]);
    assert_eq!(stacks[1].1, [1001, 1001, 1001, 1000, 1000, 1001, 1001, 1001]);
    assert_eq!(stacks[0].1.last(), Some(&5), "the run is back where it began");
}

/// As `longjmp` does it.
#[test]
fn calls_that_are_left_without_a_return_are_forgotten() {
    let mut code = Code::default();
    code.push(Op::Addi, SP, 0, 0, 1024);
    code.push(Op::Jal, RA, 0, 0, 8);
    code.push(Op::Jal, 0, 0, 0, -4);
    // f, at 12: calls g, which goes to where the first one was called from.
    code.push(Op::Addi, T0, RA, 0, 0);
    code.push(Op::Addi, SP, SP, 0, -16);
    code.push(Op::Jal, RA, 0, 0, 4);
    // g, at 24
    code.push(Op::Addi, SP, SP, 0, 16);
    code.push(Op::Jalr, 0, T0, 0, 0);
    let rounds = 500;
    let profiled = profile(code, &[CODE, CODE + 12, CODE + 24], 1 + rounds * 7);
    let expected = [
        (vec![0], vec![1, rounds, rounds]),
        (vec![0, 12], vec![rounds; 3]),
        (vec![0, 12, 24], vec![rounds; 2]),
    ];
    assert_eq!(stacks(&profiled), expected);
}

/// A chain of functions, each of which calls the next from two places, has more stacks than anybody wants to see.
#[test]
fn stacks_without_end_are_bounded() {
    let depth = 20;
    let mut code = Code::default();
    code.load_address(SP, STACK.end);
    let mut starts = vec![CODE];
    code.push(Op::Jal, RA, 0, 0, 8);
    code.push(Op::Jal, 0, 0, 0, 0);
    let prelude = code.len() as u64 / 4;
    for level in 0..depth {
        starts.push(CODE + code.len() as u64);
        if level + 1 < depth {
            code.push(Op::Addi, SP, SP, 0, -16);
            code.push(Op::Sd, 0, SP, RA, 0);
            code.push(Op::Jal, RA, 0, 0, 20);
            code.push(Op::Jal, RA, 0, 0, 16);
            code.push(Op::Ld, RA, SP, 0, 0);
            code.push(Op::Addi, SP, SP, 0, 16);
        }
        code.push(Op::Jalr, 0, RA, 0, 0);
    }
    let calls: u64 = (1 << depth) - 1;
    let leaves = 1 << (depth - 1);
    let all = prelude - 1 + 7 * (calls - leaves) + leaves;
    let profiled = profile(code, &starts, all);
    assert!(profiled.nodes.len() <= (1 << 16) + starts.len());
    let counted: u64 = profiled.nodes.iter().flat_map(|node| &node.counts).sum();
    assert_eq!(counted, all);
    assert!(profiled.nodes.iter().any(|node| node.is_of_anybody));
}

#[test]
fn all_else_is_counted_as_naive_counts_and_walks_do() {
    for seed in 0..4 {
        let program = eventful(&mut ChaCha12Rng::seed_from_u64(seed));
        let answers: Vec<u64> = (1..=NUM_ANSWERS as u64).collect();
        let host = || Replayed::new(answers.clone());
        let mut log = Log::default();
        classed(&program).run(u64::MAX, &mut host(), &mut log).unwrap();

        let regions = [IMAGE, STACK, HEAP, INPUT].map(|region| region.start..region.end);
        let mut profiler = Profiler::new(Functions::new(&program, []), regions.to_vec());
        let mut profiled = classed(&program);
        let mut walker = Walker::new(classed(&program), answers.clone());
        let (mut host, quantum) = (host(), 1000);
        loop {
            let stop = profiled.run(quantum, &mut host, &mut profiler).unwrap();
            let segment = walker.next(quantum).unwrap().unwrap();
            assert_eq!(profiler.end_segment(), segment.words.len() as u64, "seed {seed}");
            if stop != Stop::Budget {
                break;
            }
        }
        let words: Vec<u32> = walker.last_segments().iter().map(|(index, _)| index).collect();
        let in_regions = regions.iter().map(|region| {
            let contains = |index: &&u32| region.contains(&(u64::from(**index) * 8));
            words.iter().filter(contains).count() as u64
        });
        assert_eq!(profiler.touched_words(), in_regions.collect::<Vec<_>>());

        let tally = profiler.tally();
        assert_eq!(tally.by_class.iter().sum::<u64>(), log.0.len() as u64);
        let misaligned = log.0.iter().filter(|step| step.is_misaligned()).count() as u64;
        assert_eq!(tally.misaligned_doubles + tally.misaligned_others, misaligned);
        let called = log.0.iter().filter(|step: &&Step| step.call.is_some()).count() as u64;
        assert_eq!(
            tally.calls.iter().sum::<u64>() + tally.system_calls + tally.halts,
            called
        );
        assert_eq!(tally.halts, 1);

        let mut events: BTreeMap<bool, u64> = BTreeMap::new();
        for event in profiler.finish().events {
            let is_access = matches!(event.event, Event::Misaligned { .. });
            *events.entry(is_access).or_default() += event.count;
        }
        assert_eq!(events.get(&true), Some(&misaligned));
        assert_eq!(events.get(&false), Some(&called));
    }
}
