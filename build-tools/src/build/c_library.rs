//! What programs in C are compiled and linked with: the library, its headers and the linker script.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::cargo::Cargo;
use super::error::io_error;
use super::workspace::{Workspace, manifest_at};
use super::{BuildError, flags, target_dir};
use crate::toolchain::Toolchain;

/// The package that the library is compiled from.
const PACKAGE: &str = "zisk-c";
/// What the linker finds with `-lzisk`.
const LIBRARY: &str = "libzisk.a";
/// What the linker finds with `-T guest.ld`.
const LINKER_SCRIPT: &str = "guest.ld";
/// The folder of the headers, of the package and of what is written.
const HEADERS: &str = "include";

/// Compiles the library for programs in C, and puts it where a C compiler finds it.
///
/// ```no_run
/// # fn main() -> Result<(), zisk_build::build::BuildError> {
/// zisk_build::build::CLibrary::new("zisk/guest-std/c").write_to("library")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is compiled until `write_to` is called"]
pub struct CLibrary {
    source: PathBuf,
    features: Vec<String>,
    options: BTreeSet<&'static str>,
}

impl CLibrary {
    /// The library in the folder of the package `zisk-c`.
    pub fn new(source: impl Into<PathBuf>) -> Self {
        Self {
            source: source.into(),
            features: Vec::new(),
            options: BTreeSet::new(),
        }
    }

    /// Enables features of the library: `free` is an allocator that gives memory back.
    pub fn features<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.features.extend(names.into_iter().map(Into::into));
        self
    }

    /// Does without the network.
    pub fn offline(self, yes: bool) -> Self {
        self.option("--offline", yes)
    }

    /// Hides cargo's progress; warnings and errors of the compiler are still shown.
    pub fn quiet(self, yes: bool) -> Self {
        self.option("--quiet", yes)
    }

    fn option(mut self, option: &'static str, wanted: bool) -> Self {
        if wanted {
            self.options.insert(option);
        } else {
            self.options.remove(option);
        }
        self
    }

    /// Writes `libzisk.a`, `guest.ld` and `include/*.h` to a folder, which is made if need be, and gives their paths. Each
    /// file takes its place at once; what else lies there is left alone.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn write_to(&self, folder: impl AsRef<Path>) -> Result<Vec<PathBuf>, BuildError> {
        let folder = folder.as_ref();
        let headers = headers(&self.source.join(HEADERS))?;
        let library = self.compile()?;
        let mut written = vec![
            place(&folder.join(LIBRARY), &library)?,
            place(&folder.join(LINKER_SCRIPT), flags::LINKER_SCRIPT.as_bytes())?,
        ];
        for (name, header) in headers {
            written.push(place(&folder.join(HEADERS).join(name), &read(&header)?)?);
        }
        Ok(written)
    }

    /// The bytes of the compiled library.
    fn compile(&self) -> Result<Vec<u8>, BuildError> {
        let toolchain = Toolchain::find()?;
        let manifest = manifest_at(&self.source)?;
        let mut options: Vec<String> = self.options.iter().map(|option| (*option).to_owned()).collect();
        let network = options.iter().filter(|option| *option == "--offline").cloned();
        let workspace = Workspace::read(&manifest, &toolchain, &network.collect::<Vec<_>>())?;
        let target_dir = target_dir(None, &workspace)?;
        // cargo has one place for the library, whatever its features: nobody may replace it before it is read.
        let _lock = lock(&target_dir)?;
        let cargo = Cargo {
            toolchain: &toolchain,
            workspace: &workspace,
            target_dir: &target_dir,
            settings: &[],
            rustflags: &[],
            manifest: &manifest,
            package: PACKAGE,
        };
        // Not in the package's manifest: every build of the workspace would make one for the host, and one that is
        // made beside a Rust library is not optimised as a whole.
        let mut arguments = ["rustc", "--lib", "--crate-type", "staticlib"]
            .map(str::to_owned)
            .to_vec();
        arguments.append(&mut options);
        if !self.features.is_empty() {
            arguments.extend(["--features".to_owned(), self.features.join(",")]);
        }
        let artifacts = cargo.run(&arguments)?;
        let mut libraries = artifacts
            .iter()
            .filter(|artifact| artifact.manifest_path.as_std_path() == manifest)
            .flat_map(|artifact| &artifact.filenames)
            .filter(|file| file.extension() == Some("a"));
        match libraries.next() {
            Some(library) => read(library.as_std_path()),
            None => Err(BuildError::NoCLibrary { manifest }),
        }
    }
}

/// Waits until nobody else builds the library in this folder. The lock ends with the file's handle.
fn lock(target_dir: &Path) -> Result<File, BuildError> {
    fs::create_dir_all(target_dir).map_err(io_error("create", target_dir))?;
    let path = target_dir.join("c-library.lock");
    let file = File::create(&path).map_err(io_error("open", &path))?;
    file.lock().map_err(io_error("lock", &path))?;
    Ok(file)
}

/// Name and path of each header, sorted.
fn headers(folder: &Path) -> Result<BTreeSet<(PathBuf, PathBuf)>, BuildError> {
    let mut headers = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(io_error("read", folder))? {
        let path = entry.map_err(io_error("read", folder))?.path();
        if path.extension().is_some_and(|extension| extension == "h")
            && let Some(name) = path.file_name()
        {
            headers.insert((name.into(), path));
        }
    }
    Ok(headers)
}

fn read(path: &Path) -> Result<Vec<u8>, BuildError> {
    fs::read(path).map_err(io_error("read", path))
}

/// Writes a file beside its place and moves it there, so that a compiler never sees half of it.
fn place(path: &Path, content: &[u8]) -> Result<PathBuf, BuildError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(io_error("create", folder))?;
    let mut partial = path.as_os_str().to_owned();
    // Two processes that write the same file must not write the same one beside it.
    partial.push(format!(".partial-{}", std::process::id()));
    let partial = PathBuf::from(partial);
    let placed = fs::write(&partial, content)
        .map_err(io_error("write", &partial))
        .and_then(|()| fs::rename(&partial, path).map_err(io_error("write", path)));
    if placed.is_err() {
        // The error says what is wrong; that the rest of it cannot be removed would say nothing new.
        let _ = fs::remove_file(&partial);
    }
    placed.map(|()| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_take_their_place_and_leave_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/file");
        for content in ["one", "another"] {
            assert_eq!(place(&path, content.as_bytes()).unwrap(), path);
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        let occupied = folder.path().join("deep");
        let error = place(&occupied, b"content").unwrap_err();
        assert!(matches!(error, BuildError::Io { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::read_dir(occupied).unwrap().count(), 1);
    }

    #[test]
    fn folder_without_the_package_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = CLibrary::new(folder.path())
            .write_to(folder.path().join("library"))
            .unwrap_err();
        assert!(matches!(error, BuildError::Io { action: "read", .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_headers_are_taken_for_headers() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.h", "a.h", "notes.md"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<PathBuf> = headers(folder.path())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, [Path::new("a.h"), Path::new("b.h")]);
    }
}
