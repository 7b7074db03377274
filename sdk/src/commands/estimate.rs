//! `cargo zisk estimate`.

use std::fmt;
use std::io;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use zisk_host::{COST_VERSION, ExecutorEnv, Input, execute_counting, run_cost};

use super::prove::ProofOptions;
use super::run::outcome;
use crate::comparison::Comparison;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::terminal::{self, HEADING, grouped};

/// Build a guest, execute it and say what proving the run would take, without proving it
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Estimate {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Run this ELF file on the same input and show what changed since, function by function
    #[arg(long, value_name = "OLD.ELF", help_heading = "Output")]
    compare: Option<PathBuf>,
    #[command(flatten)]
    options: ProofOptions,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const AFTER_HELP: &str = "\
Cells, segments and memory are those of `prove` with the same options on this machine: without --max-memory they depend on \
how much memory is free. Cells and memory are slightly too high. Seconds are what cells and segments took when something was proven here last. \
The receipt's size is met within a percent or so.

The cost is a figure that depends on program and input alone: the cells of the rows that the run needs at most in segments of 2^21 \
instructions, before tables are filled up to powers of two. Figures of one version can be compared on any machine. What the guest prints \
goes to standard error.

The JSON object has exit_code, instructions, segments, cells, seconds, memory_bytes, receipt_bytes, cost, cost_version, and with --compare \
also compare: old_instructions, new_instructions, old_cost, new_cost, and functions, each with function, old and new.";

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    exit_code: u32,
    instructions: u64,
    segments: u64,
    cells: u64,
    seconds: f64,
    memory_bytes: u64,
    receipt_bytes: u64,
    cost: u64,
    cost_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<Comparison>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("instructions", grouped(self.instructions)),
            ("segments", grouped(self.segments)),
            ("cells", grouped(self.cells)),
            ("time", format!("about {:.1} s", self.seconds)),
            (
                "memory",
                format!("{} MB at most", grouped(self.memory_bytes / 1_000_000)),
            ),
            ("receipt", format!("about {} bytes", grouped(self.receipt_bytes))),
            (
                "cost",
                format!("{} (version {})", grouped(self.cost), self.cost_version),
            ),
        ];
        for (label, value) in rows {
            writeln!(f, "{HEADING}{label:<14}{HEADING:#} {value}")?;
        }
        match &self.compare {
            Some(comparison) => write!(f, "\n{comparison}"),
            None => Ok(()),
        }
    }
}

impl Estimate {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let input = self.inputs.read()?;
        let estimate = terminal::run_beside_result(|env| {
            let mut prover = self.options.builder().build()?;
            prover.estimate(env, &elf, &input)
        })?;
        let compare = match &self.compare {
            Some(old) => Some(compare(old, &elf, estimate.cost, &input)?),
            None => None,
        };
        let plan = &estimate.plan;
        let time = self.options.calibration().estimate(plan.segments, plan.cells);
        let report = Report {
            exit_code: estimate.execution.exit_code,
            instructions: plan.instructions,
            segments: plan.segments,
            cells: plan.cells,
            seconds: time.as_secs_f64(),
            memory_bytes: plan.memory,
            receipt_bytes: estimate.receipt_bytes,
            cost: estimate.cost,
            cost_version: COST_VERSION,
            compare,
        };
        terminal::result(self.json, &report, &report).map_err(Error::Stdout)?;
        outcome(report.exit_code)
    }
}

/// Runs an old build and the new one on the same input. What they print is known already, or of no interest.
fn compare(path: &PathBuf, new: &[u8], new_cost: u64, input: &Input) -> Result<Comparison, Error> {
    let old = std::fs::read(path).map_err(|source| Error::File {
        action: "read",
        path: path.clone(),
        source,
    })?;
    let silent = || ExecutorEnv::new().stdout(io::sink()).stderr(io::sink());
    let (_, old_cost) = run_cost(&old, input, silent())?;
    // Of functions that are inlined, the compiler may make others in each build: they count with those they are in.
    let [old, new] = [old.as_slice(), new].map(|elf| {
        let (_, executed) = execute_counting(elf, input, silent())?;
        Ok::<_, Error>(executed.by_function(elf))
    });
    Ok(Comparison::new([&old?, &new?], [old_cost, new_cost]))
}
