//! `cargo zisk prove-segment`.

use std::path::PathBuf;

use clap::Args;

use super::prove::ProofOptions;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::interrupt::Interruptible;
use crate::progress_bar::ProofBar;
use crate::receipts;
use crate::terminal;

/// Prove one segment of a run that `prove --prepare` left in a folder, here or on another machine
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ProveSegment {
    /// The segment's file: segment-N.job. It is as private as the input
    job: PathBuf,
    #[command(flatten)]
    guest: OneGuest,
    /// Write the segment's proof to this file; without it, beside the segment's file, as segment-N.proof
    #[arg(short, long, value_name = "FILE", help_heading = "Proof")]
    output: Option<PathBuf>,
    #[command(flatten)]
    options: ProofOptions,
}

const AFTER_HELP: &str = "\
When the folder holds segment-N.proof for every segment, `prove --work-dir FOLDER` makes the receipt of them. What is missing or \
is no proof of its segment it proves itself.";

impl ProveSegment {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let job = std::fs::read(&self.job).map_err(|source| Error::File {
            action: "read",
            path: self.job.clone(),
            source,
        })?;
        let observer = Interruptible::new(ProofBar::new()).map_err(Error::Interrupt)?;
        let mut prover = self.options.builder().observer(observer).build()?;
        let proof = prover.prove_segment(&elf, &job)?;
        let output = self
            .output
            .clone()
            .unwrap_or_else(|| self.job.with_extension("proof"));
        receipts::write(&output, &proof)?;
        terminal::progress("Proved", &format!("a segment: {}", output.display()));
        Ok(())
    }
}
