//! `cargo zisk stats`.

use clap::Args;
use serde::Serialize;
use zisk_host::{TableStats, table_stats};

use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::tables_text::TablesText;
use crate::terminal;

/// Build a guest, execute it and show what a proof of the run takes of each state machine
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Stats {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    json: bool,
}

const AFTER_HELP: &str = "\
Rows are those that the run needs; tables are filled up to the next power of two, to which `padded` refers. Columns are those that \
are committed to: main ones, and LogUp ones for the messages. What the guest prints goes to standard error.

The JSON object has instructions, and state_machines, each with name, rows, height, main_columns, logup_columns, interactions, \
is_fixed, coprocessor and calls: a coprocessor's calls are proven by all machines that name it.";

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    instructions: u64,
    state_machines: &'a [TableStats],
}

impl Stats {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let input = self.inputs.read()?;
        let (execution, tables) = terminal::run_beside_result(|env| table_stats(&elf, input, env))?;
        let instructions = execution.stats.instructions;
        let report = Report {
            instructions,
            state_machines: &tables,
        };
        let text = TablesText {
            instructions,
            tables: &tables,
        };
        terminal::result(self.json, &report, &text).map_err(Error::Stdout)
    }
}
