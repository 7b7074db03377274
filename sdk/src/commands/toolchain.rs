//! `cargo zisk toolchain`.

use std::io::{self, Write};

use clap::Subcommand;
use zisk_build::toolchain::{Route, State, Status, install_by, status};

use crate::error::Error;
use crate::terminal::{self, GOOD, WARNING};

/// Install the compiler for guests, or say which there is
#[derive(Debug, Subcommand)]
pub(crate) enum Toolchain {
    /// Install a compiler for guests, unless there is one
    ///
    /// Adds the guest target to your toolchain with rustup. Where that is not possible, a private toolchain is
    /// put together from Debian's packages; it needs no root and changes nothing else.
    Install {
        /// Install the private toolchain even if rustup could add the target
        #[arg(long)]
        private: bool,
    },
    /// Say which compilers there are for guests; exit code 1 if none
    Status,
}

impl Toolchain {
    pub(crate) fn run(&self) -> Result<(), Error> {
        match *self {
            Self::Install { private } => install(private),
            Self::Status => show(&status()?),
        }
    }
}

fn install(private: bool) -> Result<(), Error> {
    let route = if private { Route::Private } else { Route::Auto };
    let toolchain = install_by(route, &mut |step| terminal::progress("Toolchain", step))?;
    let place = toolchain.sysroot.display();
    writeln!(
        anstream::stdout(),
        "guests are compiled by rustc {} in {place}",
        toolchain.version.release
    )
    .map_err(Error::Stdout)
}

fn show(status: &Status) -> Result<(), Error> {
    write(&mut anstream::stdout().lock(), status).map_err(Error::Stdout)?;
    // Says what is missing and what to do.
    if status.used().is_none() {
        zisk_build::toolchain::Toolchain::find()?;
    }
    Ok(())
}

fn write(out: &mut impl Write, status: &Status) -> io::Result<()> {
    let used = status.used();
    for (label, state) in [("your own", &status.users), ("private", &status.private)] {
        let style = if matches!(state, State::Usable(_)) {
            GOOD
        } else {
            WARNING
        };
        let is_used = matches!(state, State::Usable(toolchain) if Some(toolchain) == used);
        let mark = if is_used { " (used for guests)" } else { "" };
        writeln!(out, "{style}{label:<9}{style:#} {state}{mark}")?;
    }
    out.flush()
}
