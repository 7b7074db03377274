//! Signs messages, executes the ECDSA guest on them and prints which keys and digests it vouches for.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use zisk_host::{Execution, Input, InputError, execute};

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

/// A key in SEC1 encoding, a signature as r and s, the message.
type Signed = (Vec<u8>, Vec<u8>, Vec<u8>);
/// A key in SEC1 encoding and the digest of a message.
type Verified = (Vec<u8>, [u8; 32]);

/// The same message for every index, signed with a key of the index's own.
fn sign(index: u8) -> Result<Signed> {
    let mut secret = [0x5a; 32];
    secret[0] = index;
    let key = SigningKey::from_slice(&secret)?;
    let message = format!("I am signer {index}");
    let signature: Signature = key.sign(message.as_bytes());
    let public = key.verifying_key().to_encoded_point(true);
    Ok((public.as_bytes().to_vec(), signature.to_vec(), message.into_bytes()))
}

fn input(signed: &[Signed]) -> Result<Input, InputError> {
    let start = Input::new().write(&(signed.len() as u32))?;
    signed.iter().try_fold(start, Input::write)
}

/// The journal: the number of signatures, then each key and digest. All of them have fixed lengths.
fn verified(execution: &Execution) -> Result<Vec<Verified>> {
    let bytes = execution.journal.as_bytes();
    let (num_signatures, mut rest): (u32, _) = postcard::take_from_bytes(bytes)?;
    let mut verified = Vec::new();
    for _ in 0..num_signatures {
        let (next, behind) = postcard::take_from_bytes(rest)?;
        verified.push(next);
        rest = behind;
    }
    ensure!(rest.is_empty(), "the journal is too long");
    Ok(verified)
}

fn main() -> Result<()> {
    let signed: Vec<Signed> = (0..Arguments::parse().signatures).map(sign).collect::<Result<_>>()?;
    let execution = execute(ELF, input(&signed)?)?;
    ensure!(execution.exit_code == 0, "the guest ended with exit code {}", execution.exit_code);
    for (key, digest) in verified(&execution)? {
        println!("{} signed {}", hex::encode(key), hex::encode(digest));
    }
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
