//! `cargo zisk verify`.

use std::path::PathBuf;

use clap::Args;
use zisk_host::ImageId;

use crate::error::Error;
use crate::{receipts, terminal};

/// Check that a receipt is of a program
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The file with the receipt
    #[arg(value_name = "RECEIPT")]
    receipt: PathBuf,
    /// The image id of the program that it must be of: see `cargo zisk id`
    #[arg(long, value_name = "HEX")]
    image_id: ImageId,
    /// The exit code that the program must have ended with
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    exit_code: u32,
    /// Accept a receipt of development mode, too, which proves nothing
    #[arg(long)]
    dev_mode: bool,
}

impl Verify {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let receipt = receipts::read(&self.receipt)?;
        if self.dev_mode {
            receipt.verify_dev_mode(self.image_id, self.exit_code)?;
        } else {
            receipt.verify_exit(self.image_id, self.exit_code)?;
        }
        if receipt.seal.is_dev_mode() {
            terminal::warning("this receipt of development mode proves nothing");
        }
        let message = format!(
            "the program wrote this journal of {} bytes",
            receipt.journal.as_bytes().len()
        );
        terminal::progress("Verified", &message);
        Ok(())
    }
}
