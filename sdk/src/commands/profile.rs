//! `cargo zisk profile`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use zisk_host::profile::{
    Function, Overhead, RegionTouched, ScopeSpent, SegmentSpent, StateMachine, profile,
};

use super::run::outcome;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::profile::{Files, ProfileText};
use crate::terminal;

/// Build a guest, execute it and show where it spends cells and instructions
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Profile {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Write the report and the flamegraphs into this folder; without it, target/zisk/profile/NAME, or NAME.profile for
    /// --elf
    #[arg(long, value_name = "FOLDER", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Show so many functions in the table
    #[arg(long, value_name = "NUMBER", default_value_t = 20, help_heading = "Output")]
    top: usize,
    /// Print one JSON object in place of the table
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const AFTER_HELP: &str = "\
Cells are what proofs are made of: a proof takes time and memory for each, whatever it is of. Each instruction has those of its rows \
in all state machines, and a call of a coprocessor those of all rows that it needs. What no instruction has a part in stands by \
itself. Functions that were inlined are shown as those that were called; release builds have all that this takes.

Files: profile.html has everything and needs no network; flamegraph.svg and flamegraph-instructions.svg; profile.speedscope.json is \
for speedscope. What the guest prints goes to standard error.

The JSON object has exit_code, instructions, cells, committed_cells, functions, state_machines, scopes, overhead, segments, memory \
and files.";

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    exit_code: u32,
    instructions: u64,
    cells: u64,
    committed_cells: u64,
    functions: &'a [Function],
    state_machines: &'a [StateMachine],
    scopes: &'a [ScopeSpent],
    overhead: Overhead,
    segments: &'a [SegmentSpent],
    memory: &'a [RegionTouched],
    files: &'a Files,
}

impl Profile {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let guest = self.guest.built()?;
        let input = self.inputs.read()?;
        let (execution, found) = terminal::run_beside_result(|env| profile(&guest.elf, input, env))?;
        let folder = self.output.as_deref().unwrap_or(&guest.profile_folder);
        let files = Files::write(&found, &guest.name, folder)?;
        let report = Report {
            exit_code: execution.exit_code,
            instructions: found.total.instructions,
            cells: found.total.cells,
            committed_cells: found.total.cells + found.overhead.cells(),
            functions: &found.functions,
            state_machines: &found.machines,
            scopes: &found.scopes,
            overhead: found.overhead,
            segments: &found.segments,
            memory: &found.regions,
            files: &files,
        };
        let text = ProfileText {
            profile: &found,
            top: self.top,
        };
        terminal::result(self.json, &report, &text).map_err(Error::Stdout)?;
        for path in [&files.report, &files.flamegraph, &files.speedscope] {
            wrote(path);
        }
        outcome(execution.exit_code)
    }
}

fn wrote(path: &Path) {
    terminal::progress("Wrote", &path.display().to_string());
}
