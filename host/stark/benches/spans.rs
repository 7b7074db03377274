//! Proves one table once and prints where the time went: every span of the prover and of what is beneath it,
//! with its seconds.
//!
//! `cargo bench --package zisk-stark --bench spans [-- LOG_HEIGHT [blake3]]`

mod common;

use zisk_stark::{Blake3Hash, Hash, Poseidon2Hash, prove};

/// Below this many seconds a span is not printed.
const SHORTEST: f64 = 0.002;

#[allow(clippy::print_stdout, reason = "a bench reports")]
fn print<H: Hash>(log_height: usize) {
    let key = common::key::<H>();
    let trace = common::trace(&common::rows(log_height));
    let (proof, lines) = common::spans::record(|| prove(&key, trace));
    drop(proof.expect("the trace has the table's shape"));
    for line in lines {
        let seconds = line.duration.as_secs_f64();
        if seconds >= SHORTEST {
            println!("{seconds:8.3} s  {}{}", "  ".repeat(line.depth), line.name);
        }
    }
    println!(
        "{:8.2} GB peak memory, the given rows included",
        common::peak_memory() as f64 / 1e9
    );
}

fn main() {
    // SAFETY: nothing runs beside this yet.
    unsafe { zisk_stark::keep_freed_memory() };
    let mut log_height = 20;
    let mut blake3 = false;
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(number) => log_height = number,
            Err(_) => blake3 |= argument == "blake3",
        }
    }
    if blake3 {
        print::<Blake3Hash>(log_height);
    } else {
        print::<Poseidon2Hash>(log_height);
    }
}
