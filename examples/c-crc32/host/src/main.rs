//! Executes the guest with C in it on a file and prints the checksum.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the guest that computes CRC-32 in C.
#[derive(Parser)]
struct Arguments {
    /// The file to check; the nine bytes `123456789` without it.
    file: Option<PathBuf>,
}

fn main() -> Result<()> {
    let input = match Arguments::parse().file {
        Some(file) => Input::from_file(file)?,
        None => Input::from_bytes(b"123456789"),
    };
    let execution = execute(ELF, input)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (len, checksum): (u64, u32) = execution.journal.decode()?;
    println!("CRC-32 of {len} bytes: {checksum:08x}");
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
