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
}

impl Verify {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let receipt = receipts::read(&self.receipt)?;
        receipt.verify_exit(self.image_id, self.exit_code)?;
        let message = format!(
            "the program wrote this journal of {} bytes",
            receipt.journal.len()
        );
        terminal::progress("Verified", &message);
        Ok(())
    }
}
