//! How fast guests are executed: the examples' compute loops, in instructions per second.

mod common;

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use zisk_host::{ExecutorEnv, Input};

/// Loops of a few million instructions: long enough that loading does not count.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, example: &str, input: &Input) {
    let elf = common::example(example);
    let execute = || {
        let environment = ExecutorEnv::new().stdout(std::io::sink()).stderr(std::io::sink());
        environment.execute(&elf, input).expect("the guest runs")
    };
    let execution = execute();
    assert_eq!(execution.exit_code, 0, "{example} failed");
    group.throughput(Throughput::Elements(execution.stats.instructions));
    group.bench_function(example, |bencher| bencher.iter(execute));
}

fn execution(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execution");
    group.sample_size(20);
    bench(
        &mut group,
        "fibonacci",
        &Input::new().write(&2_000_000_u32).expect("a number"),
    );
    bench(&mut group, "sha256", &Input::from_bytes(&vec![0x5a; 200_000]));
    group.finish();
}

criterion_group!(benches, execution);
criterion_main!(benches);
