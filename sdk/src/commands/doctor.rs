//! `cargo zisk doctor`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use zisk_build::doctor::{Finding, Level, diagnose};

use crate::error::Error;
use crate::terminal::{ERROR, GOOD, WARNING};

/// Check whether this machine is ready, and say how to mend what is not
#[derive(Debug, Args)]
pub(crate) struct Doctor {}

impl Doctor {
    #[allow(clippy::unused_self, reason = "called like the commands that have options")]
    pub(crate) fn run(&self) -> Result<(), Error> {
        let executable = std::env::current_exe().map_err(|source| Error::File {
            action: "find",
            path: PathBuf::from("cargo-zisk"),
            source,
        })?;
        let findings = diagnose(&executable);
        let mut stdout = anstream::stdout().lock();
        findings
            .iter()
            .try_for_each(|finding| write(&mut stdout, finding))
            .map_err(Error::Stdout)?;
        stdout.flush().map_err(Error::Stdout)?;
        match findings
            .iter()
            .filter(|finding| finding.level == Level::Error)
            .count()
        {
            0 => Ok(()),
            count => Err(Error::Unhealthy { count }),
        }
    }
}

fn write(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let style = match finding.level {
        Level::Ok => GOOD,
        Level::Warning => WARNING,
        Level::Error => ERROR,
    };
    let Finding {
        level,
        check,
        message,
        fix,
        ..
    } = finding;
    write!(out, "{style}{level:<7}{style:#} {check}: {message}")?;
    match fix {
        Some(fix) => writeln!(out, "; run: {fix}"),
        None => writeln!(out),
    }
}
