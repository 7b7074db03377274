//! How fast runs of the Fibonacci guest are proven and verified, and image ids computed. A proof is all of it: execution,
//! tables, proof. `cargo zisk bench` measures any guest.

mod common;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group};
use zisk_host::{Input, Prover, image_id};

/// Steps, and what they come to: a thousand instructions, and a few more than 2^20.
const RUNS: [(u32, &str); 2] = [(20, "a thousand instructions"), (74_850, "2^20 instructions")];

fn proving(criterion: &mut Criterion) {
    let elf = common::example("fibonacci");
    let id = image_id(&elf).expect("the guest has an image id");
    let mut group = criterion.benchmark_group("fibonacci");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("image id", |bencher| bencher.iter(|| image_id(&elf)));
    for (steps, name) in RUNS {
        let input = Input::new().write(&steps).expect("a number");
        let mut prover = Prover::builder().build().expect("there are threads");
        let mut prove = || prover.prove(&elf, &input).expect("the run is proven");
        let proven = prove();
        group.throughput(Throughput::Elements(proven.stats.instructions));
        group.bench_function(format!("prove {name}"), |bencher| {
            bencher.iter(&mut prove);
        });
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("verify {name}"), |bencher| {
            bencher.iter(|| proven.receipt.verify(id).expect("the receipt is good"));
        });
    }
    group.finish();
}

criterion_group!(benches, proving);

fn main() {
    // SAFETY: nothing runs beside this yet.
    unsafe { zisk_host::keep_freed_memory() };
    benches();
    Criterion::default().configure_from_args().final_summary();
}
