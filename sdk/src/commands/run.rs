//! `cargo zisk run`.

use std::io::{self, Write};
use std::num::ParseIntError;

use clap::Args;
use serde::Serialize;
use zisk_host::{Execution, ExecutorEnv, Input, exit};

use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::journal_text::JournalText;
use crate::stats_text::StatsText;
use crate::terminal::Relay;

/// Build a guest and execute it
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Run {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Stop the guest after this many instructions
    #[arg(long, value_name = "NUMBER", value_parser = parse_count, help_heading = "Execution")]
    max_cycles: Option<u64>,
    /// Print on standard error what the run took, and the scopes that the guest marked
    #[arg(long, help_heading = "Execution")]
    stats: bool,
    /// Print one JSON object on standard output, and everything else on standard error
    #[arg(long, help_heading = "Execution")]
    json: bool,
}

const AFTER_HELP: &str = "\
The input options can be repeated and mixed; each makes one frame of the input, in the order given. A guest \
takes a frame with io::read_slice, or values from it with io::read (postcard encoding; a number below 128 is \
one byte).

The JSON object has exit_code, journal (hexadecimal), instructions, seconds, mips, misaligned, memory_bytes. \
There is none if the guest was stopped before its end, which is exit code 1 and a message.";

/// A number that may be grouped with `_`.
fn parse_count(text: &str) -> Result<u64, ParseIntError> {
    text.replace('_', "").parse()
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    exit_code: u32,
    journal: String,
    instructions: u64,
    seconds: f64,
    mips: f64,
    misaligned: u64,
    memory_bytes: u64,
}

impl Report {
    fn new(execution: &Execution) -> Self {
        let stats = &execution.stats;
        Self {
            exit_code: execution.exit_code,
            journal: hex::encode(execution.journal.as_bytes()),
            instructions: stats.instructions,
            seconds: stats.elapsed.as_secs_f64(),
            mips: stats.mips(),
            misaligned: stats.misaligned_accesses,
            memory_bytes: stats.memory_bytes,
        }
    }
}

impl Run {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let input = self.inputs.read()?;
        let execution = self.execute(&elf, input)?;
        self.show(&execution).map_err(Error::Stdout)?;
        outcome(execution.exit_code)
    }

    /// The guest's text goes out byte for byte: it is the guest's to decide what a terminal makes of it.
    fn execute(&self, elf: &[u8], input: Input) -> Result<Execution, Error> {
        let text: Box<dyn Write> = if self.json {
            Box::new(io::stderr())
        } else {
            Box::new(io::stdout())
        };
        let mut text = Relay::new(text);
        let mut messages = Relay::new(io::stderr());
        let mut env = ExecutorEnv::new().stdout(&mut text).stderr(&mut messages);
        if let Some(limit) = self.max_cycles {
            env = env.max_cycles(limit);
        }
        let result = env.execute(elf, input);
        text.end_line().map_err(Error::Stdout)?;
        // Nothing depends on whether standard error is read.
        let _ = messages.end_line();
        Ok(result?)
    }

    fn show(&self, execution: &Execution) -> io::Result<()> {
        let mut stdout = Relay::new(io::stdout());
        if self.json {
            serde_json::to_writer(&mut stdout, &Report::new(execution))?;
            writeln!(stdout)?;
        } else {
            let text = JournalText(execution.journal.as_bytes());
            writeln!(stdout, "{text}")?;
        }
        stdout.flush()?;
        if self.stats {
            let _ = write!(anstream::stderr(), "{}", StatsText(&execution.stats));
        }
        Ok(())
    }
}

/// Turns the guest's exit code into ours.
pub(super) fn outcome(exit_code: u32) -> Result<(), Error> {
    let meaning = match exit_code {
        exit::SUCCESS => return Ok(()),
        exit::MAIN_RETURNED_ERROR => "its main returned an error",
        exit::PANIC => "it panicked",
        exit::OUT_OF_MEMORY => "its heap is exhausted",
        exit::BAD_INPUT => "its input is not what it reads; see --input, --input-hex and --stdin",
        _ => "a code of the program's own",
    };
    Err(Error::GuestFailed { exit_code, meaning })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exit_code_0_is_success() {
        assert!(outcome(0).is_ok());
        for (exit_code, word) in [
            (1, "returned an error"),
            (101, "panicked"),
            (103, "input"),
            (7, "own"),
        ] {
            let message = outcome(exit_code).unwrap_err().to_string();
            assert!(
                message.contains(word) && message.contains(&exit_code.to_string()),
                "{message}"
            );
        }
    }

    #[test]
    fn limits_can_be_grouped() {
        assert_eq!(parse_count("1_000_000"), Ok(1_000_000));
        assert!(parse_count("-1").is_err());
        assert!(parse_count("").is_err());
    }
}
