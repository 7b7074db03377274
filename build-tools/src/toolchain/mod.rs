//! The Rust toolchain that compiles guests: the user's own where it has the guest target, else a private one
//! in `$ZISK_HOME/toolchain`.

mod core_library;
mod debian;
mod error;
mod install;
mod probe;
mod process;

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

pub use error::ToolchainError;
pub use install::{Route, install, install_by};
pub use probe::{RustcVersion, State, Status, status};

use crate::{GUEST_TARGET, environment};

/// A Rust toolchain that can compile for [`GUEST_TARGET`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Toolchain {
    /// Whose it is.
    pub kind: Kind,
    /// The cargo itself, never rustup's proxy.
    pub cargo: PathBuf,
    /// The rustc itself, never rustup's proxy.
    pub rustc: PathBuf,
    /// The folder with `bin` and `lib`.
    pub sysroot: PathBuf,
    /// What `rustc -vV` says.
    pub version: RustcVersion,
}

/// Whose a toolchain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one that is active where we run: the one that builds the host.
    User,
    /// Ours, in `$ZISK_HOME/toolchain`.
    Private,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "user's own",
            Self::Private => "private",
        })
    }
}

impl Toolchain {
    /// Finds a toolchain that can compile guests.
    ///
    /// The first candidate is the active one, which inside a build script or a test is the one that builds the
    /// host (`RUSTC`, `RUSTUP_TOOLCHAIN`); the second is the private one. A candidate counts only with the
    /// guest target's core library in it.
    ///
    /// # Errors
    /// [`ToolchainError::NotFound`] with what is wrong with each, [`ToolchainError::NoHome`].
    pub fn find() -> Result<Self, ToolchainError> {
        status()?.into_used()
    }

    /// This toolchain's cargo, in an environment free of what an outer cargo, clippy or rust-analyzer set.
    #[must_use]
    pub fn cargo_command(&self) -> Command {
        let mut command = Command::new(&self.cargo);
        self.prepare(&mut command);
        command
    }

    /// This toolchain's compiler, in the same environment.
    #[must_use]
    pub fn rustc_command(&self) -> Command {
        let mut command = Command::new(&self.rustc);
        self.prepare(&mut command);
        command
    }

    /// Where the compiler looks for the prebuilt libraries of the guest target.
    #[must_use]
    pub fn guest_libraries(&self) -> PathBuf {
        guest_libraries(&self.sysroot)
    }

    /// The linker of guests: the one that came with the compiler, else the one in `PATH`.
    #[must_use]
    pub fn guest_linker(&self) -> Option<PathBuf> {
        let folder = self
            .sysroot
            .join("lib/rustlib")
            .join(&self.version.host)
            .join("bin");
        let linker = folder.join(format!("rust-lld{}", env::consts::EXE_SUFFIX));
        if linker.is_file() {
            Some(linker)
        } else {
            which::which("rust-lld").ok()
        }
    }

    fn prepare(&self, command: &mut Command) {
        environment::clean(command);
        command.env("RUSTC", &self.rustc);
        // Build scripts that call `rustc` or `cargo` by name get this toolchain too.
        prepend(command, "PATH", &self.sysroot.join("bin"));
        if self.kind == Kind::Private {
            prepend(command, "LD_LIBRARY_PATH", &self.sysroot.join("lib"));
        }
    }
}

/// The folder that holds what we keep for the user: `$ZISK_HOME`, else `~/.zisk`.
///
/// # Errors
/// [`ToolchainError::NoHome`] where neither is known.
pub fn home() -> Result<PathBuf, ToolchainError> {
    let chosen = env::var_os("ZISK_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    let folder = match chosen {
        Some(folder) => folder,
        None => env::home_dir()
            .filter(|home| !home.as_os_str().is_empty())
            .ok_or(ToolchainError::NoHome)?
            .join(".zisk"),
    };
    std::path::absolute(&folder).map_err(error::io_error("resolve", folder))
}

fn guest_libraries(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(GUEST_TARGET).join("lib")
}

fn prepend(command: &mut Command, variable: &str, folder: &Path) {
    let mut folders = vec![folder.to_owned()];
    if let Some(inherited) = env::var_os(variable) {
        folders.extend(env::split_paths(&inherited));
    }
    // A folder whose own name holds the separator cannot be listed; the compiler is still called by its path.
    if let Ok(joined) = env::join_paths(folders) {
        command.env(variable, joined);
    }
}
