//! Which packages are guests, and what belongs to them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId, Target};

use super::BuildError;
use super::error::io_error;
use crate::toolchain::Toolchain;
use crate::{GUEST_TARGET, environment};

/// A package that depends on this one directly and has a binary is a guest.
const GUEST_LIBRARY: &str = "zisk-guest";

/// A guest as its manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuestPackage {
    /// The package's name.
    pub package: String,
    /// The names of its binaries, at least one.
    pub binaries: Vec<String>,
    /// Those of them that `cargo test` tests: the manifest may say otherwise, by `test = false`.
    pub tested_binaries: Vec<String>,
    /// The name of its library, if it has one that `cargo test` tests.
    pub tested_library: Option<String>,
    /// Its `Cargo.toml`.
    pub manifest_path: PathBuf,
}

/// The guests in a folder: of the workspace that the folder belongs to, those that lie in it, by name.
///
/// # Errors
/// [`BuildError::NoManifest`], [`BuildError::Metadata`], and [`BuildError::NoGuest`] where there is none.
pub fn guests_in(folder: impl AsRef<Path>) -> Result<Vec<GuestPackage>, BuildError> {
    let manifest = manifest_at(folder.as_ref())?;
    // Listing compiles nothing, so any cargo will do where there is no toolchain for guests yet.
    let cargo = Toolchain::find().map_or_else(|_| any_cargo(), |toolchain| toolchain.cargo_command());
    guests_of(&manifest, cargo)
}

pub(super) fn guests_of(manifest: &Path, cargo: Command) -> Result<Vec<GuestPackage>, BuildError> {
    let metadata = read(manifest, cargo, &["--no-deps".to_owned()])?;
    let folder = manifest.parent().unwrap_or(manifest);
    let here = |package: &&Package| package.manifest_path.as_std_path().starts_with(folder);
    let mut guests: Vec<GuestPackage> = metadata
        .workspace_packages()
        .into_iter()
        .filter(here)
        .filter_map(guest)
        .collect();
    if guests.is_empty() {
        let packages = metadata.workspace_packages();
        let found = packages
            .into_iter()
            .filter(here)
            .map(|package| package.name.to_string())
            .collect();
        return Err(BuildError::NoGuest {
            path: folder.to_owned(),
            found,
        });
    }
    guests.sort_by(|a, b| a.package.cmp(&b.package));
    Ok(guests)
}

fn guest(package: &Package) -> Option<GuestPackage> {
    let depends = package.dependencies.iter().any(|dependency| {
        dependency.kind == DependencyKind::Normal && dependency.name.as_str() == GUEST_LIBRARY
    });
    let names = |wanted: fn(&Target) -> bool| {
        let targets = package.targets.iter().filter(move |target| wanted(target));
        targets.map(|target| target.name.clone())
    };
    let binaries: Vec<String> = names(Target::is_bin).collect();
    (depends && !binaries.is_empty()).then(|| GuestPackage {
        package: package.name.to_string(),
        binaries,
        tested_binaries: names(|target| target.is_bin() && target.test).collect(),
        tested_library: names(|target| target.is_lib() && target.test).next(),
        manifest_path: package.manifest_path.clone().into_std_path_buf(),
    })
}

/// The manifest that a path names: itself, or the one in the folder. Absolute, links resolved, as cargo sees
/// the packages of a workspace.
pub(super) fn manifest_at(path: &Path) -> Result<PathBuf, BuildError> {
    let manifest = if path.is_dir() {
        path.join("Cargo.toml")
    } else {
        path.to_owned()
    };
    if !manifest.is_file() {
        return Err(BuildError::NoManifest {
            path: path.to_owned(),
        });
    }
    manifest.canonicalize().map_err(io_error("resolve", manifest))
}

/// Some cargo, in a clean environment.
pub(super) fn any_cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    environment::clean(&mut command);
    command
}

/// The workspace of a guest with all its dependencies.
pub(super) struct Workspace {
    /// The folder of the workspace's manifest.
    pub(super) root: PathBuf,
    /// Where cargo would build if nobody said otherwise.
    pub(super) target_directory: PathBuf,
    metadata: Metadata,
}

impl Workspace {
    /// Reads the workspace, downloading dependencies that are not there yet.
    pub(super) fn read(
        manifest: &Path,
        toolchain: &Toolchain,
        options: &[String],
    ) -> Result<Self, BuildError> {
        let mut arguments = options.to_vec();
        for platform in [GUEST_TARGET, &toolchain.version.host] {
            arguments.extend(["--filter-platform".to_owned(), platform.to_owned()]);
        }
        let metadata = read(manifest, toolchain.cargo_command(), &arguments)?;
        Ok(Self {
            root: metadata.workspace_root.clone().into_std_path_buf(),
            target_directory: metadata.target_directory.clone().into_std_path_buf(),
            metadata,
        })
    }

    /// The workspace's manifest.
    pub(super) fn manifest_path(&self) -> PathBuf {
        self.root.join("Cargo.toml")
    }

    /// What the workspace's manifest says.
    pub(super) fn manifest(&self) -> Result<toml::Table, BuildError> {
        let path = self.manifest_path();
        let text = fs::read_to_string(&path).map_err(io_error("read", &path))?;
        text.parse()
            .map_err(|error: toml::de::Error| BuildError::Manifest {
                path,
                message: error.to_string(),
            })
    }

    /// The library that makes a package a guest, unless it is of this workspace itself, as it is in the one that it is developed
    /// in: there, a patch would hold for the host as well, which has no use for it.
    pub(super) fn guest_library(&self) -> Option<&Package> {
        let members = &self.metadata.workspace_members;
        self.metadata
            .packages
            .iter()
            .find(|package| *package.name == GUEST_LIBRARY && !members.contains(&package.id))
    }

    /// The packages with these names.
    pub(super) fn packages(&self, ids: &BTreeSet<PackageId>) -> impl Iterator<Item = &Package> {
        self.metadata
            .packages
            .iter()
            .filter(|package| ids.contains(&package.id))
    }

    /// The packages that depend on one directly.
    pub(super) fn dependents(&self, id: &PackageId) -> impl Iterator<Item = &Package> {
        let nodes = self.metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let dependents = nodes.filter(move |node| node.dependencies.contains(id));
        dependents.map(|node| &self.metadata[&node.id])
    }

    /// The folders that downloaded packages lie in, such as the registry's.
    pub(super) fn download_folders(&self) -> BTreeSet<PathBuf> {
        let downloaded = self
            .metadata
            .packages
            .iter()
            .filter(|package| package.source.is_some());
        downloaded
            .filter_map(|package| Some(root_of(package).parent()?.to_owned()))
            .collect()
    }

    /// Name and folder of the packages that are depended on by path and lie outside the workspace.
    pub(super) fn outside_packages(&self) -> BTreeSet<(String, PathBuf)> {
        let local = self
            .metadata
            .packages
            .iter()
            .filter(|package| package.source.is_none());
        local
            .filter(|package| !root_of(package).starts_with(&self.root))
            .map(|package| (package.name.to_string(), root_of(package)))
            .collect()
    }

    /// The packages that are depended on by path by the package of `manifest`, itself among them.
    pub(super) fn local_dependencies(&self, manifest: &Path) -> Vec<&Package> {
        let packages: HashMap<&PackageId, &Package> = self
            .metadata
            .packages
            .iter()
            .map(|package| (&package.id, package))
            .collect();
        let edges: HashMap<&PackageId, &[PackageId]> = match &self.metadata.resolve {
            Some(resolve) => resolve
                .nodes
                .iter()
                .map(|node| (&node.id, &node.dependencies[..]))
                .collect(),
            None => HashMap::new(),
        };
        let mut waiting: Vec<&PackageId> = packages
            .values()
            .filter(|package| package.manifest_path.as_std_path() == manifest)
            .map(|package| &package.id)
            .collect();
        let mut seen = HashSet::new();
        let mut local = Vec::new();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(package) = packages.get(id) else {
                continue;
            };
            // What was downloaded never changes, but by a patch it may depend on a path.
            if package.source.is_none() {
                local.push(*package);
            }
            waiting.extend(edges.get(id).into_iter().copied().flatten());
        }
        local.sort_by(|a, b| a.manifest_path.cmp(&b.manifest_path));
        local
    }
}

pub(super) fn root_of(package: &Package) -> PathBuf {
    let manifest = package.manifest_path.as_std_path();
    manifest.parent().unwrap_or(manifest).to_owned()
}

fn read(manifest: &Path, cargo: Command, options: &[String]) -> Result<Metadata, BuildError> {
    let mut command = cargo;
    let folder = manifest.parent().unwrap_or(manifest);
    command
        .current_dir(folder)
        .args(["metadata", "--format-version", "1", "--manifest-path"]);
    command.arg(manifest).args(options);
    let output = command.output().map_err(|source| BuildError::Start {
        cargo: command.get_program().into(),
        source,
    })?;
    let failed = |message: String| BuildError::Metadata {
        path: folder.to_owned(),
        message,
    };
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    MetadataCommand::parse(String::from_utf8_lossy(&output.stdout)).map_err(|error| failed(error.to_string()))
}
