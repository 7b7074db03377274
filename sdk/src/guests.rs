//! Which guest is meant, and its ELF file.

use std::path::{Path, PathBuf};

use clap::Args;
use zisk_build::build::{BuildError, BuiltGuest, BuiltTests, GuestBuild, TestTargets, advice, guests_in};

use crate::error::Error;
use crate::terminal;

/// Chooses guests of a project, and how they are built.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Build")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(crate) struct Selection {
    /// Build only the guest in this package
    #[arg(short, long, value_name = "NAME")]
    package: Option<String>,
    /// Build only the guest of this name
    #[arg(long, value_name = "NAME")]
    bin: Option<String>,
    /// Switch features of the guest on; separate several with commas
    #[arg(short = 'F', long, value_name = "NAMES", value_delimiter = ',')]
    features: Vec<String>,
    /// Switch the guest's default features off
    #[arg(long)]
    no_default_features: bool,
    /// The project's Cargo.toml, or a guest's; without it, the one in this folder or above
    #[arg(long, value_name = "PATH")]
    manifest_path: Option<PathBuf>,
    /// Fail where Cargo.lock would have to change
    #[arg(long)]
    locked: bool,
    /// Do without the network
    #[arg(long)]
    offline: bool,
    /// Hide cargo's progress
    #[arg(short, long)]
    quiet: bool,
}

/// One guest: a file, or something to build.
#[derive(Clone, Debug, Args)]
pub(crate) struct OneGuest {
    /// Take this ELF file and build nothing
    #[arg(
        long,
        value_name = "PATH",
        help_heading = "Build",
        conflicts_with_all = [
            "package", "bin", "features", "no_default_features", "manifest_path", "locked", "offline", "quiet",
        ]
    )]
    elf: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
}

/// A guest to look into.
#[derive(Debug)]
pub(crate) struct Inspectable {
    pub(crate) elf_path: PathBuf,
    pub(crate) elf: Vec<u8>,
    /// Folders of this machine, and what they are called in the file's debug information: the first that fits.
    pub(crate) sources: Vec<(PathBuf, String)>,
}

/// A guest that there is a file of.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// The name of the file.
    pub(crate) name: String,
    /// Its content.
    pub(crate) elf: Vec<u8>,
    /// Where profiles of it go if nobody says: into the target folder it was built in, or this folder.
    pub(crate) profile_folder: PathBuf,
}

impl OneGuest {
    /// The guest with all debug information, if it is built here.
    pub(crate) fn inspectable(&self) -> Result<Inspectable, Error> {
        let (elf_path, sources) = if let Some(path) = &self.elf {
            (path.clone(), Vec::new())
        } else {
            let built = self.selection.build_one(|build| build.debug_info(true))?;
            let sources = built.renamed_folders.into_iter().rev();
            (built.elf_path, sources.collect())
        };
        Ok(Inspectable {
            elf: read(&elf_path)?,
            elf_path,
            sources,
        })
    }

    /// The guest's ELF file, which is built if need be, with its name.
    pub(crate) fn built(&self) -> Result<Built, Error> {
        let path = self.path()?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // What is built lies in `target/zisk/TRIPLE/PROFILE`.
        let built_in = path.ancestors().nth(3).filter(|_| self.elf.is_none());
        let profile_folder = built_in.map_or_else(
            || PathBuf::from(format!("{name}.profile")),
            |folder| folder.join("profile").join(&name),
        );
        Ok(Built {
            elf: read(&path)?,
            name,
            profile_folder,
        })
    }

    /// The bytes of the guest's ELF file, which is built if need be.
    pub(crate) fn elf(&self) -> Result<Vec<u8>, Error> {
        read(&self.path()?)
    }

    fn path(&self) -> Result<PathBuf, Error> {
        match &self.elf {
            Some(path) => Ok(path.clone()),
            None => Ok(self.selection.build_one(|build| build)?.elf_path),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::File {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

impl Selection {
    /// Builds every guest that is meant.
    pub(crate) fn build(&self) -> Result<Vec<BuiltGuest>, Error> {
        run(&self.options(self.project()?))
    }

    /// The same, for who acts on what would make guests faster, and need not be told.
    pub(crate) fn build_silently(&self) -> Result<Vec<BuiltGuest>, Error> {
        Ok(self.options(self.project()?).run()?)
    }

    /// Builds the tests of every guest that is meant.
    pub(crate) fn build_tests(
        &self,
        targets: TestTargets,
        for_coverage: bool,
    ) -> Result<Vec<BuiltTests>, Error> {
        Ok(self.options(self.project()?).build_tests(targets, for_coverage)?)
    }

    /// Has cargo run the tests of every guest that is meant on this machine; gives whether all passed.
    pub(crate) fn test_natively(&self, targets: TestTargets, arguments: &[String]) -> Result<bool, Error> {
        let ended = self.options(self.project()?).test_natively(targets, arguments)?;
        Ok(ended.iter().all(std::process::ExitStatus::success))
    }

    pub(crate) const fn is_offline(&self) -> bool {
        self.offline
    }

    fn build_one(&self, with: impl FnOnce(GuestBuild) -> GuestBuild) -> Result<BuiltGuest, Error> {
        let project = self.project()?;
        let mut guests = guests_in(&project)?;
        let mut build = with(self.options(project));
        if let Some(wanted) = &self.package {
            guests.retain(|guest| guest.package == *wanted);
        }
        if let Some(wanted) = &self.bin {
            for guest in &mut guests {
                guest.binaries.retain(|name| name == wanted);
            }
        }
        if !self.is_named() {
            guests = nearest(guests, |guest| guest.manifest_path.as_path(), &current_folder()?);
            if let [guest] = guests.as_slice() {
                build = build.package(&guest.package);
            }
        }
        let found: Vec<String> = guests.into_iter().flat_map(|guest| guest.binaries).collect();
        if found.len() > 1 {
            return Err(Error::SeveralGuests { found });
        }
        // What was asked for and is not there is an error of the build; the rest was counted above.
        run(&build)?
            .into_iter()
            .next()
            .ok_or(Error::SeveralGuests { found })
    }

    fn is_named(&self) -> bool {
        self.package.is_some() || self.bin.is_some()
    }

    fn options(&self, project: PathBuf) -> GuestBuild {
        let mut build = GuestBuild::new(project)
            .features(&self.features)
            .no_default_features(self.no_default_features)
            .locked(self.locked)
            .offline(self.offline)
            .quiet(self.quiet);
        if let Some(name) = &self.package {
            build = build.package(name);
        }
        if let Some(name) = &self.bin {
            build = build.binary(name);
        }
        build
    }

    /// The manifest below which to look for guests.
    fn project(&self) -> Result<PathBuf, Error> {
        if let Some(path) = &self.manifest_path {
            return Ok(path.clone());
        }
        let folder = current_folder()?;
        let manifests = manifests_above(&folder);
        let Some(outermost) = manifests.last() else {
            return Err(Error::NoProject { folder });
        };
        // A name may be that of any guest of the workspace, as for cargo.
        if self.is_named() {
            return Ok(outermost.clone());
        }
        for manifest in &manifests {
            match guests_in(manifest) {
                Err(BuildError::NoGuest { .. }) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(manifest.clone()),
            }
        }
        Ok(outermost.clone())
    }
}

/// Builds, and says what would make the guests faster.
fn run(build: &GuestBuild) -> Result<Vec<BuiltGuest>, Error> {
    let built = build.run()?;
    if let Some(advice) = advice(built.iter().flat_map(|guest| &guest.slow_crates)) {
        terminal::warning(&advice);
    }
    Ok(built)
}

fn current_folder() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(|source| Error::File {
        action: "find",
        path: PathBuf::from("."),
        source,
    })
}

/// Of items that each lie at a path, those in the smallest folder around `folder` that has any.
fn nearest<T>(mut items: Vec<T>, path: impl Fn(&T) -> &Path, folder: &Path) -> Vec<T> {
    let has_any = |folder: &&Path| items.iter().any(|item| path(item).starts_with(folder));
    if let Some(around) = folder.ancestors().find(has_any) {
        items.retain(|item| path(item).starts_with(around));
    }
    items
}

/// The manifests in a folder and above it, up to that of the workspace.
fn manifests_above(folder: &Path) -> Vec<PathBuf> {
    let mut manifests = Vec::new();
    for manifest in folder.ancestors().map(|folder| folder.join("Cargo.toml")) {
        if !manifest.is_file() {
            continue;
        }
        let is_root = defines_workspace(&manifest);
        manifests.push(manifest);
        if is_root {
            return manifests;
        }
    }
    // Without a workspace every package stands for itself.
    manifests.truncate(1);
    manifests
}

fn defines_workspace(manifest: &Path) -> bool {
    // A manifest that cannot be read is cargo's to complain about.
    let text = std::fs::read_to_string(manifest).unwrap_or_default();
    text.parse::<toml::Table>()
        .is_ok_and(|table| table.contains_key("workspace"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn search_ends_at_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path).join("Cargo.toml");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        };
        write("", "[workspace]");
        let project = write("project", "[workspace]\nmembers = [\"host\"]");
        let host = write("project/host", "[package]");
        let deep = folder.path().join("project/host/src");
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(manifests_above(&deep), [host, project]);
    }

    #[test]
    fn the_folder_one_is_in_decides_between_guests() {
        let all = ["/w/a/guest", "/w/b/guest", "/w/b/other"]
            .map(PathBuf::from)
            .to_vec();
        let nearest = |folder: &str| nearest(all.clone(), |path| path.as_path(), Path::new(folder));
        assert_eq!(nearest("/w/a/guest/src"), [PathBuf::from("/w/a/guest")]);
        assert_eq!(nearest("/w/a/host"), [PathBuf::from("/w/a/guest")]);
        assert_eq!(nearest("/w/b"), all[1..]);
        assert_eq!(nearest("/w/c"), all);
        assert_eq!(nearest("/elsewhere"), all);
    }

    #[test]
    fn package_without_workspace_stands_alone() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        for folder in [folder.path(), &inner] {
            fs::write(folder.join("Cargo.toml"), "[package]").unwrap();
        }
        assert_eq!(manifests_above(&inner), [inner.join("Cargo.toml")]);
    }
}
