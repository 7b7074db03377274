//! Proves one table once and prints where the time went: every span of the prover and of what is beneath it,
//! with its seconds.
//!
//! `cargo bench --package zisk-stark --bench spans [-- LOG_HEIGHT [blake3]]`

mod common;

use std::sync::Mutex;
use std::time::Instant;

use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};
use zisk_stark::{Blake3Hash, Hash, Poseidon2Hash, prove};

/// A span that was entered: how deep, its name, when, and the seconds that it took.
struct Line {
    depth: usize,
    name: &'static str,
    start: Instant,
    seconds: Option<f64>,
}

#[derive(Default)]
struct Lines(Mutex<Vec<Line>>);

/// A span's place in the list.
struct Place(usize);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for &'static Lines {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut lines = self.0.lock().expect("no thread panics here");
        span.extensions_mut().insert(Place(lines.len()));
        lines.push(Line {
            depth: span.scope().skip(1).count(),
            name: span.name(),
            start: Instant::now(),
            seconds: None,
        });
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(Place(place)) = span.extensions().get() {
            let line = &mut self.0.lock().expect("no thread panics here")[*place];
            line.seconds = Some(line.start.elapsed().as_secs_f64());
        }
    }
}

/// Below this many seconds a span is not printed.
const SHORTEST: f64 = 0.002;

#[allow(clippy::print_stdout, reason = "a bench reports")]
fn print<H: Hash>(log_height: usize) {
    let lines: &Lines = Box::leak(Box::default());
    let key = common::key::<H>();
    let trace = common::trace(&common::rows(log_height));
    let subscriber = Registry::default().with(lines);
    let proof = tracing::subscriber::with_default(subscriber, || prove(&key, trace));
    drop(proof.expect("the trace has the table's shape"));
    for line in lines.0.lock().expect("no thread panics here").iter() {
        let seconds = line.seconds.unwrap_or_default();
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
