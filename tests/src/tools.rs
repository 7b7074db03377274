//! Tools from outside that some tests compare with, and settings from outside.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The first of these programs that is in PATH.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| is_file(file))
    })
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Finds a tool, or says on standard error (past the test harness, which would hide it) that `test` is
/// skipped and what to install.
pub fn find_or_skip(test: &str, names: &[&str], package: &str) -> Option<PathBuf> {
    let found = find(names);
    if found.is_none() {
        let line = format!(
            "skipped: {test}: no {} in PATH; apt-get install {package}\n",
            names.join(" or ")
        );
        // Nothing is lost if the message cannot be written.
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    found
}

/// A number from an environment variable, which tests that are as thorough as one asks for are told with.
///
/// # Panics
/// When it is no number.
pub fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => default,
    }
}
