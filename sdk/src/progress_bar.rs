//! A bar that shows how far a proof is.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use zisk_host::{Phase, ProofPlan, ProverObserver};

use crate::calibration::Calibration;
use crate::terminal::{self, grouped};

/// What the bar's end is.
const STEPS: u64 = 1000;
const TEMPLATE: &str = "{prefix:>12.green.bold} [{bar:32}] {percent:>3}%  {msg:<12} {eta} left";

/// Shows the phase and the time left. Before the guest has ended nothing is shown: until then the lines are the guest's.
#[derive(Debug)]
pub(crate) struct ProofBar {
    /// Where it is going to be shown.
    target: Option<ProgressDrawTarget>,
    bar: Option<ProgressBar>,
    /// What tells how long it is going to take, if that is wanted.
    calibration: Option<Calibration>,
}

impl ProofBar {
    /// On standard error, if that is a terminal.
    pub(crate) fn new() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        Self {
            target: Some(target),
            bar: None,
            calibration: None,
        }
    }

    /// Says before the proof, in a line, what it is going to take.
    pub(crate) fn announcing(mut self, calibration: Calibration) -> Self {
        self.calibration = Some(calibration);
        self
    }
}

/// A bar that has just begun.
fn begin(target: ProgressDrawTarget) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(STEPS), target);
    // The template is a constant, and well formed.
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix("Proving");
    // A large proof seldom says how far it is.
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Drop for ProofBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What a proof is going to take.
fn announcement(plan: &ProofPlan, time: Duration) -> String {
    let segments = match plan.segments {
        1 => "one segment".to_owned(),
        many => format!("{} segments", grouped(many)),
    };
    format!(
        "{} instructions in {segments}: about {:.1} s, and {} MB of memory at most",
        grouped(plan.instructions),
        time.as_secs_f64(),
        grouped(plan.memory / 1_000_000),
    )
}

impl ProverObserver for ProofBar {
    fn planned(&mut self, plan: &ProofPlan) {
        if let Some(calibration) = &self.calibration {
            let time = calibration.estimate(plan.segments, plan.cells);
            terminal::progress("Proving", &announcement(plan, time));
        }
    }

    fn progress(&mut self, phase: Phase, done: f64) {
        if phase == Phase::Execute {
            return;
        }
        if let Some(target) = self.target.take() {
            self.bar = Some(begin(target));
        }
        if let Some(bar) = &self.bar {
            bar.set_message(phase.name());
            bar.set_position((done * STEPS as f64) as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn the_phase_and_the_share_are_shown_once_the_guest_has_ended() {
        let terminal = InMemoryTerm::new(2, 100);
        let mut bar = ProofBar::on(ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        bar.progress(Phase::Execute, 0.0);
        assert_eq!(terminal.contents(), "");
        bar.progress(Phase::Messages, 0.425);
        bar.bar.as_ref().expect("it has begun").force_draw();
        let shown = terminal.contents();
        for part in ["Proving", "42%", "messages", "left"] {
            assert!(shown.contains(part), "no `{part}` in `{shown}`");
        }
        drop(bar);
        assert_eq!(terminal.contents(), "");
    }
}
