use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::toolchain::ToolchainError;

/// Why a guest could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no toolchain for guests.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    /// The given path is no package.
    #[error("there is no Cargo.toml in {}; give the folder of a guest or of its workspace", path.display())]
    NoManifest {
        /// The path that was given.
        path: PathBuf,
    },
    /// `cargo metadata` failed.
    #[error("cargo cannot read the package in {}: {message}", path.display())]
    Metadata {
        /// The package's manifest.
        path: PathBuf,
        /// What cargo says.
        message: String,
    },
    /// No package there is a guest.
    #[error(
        "no guest in {}: a guest is a package with a binary that depends on `zisk-guest` directly; \
         packages there: {}", path.display(), list(found)
    )]
    NoGuest {
        /// The folder that was searched.
        path: PathBuf,
        /// The packages in it.
        found: Vec<String>,
    },
    /// No guest has the wanted package name.
    #[error("no guest package is called `{wanted}`; there is {}", list(found))]
    NoSuchPackage {
        /// The name that was asked for.
        wanted: String,
        /// The guests that there are.
        found: Vec<String>,
    },
    /// No guest has the wanted binary.
    #[error("no guest binary is called `{wanted}`; there is {}", list(found))]
    NoSuchBinary {
        /// The name that was asked for.
        wanted: String,
        /// The guest binaries that there are.
        found: Vec<String>,
    },
    /// No guest has a library with tests.
    #[error(
        "no guest has a library that cargo tests; one is a src/lib.rs without `test = false` in the manifest; guests there: {}",
        list(found)
    )]
    NoTestedLibrary {
        /// The guests that there are.
        found: Vec<String>,
    },
    /// cargo could not be started.
    #[error("cannot start {}: {source}", cargo.display())]
    Start {
        /// Its path.
        cargo: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The guest does not compile. cargo has written the reason to standard error.
    #[error("the guest `{package}` does not compile ({status}); the compiler's messages are above")]
    Compile {
        /// The guest's package.
        package: String,
        /// How cargo ended.
        status: ExitStatus,
    },
    /// A library does not compile with its tests for the VM.
    #[error(
        "the tests of the library of `{package}` do not compile for the VM ({status}); the compiler's messages are above. There is no std \
         there, and a library that does not name zisk_guest needs `#[cfg(test)] use zisk_guest as _;`. --bins leaves it out"
    )]
    CompileLibraryTests {
        /// The guest's package.
        package: String,
        /// How cargo ended.
        status: ExitStatus,
    },
    /// The library that guests' tests stand on does not compile.
    #[error(
        "rustc {release} does not compile the library that guests' tests stand on ({status}); its messages are above. Run them \
         natively only with --native, or use the release of Rust that zisk was made with"
    )]
    TestLibrary {
        /// The compiler's release.
        release: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// cargo succeeded without building the binary.
    #[error(
        "cargo built no binary `{name}` of the guest `{package}`; does it need a feature (required-features)?"
    )]
    NotBuilt {
        /// The guest's package.
        package: String,
        /// The binary.
        name: String,
    },
    /// cargo succeeded without building the library for programs in C.
    #[error("cargo built no static library of the package in {}; give the folder of the package `zisk-c`", manifest.display())]
    NoCLibrary {
        /// The package's manifest.
        manifest: PathBuf,
    },
    /// Two guests of one host would get the same module name.
    #[error("two guests are called `{name}`; a host can embed only one of that name, so rename a binary")]
    SameName {
        /// The module name.
        name: String,
    },
    /// A binary's name cannot be the name of a module.
    #[error("the guest binary `{name}` cannot become a module; rename it to a Rust identifier")]
    NoModuleName {
        /// The binary's name.
        name: String,
    },
    /// The guest has no image id: no run of it could be proven.
    #[error("the guest `{name}` has no image id: {source}")]
    ImageId {
        /// The guest's binary.
        name: String,
        /// Why.
        source: Box<zisk_host::ProveError>,
    },
    /// cargo's variable for build scripts is missing.
    #[error("{variable} is not set: guests are embedded from a build script that cargo runs")]
    NotInBuildScript {
        /// The variable.
        variable: &'static str,
    },
    /// The workspace's manifest is not TOML.
    #[error("{} is not valid TOML: {message}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What the parser says.
        message: String,
    },
    /// A folder that is to be made is there.
    #[error("{} exists; move it away, then run this again", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// `cargo update` failed, and has written the reason to standard error.
    #[error("cargo cannot update {crates} in the workspace of {}; its message is above", manifest.display())]
    Update {
        /// The workspace's manifest.
        manifest: PathBuf,
        /// What was to be updated.
        crates: String,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Adds the action and the path to an error of the file system.
pub(super) fn io_error(
    action: &'static str,
    path: impl Into<PathBuf>,
) -> impl FnOnce(io::Error) -> BuildError {
    let path = path.into();
    move |source| BuildError::Io { action, path, source }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
