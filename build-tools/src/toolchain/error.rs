use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::GUEST_TARGET;

/// Why there is no toolchain for guests, or why it could not be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ToolchainError {
    /// Neither the user's toolchain nor the private one can compile guests.
    #[error(
        "no Rust toolchain can compile for {GUEST_TARGET}: {users}; {private}; run `cargo zisk toolchain install`"
    )]
    NotFound {
        /// What is wrong with the user's own.
        users: String,
        /// What is wrong with the one in `$ZISK_HOME`.
        private: String,
    },
    /// Neither `ZISK_HOME` nor the user's home folder is known.
    #[error("no home folder is known; set ZISK_HOME to the folder that the toolchain is to be kept in")]
    NoHome,
    /// A program that the installation needs is not in `PATH`.
    #[error("`{program}` was not found in PATH; {fix}")]
    MissingProgram {
        /// Its name.
        program: String,
        /// What to do.
        fix: &'static str,
    },
    /// A program could not be started.
    #[error("cannot start `{program}`: {source}")]
    Start {
        /// Its name or path.
        program: String,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A program ended with a failure.
    #[error("`{command}` failed ({status}): {stderr}")]
    Command {
        /// The command line.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    /// A program wrote something else than expected.
    #[error("`{command}` was expected to write {expected}, found `{found}`")]
    Output {
        /// The command line.
        command: String,
        /// What was expected.
        expected: &'static str,
        /// What it wrote.
        found: String,
    },
    /// apt has no such package.
    #[error(
        "apt knows no package `{package}` (Debian 12 has it); install Rust with rustup from https://rustup.rs, \
         then run `rustup target add {GUEST_TARGET}`"
    )]
    NoPackage {
        /// The package's name.
        package: String,
    },
    /// apt has the package in too old a version.
    #[error(
        "apt has `{package}` {found}, and at least {needed} is needed; enable the security updates of your \
         distribution, or install Rust with rustup from https://rustup.rs"
    )]
    TooOld {
        /// The package's name.
        package: String,
        /// The newest version that apt offers.
        found: String,
        /// The oldest version that will do.
        needed: &'static str,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The unpacked toolchain lacks a part.
    #[error("the installed packages have no {what} in {}; remove the folder and try again", path.display())]
    Incomplete {
        /// The part.
        what: &'static str,
        /// Where it was looked for.
        path: PathBuf,
    },
}

/// Adds the action and the path to an error of the file system.
pub(super) fn io_error(
    action: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> ToolchainError {
    let path = path.into();
    move |source| ToolchainError::Io { action, path, source }
}
