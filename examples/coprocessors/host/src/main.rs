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
const TASKS: [(&str, [u8; 2]); 4] = [
    ("SHA-256", [0, 1]),
    ("Keccak-256", [2, 3]),
    ("secp256k1", [4, 5]),
    ("power", [6, 7]),
];

/// Executes the guest with and without coprocessors.
#[derive(Parser)]
struct Arguments {
    /// How many bytes are hashed.
    #[arg(long, default_value_t = 10_000)]
    bytes: usize,
    /// How many signatures are checked.
    #[arg(long, default_value_t = 1)]
    signatures: u64,
    /// How many bits base and modulus of a power have.
    #[arg(long, default_value_t = 2048)]
    modulus_bits: usize,
    /// How many bits its exponent has.
    #[arg(long, default_value_t = 16)]
    exponent_bits: usize,
    /// Run only this task of the guest: 0 to 7, in the order of the output, with the coprocessor first.
    #[arg(long)]
    task: Option<u8>,
}

fn run(task: u8, data: &[impl AsRef<[u8]>]) -> Result<Execution> {
    let input = Input::new().write(&task)?;
    let input = data
        .iter()
        .fold(input, |input, data| input.write_slice(data.as_ref()));
    let execution = execute(ELF, input)?;
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

/// An odd number of so many bits, the highest byte first.
fn odd(bits: usize, pattern: u8) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..bits.div_ceil(8))
        .map(|index| pattern.wrapping_mul(index as u8 | 1))
        .collect();
    if let [first, ..] = &mut bytes[..] {
        *first = (*first | 0x80) >> (8 * bits.div_ceil(8) - bits);
    }
    if let [.., last] = &mut bytes[..] {
        *last |= 1;
    }
    bytes
}

fn main() -> Result<()> {
    let Arguments {
        bytes,
        signatures,
        modulus_bits,
        exponent_bits,
        task,
    } = Arguments::parse();
    let (message, signed) = (vec![0x5a; bytes], signed(signatures)?);
    let [modulus, base] = [0xd3, 0x65].map(|pattern| odd(modulus_bits, pattern));
    let power = [modulus, base, odd(exponent_bits, 0xb7)];
    for (name, [with, without]) in TASKS {
        let data = match name {
            "power" => &power[..],
            "secp256k1" => core::slice::from_ref(&signed),
            _ => core::slice::from_ref(&message),
        };
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
