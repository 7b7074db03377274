//! Executes the SHA-256 guest on a file and prints the digest.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the SHA-256 guest.
#[derive(Parser)]
struct Arguments {
    /// The file to hash; the three bytes `abc` without it.
    file: Option<PathBuf>,
}

fn main() -> Result<()> {
    let input = match Arguments::parse().file {
        Some(file) => Input::from_file(file)?,
        None => Input::from_bytes(b"abc"),
    };
    let execution = execute(ELF, input)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    println!("SHA-256: {}", hex::encode(&execution.journal));
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
