//! `cargo zisk man`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man as Page;

use crate::cli::Cli;
use crate::error::Error;
use crate::{receipts, terminal};

/// Write a page for man of each command
#[derive(Debug, Args)]
#[command(
    after_help = "With FOLDER ~/.local/share/man/man1, `man cargo-zisk-prove` and `cargo help zisk` find them."
)]
pub(crate) struct Man {
    /// Where to put them; it is made if it is not there
    folder: PathBuf,
}

impl Man {
    pub(crate) fn run(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.folder).map_err(|source| Error::File {
            action: "create",
            path: self.folder.clone(),
            source,
        })?;
        // `help` of everything would be a page for each command once more.
        let mut all = Cli::command().disable_help_subcommand(true);
        all.build();
        let written = write(&all, &self.folder)?;
        terminal::progress("Wrote", &format!("{written} pages to {}", self.folder.display()));
        Ok(())
    }
}

/// Writes the pages of a command and of those below it; gives how many.
fn write(command: &clap::Command, folder: &Path) -> Result<usize, Error> {
    let page = Page::new(command.clone());
    let path = folder.join(page.get_filename());
    let mut text = Vec::new();
    page.render(&mut text).map_err(|source| Error::File {
        action: "write",
        path: path.clone(),
        source,
    })?;
    receipts::write(&path, &text)?;
    let mut written = 1;
    for below in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        written += write(below, folder)?;
    }
    Ok(written)
}
