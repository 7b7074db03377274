//! The profile and the compiler flags of guests.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::BuildError;
use super::error::io_error;
use super::workspace::Workspace;
use crate::toolchain::Toolchain;

/// The linker script of guests, for rust-lld and for GNU ld.
pub(super) const LINKER_SCRIPT: &str = include_str!("guest.ld");

/// What paths of a guest's workspace begin with in debug information, wherever it lies.
pub(super) const RECORDED_WORKSPACE: &str = "/workspace";

/// The cargo profile of guests.
pub(super) const PROFILE: &str = "zisk";

/// Every instruction is proven, so speed is worth a slow compilation; line tables let the executor name the
/// source of a fault.
const SETTINGS: [&str; 9] = [
    r#"inherits="release""#,
    "opt-level=3",
    r#"lto="fat""#,
    "codegen-units=1",
    r#"panic="abort""#,
    r#"debug="line-tables-only""#,
    r#"strip="none""#,
    // Macros and build scripts run for moments on this machine. Workspaces with a host optimise them, for image ids.
    "build-override.opt-level=0",
    "build-override.debug=false",
];

/// The values for cargo's `--config` that define the profile; none where the workspace defines it itself.
pub(super) fn profile(workspace: &Workspace) -> Result<Vec<String>, BuildError> {
    let manifest = workspace.manifest()?;
    let own = manifest
        .get("profile")
        .and_then(|profiles| profiles.get(PROFILE))
        .is_some();
    let settings = if own { &[][..] } else { &SETTINGS[..] };
    Ok(settings
        .iter()
        .map(|setting| format!("profile.{PROFILE}.{setting}"))
        .collect())
}

/// Flags for the guest and all it depends on. They are equal for all guests of a workspace, so that cargo
/// compiles shared dependencies once.
pub(super) fn rustflags(
    workspace: &Workspace,
    toolchain: &Toolchain,
    target_dir: &Path,
    extra: &[String],
) -> Vec<String> {
    // getrandom has no source of randomness for a bare machine; zisk-guest provides one.
    let mut flags = vec!["--cfg".to_owned(), r#"getrandom_backend="custom""#.to_owned()];
    for (from, to) in renamed_folders(workspace, toolchain, target_dir) {
        flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    }
    flags.extend_from_slice(extra);
    flags
}

/// Puts the linker script in the target folder and gives the flag that names it. The file's name has our
/// version, so that cargo links again when another version brings another script.
///
/// # Errors
/// [`BuildError::Io`] when the file cannot be written.
pub(super) fn linker_script(target_dir: &Path) -> Result<String, BuildError> {
    let path = target_dir.join(concat!("guest-", env!("CARGO_PKG_VERSION"), ".ld"));
    if fs::read_to_string(&path).ok().as_deref() != Some(LINKER_SCRIPT) {
        fs::create_dir_all(target_dir).map_err(io_error("create", target_dir))?;
        fs::write(&path, LINKER_SCRIPT).map_err(io_error("write", &path))?;
    }
    Ok(format!("-Clink-arg=-T{}", path.display()))
}

/// Folders and the names that they have in a guest. rustc takes the last that fits, so the general come first.
pub(super) fn renamed_folders(
    workspace: &Workspace,
    toolchain: &Toolchain,
    target_dir: &Path,
) -> Vec<(PathBuf, String)> {
    let source = toolchain.sysroot.join("lib/rustlib/src/rust");
    let version = &toolchain.version;
    let library = format!("/rustc/{}", version.commit.as_deref().unwrap_or(&version.release));
    let home = env::home_dir();
    let cargo_home = env::var_os("CARGO_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| home.as_ref().map(|home| home.join(".cargo")));

    let mut pairs: Vec<(PathBuf, String)> = Vec::new();
    pairs.extend(home.map(|path| (path, "/home".to_owned())));
    pairs.extend(cargo_home.map(|path| (path, "/cargo".to_owned())));
    // The registry's folder is named after its address, which differs where a mirror stands in for it.
    pairs.extend(
        workspace
            .download_folders()
            .into_iter()
            .map(|path| (path, "/cargo/registry".to_owned())),
    );
    pairs.push((toolchain.sysroot.clone(), "/toolchain".to_owned()));
    pairs.push((source, library));
    pairs.extend(
        workspace
            .outside_packages()
            .into_iter()
            .map(|(name, path)| (path, format!("/packages/{name}"))),
    );
    pairs.push((workspace.root.clone(), RECORDED_WORKSPACE.to_owned()));
    pairs.push((target_dir.to_owned(), "/target".to_owned()));

    let mut all = Vec::new();
    for (path, name) in pairs {
        // rustc may meet a folder under the name it was given and under the one that links resolve to.
        let resolved = path.canonicalize().ok().filter(|resolved| *resolved != path);
        for path in [Some(path), resolved].into_iter().flatten() {
            // A prefix of `/` would rename everything.
            if path.parent().is_some() {
                all.push((path, name.clone()));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use zisk_abi::memory::{IMAGE, PAGE_SIZE};

    use super::LINKER_SCRIPT;

    /// The numbers between these words of the script.
    fn numbers(before: &str, after: &str) -> Vec<u64> {
        let parts = LINKER_SCRIPT.split(before).skip(1);
        let numbers = parts.filter_map(|part| part.split(after).next()?.strip_prefix("0x"));
        numbers
            .map(|digits| u64::from_str_radix(digits, 16).unwrap())
            .collect()
    }

    #[test]
    fn the_linker_script_keeps_to_the_memory_map() {
        let [start] = numbers("    . = ", ";")[..] else {
            panic!("one address")
        };
        assert!(
            IMAGE.contains(start) && start.is_multiple_of(PAGE_SIZE),
            "{start:#x}"
        );
        let alignments = numbers("ALIGN(", ")");
        assert_eq!(alignments, [PAGE_SIZE, PAGE_SIZE]);
        // Nothing else is placed: stack, heap and input are where the library knows them.
        assert_eq!(LINKER_SCRIPT.matches(". = ").count(), 3);
    }
}
