//! C in guests: compiling it from a guest's `build.rs`.
//!
//! ```no_run
//! # fn main() -> Result<(), zisk_build::c::CError> {
//! zisk_build::c::Build::new().file("c/sum.c").include("c").compile("sum")
//! # }
//! ```
//!
//! For the guest target this takes a cross compiler (`riscv64-unknown-elf-gcc`, else `clang`) and the flags of the
//! machine: RV64IMAC, freestanding, no path of this machine in the objects. When the guest is built natively, for
//! debugging, it is the ordinary compiler of the host with its own flags. `CC_riscv64imac_unknown_none_elf` chooses
//! another cross compiler.

mod compiler;

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::GUEST_TARGET;

/// Why C could not be compiled into a guest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CError {
    /// cargo's variable for build scripts is missing.
    #[error("{variable} is not set: C is compiled from a build script that cargo runs")]
    NotInBuildScript {
        /// The variable.
        variable: &'static str,
    },
    /// No compiler that can compile for the guest target is in `PATH`.
    #[error(
        "no C compiler for {GUEST_TARGET}: neither riscv64-unknown-elf-gcc nor a clang that knows riscv64 is in \
         PATH; run `apt-get install gcc-riscv64-unknown-elf`"
    )]
    NoCompiler,
    /// The compiler failed. Its messages are warnings of the build script.
    #[error("the C library `{library}` does not compile: {source}")]
    Compile {
        /// The library's name.
        library: String,
        /// What the cc crate says.
        source: cc::Error,
    },
    /// Nothing could be written to cargo.
    #[error("cannot write to standard output: {0}")]
    Output(#[from] io::Error),
}

/// A C library to compile and link into the guest.
#[derive(Clone, Debug)]
#[must_use = "nothing is compiled until `compile` is called"]
pub struct Build {
    cc: cc::Build,
    inputs: Vec<PathBuf>,
}

impl Default for Build {
    fn default() -> Self {
        Self::new()
    }
}

impl Build {
    /// A library without files.
    pub fn new() -> Self {
        Self {
            cc: cc::Build::new(),
            inputs: Vec::new(),
        }
    }

    /// Adds a source file, relative to the guest's package.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        let path = in_package(path.as_ref());
        self.cc.file(&path);
        self.inputs.push(path);
        self
    }

    /// Adds source files, relative to the guest's package.
    pub fn files<P: AsRef<Path>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        paths.into_iter().fold(self, Self::file)
    }

    /// Adds a folder with headers, relative to the guest's package. The library is compiled again when
    /// anything in it changes.
    pub fn include(mut self, folder: impl AsRef<Path>) -> Self {
        let folder = in_package(folder.as_ref());
        self.cc.include(&folder);
        self.inputs.push(folder);
        self
    }

    /// Defines a macro, with or without a value.
    pub fn define<'a>(mut self, name: &str, value: impl Into<Option<&'a str>>) -> Self {
        self.cc.define(name, value);
        self
    }

    /// Adds a flag of the compiler, after ours.
    pub fn flag(mut self, flag: &str) -> Self {
        self.cc.flag(flag);
        self
    }

    /// Compiles the library and tells cargo to link it into the guest.
    ///
    /// # Errors
    /// [`CError`].
    pub fn compile(mut self, library: &str) -> Result<(), CError> {
        let target = variable("TARGET")?;
        if target == GUEST_TARGET {
            let package = variable("CARGO_MANIFEST_DIR")?;
            let name = variable("CARGO_PKG_NAME")?;
            self.set_up_for_guest(&[
                (package, format!("/packages/{name}")),
                (variable("OUT_DIR")?, "/target".into()),
            ])?;
        }
        let mut stdout = io::stdout().lock();
        for input in &self.inputs {
            writeln!(stdout, "cargo:rerun-if-changed={}", input.display())?;
        }
        drop(stdout);
        let compiled = self.cc.try_compile(library);
        compiled.map_err(|source| CError::Compile {
            library: library.to_owned(),
            source,
        })
    }

    fn set_up_for_guest(&mut self, renamed: &[(String, String)]) -> Result<(), CError> {
        let mut renamed = renamed.to_vec();
        if !compiler::is_chosen() {
            let path = env::var_os("PATH").unwrap_or_default();
            let compiler = compiler::find(&path).ok_or(CError::NoCompiler)?;
            // Debug information names the compiler's own headers.
            renamed.extend(
                compiler
                    .folders()
                    .into_iter()
                    .map(|folder| (folder, "/compiler".to_owned())),
            );
            self.cc.compiler(compiler.path());
        }
        self.cc.pic(false);
        for flag in [
            "-march=rv64imac",
            "-mabi=lp64",
            "-mcmodel=medany",
            "-ffreestanding",
            "-fno-stack-protector",
        ] {
            self.cc.flag(flag);
        }
        for (from, to) in renamed {
            self.cc.flag(format!("-ffile-prefix-map={from}={to}"));
        }
        Ok(())
    }
}

fn variable(name: &'static str) -> Result<String, CError> {
    env::var(name).map_err(|_| CError::NotInBuildScript { variable: name })
}

/// The path relative to the package, which is where build scripts run. The compiler writes it into the
/// object file, so it must not say where the package lies.
fn in_package(path: &Path) -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let relative = package.and_then(|package| path.strip_prefix(package).ok());
    relative.unwrap_or(path).to_owned()
}
