//! How fast guests are executed: the examples' compute loops, in instructions per second.

mod common;

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use zisk_abi::input::FrameWriter;
use zisk_emulator::code::{Code, NUM_CLASSES};
use zisk_emulator::{Machine, Replayed, Stop, Walker};
use zisk_host::{ExecutorEnv, Input};
use zisk_program::Program;

/// How many instructions are counted together: as many as the prover does.
const QUANTUM: u64 = 1 << 14;
/// How many instructions a segment of a walk has.
const SEGMENT: u64 = 1 << 20;

/// Loops of a few million instructions: long enough that loading does not count.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, example: &str, input: &[u8]) {
    let elf = common::example(example);
    let mut frames = FrameWriter::default();
    frames.push(input);
    let input = Input::from_bytes(input);
    let execute = || {
        let environment = ExecutorEnv::new().stdout(std::io::sink()).stderr(std::io::sink());
        environment.execute(&elf, &input).expect("the guest runs")
    };
    let execution = execute();
    assert_eq!(execution.exit_code, 0, "{example} failed");
    group.throughput(Throughput::Elements(execution.stats.instructions));
    group.bench_function(example, |bencher| bencher.iter(execute));
    // As much as an execution does: the file is loaded and decoded each time.
    let machine = || {
        let program = Program::from_elf(&elf).expect("the guest was run before");
        let code = Code::with_classes(&program, |instruction| instruction.op as u8 % NUM_CLASSES as u8);
        Machine::with_code(code.into(), &program, frames.as_bytes()).expect("the input fits")
    };
    let count = || {
        let mut counted = 0;
        let stop = machine().count(u64::MAX, QUANTUM, &mut Replayed::default(), |stretch| {
            counted += stretch
                .by_class
                .iter()
                .map(|&count| u64::from(count))
                .sum::<u64>();
            QUANTUM
        });
        assert!(matches!(stop, Ok(Stop::Halted { .. })), "{example}: {stop:?}");
        counted
    };
    assert_eq!(count(), execution.stats.instructions, "{example}");
    group.bench_function(format!("{example} counted"), |bencher| bencher.iter(count));
    let walk = || {
        let mut walker = Walker::new(machine(), Vec::new());
        let mut words = 0;
        while let Some(segment) = walker.next(SEGMENT).expect("the guest runs") {
            words += segment.words.len();
        }
        words
    };
    group.bench_function(format!("{example} walked"), |bencher| bencher.iter(walk));
}

fn execution(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execution");
    group.sample_size(20);
    // The number 2,000,000 as `Input::write` encodes it.
    bench(&mut group, "fibonacci", &[0x80, 0x89, 0x7a]);
    bench(&mut group, "sha256", &vec![0x5a; 200_000]);
    group.finish();
}

criterion_group!(benches, execution);
criterion_main!(benches);
