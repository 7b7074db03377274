//! `cargo zisk bench`.

use std::fmt;
use std::io;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use zisk_host::{ExecutorEnv, Input, Proven};

use super::prove::ProofOptions;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::machine::{Machine, peak_rss_bytes};
use crate::progress_bar::ProofBar;
use crate::terminal::{self, HEADING, grouped};
use crate::{receipts, scale_plot};

/// Build a guest, prove it several times and show how fast that is on this machine
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Bench {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// How often to prove it; times are medians
    #[arg(long, value_name = "NUMBER", default_value = "3", help_heading = "Proof")]
    runs: NonZeroU32,
    /// Prove a run for each of these numbers, the guest's only input, and show how the time grows with the run
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', help_heading = "Proof")]
    scale: Vec<u32>,
    /// Draw that as a plot, in SVG
    #[arg(long, value_name = "FILE", requires = "scale", help_heading = "Proof")]
    plot: Option<PathBuf>,
    #[command(flatten)]
    options: ProofOptions,
    /// Print one JSON object; with --scale, a list of one for each run
    #[arg(long, help_heading = "Proof")]
    json: bool,
}

const AFTER_HELP: &str = "\
A time is that of execution, tables and proof together. What is prepared once for a guest is part of the first run only. What the \
guest prints is dropped.

The JSON object has machine (processor, vectors, cores), version, security_bits, hash, zero_knowledge, instructions, segments, cells, seconds \
and verify_seconds (of every run), khz (of the median), receipt_bytes, peak_rss_bytes.";

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    version: &'static str,
    security_bits: u32,
    hash: &'static str,
    zero_knowledge: bool,
    instructions: u64,
    segments: u64,
    cells: u64,
    seconds: Vec<f64>,
    verify_seconds: Vec<f64>,
    khz: f64,
    receipt_bytes: usize,
    peak_rss_bytes: u64,
}

/// The middle one; the upper of two.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Report {
    fn new(proven: &Proven, seconds: Vec<f64>, verify_seconds: Vec<f64>) -> Self {
        let security = proven.receipt.security();
        Self {
            machine: Machine::this(),
            version: env!("CARGO_PKG_VERSION"),
            security_bits: security.bits,
            hash: security.hash,
            zero_knowledge: security.zero_knowledge,
            instructions: proven.stats.instructions,
            segments: proven.stats.segments,
            cells: proven.stats.cells,
            khz: proven.stats.instructions as f64 / median(&seconds) / 1e3,
            seconds,
            verify_seconds,
            receipt_bytes: proven.receipt.to_bytes().len(),
            peak_rss_bytes: peak_rss_bytes(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = |seconds: &[f64], unit: &str, scale: f64| {
            let bounds = seconds.iter().fold((f64::MAX, 0.0_f64), |(low, high), seconds| {
                (low.min(*seconds), high.max(*seconds))
            });
            let [low, middle, high] = [bounds.0, median(seconds), bounds.1].map(|seconds| seconds * scale);
            format!(
                "{middle:.2} {unit} (median of {}; {low:.2} to {high:.2})",
                seconds.len()
            )
        };
        let hiding = if self.zero_knowledge {
            "zero-knowledge"
        } else {
            "not hiding"
        };
        let rows = [
            ("machine", self.machine.to_string()),
            ("zisk", self.version.to_owned()),
            (
                "proof",
                format!(
                    "{} bits provable security, {}, {hiding}",
                    self.security_bits, self.hash
                ),
            ),
            ("instructions", grouped(self.instructions)),
            ("segments", grouped(self.segments)),
            (
                "cells",
                format!(
                    "{}, {:.1} an instruction, with tables filled up",
                    grouped(self.cells),
                    self.cells as f64 / self.instructions.max(1) as f64
                ),
            ),
            ("prove", range(&self.seconds, "s", 1.0)),
            ("speed", format!("{:.1} kHz", self.khz)),
            ("verify", range(&self.verify_seconds, "ms", 1e3)),
            ("receipt", format!("{} bytes", grouped(self.receipt_bytes as u64))),
            (
                "peak memory",
                format!("{} MB", grouped(self.peak_rss_bytes / 1_000_000)),
            ),
        ];
        rows.iter()
            .try_for_each(|(label, value)| writeln!(f, "{HEADING}{label:<14}{HEADING:#} {value}"))
    }
}

impl Bench {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        if !self.scale.is_empty() {
            return self.scale(&elf);
        }
        let report = self.measure(&elf, &self.inputs.read()?)?;
        terminal::result(self.json, &report, &report).map_err(Error::Stdout)
    }

    /// Measures a run for each number.
    fn scale(&self, elf: &[u8]) -> Result<(), Error> {
        let mut reports = Vec::new();
        for number in &self.scale {
            let report = self.measure(elf, &Input::new().write(number)?)?;
            if !self.json {
                terminal::result(self.json, &report, &report).map_err(Error::Stdout)?;
            }
            reports.push(report);
        }
        if let Some(path) = &self.plot {
            let point = |report: &Report| scale_plot::Point {
                millions: report.instructions as f64 / 1e6,
                seconds: median(&report.seconds) / (report.instructions as f64 / 1e6),
            };
            let points: Vec<_> = reports.iter().map(point).collect();
            let title = Machine::this().to_string();
            let svg = scale_plot::draw(&title, &points).map_err(|source| Error::File {
                action: "draw",
                path: path.clone(),
                source: io::Error::other(source),
            })?;
            receipts::write(path, svg.as_bytes())?;
        }
        if self.json {
            terminal::result(true, &reports, &"").map_err(Error::Stdout)?;
        }
        Ok(())
    }

    /// Proves a run several times.
    fn measure(&self, elf: &[u8], input: &Input) -> Result<Report, Error> {
        let mut prover = self.options.builder().observer(ProofBar::new()).build()?;
        let (mut seconds, mut verify_seconds) = (Vec::new(), Vec::new());
        let mut left = self.runs.get();
        loop {
            let env = ExecutorEnv::new().stdout(io::sink()).stderr(io::sink());
            let proven = prover.prove_in(env, elf, input)?;
            seconds.push(proven.stats.elapsed.as_secs_f64());
            let start = Instant::now();
            proven.receipt.verify(proven.receipt.image_id())?;
            verify_seconds.push(start.elapsed().as_secs_f64());
            left -= 1;
            if left == 0 {
                return Ok(Report::new(&proven, seconds, verify_seconds));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(&[3.0, 1.0, 2.0]).to_string(), "2");
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]).to_string(), "3");
    }
}
