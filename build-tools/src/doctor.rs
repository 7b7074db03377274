//! Is this machine ready: what `cargo zisk doctor` prints.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::GUEST_TARGET;
use crate::toolchain::{self, State, Status, Toolchain};

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What was checked.
    pub check: &'static str,
    /// How it is.
    pub level: Level,
    /// One line: what was found.
    pub message: String,
    /// The exact command that mends it, where there is one.
    pub fix: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// It works, but slower or not as one may expect.
    Warning,
    /// Guests cannot be built or run.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Linking a guest with link-time optimisation next to the compiler of a host needs about this much.
const MEMORY_WANTED: u64 = 4 << 30;

/// Runs all checks. `executable` is the path of the `cargo-zisk` that asks.
#[must_use]
pub fn diagnose(executable: &Path) -> Vec<Finding> {
    let mut findings = match toolchain::status() {
        Ok(status) => vec![compiler(&status), guest_target(&status), guest_linker(&status)],
        Err(error) => vec![Finding::error(
            "compiler",
            error.to_string(),
            "export ZISK_HOME=\"$HOME/.zisk\"",
        )],
    };
    findings.push(host_linker());
    findings.push(debugger(env::var_os("PATH").unwrap_or_default().as_ref()));
    findings.extend(vector_instructions());
    findings.push(memory());
    findings.push(other_executables(
        executable,
        env::var_os("PATH").unwrap_or_default().as_ref(),
    ));
    findings
}

impl Finding {
    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Ok,
            message: message.into(),
            fix: None,
        }
    }

    fn warning(check: &'static str, message: impl Into<String>, fix: Option<String>) -> Self {
        Self {
            check,
            level: Level::Warning,
            message: message.into(),
            fix,
        }
    }

    fn error(check: &'static str, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Error,
            message: message.into(),
            fix: Some(fix.into()),
        }
    }
}

fn compiler(status: &Status) -> Finding {
    const CHECK: &str = "compiler";
    let (release, sysroot) = match &status.users {
        State::Usable(toolchain) => (&toolchain.version.release, &toolchain.sysroot),
        State::NoTarget { release, sysroot } | State::NoLinker { release, sysroot } => (release, sysroot),
        State::Absent { .. } | State::Incomplete { .. } => {
            return Finding::warning(
                CHECK,
                format!("no Rust for hosts: {}", describe(&status.users)),
                Some("curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh".to_owned()),
            );
        }
    };
    Finding::ok(CHECK, format!("rustc {release} in {}", sysroot.display()))
}

/// A state on one line; a compiler's complaint may have several.
fn describe(state: &State) -> String {
    state.to_string().lines().next().unwrap_or_default().to_owned()
}

fn guest_target(status: &Status) -> Finding {
    match status.used() {
        Some(toolchain) => Finding::ok(
            "guest target",
            format!(
                "{GUEST_TARGET}: the {} toolchain, rustc {} in {}",
                toolchain.kind,
                toolchain.version.release,
                toolchain.sysroot.display()
            ),
        ),
        None => Finding::error(
            "guest target",
            format!("no toolchain compiles for {GUEST_TARGET}"),
            "cargo zisk toolchain install",
        ),
    }
}

fn guest_linker(status: &Status) -> Finding {
    const CHECK: &str = "guest linker";
    match status.used().and_then(Toolchain::guest_linker) {
        Some(path) => Finding::ok(CHECK, path.display().to_string()),
        None => Finding::error(
            CHECK,
            "rust-lld comes with the guest target",
            "cargo zisk toolchain install",
        ),
    }
}

fn host_linker() -> Finding {
    const CHECK: &str = "host linker";
    match ["cc", "link.exe"]
        .into_iter()
        .find_map(|program| which::which(program).ok())
    {
        Some(path) => Finding::ok(CHECK, path.display().to_string()),
        None if cfg!(target_os = "macos") => {
            Finding::error(CHECK, "`cc` is not in PATH", "xcode-select --install")
        }
        None => Finding::error(CHECK, "`cc` is not in PATH", "apt-get install gcc libc6-dev"),
    }
}

/// What `cargo zisk debug` is for. `path` is a value of `PATH`.
fn debugger(path: &Path) -> Finding {
    const CHECK: &str = "debugger";
    let find = |program| which::which_in(program, Some(path), Path::new("/")).ok();
    match ["gdb-multiarch", "riscv64-unknown-elf-gdb"]
        .into_iter()
        .find_map(find)
    {
        Some(path) => Finding::ok(CHECK, path.display().to_string()),
        None => Finding::warning(
            CHECK,
            "no gdb for RISC-V is in PATH; nothing but `cargo zisk debug` needs one",
            Some("apt-get install gdb-multiarch".to_owned()),
        ),
    }
}

/// Whether the instructions that make proving fast are in this build and in this processor.
#[cfg(target_arch = "x86_64")]
fn vector_instructions() -> Vec<Finding> {
    vec![
        vector_set(
            "AVX2",
            cfg!(target_feature = "avx2"),
            is_x86_feature_detected!("avx2"),
        ),
        vector_set(
            "AVX-512",
            cfg!(target_feature = "avx512f"),
            is_x86_feature_detected!("avx512f"),
        ),
    ]
}

#[cfg(not(target_arch = "x86_64"))]
fn vector_instructions() -> Vec<Finding> {
    Vec::new()
}

#[cfg(target_arch = "x86_64")]
fn vector_set(check: &'static str, built: bool, present: bool) -> Finding {
    match (built, present) {
        (true, true) => Finding::ok(check, "used by this build"),
        (false, true) => Finding::warning(
            check,
            "this processor has it, this build does not use it; field arithmetic is several times slower without",
            Some("RUSTFLAGS=-Ctarget-cpu=native cargo install --force --path sdk".to_owned()),
        ),
        (false, false) => Finding::warning(
            check,
            "this processor does not have it; field arithmetic is slower",
            None,
        ),
        (true, false) => Finding::error(
            check,
            "this build uses it and this processor does not have it",
            "RUSTFLAGS=-Ctarget-cpu=native cargo install --force --path sdk",
        ),
    }
}

fn memory() -> Finding {
    let Ok(mut system) = sysinfo::System::new() else {
        return memory_of(0, 0);
    };
    system.refresh_memory();
    memory_of(system.total_memory(), system.available_memory())
}

/// Both in bytes.
fn memory_of(total: u64, available: u64) -> Finding {
    const CHECK: &str = "memory";
    if total == 0 {
        return Finding::warning(CHECK, "this system does not say how much memory it has", None);
    }
    let message = format!("{} of {} free", gibibytes(available), gibibytes(total));
    if available < MEMORY_WANTED {
        let message = format!(
            "{message}; building a guest may need {}",
            gibibytes(MEMORY_WANTED)
        );
        return Finding::warning(CHECK, message, None);
    }
    Finding::ok(CHECK, message)
}

/// With one decimal, rounded down.
fn gibibytes(bytes: u64) -> String {
    let tenths = bytes / ((1 << 30) / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

/// Whether `cargo zisk` would start another program than the one that asks. `path` is a value of `PATH`.
fn other_executables(executable: &Path, path: &Path) -> Finding {
    const CHECK: &str = "cargo-zisk in PATH";
    let resolved = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let own = resolved(executable);
    let found = which::which_in_all("cargo-zisk", Some(path), Path::new("/"));
    let mut others: Vec<PathBuf> = found
        .into_iter()
        .flatten()
        .filter(|path| resolved(path) != own)
        .collect();
    others.sort();
    others.dedup();
    let Some(first) = others.first() else {
        return Finding::ok(CHECK, "no other one");
    };
    let names: Vec<String> = others.iter().map(|path| path.display().to_string()).collect();
    let message = format!("{} is not the running one, {}", names.join(", "), own.display());
    Finding::warning(CHECK, message, Some(format!("rm \"{}\"", first.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_target_is_an_error_with_a_command() {
        let absent = || State::Absent {
            detail: "none\nsecond line".to_owned(),
        };
        let status = Status {
            users: absent(),
            private: absent(),
        };
        let findings = [guest_target(&status), guest_linker(&status)];
        for finding in findings {
            assert_eq!(finding.level, Level::Error);
            assert_eq!(finding.fix.as_deref(), Some("cargo zisk toolchain install"));
        }
        assert_eq!(compiler(&status).level, Level::Warning);
        assert!(!compiler(&status).message.contains('\n'));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn build_is_compared_with_the_processor() {
        assert_eq!(vector_set("AVX2", true, true).level, Level::Ok);
        assert_eq!(vector_set("AVX2", true, false).level, Level::Error);
        let slow = vector_set("AVX2", false, true);
        assert_eq!(slow.level, Level::Warning);
        assert!(slow.fix.unwrap().contains("target-cpu=native"));
        assert_eq!(vector_set("AVX2", false, false).fix, None);
    }

    #[test]
    fn little_memory_is_a_warning() {
        assert_eq!(memory_of(16 << 30, MEMORY_WANTED).level, Level::Ok);
        assert_eq!(memory_of(16 << 30, MEMORY_WANTED - 1).level, Level::Warning);
        assert_eq!(memory_of(0, 0).level, Level::Warning);
    }

    /// Puts a program in a folder.
    #[cfg(unix)]
    fn make_program(folder: &Path, name: &str) -> PathBuf {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;

        let path = folder.join(name);
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn a_debugger_is_looked_for_and_not_insisted_on() {
        let folder = tempfile::tempdir().unwrap();
        let missing = debugger(folder.path());
        assert_eq!(missing.level, Level::Warning);
        assert_eq!(missing.fix.as_deref(), Some("apt-get install gdb-multiarch"));
        let path = make_program(folder.path(), "gdb-multiarch");
        let found = debugger(folder.path());
        assert_eq!(
            (found.level, found.message),
            (Level::Ok, path.display().to_string())
        );
    }

    #[cfg(unix)]
    #[test]
    fn another_executable_is_named() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&here, &there] {
            make_program(folder.path(), "cargo-zisk");
        }
        let own = here.path().join("cargo-zisk");
        assert_eq!(other_executables(&own, here.path()).level, Level::Ok);
        let both = env::join_paths([here.path(), there.path()]).unwrap();
        let finding = other_executables(&own, both.as_ref());
        assert_eq!(finding.level, Level::Warning);
        let other = there.path().join("cargo-zisk");
        assert!(finding.message.contains(&other.display().to_string()));
        assert!(finding.fix.unwrap().contains(&other.display().to_string()));
    }
}
