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
mod embed;
mod error;
mod flags;
mod inputs;
mod workspace;

use std::collections::BTreeSet;
use std::env;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Message, PackageId};

pub use accelerated::{Remedy, SlowCrate, advice};
pub use embed::{build_guest, build_guests, embed};
pub use error::BuildError;
pub use workspace::{GuestPackage, guests_in};

use crate::GUEST_TARGET;
use crate::toolchain::Toolchain;
use error::io_error;
use workspace::Workspace;

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
        let target_dir = self.chosen_target_dir(&workspace)?;
        let mut built = Vec::new();
        // One cargo for each package: built together, guests would get each other's features and so other bytes
        // than alone.
        for guest in &guests {
            built.extend(self.build_package(guest, &workspace, &toolchain, &target_dir)?);
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

    fn chosen_target_dir(&self, workspace: &Workspace) -> Result<PathBuf, BuildError> {
        let folder = match &self.target_dir {
            Some(folder) => folder.clone(),
            None => match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
                Some(folder) => Path::new(&folder).join("zisk"),
                None => workspace.target_directory.join("zisk"),
            },
        };
        std::path::absolute(&folder).map_err(io_error("resolve", folder))
    }

    fn build_package(
        &self,
        guest: &GuestPackage,
        workspace: &Workspace,
        toolchain: &Toolchain,
        target_dir: &Path,
    ) -> Result<Vec<BuiltGuest>, BuildError> {
        let mut command = toolchain.cargo_command();
        let mut rustflags = flags::rustflags(workspace, toolchain, target_dir, &self.rustflags);
        rustflags.push(flags::linker_script(target_dir)?);
        command
            .current_dir(guest.manifest_path.parent().unwrap_or(&workspace.root))
            .env("CARGO_ENCODED_RUSTFLAGS", rustflags.join("\u{1f}"))
            .args(["build", "--target", GUEST_TARGET, "--profile", flags::PROFILE])
            .args(["--message-format", "json-render-diagnostics", "--manifest-path"])
            .arg(&guest.manifest_path)
            .arg("--target-dir")
            .arg(target_dir)
            // Where a configuration file splits off the build folder, its lock would be shared with an outer cargo.
            .env("CARGO_BUILD_BUILD_DIR", target_dir)
            .args(&self.options);
        for value in flags::profile(workspace)? {
            command.args(["--config", &value]);
        }
        for name in &guest.binaries {
            command.args(["--bin", name]);
        }
        if !self.features.is_empty() {
            command.args(["--features", &self.features.join(",")]);
        }
        let start = |source| BuildError::Start {
            cargo: toolchain.cargo.clone(),
            source,
        };
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let messages = child.stdout.take().map(read_messages).transpose();
        let status = child.wait().map_err(start)?;
        if !status.success() {
            return Err(BuildError::Compile {
                package: guest.package.clone(),
                status,
            });
        }
        let compiled = messages.map_err(start)?.unwrap_or_default();
        let slow_crates = accelerated::slow_crates(workspace, &compiled.packages)?;
        let built = guest.binaries.iter().map(|name| {
            let found = compiled.executables.iter().find(|(built, _)| built == name);
            let (_, elf_path) = found.ok_or_else(|| BuildError::NotBuilt {
                package: guest.package.clone(),
                name: name.clone(),
            })?;
            Ok(BuiltGuest {
                package: guest.package.clone(),
                name: name.clone(),
                inputs: inputs::files(workspace, toolchain, &guest.manifest_path, target_dir, elf_path)?,
                variables: inputs::variables(workspace, &guest.manifest_path, elf_path)?,
                elf_path: elf_path.clone(),
                slow_crates: slow_crates.clone(),
            })
        });
        built.collect()
    }
}

/// What cargo says it compiled, now or earlier.
#[derive(Default)]
struct Compiled {
    /// Name and path of each executable.
    executables: Vec<(String, PathBuf)>,
    /// What was compiled for the guest's target.
    packages: BTreeSet<PackageId>,
}

/// Reads cargo's messages to their end.
fn read_messages(stdout: impl Read) -> std::io::Result<Compiled> {
    let mut compiled = Compiled::default();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        let Message::CompilerArtifact(artifact) = message? else {
            continue;
        };
        // Build scripts and macros are compiled for the host, to a folder beside.
        let is_for_guest = |file: &Utf8PathBuf| file.components().any(|part| part.as_str() == GUEST_TARGET);
        if artifact.filenames.iter().any(is_for_guest) {
            compiled.packages.insert(artifact.package_id);
        }
        if let Some(path) = artifact.executable {
            let name = artifact.target.name;
            compiled.executables.push((name, path.into_std_path_buf()));
        }
    }
    Ok(compiled)
}
