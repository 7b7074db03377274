//! `cargo zisk verify-constraints`.

use std::io;

use clap::Args;
use zisk_host::{ExecutorEnv, check_constraints};

use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::terminal::{self, Relay};

/// Build a guest, execute it and check every constraint of the proof system on its run, without a proof
#[derive(Debug, Args)]
pub(crate) struct VerifyConstraints {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
}

impl VerifyConstraints {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let input = self.inputs.read()?;
        let mut text = Relay::new(io::stdout());
        let mut messages = Relay::new(io::stderr());
        let env = ExecutorEnv::new().stdout(&mut text).stderr(&mut messages);
        let checked = check_constraints(&elf, input, env);
        text.end_line().map_err(Error::Stdout)?;
        // Nothing depends on whether standard error is read.
        let _ = messages.end_line();
        checked??;
        terminal::progress("Checked", "the run satisfies every constraint");
        Ok(())
    }
}
