//! Installing the guest target: into the user's toolchain with rustup, or as a private toolchain.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::process::Command;

use super::error::io_error;
use super::probe::{self, MARKER};
use super::{State, Toolchain, ToolchainError, core_library, debian, home, process, status};
use crate::GUEST_TARGET;

/// How a toolchain is to be installed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// With rustup, and where that fails as a private toolchain.
    #[default]
    Auto,
    /// As a private toolchain in `$ZISK_HOME`; the user's own is not touched.
    Private,
}

/// Installs a toolchain for guests by [`Route::Auto`]; returns at once where there is one.
///
/// `report` receives one line for each step.
///
/// # Errors
/// As [`install_by`].
pub fn install(report: &mut dyn FnMut(&str)) -> Result<Toolchain, ToolchainError> {
    install_by(Route::Auto, report)
}

/// Installs a toolchain for guests; returns at once where there is one.
///
/// rustup is asked first for the guest target. Where that fails (no rustup, no way to its server), the
/// packages of a Debian system are unpacked into `$ZISK_HOME/toolchain` and the core library is compiled
/// there. That takes about a minute, needs no root, and touches nothing else.
///
/// # Errors
/// [`ToolchainError`] for a missing program, a package that apt does not have, a failed command and a file
/// system that refuses. Nothing half-done is ever taken for a toolchain, so it can simply be run again.
pub fn install_by(route: Route, report: &mut dyn FnMut(&str)) -> Result<Toolchain, ToolchainError> {
    if route == Route::Auto {
        if let Some(toolchain) = status()?.used() {
            return Ok(toolchain.clone());
        }
        match add_with_rustup(report)? {
            Ok(toolchain) => return Ok(toolchain),
            Err(reason) => report(&format!("rustup cannot add the guest target: {reason}")),
        }
    }
    install_private(&home()?, report)
}

/// The inner result is the reason why rustup is no way.
fn add_with_rustup(report: &mut dyn FnMut(&str)) -> Result<Result<Toolchain, String>, ToolchainError> {
    let Ok(rustup) = which::which("rustup") else {
        return Ok(Err("it is not in PATH".to_owned()));
    };
    report(&format!("running `rustup target add {GUEST_TARGET}`"));
    // RUSTUP_TOOLCHAIN stays: it names the toolchain that is active here, the first candidate for guests.
    let mut command = Command::new(rustup);
    let output = process::output(command.args(["target", "add", GUEST_TARGET]))?;
    if !output.status.success() {
        return Ok(Err(reason(&process::tail(&output.stderr))));
    }
    let users = status()?.users;
    if let State::Usable(toolchain) = users {
        return Ok(Ok(toolchain));
    }
    Ok(Err(format!("it succeeded, but {users}")))
}

/// The line of rustup's complaint that says why; progress comes before it, a backtrace may come after it.
fn reason(stderr: &str) -> String {
    let error = stderr.lines().find_map(|line| line.strip_prefix("error: "));
    error
        .or_else(|| stderr.lines().last())
        .unwrap_or("no reason given")
        .to_owned()
}

fn install_private(home: &Path, report: &mut dyn FnMut(&str)) -> Result<Toolchain, ToolchainError> {
    fs::create_dir_all(home).map_err(io_error("create", home))?;
    let _lock = lock(&home.join("toolchain.lock"), report)?;
    let folder = home.join("toolchain");
    match probe::private(&folder) {
        State::Usable(toolchain) => return Ok(toolchain),
        State::Incomplete { .. } => {
            report(&format!(
                "{} is incomplete and is installed anew",
                folder.display()
            ));
        }
        State::Absent { .. } | State::NoTarget { .. } | State::NoLinker { .. } => {}
    }
    check_programs()?;

    // Left behind by an installation that was interrupted; nobody else is at work, we hold the lock.
    let partial = home.join("toolchain.partial");
    remove(&partial)?;
    let sysroot = partial.join("usr");
    fs::create_dir_all(&partial).map_err(io_error("create", &partial))?;
    let packages = debian::unpack(&partial, report)?;
    report(&format!("compiling the core library for {GUEST_TARGET}"));
    core_library::compile(&sysroot, &partial.join("build"))?;
    let marker = sysroot.join(MARKER);
    fs::write(&marker, packages.join("\n") + "\n").map_err(io_error("write", marker))?;
    remove(&folder)?;
    fs::rename(&sysroot, &folder).map_err(io_error("rename the new toolchain to", &folder))?;
    remove(&partial)?;

    match probe::private(&folder) {
        State::Usable(toolchain) => Ok(toolchain),
        State::Incomplete { folder }
        | State::NoTarget { sysroot: folder, .. }
        | State::NoLinker { sysroot: folder, .. } => Err(ToolchainError::Incomplete {
            what: "working compiler",
            path: folder,
        }),
        State::Absent { .. } => Err(ToolchainError::Incomplete {
            what: "compiler",
            path: folder,
        }),
    }
}

/// Waits until no other installation into the same folder is at work. The lock ends with the file's handle.
fn lock(path: &Path, report: &mut dyn FnMut(&str)) -> Result<File, ToolchainError> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(io_error("open", path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => report("waiting for another installation to finish"),
        Err(TryLockError::Error(source)) => return Err(io_error("lock", path)(source)),
    }
    file.lock().map_err(io_error("lock", path))?;
    Ok(file)
}

fn check_programs() -> Result<(), ToolchainError> {
    const USE_RUSTUP: &str = "install Rust with rustup from https://rustup.rs, then run `cargo zisk toolchain \
                              install` again (its other way needs Debian's apt and dpkg)";
    const USE_APT: &str = "run `apt-get install gcc libc6-dev`; build scripts are linked with it";
    let programs = [
        ("apt-get", USE_RUSTUP),
        ("apt-cache", USE_RUSTUP),
        ("dpkg-deb", USE_RUSTUP),
        ("tar", "run `apt-get install tar`"),
        ("cc", USE_APT),
    ];
    match programs
        .into_iter()
        .find(|(program, _)| which::which(program).is_err())
    {
        Some((program, fix)) => Err(ToolchainError::MissingProgram {
            program: program.to_owned(),
            fix,
        }),
        None => Ok(()),
    }
}

fn remove(folder: &Path) -> Result<(), ToolchainError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io_error("remove", folder)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn reason_is_the_line_of_the_error() {
        let stderr = "info: downloading\nerror: could not download\nStack backtrace:\n 0: main\n";
        assert_eq!(reason(stderr), "could not download");
        assert_eq!(reason("it broke\n"), "it broke");
        assert_eq!(reason(""), "no reason given");
    }
}
