//! Compiling the core library for the guest target with a compiler that came without it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::error::io_error;
use super::probe::private_version;
use super::{ToolchainError, guest_libraries, prepend, process};
use crate::{GUEST_TARGET, environment};

const CRATES: [&str; 3] = ["core", "alloc", "compiler_builtins"];

/// Building any crate for the target builds the core library first; this one is empty.
const MANIFEST: &str = r#"[package]
name = "sysroot_seed"
version = "0.0.0"
edition = "2021"
[workspace]
[profile.release]
opt-level = 3
codegen-units = 1
panic = "abort"
"#;

/// Compiles core, alloc and `compiler_builtins` in the folder `work` and lays them into `sysroot` where
/// `rustup target add` would have laid them.
pub(super) fn compile(sysroot: &Path, work: &Path) -> Result<(), ToolchainError> {
    let seed = work.join("seed");
    let source = seed.join("src");
    fs::create_dir_all(&source).map_err(io_error("create", &source))?;
    for (file, content) in [
        (source.join("lib.rs"), "#![no_std]\n"),
        (seed.join("Cargo.toml"), MANIFEST),
    ] {
        fs::write(&file, content).map_err(io_error("write", file))?;
    }
    let target = work.join("target");
    process::stdout(&mut cargo(sysroot, work, &target)?)?;
    lay_out(
        &target.join(GUEST_TARGET).join("release/deps"),
        &guest_libraries(sysroot),
    )
}

fn cargo(sysroot: &Path, work: &Path, target: &Path) -> Result<Command, ToolchainError> {
    let linked = sysroot.join("lib/rustlib/src/rust");
    let source = linked
        .canonicalize()
        .map_err(io_error("find the library's source in", &linked))?;
    let version = private_version(sysroot)?;
    // The paths that the libraries of rustup name too.
    let shown = format!("/rustc/{}", version.commit.as_deref().unwrap_or(&version.release));
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend([&linked, &source].map(|path| format!("--remap-path-prefix={}={shown}", path.display())));

    let vendor = source.join("library/vendor").display().to_string();
    let mut command = Command::new(sysroot.join("bin/cargo"));
    environment::clean(&mut command);
    prepend(&mut command, "LD_LIBRARY_PATH", &sysroot.join("lib"));
    command
        .current_dir(work.join("seed"))
        .env("RUSTC", sysroot.join("bin/rustc"))
        // The library is compiled with unstable features; a release compiler accepts them from itself only.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_HOME", work.join("cargo-home"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .arg("--config")
        .arg(r#"source.crates-io.replace-with="library-vendor""#)
        .arg("--config")
        .arg(format!("source.library-vendor.directory={vendor:?}"))
        .args(["build", "--quiet", "--release", "--target", GUEST_TARGET])
        .arg(format!("-Zbuild-std={}", CRATES.join(",")))
        .arg("-Zbuild-std-features=compiler-builtins-mem");
    Ok(command)
}

fn lay_out(built: &Path, libraries: &Path) -> Result<(), ToolchainError> {
    fs::create_dir_all(libraries).map_err(io_error("create", libraries))?;
    let files = fs::read_dir(built).map_err(io_error("list", built))?;
    let names: Vec<_> = files.flatten().map(|entry| entry.file_name()).collect();
    for part in CRATES {
        let prefix = format!("lib{part}-");
        let name = names.iter().find(|name| {
            let name = name.to_string_lossy();
            name.starts_with(&prefix) && name.ends_with(".rlib")
        });
        let name = name.ok_or_else(|| ToolchainError::Incomplete {
            what: part,
            path: built.to_owned(),
        })?;
        fs::copy(built.join(name), libraries.join(name)).map_err(io_error("copy", built.join(name)))?;
    }
    Ok(())
}
