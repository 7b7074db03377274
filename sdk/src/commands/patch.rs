//! `cargo zisk patch`.

use std::io::Write;

use clap::Args;
use zisk_build::build::patch;

use crate::error::Error;
use crate::guests::Selection;

/// Have guests take the accelerated forms of crates that coprocessors could make faster
#[derive(Debug, Args)]
#[command(after_help = "\
Builds the guests, then does what `cargo zisk build` advises: adds lines to the section [patch.crates-io] of the
workspace's Cargo.toml, makes the folders that they name, and updates Cargo.lock. Prints what was changed.")]
pub(crate) struct Patch {
    #[command(flatten)]
    selection: Selection,
}

impl Patch {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let built = self.selection.build_silently()?;
        let slow = built.iter().flat_map(|guest| &guest.slow_crates);
        let patched = patch(slow, self.selection.is_offline())?;
        let mut stdout = anstream::stdout().lock();
        for folder in &patched.folders {
            writeln!(stdout, "made {}", folder.display()).map_err(Error::Stdout)?;
        }
        for (manifest, lines) in &patched.lines {
            writeln!(stdout, "added to [patch.crates-io] of {}:", manifest.display())
                .map_err(Error::Stdout)?;
            for line in lines {
                writeln!(stdout, "  {line}").map_err(Error::Stdout)?;
            }
        }
        if patched.updated.is_empty() {
            writeln!(stdout, "nothing to patch").map_err(Error::Stdout)?;
        } else {
            writeln!(stdout, "updated {}", patched.updated.join(", ")).map_err(Error::Stdout)?;
        }
        stdout.flush().map_err(Error::Stdout)
    }
}
