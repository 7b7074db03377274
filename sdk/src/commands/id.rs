//! `cargo zisk id`.

use std::io::Write;

use clap::Args;

use crate::error::Error;
use crate::guests::OneGuest;

/// Print a guest's image id: what receipts of it are verified with
#[derive(Debug, Args)]
pub(crate) struct Id {
    #[command(flatten)]
    guest: OneGuest,
}

impl Id {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let id = zisk_host::image_id(&self.guest.elf()?)?;
        writeln!(std::io::stdout(), "{id}").map_err(Error::Stdout)
    }
}
