//! Where the time goes: the prover's tracing spans, written down as they are entered.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::Subscriber;
use tracing::span::{Attributes, Id};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// A span that was entered.
pub(crate) struct Line {
    /// How many spans it is in.
    pub(crate) depth: usize,
    pub(crate) name: &'static str,
    /// Where it comes from: a module.
    target: &'static str,
    start: Instant,
    /// How long it took; nothing if it did not end.
    pub(crate) duration: Duration,
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Line>>>);

/// A span's place in the list.
struct Place(usize);

impl Recorder {
    fn with<R>(&self, act: impl FnOnce(&mut Vec<Line>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, _: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let line = Line {
            depth: span.scope().skip(1).count(),
            name: span.name(),
            target: span.metadata().target(),
            start: Instant::now(),
            duration: Duration::ZERO,
        };
        let place = self.with(|lines| {
            lines.push(line);
            lines.len() - 1
        });
        span.extensions_mut().insert(Place(place));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(Place(place)) = span.extensions().get() {
            self.with(|lines| lines[*place].duration = lines[*place].start.elapsed());
        }
    }
}

/// What `work` gives, and the spans that it entered on this thread, in order.
pub(crate) fn record<R>(work: impl FnOnce() -> R) -> (R, Vec<Line>) {
    let recorder = Recorder::default();
    let subscriber = Registry::default().with(recorder.clone());
    let result = tracing::subscriber::with_default(subscriber, work);
    let lines = recorder.with(std::mem::take);
    (result, lines)
}

/// How long the prover's own spans of this name took together.
///
/// # Panics
/// When there is none.
pub(crate) fn total(lines: &[Line], name: &str) -> Duration {
    let ours = |line: &&Line| line.target.starts_with("zisk_stark") && line.name == name;
    assert!(lines.iter().any(|line| ours(&line)), "no span `{name}`");
    lines.iter().filter(ours).map(|line| line.duration).sum()
}
