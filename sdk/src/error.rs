//! Everything that can keep a command from success.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use zisk_build::build::BuildError;
use zisk_build::toolchain::ToolchainError;
use zisk_debugger::{DebugError, StartError};
use zisk_host::{ConstraintFailure, DecodeError, ExecuteError, InputError, ProveError, VerifyError};

use crate::project_name::InvalidName;

/// Why a command did not succeed.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Debug(#[from] DebugError),
    #[error("the guest trapped: {trap}")]
    Trapped { trap: zisk_host::Trap },
    #[error("none of {} is in PATH; install one (apt-get install gdb-multiarch), or leave --gdb out", wanted.join(", "))]
    NoGdb { wanted: &'static [&'static str] },
    #[error("cannot start {}: {source}", path.display())]
    StartGdb { path: PathBuf, source: io::Error },
    #[error("{}: {source}", path.display())]
    Receipt { path: PathBuf, source: DecodeError },
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error("the run does not satisfy the constraints\n{0}")]
    Constraints(#[from] ConstraintFailure),
    #[error("the guest ended with exit code {exit_code}: {meaning}")]
    GuestFailed { exit_code: u32, meaning: &'static str },
    #[error(
        "no Cargo.toml in {} or a folder above it; go to a project, name one with --manifest-path, or make one \
         with `cargo zisk new`", folder.display()
    )]
    NoProject { folder: PathBuf },
    #[error("there are several guests here: {}; choose one with --bin or --package", found.join(", "))]
    SeveralGuests { found: Vec<String> },
    #[error("no function has `{wanted}` in its name; without --function all are shown")]
    NoSuchFunction { wanted: String },
    #[error("cannot read the input file {}: {source}", path.display())]
    InputFile { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("cannot read standard input: {0}")]
    Stdin(#[source] io::Error),
    #[error("cannot write to standard output: {0}")]
    Stdout(#[source] io::Error),
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("{0}; give another with --name")]
    Name(#[from] InvalidName),
    #[error("{} exists and is no empty folder; give another path", path.display())]
    Occupied { path: PathBuf },
    #[error("{} cannot be written into a manifest, because it is not UTF-8; move it to another folder", path.display())]
    NotUtf8 { path: PathBuf },
    #[error(
        "{} is no checkout of zisk: it has no {missing}; give the folder that holds `sdk`, `host` and \
         `guest-std` with --sdk-path",
        path.display()
    )]
    NoCheckout { path: PathBuf, missing: &'static str },
    #[error("tests failed: {}", whose.join(", "))]
    TestsFailed { whose: Vec<String> },
    #[error("behind `--`: {}", .0.to_string().trim_start_matches("error: ").trim_end())]
    TestOptions(clap::Error),
    #[error(
        "the program with the tests of `{name}` gives no list of them: {reason}; build it again with this version of zisk"
    )]
    NoTestList { name: String, reason: String },
    #[error("cannot take notice of Ctrl-C: {0}")]
    Interrupt(#[source] io::Error),
    #[error("stopped; finished segments are kept in {}, and the same command goes on there", folder.display())]
    Stopped { folder: PathBuf },
    #[error("{count} of these must be mended before guests can be built; each line says how")]
    Unhealthy { count: usize },
}

/// What an error means for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something did not work.
    Failure,
    /// Something else must be asked for.
    Usage,
    /// Tests of a guest failed.
    TestsFailed,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// Whoever read our output has enough of it.
    NobodyReads,
}

impl Error {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => Kind::NobodyReads,
            Self::NoProject { .. }
            | Self::SeveralGuests { .. }
            | Self::NoSuchFunction { .. }
            | Self::TestOptions(_)
            | Self::Name(_)
            | Self::Occupied { .. }
            | Self::NoCheckout { .. }
            | Self::Build(
                BuildError::NoManifest { .. }
                | BuildError::NoGuest { .. }
                | BuildError::NoSuchPackage { .. }
                | BuildError::NoSuchBinary { .. },
            ) => Kind::Usage,
            Self::Stopped { .. } | Self::Prove(ProveError::Cancelled) => Kind::Interrupted,
            Self::TestsFailed { .. } => Kind::TestsFailed,
            Self::Build(_)
            | Self::Toolchain(_)
            | Self::Execute(_)
            | Self::Prove(_)
            | Self::Start(_)
            | Self::Debug(_)
            | Self::Trapped { .. }
            | Self::NoGdb { .. }
            | Self::StartGdb { .. }
            | Self::Receipt { .. }
            | Self::Verify(_)
            | Self::Constraints(_)
            | Self::GuestFailed { .. }
            | Self::InputFile { .. }
            | Self::Input(_)
            | Self::Stdin(_)
            | Self::Stdout(_)
            | Self::File { .. }
            | Self::NotUtf8 { .. }
            | Self::Interrupt(_)
            | Self::NoTestList { .. }
            | Self::Unhealthy { .. } => Kind::Failure,
        }
    }
}
