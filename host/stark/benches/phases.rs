//! How long the phases of a proof take, each on its own: the sum of its spans, over whole proofs of the size that
//! 128 bits take. No work is demanded before challenges: how long that takes is luck.
//!
//! `[LOG_HEIGHT=16] cargo bench --package zisk-stark --bench phases [-- FILTER]`

mod common;

use std::time::Duration;

use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use zisk_stark::{Grinding, Parameters, Poseidon2Hash, prove};

/// Spans of the prover: low-degree extension of all columns; Merkle trees over them; LogUp columns; quotients, from
/// extended columns to coefficients; opening everything at the out-of-domain point, and what is FRI of that.
const PHASES: [&str; 6] = ["extend", "hash", "generate", "compute", "open", "fri"];

fn phases(criterion: &mut Criterion) {
    let log_height = match std::env::var("LOG_HEIGHT") {
        Ok(number) => number.parse().expect("LOG_HEIGHT is a number"),
        Err(_) => 16,
    };
    let key = common::key_at::<Poseidon2Hash>(Parameters {
        grinding: Grinding::default(),
        ..Parameters::standard()
    });
    let rows = common::rows(log_height);
    let once = |phase| {
        let trace = common::trace(&rows);
        let (proof, lines) = common::spans::record(|| prove(&key, trace));
        drop(proof.expect("the trace has the table's shape"));
        common::spans::total(&lines, phase)
    };
    let mut group = criterion.benchmark_group(format!("phases of 2^{log_height} rows"));
    // Each time is that of whole proofs, of which only a part counts: so one to warm up, and one or two for a sample.
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_nanos(1))
        .measurement_time(Duration::from_secs(3))
        .throughput(Throughput::Elements(1 << log_height));
    for phase in PHASES {
        group.bench_function(phase, |bencher| {
            bencher.iter_custom(|num_proofs| (0..num_proofs).map(|_| once(phase)).sum());
        });
    }
    group.finish();
}

criterion_group!(benches, phases);
criterion_main!(benches);
