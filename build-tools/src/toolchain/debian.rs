//! A Rust toolchain out of Debian's packages, unpacked into a folder.
//!
//! Debian keeps a current Rust (`rustc-web`) for its browsers. apt's own resolver says what those packages need
//! beyond what the system has, so that no name with a version in it is written down here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::io_error;
use super::probe::private_version;
use super::{ToolchainError, process};

const COMPILER: &str = "rustc-web";
const SEEDS: [&str; 3] = [COMPILER, "cargo-web", "rust-web-src"];
const LIBRARIES: &str = "libstd-rust-web-dev";
const SOURCE: &str = "rust-web-src";
/// What a C compiler consists of. Those are used from the system, never from the private folder.
const SYSTEM_COMPILER: [&str; 3] = ["gcc", "libc6-dev", "binutils"];
/// Guests need at least the Rust that this workspace needs.
const OLDEST_RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// A package and the version of it that apt would install.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
}

/// Downloads the packages and unpacks them into `folder`, so that `folder/usr` is a toolchain for the host.
/// Returns a line for each package: its name and version.
pub(super) fn unpack(folder: &Path, report: &mut dyn FnMut(&str)) -> Result<Vec<String>, ToolchainError> {
    let mut apt = Apt::new(folder.join("apt"))?;
    let packages = match apt.fetch(report) {
        Ok(packages) => packages,
        Err(error) => {
            report(&format!(
                "apt's package lists do not do ({error}); fetching new ones into a private folder"
            ));
            apt.refresh()?;
            apt.fetch(report)?
        }
    };
    report("unpacking the packages");
    for archive in entries(&apt.archives())? {
        if file_name(&archive).starts_with(&format!("{SOURCE}_")) {
            unpack_library_source(&archive, folder)?;
        } else {
            process::stdout(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(folder))?;
        }
    }
    let sysroot = folder.join("usr");
    arrange(&sysroot)?;
    Ok(packages
        .into_iter()
        .map(|package| format!("{} {}", package.name, package.version))
        .collect())
}

/// apt, with its caches in a folder of ours.
struct Apt {
    folder: PathBuf,
    own_lists: bool,
}

impl Apt {
    fn new(folder: PathBuf) -> Result<Self, ToolchainError> {
        for part in ["archives", "cache/archives/partial", "lists/partial"] {
            let part = folder.join(part);
            fs::create_dir_all(&part).map_err(io_error("create", part))?;
        }
        Ok(Self {
            folder,
            own_lists: false,
        })
    }

    fn archives(&self) -> PathBuf {
        self.folder.join("archives")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").current_dir(self.archives());
        // apt run by root drops to a user who may not write into the folder.
        command.args(["-o", "APT::Sandbox::User=root"]);
        command
            .arg("-o")
            .arg(format!("Dir::Cache={}", self.folder.join("cache").display()));
        if self.own_lists {
            command.arg("-o").arg(format!(
                "Dir::State::lists={}",
                self.folder.join("lists").display()
            ));
        }
        command
    }

    /// Fetches the package lists into the folder. Needs no root.
    fn refresh(&mut self) -> Result<(), ToolchainError> {
        self.own_lists = true;
        // One unreachable source among many makes the command fail; what counts is whether the packages are
        // found afterwards.
        process::output(self.command("apt-get").args(["-q", "update"])).map(drop)
    }

    fn fetch(&self, report: &mut dyn FnMut(&str)) -> Result<BTreeSet<Package>, ToolchainError> {
        let packages = self.resolve()?;
        report(&format!("downloading {} packages of Debian", packages.len()));
        let names = packages
            .iter()
            .map(|package| format!("{}={}", package.name, package.version));
        process::stdout(self.command("apt-get").args(["-q", "download"]).args(names))?;
        Ok(packages)
    }

    /// The toolchain's packages and all they need that the system lacks.
    fn resolve(&self) -> Result<BTreeSet<Package>, ToolchainError> {
        self.check_version()?;
        let closure = process::stdout(self.command("apt-cache").args([
            "depends",
            "--recurse",
            "--important",
            LIBRARIES,
        ]))?;
        let (libraries, linker) = library_packages(&closure);
        let linker = linker.ok_or_else(|| ToolchainError::NoPackage {
            package: "libllvm".to_owned(),
        })?;
        // The compiler finds its library and its linker beside itself, so these are taken even if installed.
        let mut wanted: Vec<String> = SEEDS.map(str::to_owned).to_vec();
        wanted.extend(libraries);
        wanted.push(linker);
        let mut packages = self.simulate(&wanted)?;
        for package in self.simulate(&SYSTEM_COMPILER.map(str::to_owned))? {
            if !wanted.contains(&package.name) {
                packages.remove(&package);
            }
        }
        match wanted
            .iter()
            .find(|name| packages.iter().all(|package| package.name != **name))
        {
            Some(missing) => Err(ToolchainError::NoPackage {
                package: missing.clone(),
            }),
            None => Ok(packages),
        }
    }

    fn check_version(&self) -> Result<(), ToolchainError> {
        let policy = process::stdout(self.command("apt-cache").args(["policy", COMPILER]))?;
        let candidate = policy
            .lines()
            .find_map(|line| line.trim().strip_prefix("Candidate: "));
        let package = COMPILER.to_owned();
        match candidate {
            None | Some("(none)") => Err(ToolchainError::NoPackage { package }),
            Some(found) if release(found) < release(OLDEST_RUST) => Err(ToolchainError::TooOld {
                package,
                found: found.to_owned(),
                needed: OLDEST_RUST,
            }),
            Some(_) => Ok(()),
        }
    }

    fn simulate(&self, names: &[String]) -> Result<BTreeSet<Package>, ToolchainError> {
        let options = [
            "-q",
            "--simulate",
            "--no-install-recommends",
            "--reinstall",
            "install",
        ];
        let plan = process::stdout(self.command("apt-get").args(options).args(names))?;
        Ok(plan.lines().filter_map(installed_by).collect())
    }
}

/// Major and minor number of a version such as `1.96.0+dfsg1-1`.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split(['.', '+', '-', '~']).map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Reads a line of a simulated installation: `Inst NAME [OLD] (VERSION ARCHIVE [ARCHITECTURE])`.
fn installed_by(line: &str) -> Option<Package> {
    let mut words = line.strip_prefix("Inst ")?.split_whitespace();
    let name = words.next()?.to_owned();
    let version = words.find_map(|word| word.strip_prefix('('))?.to_owned();
    Some(Package { name, version })
}

/// Of the packages that the standard library needs: those of Rust itself, and the linker of the same LLVM.
fn library_packages(closure: &str) -> (Vec<String>, Option<String>) {
    let names = || closure.lines().filter(|line| !line.starts_with([' ', '|', '<']));
    let libraries = names()
        .filter(|name| name.starts_with("libstd-rust-"))
        .map(str::to_owned)
        .collect();
    let llvm = names().find_map(|name| name.strip_prefix("libllvm"));
    (libraries, llvm.map(|version| format!("lld-{version}")))
}

/// The compiler's source is large; only the library is needed.
fn unpack_library_source(archive: &Path, folder: &Path) -> Result<(), ToolchainError> {
    let start = |source| ToolchainError::Start {
        program: "dpkg-deb".to_owned(),
        source,
    };
    let mut command = Command::new("dpkg-deb");
    let mut reader = command
        .arg("--fsys-tarfile")
        .arg(archive)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(start)?;
    let mut tar = Command::new("tar");
    tar.args([
        "-x",
        "--wildcards",
        "./usr/src/*/library/*",
        "./usr/lib/rustlib/src/*",
    ])
    .current_dir(folder);
    if let Some(stream) = reader.stdout.take() {
        tar.stdin(stream);
    }
    let unpacked = process::stdout(&mut tar);
    let status = reader.wait().map_err(start)?;
    unpacked?;
    if status.success() {
        return Ok(());
    }
    let (command, stderr) = (process::command_line(&command), String::new());
    Err(ToolchainError::Command {
        command,
        status,
        stderr,
    })
}

/// Moves the unpacked files to where rustc looks for them.
fn arrange(sysroot: &Path) -> Result<(), ToolchainError> {
    // Debian spreads shared libraries over a folder named after the machine. Links in `lib` let rustc find
    // its own root, and one search path do for all.
    let library = sysroot.join("lib");
    let shared = entries(&library)?
        .into_iter()
        .find(|path| file_name(path).contains("-linux-gnu"));
    let shared = shared.ok_or_else(|| ToolchainError::Incomplete {
        what: "shared libraries",
        path: library.clone(),
    })?;
    for file in entries(&shared)? {
        if file_name(&file).contains(".so") {
            let target = Path::new(&file_name(&shared)).join(file_name(&file));
            link(&target, &library.join(file_name(&file)))?;
        }
    }
    // rustc calls its linker `rust-lld` and looks for it in its own folder only.
    let llvm = entries(&library)?
        .into_iter()
        .find(|path| path.join("bin/lld").exists());
    let llvm = llvm.ok_or_else(|| ToolchainError::Incomplete {
        what: "lld",
        path: library.clone(),
    })?;
    let host = private_version(sysroot)?.host;
    let programs = library.join("rustlib").join(host).join("bin");
    fs::create_dir_all(&programs).map_err(io_error("create", &programs))?;
    let lld = Path::new("../../..").join(file_name(&llvm)).join("bin/lld");
    link(&lld, &programs.join("rust-lld"))
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) -> Result<(), ToolchainError> {
    std::os::unix::fs::symlink(target, link).map_err(io_error("create the link", link))
}

#[cfg(not(unix))]
fn link(_target: &Path, link: &Path) -> Result<(), ToolchainError> {
    Err(io_error("create the link", link)(
        std::io::ErrorKind::Unsupported.into(),
    ))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ToolchainError> {
    let read = fs::read_dir(folder).map_err(io_error("list", folder))?;
    read.map(|entry| entry.map(|entry| entry.path()).map_err(io_error("list", folder)))
        .collect()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plan_line_gives_name_and_version() {
        let package = |name: &str, version: &str| Package {
            name: name.into(),
            version: version.into(),
        };
        assert_eq!(
            installed_by("Inst libfoo1 (1:2.8~deb12u1 Debian-Security:12/stable [amd64])"),
            Some(package("libfoo1", "1:2.8~deb12u1"))
        );
        assert_eq!(
            installed_by("Inst rustc-web [1.95] (1.96+x Debian:12 [amd64])"),
            Some(package("rustc-web", "1.96+x"))
        );
        assert_eq!(installed_by("Conf libfoo1 (1:2.8 Debian:12 [amd64])"), None);
        assert_eq!(installed_by("Remv rustup [1.26]"), None);
    }

    #[test]
    fn linker_is_that_of_the_compilers_llvm() {
        let closure = "libstd-rust-web-dev\n  Depends: libstd-rust-web-7.1\nlibstd-rust-web-7.1\n  Depends: libllvm91\n\
             libllvm91\nlibc6\n";
        let (libraries, linker) = library_packages(closure);
        assert_eq!(libraries, ["libstd-rust-web-dev", "libstd-rust-web-7.1"]);
        assert_eq!(linker.as_deref(), Some("lld-91"));
        assert_eq!(library_packages("libc6\n"), (vec![], None));
    }

    #[test]
    fn releases_are_compared_as_numbers() {
        assert!(release("1.100.0+dfsg1-1") > release("1.95"));
        assert!(release("1.85.0+dfsg3-1~deb12u3") < release(OLDEST_RUST));
        assert_eq!(release("unknown"), None);
    }
}
