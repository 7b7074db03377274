//! Building the tests of guests for the VM.
//!
//! These are the `#[test]`s that `cargo test` runs. The compiler hands them to a crate called `test`, which the target of guests does
//! not have: a small one of ours takes its place (`library.rs`), and is compiled like the target's other libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use cargo_metadata::{Artifact, Target};

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

/// Whose tests are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TestTargets {
    /// All that cargo tests: natively those of the whole package; in the VM those of its library and its binaries.
    #[default]
    All,
    /// The library's.
    Library,
    /// The binaries'.
    Binaries,
}

/// The tests of a guest package's binary or library, in an ELF file for the VM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltTests {
    /// The guest's package.
    pub package: String,
    /// The name of the binary or library whose tests these are.
    pub name: String,
    /// The ELF file. The next build of the same tests may replace it.
    pub elf_path: PathBuf,
    /// What the paths of the package's sources begin with in the file's debug information.
    pub recorded_root: String,
    /// The package's folder, which that stands for.
    pub root: PathBuf,
}

impl GuestBuild {
    /// Builds the tests of the guests for the VM, one after the other, sorted by package, its library first. For coverage they are
    /// hardly optimised, and nothing is left out. If one binary was chosen, only its tests are built.
    ///
    /// # Errors
    /// [`BuildError`]; [`BuildError::Compile`] and [`BuildError::CompileLibraryTests`] name the guest whose tests do not compile.
    pub fn build_tests(
        &self,
        targets: TestTargets,
        for_coverage: bool,
    ) -> Result<Vec<BuiltTests>, BuildError> {
        let toolchain = Toolchain::find()?;
        let manifest = manifest_at(&self.path)?;
        let guests = self.select(guests_of(&manifest, toolchain.cargo_command())?)?;
        let guests = with_tests(guests, targets)?;
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
        let root = guest.manifest_path.parent().unwrap_or(&guest.manifest_path);
        let inside = root.strip_prefix(&workspace.root).unwrap_or(Path::new(""));
        let recorded_root = Path::new(RECORDED_WORKSPACE).join(inside).display().to_string();
        let built = |artifacts: &[Artifact], is_wanted, name: &str| -> Result<BuiltTests, BuildError> {
            let tests = artifacts.iter().filter(|artifact| artifact.profile.test);
            Ok(BuiltTests {
                package: guest.package.clone(),
                name: name.to_owned(),
                elf_path: executable(tests, is_wanted, guest, name)?.to_owned(),
                recorded_root: recorded_root.clone(),
                root: root.to_owned(),
            })
        };
        let command = ["test".to_owned(), "--no-run".to_owned()];
        let mut all = Vec::new();
        if let Some(name) = &guest.tested_library {
            let mut arguments = self.common_choices();
            arguments.push("--lib".to_owned());
            let artifacts = cargo
                .run(&[&command[..], &arguments].concat())
                .map_err(of_library)?;
            all.push(built(&artifacts, Target::is_lib, name)?);
        }
        if !guest.tested_binaries.is_empty() {
            let arguments = self.choices(&guest.tested_binaries);
            let artifacts = cargo.run(&[&command[..], &arguments].concat())?;
            for name in &guest.tested_binaries {
                all.push(built(&artifacts, Target::is_bin, name)?);
            }
        }
        Ok(all)
    }

    /// Has cargo run the tests of the guests' packages on this machine, with what the user says to it: the name of tests, then `--`
    /// and options for the tests. What it writes goes where this process's text goes. Gives how each package's cargo ended. If one
    /// binary was chosen, only its tests are run.
    ///
    /// # Errors
    /// [`BuildError`], when there is no guest or no cargo. That tests fail or do not compile is no error.
    pub fn test_natively(
        &self,
        targets: TestTargets,
        arguments: &[String],
    ) -> Result<Vec<ExitStatus>, BuildError> {
        let manifest = manifest_at(&self.path)?;
        let guests = with_tests(self.select(guests_of(&manifest, any_cargo())?)?, targets)?;
        let run = |guest: &GuestPackage| {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(&cargo);
            command
                .arg("test")
                .arg("--manifest-path")
                .arg(&guest.manifest_path)
                .args(match (targets, &self.binary) {
                    (TestTargets::Library, _) => vec!["--lib"],
                    (_, Some(name)) => vec!["--bin", name],
                    (TestTargets::Binaries, None) => vec!["--bins"],
                    (TestTargets::All, None) => Vec::new(),
                })
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

/// Of these guests and what cargo tests of them, those and what is to be tested.
fn with_tests(mut guests: Vec<GuestPackage>, targets: TestTargets) -> Result<Vec<GuestPackage>, BuildError> {
    for guest in &mut guests {
        match targets {
            TestTargets::All => {}
            TestTargets::Binaries => guest.tested_library = None,
            TestTargets::Library => guest.tested_binaries.clear(),
        }
    }
    if targets == TestTargets::Library {
        let found = guests.iter().map(|guest| guest.package.clone()).collect();
        guests.retain(|guest| guest.tested_library.is_some());
        if guests.is_empty() {
            return Err(BuildError::NoTestedLibrary { found });
        }
    }
    Ok(guests)
}

/// What is wrong with a package's tests is wrong with those of its library.
fn of_library(error: BuildError) -> BuildError {
    match error {
        BuildError::Compile { package, status } => BuildError::CompileLibraryTests { package, status },
        error => error,
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
