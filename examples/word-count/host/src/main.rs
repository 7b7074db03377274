//! Executes the word counting guest and prints what it publishes.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use zisk_host::{Input, InputError, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the word counting guest.
#[derive(Parser)]
struct Arguments {
    /// The regular expression that a word matches.
    #[arg(long, default_value = "[a-z]+")]
    pattern: String,
    /// How many words to publish.
    #[arg(long, default_value_t = 5)]
    words: u32,
    /// The text; a line about foxes without it.
    file: Option<PathBuf>,
}

/// SHA-256 of the text, the regular expression, the number of matches, the most frequent words.
type Counted = ([u8; 32], String, u64, Vec<(String, u64)>);

fn input(pattern: &str, num_published: u32, text: &[u8]) -> Result<Input, InputError> {
    Ok(Input::new()
        .write(pattern)?
        .write(&num_published)?
        .write_slice(text))
}

fn main() -> Result<()> {
    let Arguments { pattern, words, file } = Arguments::parse();
    let text = match file {
        Some(file) => std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?,
        None => b"the quick brown fox jumps over the lazy dog, and the dog lets the fox jump".to_vec(),
    };
    let execution = execute(ELF, input(&pattern, words, &text)?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (digest, pattern, num_matches, words): Counted = execution.journal.decode()?;
    println!(
        "in the text with SHA-256 {} there are {num_matches} of `{pattern}`",
        hex::encode(digest)
    );
    for (word, count) in words {
        println!("{count:8} {word}");
    }
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
