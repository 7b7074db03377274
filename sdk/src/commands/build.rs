//! `cargo zisk build`.

use std::io::Write;

use clap::Args;

use crate::error::Error;
use crate::guests::Selection;
use crate::terminal::grouped;

/// Build the guests of a project
#[derive(Debug, Args)]
#[command(after_help = "Prints the path of each guest's ELF file and its size.")]
pub(crate) struct Build {
    #[command(flatten)]
    selection: Selection,
}

impl Build {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let built = self.selection.build()?;
        let mut stdout = anstream::stdout().lock();
        for guest in built {
            let path = guest.elf_path;
            let size = std::fs::metadata(&path)
                .map_err(|source| Error::File {
                    action: "read",
                    path: path.clone(),
                    source,
                })?
                .len();
            writeln!(stdout, "{}  {} bytes", path.display(), grouped(size)).map_err(Error::Stdout)?;
        }
        stdout.flush().map_err(Error::Stdout)
    }
}
