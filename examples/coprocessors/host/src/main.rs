//! Executes the guest with and without coprocessors and prints how many instructions each takes.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Execution, Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// What the guest is asked for: the first of each two with the coprocessor, the second without.
const TASKS: [(&str, [u8; 2]); 2] = [("SHA-256", [0, 1]), ("Keccak-256", [2, 3])];

/// Executes the guest with and without coprocessors.
#[derive(Parser)]
struct Arguments {
    /// How many bytes are hashed.
    #[arg(default_value_t = 10_000)]
    bytes: usize,
}

fn run(task: u8, data: &[u8]) -> Result<Execution> {
    let execution = execute(ELF, Input::new().write(&task)?.write_slice(data))?;
    let exit_code = execution.exit_code;
    ensure!(exit_code == 0, "the guest ended with exit code {exit_code}");
    Ok(execution)
}

fn main() -> Result<()> {
    let data = vec![0x5a; Arguments::parse().bytes];
    for (name, [with, without]) in TASKS {
        let (with, without) = (run(with, &data)?, run(without, &data)?);
        ensure!(with.journal == without.journal, "{name}: two digests");
        println!(
            "{name}: {} instructions with the coprocessor, {} without",
            with.stats.instructions, without.stats.instructions
        );
    }
    Ok(())
}
