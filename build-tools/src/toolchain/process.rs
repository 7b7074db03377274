//! Running programs and reading what they write.

use std::process::{Command, Output};

use super::ToolchainError;

/// Bytes of a failed program's standard error that go into the message.
const STDERR_SHOWN: usize = 2000;

/// The program and its arguments, as one would type them.
pub(super) fn command_line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(std::ffi::OsStr::to_string_lossy));
    words.join(" ")
}

/// Runs a program to its end, whatever its exit status.
pub(super) fn output(command: &mut Command) -> Result<Output, ToolchainError> {
    command.output().map_err(|source| ToolchainError::Start {
        program: command.get_program().to_string_lossy().into_owned(),
        source,
    })
}

/// Runs a program that must succeed and returns its standard output.
pub(super) fn stdout(command: &mut Command) -> Result<String, ToolchainError> {
    let output = output(command)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(ToolchainError::Command {
        command: command_line(command),
        status: output.status,
        stderr: tail(&output.stderr),
    })
}

/// The end of a program's standard error, from the start of a line where possible.
pub(super) fn tail(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = text.trim();
    let start = text.ceil_char_boundary(text.len().saturating_sub(STDERR_SHOWN));
    text[start..].to_owned()
}
