//! Executes the guest with and without coprocessors and prints how many instructions each takes.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use k256::ecdsa::{Signature, SigningKey};
use zisk_host::{Execution, Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// What the guest is asked for: the first of each two with the coprocessor, the second without.
const TASKS: [(&str, [u8; 2]); 3] = [("SHA-256", [0, 1]), ("Keccak-256", [2, 3]), ("secp256k1", [4, 5])];

/// Executes the guest with and without coprocessors.
#[derive(Parser)]
struct Arguments {
    /// How many bytes are hashed.
    #[arg(long, default_value_t = 10_000)]
    bytes: usize,
    /// How many signatures are checked.
    #[arg(long, default_value_t = 1)]
    signatures: u64,
    /// Run only this task of the guest: 0 to 5, in the order of the output, with the coprocessor first.
    #[arg(long)]
    task: Option<u8>,
}

fn run(task: u8, data: &[u8]) -> Result<Execution> {
    let execution = execute(ELF, Input::new().write(&task)?.write_slice(data))?;
    let exit_code = execution.exit_code;
    ensure!(exit_code == 0, "the guest ended with exit code {exit_code}");
    Ok(execution)
}

/// Hashes, each with a signature and the key.
fn signed(number: u64) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for index in 1..=number {
        let mut secret = [0; 32];
        secret[24..].copy_from_slice(&index.to_be_bytes());
        let key = SigningKey::from_slice(&secret)?;
        let hash = [index as u8; 32];
        let signature: Signature = key.sign_prehash(&hash)?;
        all.extend(hash);
        all.extend(signature.to_bytes());
        all.extend(&key.verifying_key().to_encoded_point(false).as_bytes()[1..]);
    }
    Ok(all)
}

fn main() -> Result<()> {
    let Arguments {
        bytes,
        signatures,
        task,
    } = Arguments::parse();
    let (message, signed) = (vec![0x5a; bytes], signed(signatures)?);
    for (name, [with, without]) in TASKS {
        let data = if name == "secp256k1" { &signed } else { &message };
        if let Some(task) = task {
            if [with, without].contains(&task) {
                let execution = run(task, data)?;
                println!("{name}: {} instructions", execution.stats.instructions);
            }
            continue;
        }
        let (with, without) = (run(with, data)?, run(without, data)?);
        ensure!(with.journal == without.journal, "{name}: two journals");
        println!(
            "{name}: {} instructions with the coprocessor, {} without",
            with.stats.instructions, without.stats.instructions
        );
    }
    Ok(())
}
