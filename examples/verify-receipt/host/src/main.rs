//! Executes the guest that verifies a receipt of another guest, and prints what that takes.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use zisk_host::{Execution, ExecutorEnv, ImageId, Input, prove};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the guest that verifies receipts.
#[derive(Parser)]
struct Arguments {
    /// The receipt; one of the Fibonacci guest, proven first, without it.
    #[arg(requires = "image_id")]
    receipt: Option<PathBuf>,
    /// The program that the receipt should be of, as `cargo zisk id` prints it.
    #[arg(long, requires = "receipt")]
    image_id: Option<ImageId>,
}

/// The image id of the Fibonacci guest, and the bytes of a receipt of a few of its steps.
fn fibonacci_receipt() -> Result<(ImageId, Vec<u8>)> {
    let receipt = prove(fibonacci_guest::ELF, Input::new().write(&20_u32)?)?;
    Ok((fibonacci_guest::IMAGE_ID, receipt.to_bytes()))
}

/// Runs the guest on the bytes of a receipt, which may be any.
fn run(env: ExecutorEnv<'_>, image_id: ImageId, receipt: &[u8]) -> Result<Execution> {
    let input = Input::new().write(&image_id)?.write_slice(receipt);
    Ok(env.execute(verify_receipt_guest::ELF, input)?)
}

fn main() -> Result<()> {
    let (image_id, receipt) = match Arguments::parse() {
        Arguments {
            receipt: Some(file),
            image_id: Some(image_id),
        } => {
            let receipt = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            (image_id, receipt)
        }
        _ => fibonacci_receipt()?,
    };
    let execution = run(ExecutorEnv::new(), image_id, &receipt)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (image_id, journal): (ImageId, Vec<u8>) = execution.journal.decode()?;
    println!("program {image_id} wrote the journal {}", hex::encode(journal));
    for scope in execution.stats.scopes {
        println!("{:14} instructions in {}", scope.instructions, scope.name);
    }
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
