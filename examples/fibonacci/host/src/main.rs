//! Executes the Fibonacci guest and prints what it commits.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use zisk_host::{Execution, Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the Fibonacci guest.
#[derive(Parser)]
struct Arguments {
    /// How many steps to take.
    #[arg(default_value_t = 1000)]
    n: u32,
}

fn run(n: u32) -> Result<Execution> {
    Ok(execute(ELF, Input::new().write(&n)?)?)
}

fn main() -> Result<()> {
    let execution = run(Arguments::parse().n)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (n, a, b): (u32, u32, u32) = execution.journal.decode()?;
    println!("after {n} steps: a = {a}, b = {b}");
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
