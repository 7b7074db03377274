//! Building guests: for the command line with [`GuestBuild`], for a host's `build.rs` with [`build_guest`].
//!
//! Both run the toolchain's cargo in an environment cleaned of what an outer cargo, clippy or rust-analyzer
//! sets, in a target folder of its own (so that no lock is shared with an outer cargo), with one profile and
//! one set of flags. The same source gives the same bytes in every folder: no path of the machine and no
//! time enters the ELF. (cargo derives symbol names from the path of a package that lies *outside* the guest's
//! workspace and is depended on by path, so such a package has to lie in the same place.)
//!
//! A workspace that wants other settings than ours defines `[profile.zisk]` in its root manifest.

mod accelerated;
mod c_library;
mod cargo;
mod embed;
mod error;
mod flags;
mod inputs;
mod tests;
mod workspace;

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Artifact, PackageId, Target};

pub use accelerated::{Copies, Patched, Remedy, SlowCrate, advice, patch};
pub use c_library::CLibrary;
pub use embed::{build_guest, build_guests, embed};
pub use error::BuildError;
pub use tests::{BuiltTests, TestTargets};
pub use workspace::{GuestPackage, guests_in};

use crate::GUEST_TARGET;
use crate::toolchain::Toolchain;
use cargo::Cargo;
use error::io_error;
use workspace::Workspace;

/// Where guests with all debug information are built, in the folder for guests.
const DEBUG_INFO_FOLDER: &str = "debug-info";

/// What to build, and how.
#[derive(Clone, Debug, Default)]
#[must_use = "a build does nothing until it is run"]
pub struct GuestBuild {
    path: PathBuf,
    package: Option<String>,
    binary: Option<String>,
    features: Vec<String>,
    rustflags: Vec<String>,
    target_dir: Option<PathBuf>,
    debug_info: bool,
    options: BTreeSet<&'static str>,
}

/// A guest that has been built.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltGuest {
    /// The guest's package.
    pub package: String,
    /// The name of its binary.
    pub name: String,
    /// The ELF file. The next build of the same guest replaces it.
    pub elf_path: PathBuf,
    /// The files and folders that it was made from: sources, manifests, lock file, configuration, toolchain.
    pub inputs: BTreeSet<PathBuf>,
    /// The environment variables that it was made from.
    pub variables: BTreeSet<String>,
    /// What folders of this machine are called in its debug information, which has none of their paths. A path is of the last
    /// one that it begins with.
    pub renamed_folders: Vec<(PathBuf, String)>,
    /// The crates in it that coprocessors could make faster, of which [`advice`] tells.
    pub slow_crates: Vec<SlowCrate>,
}

impl GuestBuild {
    /// The guests in a folder (see [`guests_in`]), or the guest of a `Cargo.toml`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// Builds only the guest of this package.
    pub fn package(mut self, name: impl Into<String>) -> Self {
        self.package = Some(name.into());
        self
    }

    /// Builds only the binary of this name.
    pub fn binary(mut self, name: impl Into<String>) -> Self {
        self.binary = Some(name.into());
        self
    }

    /// Enables features of the guests.
    pub fn features<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.features.extend(names.into_iter().map(Into::into));
        self
    }

    /// Disables the guests' default features.
    pub fn no_default_features(self, yes: bool) -> Self {
        self.option("--no-default-features", yes)
    }

    /// Passes further flags to rustc, after ours, for the guests and all they depend on.
    pub fn rustflags<S: Into<String>>(mut self, flags: impl IntoIterator<Item = S>) -> Self {
        self.rustflags.extend(flags.into_iter().map(Into::into));
        self
    }

    /// Builds in this folder instead of `zisk` in the workspace's target folder.
    pub fn target_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.target_dir = Some(folder.into());
        self
    }

    /// Keeps all debug information, variables and types as well as lines, so that a debugger has more to say. What is built lies in a
    /// folder of its own. Constants may lie in another order than without, so the image id may be another one.
    pub fn debug_info(mut self, yes: bool) -> Self {
        self.debug_info = yes;
        self
    }

    /// Does without the network.
    pub fn offline(self, yes: bool) -> Self {
        self.option("--offline", yes)
    }

    /// Fails where `Cargo.lock` would have to change.
    pub fn locked(self, yes: bool) -> Self {
        self.option("--locked", yes)
    }

    /// Hides cargo's progress; warnings and errors of the compiler are still shown.
    pub fn quiet(self, yes: bool) -> Self {
        self.option("--quiet", yes)
    }

    /// Builds the guests, one after the other, sorted by package and binary. The compiler's messages go to
    /// standard error as they are.
    ///
    /// # Errors
    /// [`BuildError`]; [`BuildError::Compile`] names the guest that does not compile.
    pub fn run(&self) -> Result<Vec<BuiltGuest>, BuildError> {
        let toolchain = Toolchain::find()?;
        let manifest = workspace::manifest_at(&self.path)?;
        let guests = self.select(workspace::guests_of(&manifest, toolchain.cargo_command())?)?;
        let workspace = Workspace::read(&manifest, &toolchain, &self.network_options())?;
        let mut target_dir = target_dir(self.target_dir.as_deref(), &workspace)?;
        let mut rustflags = self.rustflags.clone();
        if self.debug_info {
            // What was built with other flags is not touched, so none is built again.
            target_dir.push(DEBUG_INFO_FOLDER);
            rustflags.push("-Cdebuginfo=full".to_owned());
        }
        let mut built = Vec::new();
        // One cargo for each package: built together, guests would get each other's features and so other bytes
        // than alone.
        for guest in &guests {
            built.extend(self.build_package(guest, &workspace, &toolchain, &target_dir, &rustflags)?);
        }
        Ok(built)
    }

    fn option(mut self, option: &'static str, wanted: bool) -> Self {
        if wanted {
            self.options.insert(option);
        } else {
            self.options.remove(option);
        }
        self
    }

    /// The options that reading the workspace shares with building.
    fn network_options(&self) -> Vec<String> {
        let shared = self
            .options
            .iter()
            .filter(|option| ["--offline", "--locked"].contains(option));
        shared.map(|option| (*option).to_owned()).collect()
    }

    /// Of these guests, what was asked for.
    fn select(&self, mut guests: Vec<GuestPackage>) -> Result<Vec<GuestPackage>, BuildError> {
        if let Some(wanted) = &self.package {
            let found = guests.iter().map(|guest| guest.package.clone()).collect();
            guests.retain(|guest| guest.package == *wanted);
            if guests.is_empty() {
                return Err(BuildError::NoSuchPackage {
                    wanted: wanted.clone(),
                    found,
                });
            }
        }
        if let Some(wanted) = &self.binary {
            let found = guests.iter().flat_map(|guest| guest.binaries.clone()).collect();
            for guest in &mut guests {
                guest.binaries.retain(|name| name == wanted);
                // What is asked for by its name is tested, as cargo does.
                guest.tested_binaries.clone_from(&guest.binaries);
                guest.tested_library = None;
            }
            guests.retain(|guest| !guest.binaries.is_empty());
            if guests.is_empty() {
                return Err(BuildError::NoSuchBinary {
                    wanted: wanted.clone(),
                    found,
                });
            }
        }
        Ok(guests)
    }

    /// What cargo is told of binaries of a guest.
    fn choices(&self, binaries: &[String]) -> Vec<String> {
        let mut arguments = self.common_choices();
        arguments.extend(
            binaries
                .iter()
                .flat_map(|name| ["--bin".to_owned(), name.clone()]),
        );
        arguments
    }

    /// What cargo is told of every guest.
    fn common_choices(&self) -> Vec<String> {
        let mut arguments: Vec<String> = self.options.iter().map(|option| (*option).to_owned()).collect();
        if !self.features.is_empty() {
            arguments.extend(["--features".to_owned(), self.features.join(",")]);
        }
        arguments
    }

    fn build_package(
        &self,
        guest: &GuestPackage,
        workspace: &Workspace,
        toolchain: &Toolchain,
        target_dir: &Path,
        rustflags: &[String],
    ) -> Result<Vec<BuiltGuest>, BuildError> {
        let mut arguments = vec!["build".to_owned()];
        arguments.extend(self.choices(&guest.binaries));
        let cargo = Cargo {
            toolchain,
            workspace,
            target_dir,
            rustflags,
            settings: &[],
            manifest: &guest.manifest_path,
            package: &guest.package,
        };
        let artifacts = cargo.run(&arguments)?;
        let slow_crates = accelerated::slow_crates(workspace, &compiled_for_guests(&artifacts))?;
        let renamed_folders = flags::renamed_folders(workspace, toolchain, target_dir);
        let built = guest.binaries.iter().map(|name| {
            let elf_path = executable(&artifacts, Target::is_bin, guest, name)?;
            Ok(BuiltGuest {
                package: guest.package.clone(),
                name: name.clone(),
                inputs: inputs::files(workspace, toolchain, &guest.manifest_path, target_dir, elf_path)?,
                variables: inputs::variables(workspace, &guest.manifest_path, elf_path)?,
                elf_path: elf_path.to_owned(),
                renamed_folders: renamed_folders.clone(),
                slow_crates: slow_crates.clone(),
            })
        });
        built.collect()
    }
}

/// The file that was made of a guest's binary, or of the tests of another kind of target.
fn executable<'a>(
    artifacts: impl IntoIterator<Item = &'a Artifact>,
    is_wanted: fn(&Target) -> bool,
    guest: &GuestPackage,
    name: &str,
) -> Result<&'a Path, BuildError> {
    let mut executables = artifacts
        .into_iter()
        .filter(|artifact| is_wanted(&artifact.target) && artifact.target.name == name)
        .filter_map(|artifact| artifact.executable.as_ref());
    let path = executables.next().ok_or_else(|| BuildError::NotBuilt {
        package: guest.package.clone(),
        name: name.to_owned(),
    })?;
    Ok(path.as_std_path())
}

/// What was compiled for the guests' target, now or earlier: build scripts and macros are compiled for the host, to a folder beside.
fn compiled_for_guests(artifacts: &[Artifact]) -> BTreeSet<PackageId> {
    let is_for_guest = |file: &Utf8PathBuf| file.components().any(|part| part.as_str() == GUEST_TARGET);
    let compiled = artifacts
        .iter()
        .filter(|artifact| artifact.filenames.iter().any(is_for_guest));
    compiled.map(|artifact| artifact.package_id.clone()).collect()
}

/// The folder to build in: the chosen one, else `zisk` in the one that cargo would take.
fn target_dir(chosen: Option<&Path>, workspace: &Workspace) -> Result<PathBuf, BuildError> {
    let folder = match chosen {
        Some(folder) => folder.to_owned(),
        None => match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(folder) => Path::new(&folder).join("zisk"),
            None => workspace.target_directory.join("zisk"),
        },
    };
    std::path::absolute(&folder).map_err(io_error("resolve", folder))
}
