//! Tries to cheat the machine, and reports what nobody noticed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use zisk_adversary::corpus::cases;
use zisk_adversary::deletion::{Part, delete_each};
use zisk_adversary::export::Export;
use zisk_adversary::forgery;
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
    /// Look for rows to which one constraint or message objects, and nobody else; the list of them is what a test tries,
    /// and `deletion` looks at
    Forgeries {
        /// How often to search for each part, in each table of each segment
        #[arg(long, default_value_t = 400)]
        tries: u64,
        /// Of this state machine only; can be repeated
        #[arg(long = "table", value_name = "NAME")]
        tables: Vec<String>,
        /// Search for all parts; without it, only for those that have no forgery yet, or whose forgery is none any more
        #[arg(long)]
        anew: bool,
        /// The list
        #[arg(value_name = "FILE")]
        path: PathBuf,
    },
    /// Leave out each constraint and each message in turn, and see who notices. Fails if nobody does for one that was not
    /// reviewed
    Deletion {
        /// Of this state machine only; can be repeated
        #[arg(long = "table", value_name = "NAME")]
        tables: Vec<String>,
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
        Command::Forgeries {
            tries,
            tables,
            anew,
            path,
        } => forgeries(tries, &tables, anew, &path)?,
        Command::Deletion { tables, html } => deletion(&tables, html)?,
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

fn forgeries(tries: u64, tables: &[String], anew: bool, path: &Path) -> Result<bool> {
    let mut all = if anew {
        Vec::new()
    } else {
        forgery::holding(forgery::read(path)?)?
    };
    let mut open = Part::all()?;
    open.retain(|part| part.is_of(tables) && all.iter().all(|forgery| forgery.part != part.name));
    let found = forgery::search(&open, tries)?;
    print(&format!(
        "{} parts had a forgery, {} of the {} others have one now\n",
        all.len(),
        found.len(),
        open.len()
    ));
    all.extend(found);
    forgery::write(path, all)?;
    Ok(true)
}

fn deletion(tables: &[String], html: Option<PathBuf>) -> Result<bool> {
    let outcomes = delete_each(tables)?;
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
