//! Makes a JSON document, executes the guest on it and prints what it reveals.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use serde_json::{Value, json};
use zisk_host::{Input, InputError, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the JSON guest on a made-up list of accounts.
#[derive(Parser)]
struct Arguments {
    /// How many accounts the document lists.
    #[arg(default_value_t = 10)]
    accounts: u32,
    /// What to reveal, as a JSON pointer (RFC 6901).
    #[arg(default_value = "/accounts/3/balance")]
    pointer: String,
}

/// The document's SHA-256 digest, the pointer, the value as JSON text.
type Answer = ([u8; 32], String, String);

fn document(num_accounts: u32) -> String {
    let accounts: Vec<Value> = (0..num_accounts)
        .map(|id| {
            json!({
                "id": id,
                "owner": format!("customer {id}"),
                "balance": u64::from(id) * 7919 % 1000,
                "closed": id % 10 == 9,
                "history": [id, -1.5, null],
            })
        })
        .collect();
    // The salt keeps others from guessing the document by its digest. Make it of 32 random bytes.
    json!({ "accounts": accounts, "salt": "5e1f6a…" }).to_string()
}

fn input(pointer: &str, document: &str) -> Result<Input, InputError> {
    Ok(Input::new().write(pointer)?.write_slice(document.as_bytes()))
}

fn main() -> Result<()> {
    let Arguments { accounts, pointer } = Arguments::parse();
    let execution = execute(ELF, input(&pointer, &document(accounts))?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (digest, pointer, value): Answer = execution.journal.decode()?;
    println!(
        "the document with SHA-256 {} has at {pointer}: {value}",
        hex::encode(digest)
    );
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
