//! Tries to cheat the machine, and reports what nobody noticed.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use zisk_adversary::corpus::cases;
use zisk_adversary::mutations::mutate;
use zisk_adversary::report::Report;
use zisk_adversary::survivors::Reasons;

#[derive(Debug, Parser)]
#[command(about = "Tries to cheat the machine, and reports what nobody noticed")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Change cells of honest rows. Fails if some change is not noticed that was not reviewed, or if one that was is noticed
    Mutations {
        /// How many random programs to run
        #[arg(long, default_value_t = 24)]
        programs: u64,
        /// How many rows to change of each table of each segment
        #[arg(long, default_value_t = 64)]
        rows: usize,
        /// Write the report as a page, too
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
}

fn main() -> Result<ExitCode> {
    let Command::Mutations { programs, rows, html } = Arguments::parse().command;
    let reasons = Reasons::reviewed()?;
    let outcomes = mutate(&cases(programs), rows, &reasons)?;
    let report = Report::new(&outcomes, &reasons);
    print(&report.to_string());
    if let Some(path) = html {
        fs::write(&path, report.html()).with_context(|| path.display().to_string())?;
    }
    let stale = reasons.stale(&outcomes);
    for column in &stale {
        print(&format!(
            "{}: listed, but every change was noticed\n",
            report.name(*column)
        ));
    }
    Ok(if outcomes.num_unnoticed() == 0 && stale.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[allow(clippy::print_stdout, reason = "this is what the program is for")]
fn print(text: &str) {
    print!("{text}");
}
