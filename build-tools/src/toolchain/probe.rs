//! Looking at a candidate: is it there, which version is it, does it have the guest target.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Kind, Toolchain, ToolchainError, guest_libraries, home, prepend, process};
use crate::{GUEST_TARGET, environment};

/// The file that is written into a private toolchain last. It lists the packages that are in it.
pub(super) const MARKER: &str = "zisk-toolchain.txt";

/// What `rustc -vV` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RustcVersion {
    /// The release, such as `1.96.0`.
    pub release: String,
    /// The target triple of the machine that the compiler runs on.
    pub host: String,
    /// The commit the compiler was built from, where known.
    pub commit: Option<String>,
}

impl RustcVersion {
    /// Reads the output of `rustc -vV`.
    fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.map(str::to_owned).filter(|value| value != "unknown")
        };
        Some(Self {
            release: field("release")?,
            host: field("host")?,
            commit: field("commit-hash"),
        })
    }
}

/// What a candidate turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It can compile guests.
    Usable(Toolchain),
    /// It is a toolchain without the guest target.
    NoTarget {
        /// Its folder.
        sysroot: PathBuf,
        /// Its release.
        release: String,
    },
    /// It has the guest target and no linker for it, as some distributions' compilers.
    NoLinker {
        /// Its folder.
        sysroot: PathBuf,
        /// Its release.
        release: String,
    },
    /// There is none.
    Absent {
        /// What was looked for and not found.
        detail: String,
    },
    /// An installation that was not finished, or from which something has been removed.
    Incomplete {
        /// Its folder.
        folder: PathBuf,
    },
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usable(toolchain) => {
                write!(
                    f,
                    "rustc {} in {}",
                    toolchain.version.release,
                    toolchain.sysroot.display()
                )
            }
            Self::NoTarget { sysroot, release } => {
                write!(
                    f,
                    "rustc {release} in {} lacks the target {GUEST_TARGET}",
                    sysroot.display()
                )
            }
            Self::NoLinker { sysroot, release } => {
                write!(
                    f,
                    "rustc {release} in {} lacks the linker rust-lld",
                    sysroot.display()
                )
            }
            Self::Absent { detail } => f.write_str(detail),
            Self::Incomplete { folder } => write!(f, "{} is incomplete", folder.display()),
        }
    }
}

/// Both candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// The active toolchain.
    pub users: State,
    /// The one in `$ZISK_HOME/toolchain`.
    pub private: State,
}

impl Status {
    /// The toolchain that builds would use.
    #[must_use]
    pub fn used(&self) -> Option<&Toolchain> {
        [&self.users, &self.private]
            .into_iter()
            .find_map(|state| match state {
                State::Usable(toolchain) => Some(toolchain),
                State::NoTarget { .. }
                | State::NoLinker { .. }
                | State::Absent { .. }
                | State::Incomplete { .. } => None,
            })
    }

    pub(super) fn into_used(self) -> Result<Toolchain, ToolchainError> {
        self.used().cloned().ok_or_else(|| ToolchainError::NotFound {
            users: self.users.to_string(),
            private: self.private.to_string(),
        })
    }
}

/// Looks at both candidates.
///
/// # Errors
/// [`ToolchainError::NoHome`]. A candidate that is missing or broken is a [`State`], not an error.
pub fn status() -> Result<Status, ToolchainError> {
    Ok(Status {
        users: users(),
        private: private(&home()?.join("toolchain")),
    })
}

/// The toolchain that is active here.
///
/// Inside a build script cargo names the compiler of the host in `RUSTC`; elsewhere `rustc` is rustup's proxy,
/// which obeys `RUSTUP_TOOLCHAIN` and `rust-toolchain.toml`, or a compiler of the distribution. A `RUSTC` that
/// is no compiler (a wrapper set by a tool) is passed over.
fn users() -> State {
    let named = env::var_os("RUSTC").filter(|value| !value.is_empty());
    let mut detail = String::from("no `rustc` in PATH");
    for program in named.into_iter().chain([OsString::from("rustc")]) {
        match ask(&program) {
            Ok((sysroot, version)) => return users_at(sysroot, version),
            Err(error) => detail = error.to_string(),
        }
    }
    State::Absent { detail }
}

fn ask(rustc: &OsString) -> Result<(PathBuf, RustcVersion), ToolchainError> {
    let mut command = Command::new(rustc);
    let version = version(command.arg("-vV"))?;
    let sysroot = process::stdout(Command::new(rustc).args(["--print", "sysroot"]))?;
    Ok((PathBuf::from(sysroot.trim_end()), version))
}

fn version(command: &mut Command) -> Result<RustcVersion, ToolchainError> {
    let text = process::stdout(command)?;
    RustcVersion::parse(&text).ok_or_else(|| ToolchainError::Output {
        command: process::command_line(command),
        expected: "the compiler's release and host",
        found: text,
    })
}

fn users_at(sysroot: PathBuf, version: RustcVersion) -> State {
    if !has_target(&sysroot) {
        return State::NoTarget {
            sysroot,
            release: version.release,
        };
    }
    let program = |name: &str| {
        sysroot
            .join("bin")
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    };
    let rustc = program("rustc");
    // A toolchain that was linked into rustup from a compiler's build folder has no cargo of its own.
    let cargo = Some(program("cargo"))
        .filter(|path| path.is_file())
        .or_else(|| {
            env::var_os("CARGO")
                .map(PathBuf::from)
                .filter(|path| path.is_file())
        })
        .or_else(|| which::which("cargo").ok());
    let Some(cargo) = cargo else {
        return State::Absent {
            detail: "no `cargo` in PATH".to_owned(),
        };
    };
    let toolchain = Toolchain {
        kind: Kind::User,
        cargo,
        rustc,
        sysroot,
        version,
    };
    if toolchain.guest_linker().is_some() {
        return State::Usable(toolchain);
    }
    State::NoLinker {
        sysroot: toolchain.sysroot,
        release: toolchain.version.release,
    }
}

/// The private toolchain in `sysroot`, which is taken for one only if its installation was finished.
pub(super) fn private(sysroot: &Path) -> State {
    if !sysroot.exists() {
        return State::Absent {
            detail: format!("{} does not exist", sysroot.display()),
        };
    }
    let (cargo, rustc) = (sysroot.join("bin/cargo"), sysroot.join("bin/rustc"));
    let incomplete = State::Incomplete {
        folder: sysroot.to_owned(),
    };
    let parts = [sysroot.join(MARKER), cargo.clone(), rustc.clone()];
    if !parts.iter().all(|path| path.is_file()) || !has_target(sysroot) {
        return incomplete;
    }
    match private_version(sysroot) {
        Ok(version) => State::Usable(Toolchain {
            kind: Kind::Private,
            cargo,
            rustc,
            sysroot: sysroot.to_owned(),
            version,
        }),
        Err(_) => incomplete,
    }
}

/// Asks the compiler in a folder that may not have been finished yet.
pub(super) fn private_version(sysroot: &Path) -> Result<RustcVersion, ToolchainError> {
    let mut command = Command::new(sysroot.join("bin/rustc"));
    environment::clean(&mut command);
    prepend(&mut command, "LD_LIBRARY_PATH", &sysroot.join("lib"));
    version(command.arg("-vV"))
}

fn has_target(sysroot: &Path) -> bool {
    let Ok(entries) = fs::read_dir(guest_libraries(sysroot)) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let path = Path::new(&name);
        name.to_str().is_some_and(|name| name.starts_with("libcore-"))
            && path.extension().is_some_and(|extension| extension == "rlib")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_from_the_verbose_output() {
        let text = "rustc 1.96.0 (ac68 2026-05-25)\nbinary: rustc\ncommit-hash: ac68\nhost: x-y-z\nrelease: 1.96.0\n";
        let version = RustcVersion::parse(text).unwrap();
        assert_eq!(
            (version.release.as_str(), version.host.as_str()),
            ("1.96.0", "x-y-z")
        );
        assert_eq!(version.commit.as_deref(), Some("ac68"));
    }

    #[test]
    fn unknown_commit_is_no_commit() {
        let version = RustcVersion::parse("commit-hash: unknown\nhost: h\nrelease: 1.0.0\n").unwrap();
        assert_eq!(version.commit, None);
        assert_eq!(RustcVersion::parse("something else"), None);
    }

    #[test]
    fn unfinished_folder_is_no_toolchain() {
        let folder = tempfile::tempdir().unwrap();
        let sysroot = folder.path().join("toolchain");
        assert!(matches!(private(&sysroot), State::Absent { .. }));
        fs::create_dir_all(sysroot.join("bin")).unwrap();
        fs::create_dir_all(guest_libraries(&sysroot)).unwrap();
        fs::write(guest_libraries(&sysroot).join("libcore-0.rlib"), "").unwrap();
        for file in ["bin/cargo", "bin/rustc"] {
            fs::write(sysroot.join(file), "").unwrap();
        }
        assert!(matches!(private(&sysroot), State::Incomplete { .. }));
    }

    #[test]
    fn error_tells_what_to_run() {
        let absent = || State::Absent {
            detail: "nothing there".to_owned(),
        };
        let error = Status {
            users: absent(),
            private: absent(),
        }
        .into_used()
        .unwrap_err();
        assert!(error.to_string().contains("run `cargo zisk toolchain install`"));
    }
}
