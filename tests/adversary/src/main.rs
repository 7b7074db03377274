//! Tries to cheat the machine, and reports what nobody noticed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use zisk_adversary::corpus::cases;
use zisk_adversary::deletion::Suite;
use zisk_adversary::export::Export;
use zisk_adversary::lies::lies;
use zisk_adversary::mutations::mutate;
use zisk_adversary::proofs::prove;
use zisk_adversary::report::{DeletionReport, LieReport, MutationReport};
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
    /// Tell lies about runs and go on from them. Fails if nobody notices one
    Lies {
        /// How many random programs to run
        #[arg(long, default_value_t = 4)]
        programs: u64,
        /// How many lies to tell about each program
        #[arg(long, default_value_t = 1000)]
        lies: u64,
        /// Write the report as a page, too
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Leave out each constraint and each message in turn, and see whether a test fails. Fails if none does for one
    /// that was not reviewed
    Deletion {
        /// Of this state machine only
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
        /// Run only the tests of the state machine's own folder: what these miss others may notice, but none is nearer to
        /// it
        #[arg(long)]
        own_tests: bool,
        /// Write the report as a page, too
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Write what all tables demand and say to a file, as JSON
    Export {
        /// The file
        #[arg(value_name = "FILE")]
        path: PathBuf,
    },
    /// Prove samples of both. Fails if a receipt is accepted
    Proofs {
        /// How many changed cells to prove of each program
        #[arg(long, default_value_t = 60)]
        changes: u64,
        /// How many lies to prove of each program
        #[arg(long, default_value_t = 30)]
        lies: u64,
    },
}

fn main() -> Result<ExitCode> {
    let is_good = match Arguments::parse().command {
        Command::Mutations { programs, rows, html } => mutations(programs, rows, html)?,
        Command::Lies { programs, lies, html } => tell_lies(programs, lies, html)?,
        Command::Deletion {
            table,
            own_tests,
            html,
        } => deletion(table.as_deref(), own_tests, html)?,
        Command::Export { path } => export(&path)?,
        Command::Proofs { changes, lies } => proofs(changes, lies)?,
    };
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn export(path: &Path) -> Result<bool> {
    let text = serde_json::to_string(&Export::new()?)?;
    fs::write(path, text).with_context(|| path.display().to_string())?;
    Ok(true)
}

fn mutations(programs: u64, rows: usize, html: Option<PathBuf>) -> Result<bool> {
    let reasons = Reasons::reviewed()?;
    let outcomes = mutate(&cases(programs), rows, &reasons)?;
    let report = MutationReport::new(&outcomes, &reasons);
    print(&report.to_string());
    write(html, &report.html())?;
    let stale = reasons.stale(&outcomes);
    for column in &stale {
        print(&format!(
            "{}: listed, but every change was noticed\n",
            report.name(*column)
        ));
    }
    Ok(outcomes.num_unnoticed() == 0 && stale.is_empty())
}

fn tell_lies(programs: u64, per_case: u64, html: Option<PathBuf>) -> Result<bool> {
    let outcomes = lies(&cases(programs), per_case)?;
    let report = LieReport::new(&outcomes);
    print(&report.to_string());
    write(html, &report.html())?;
    Ok(report.unnoticed().next().is_none())
}

fn proofs(changes: u64, lies: u64) -> Result<bool> {
    let mut is_good = true;
    for case in cases(1) {
        let outcome = prove(&case, changes, lies)?;
        print(&format!("{}: {} proofs refused\n", case.name, outcome.refused));
        for what in &outcome.accepted {
            print(&format!("ACCEPTED: {what}\n"));
            is_good = false;
        }
    }
    Ok(is_good)
}

fn deletion(table: Option<&str>, own_tests: bool, html: Option<PathBuf>) -> Result<bool> {
    let suite = Suite::build(own_tests)?;
    let outcomes = suite.delete_each(table)?;
    let report = DeletionReport::new(&outcomes);
    print(&report.to_string());
    write(html, &report.html())?;
    Ok(report.unnoticed().next().is_none())
}

fn write(path: Option<PathBuf>, page: &str) -> Result<()> {
    match path {
        Some(path) => fs::write(&path, page).with_context(|| path.display().to_string()),
        None => Ok(()),
    }
}

#[allow(clippy::print_stdout, reason = "this is what the program is for")]
fn print(text: &str) {
    print!("{text}");
}
