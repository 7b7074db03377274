//! `cargo zisk`: write, build and run programs for the zisk VM.
//!
//! Commands live in `commands`, one file each, and return an [`Error`](error::Error). Here it becomes what
//! the user sees: a message and an exit code.

mod calibration;
mod checkout;
mod cli;
mod commands;
mod comparison;
mod error;
mod guest_tests;
mod guests;
mod inputs;
mod interrupt;
mod journal_text;
mod machine;
mod progress_bar;
mod project_name;
mod receipts;
mod scale_plot;
mod stats_text;
mod tables_text;
mod template;
mod terminal;

use std::process::ExitCode;

use cli::Cli;
use error::{Error, Kind};

/// The guest failed, or could not be built or run.
const FAILURE: u8 = 1;
/// Tests failed. libtest and cargo end with the same number.
const TESTS_FAILED: u8 = 101;
/// The command line is wrong. clap ends with the same number.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    // SAFETY: nothing runs beside this yet.
    unsafe { zisk_host::keep_freed_memory() };
    let result = match Cli::parse_arguments(std::env::args_os()) {
        Ok(cli) => cli.run(),
        Err(error) => {
            // Help asked for is an error to clap, too. If nobody reads it there is nobody to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    result.map_or_else(|error| report(&error), |()| ExitCode::SUCCESS)
}

fn report(error: &Error) -> ExitCode {
    match error.kind() {
        Kind::NobodyReads => return ExitCode::SUCCESS,
        Kind::Failure | Kind::TestsFailed | Kind::Usage | Kind::Interrupted => {
            terminal::error(&error.to_string());
        }
    }
    ExitCode::from(match error.kind() {
        Kind::Usage => USAGE,
        Kind::TestsFailed => TESTS_FAILED,
        Kind::Interrupted => interrupt::INTERRUPTED,
        Kind::Failure | Kind::NobodyReads => FAILURE,
    })
}
