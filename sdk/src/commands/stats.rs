//! `cargo zisk stats`.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use zisk_host::{ExecutorEnv, TableStats, table_stats};

use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::tables_text::TablesText;
use crate::terminal::Relay;

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
        let mut text = Relay::new(io::stderr());
        let mut messages = Relay::new(io::stderr());
        let env = ExecutorEnv::new().stdout(&mut text).stderr(&mut messages);
        let result = table_stats(&elf, input, env);
        // Nothing depends on whether standard error is read.
        let _ = text.end_line();
        let (execution, tables) = result?;
        self.show(execution.stats.instructions, &tables)
            .map_err(Error::Stdout)
    }

    fn show(&self, instructions: u64, state_machines: &[TableStats]) -> io::Result<()> {
        let mut stdout = Relay::new(anstream::stdout());
        if self.json {
            let report = Report {
                instructions,
                state_machines,
            };
            serde_json::to_writer(&mut stdout, &report)?;
            writeln!(stdout)?;
        } else {
            let text = TablesText {
                instructions,
                tables: state_machines,
            };
            write!(stdout, "{text}")?;
        }
        stdout.flush()
    }
}
