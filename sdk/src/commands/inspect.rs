//! `cargo zisk inspect`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::journal_text::JournalText;
use crate::receipts;

/// Show what a receipt claims, without checking whether it is true
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The file with the receipt
    #[arg(value_name = "RECEIPT")]
    receipt: PathBuf,
}

impl Inspect {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let receipt = receipts::read(&self.receipt)?;
        let security = receipt.security();
        let kind = if receipt.seal.is_dev_mode() {
            "development mode: proves nothing"
        } else {
            "STARK proof of a whole run"
        };
        let text = format!(
            "kind            {kind}\nimage id        {}\n{}\nsecurity        {} bits, provable\nhash            {}\nzero knowledge  {}\n",
            receipt.image_id(),
            JournalText(receipt.journal.as_bytes()),
            security.bits,
            security.hash,
            if security.zero_knowledge { "yes" } else { "no" },
        );
        std::io::stdout()
            .write_all(text.as_bytes())
            .map_err(Error::Stdout)
    }
}
