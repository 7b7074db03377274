//! Signs messages, executes the ECDSA guest on them and prints the keys and digests that it commits.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use zisk_host::{Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the ECDSA guest.
#[derive(Parser)]
struct Arguments {
    /// How many signatures to verify.
    #[arg(default_value_t = 1)]
    signatures: u8,
}

/// A public key in SEC1 encoding, a signature as r and s, the message: what the guest reads.
type Signed = (Vec<u8>, Vec<u8>, Vec<u8>);
/// A public key in SEC1 encoding and a message's digest: what the guest commits.
type Verified = (Vec<u8>, [u8; 32]);

/// A message signed by a key of its own for each index.
fn sign(index: u8) -> Result<Signed> {
    let mut secret = [0x5a; 32];
    secret[31] = index;
    let key = SigningKey::from_slice(&secret)?;
    let message = format!("I am signer {index}");
    let signature: Signature = key.sign(message.as_bytes());
    let public = key.verifying_key().to_encoded_point(true);
    Ok((
        public.as_bytes().to_vec(),
        signature.to_bytes().to_vec(),
        message.into_bytes(),
    ))
}

fn main() -> Result<()> {
    let signed = (0..Arguments::parse().signatures)
        .map(sign)
        .collect::<Result<Vec<_>>>()?;
    let execution = execute(ELF, Input::new().write(&signed)?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    for (key, digest) in execution.journal.decode::<Vec<Verified>>()? {
        println!("{} signed {}", hex::encode(key), hex::encode(digest));
    }
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
