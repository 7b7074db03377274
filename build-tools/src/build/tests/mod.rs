//! Building the tests of guests for the VM.
//!
//! These are the `#[test]`s that `cargo test` runs. The compiler hands them to a crate called `test`, which the target of guests does
//! not have: a small one of ours takes its place (`library.rs`), and is compiled like the target's other libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use super::cargo::Cargo;
use super::error::io_error;
use super::flags::RECORDED_WORKSPACE;
use super::workspace::{GuestPackage, Workspace, any_cargo, guests_of, manifest_at};
use super::{BuildError, GuestBuild, executable, target_dir};
use crate::GUEST_TARGET;
use crate::toolchain::Toolchain;

const LIBRARY: &str = include_str!("library.rs");

/// Tests have other flags than guests, so they are compiled elsewhere: guests need not be compiled again behind them.
const FOLDER: &str = "tests";
/// The same, where it matters which lines are executed.
const FOLDER_FOR_COVERAGE: &str = "coverage";

/// Lines that the compiler has moved, merged or computed itself could not be counted.
const SETTINGS_FOR_COVERAGE: [&str; 3] = ["opt-level=0", r#"lto="off""#, "overflow-checks=false"];
/// Functions that nobody calls are lines, too.
const FLAG_FOR_COVERAGE: &str = "-Clink-dead-code";

/// The tests of a binary of a guest package, in an ELF file for the VM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltTests {
    /// The guest's package.
    pub package: String,
    /// The name of the binary whose tests these are.
    pub name: String,
    /// The ELF file. The next build of the same tests may replace it.
    pub elf_path: PathBuf,
    /// What the paths of the package's sources begin with in the file's debug information.
    pub recorded_root: String,
    /// The package's folder, which that stands for.
    pub root: PathBuf,
}

impl GuestBuild {
    /// Builds the tests of the guests' binaries for the VM, one after the other, sorted by package and binary. For coverage they are
    /// hardly optimised, and nothing is left out.
    ///
    /// # Errors
    /// [`BuildError`]; [`BuildError::Compile`] names the guest whose tests do not compile.
    pub fn build_tests(&self, for_coverage: bool) -> Result<Vec<BuiltTests>, BuildError> {
        let toolchain = Toolchain::find()?;
        let manifest = manifest_at(&self.path)?;
        let guests = self.select(guests_of(&manifest, toolchain.cargo_command())?)?;
        let workspace = Workspace::read(&manifest, &toolchain, &self.network_options())?;
        let folder = if for_coverage { FOLDER_FOR_COVERAGE } else { FOLDER };
        let target_dir = target_dir(self.target_dir.as_deref(), &workspace)?.join(folder);
        let mut rustflags = self.rustflags.clone();
        rustflags.extend(["--cfg".to_owned(), "zisk_test".to_owned()]);
        rustflags.push(format!("-L{}", library(&toolchain, &target_dir)?.display()));
        let mut settings: &[&str] = &[];
        if for_coverage {
            rustflags.push(FLAG_FOR_COVERAGE.to_owned());
            settings = &SETTINGS_FOR_COVERAGE;
        }
        let mut built = Vec::new();
        for guest in &guests {
            let cargo = Cargo {
                toolchain: &toolchain,
                workspace: &workspace,
                target_dir: &target_dir,
                rustflags: &rustflags,
                settings,
                manifest: &guest.manifest_path,
                package: &guest.package,
            };
            built.extend(self.build_tests_of(guest, &workspace, &cargo)?);
        }
        Ok(built)
    }

    fn build_tests_of(
        &self,
        guest: &GuestPackage,
        workspace: &Workspace,
        cargo: &Cargo<'_>,
    ) -> Result<Vec<BuiltTests>, BuildError> {
        let mut arguments = vec!["test".to_owned(), "--no-run".to_owned()];
        arguments.extend(self.choices(guest));
        let artifacts = cargo.run(&arguments)?;
        let root = guest.manifest_path.parent().unwrap_or(&guest.manifest_path);
        let inside = root.strip_prefix(&workspace.root).unwrap_or(Path::new(""));
        let built = guest.binaries.iter().map(|name| {
            let tests = artifacts.iter().filter(|artifact| artifact.profile.test);
            let elf_path = executable(tests, guest, name)?;
            Ok(BuiltTests {
                package: guest.package.clone(),
                name: name.clone(),
                elf_path: elf_path.to_owned(),
                recorded_root: Path::new(RECORDED_WORKSPACE).join(inside).display().to_string(),
                root: root.to_owned(),
            })
        });
        built.collect()
    }

    /// Has cargo run the tests of the guests' packages on this machine, with what the user says to it: the name of tests, then `--`
    /// and options for the tests. What it writes goes where this process's text goes. Gives how each package's cargo ended.
    ///
    /// # Errors
    /// [`BuildError`], when there is no guest or no cargo. That tests fail or do not compile is no error.
    pub fn test_natively(&self, arguments: &[String]) -> Result<Vec<ExitStatus>, BuildError> {
        let manifest = manifest_at(&self.path)?;
        let guests = self.select(guests_of(&manifest, any_cargo())?)?;
        let run = |guest: &GuestPackage| {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(&cargo);
            command
                .arg("test")
                .arg("--manifest-path")
                .arg(&guest.manifest_path)
                .args(self.common_choices())
                .args(arguments);
            command.status().map_err(|source| BuildError::Start {
                cargo: cargo.into(),
                source,
            })
        };
        guests.iter().map(run).collect()
    }
}

/// The folder with the compiled library, which is compiled if it is not there.
fn library(toolchain: &Toolchain, target_dir: &Path) -> Result<PathBuf, BuildError> {
    let version = &toolchain.version;
    let compiler = version.commit.as_deref().unwrap_or(&version.release);
    let folder = target_dir.join(format!("library-{compiler}"));
    let source = folder.join("test.rs");
    let compiled = folder.join("libtest.rlib");
    if compiled.is_file() && fs::read_to_string(&source).ok().as_deref() == Some(LIBRARY) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
    // Compiled beside and moved there, so that nobody takes what is half written.
    let beside = tempfile::tempdir_in(&folder).map_err(io_error("write to", &folder))?;
    let new_source = beside.path().join("test.rs");
    let new_compiled = beside.path().join("libtest.rlib");
    fs::write(&new_source, LIBRARY).map_err(io_error("write", &new_source))?;
    let mut command = toolchain.rustc_command();
    command
        // As for core: a release compiler lets only libraries of the target use unstable features.
        .env("RUSTC_BOOTSTRAP", "1")
        .args([
            "--crate-name",
            "test",
            "--crate-type",
            "rlib",
            "--edition",
            "2024",
        ])
        .args(["--target", GUEST_TARGET, "-Copt-level=3", "-o"])
        .arg(&new_compiled)
        .arg(&new_source);
    let status = command.status().map_err(|source| BuildError::Start {
        cargo: toolchain.rustc.clone(),
        source,
    })?;
    if !status.success() {
        return Err(BuildError::TestLibrary {
            release: version.release.clone(),
            status,
        });
    }
    for (new, place) in [(new_compiled, compiled), (new_source, source)] {
        fs::rename(&new, &place).map_err(io_error("write", &place))?;
    }
    Ok(folder)
}
