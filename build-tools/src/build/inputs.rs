//! What a built guest depends on, so that it is built again when one of these changes and only then.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::BuildError;
use super::error::io_error;
use super::workspace::Workspace;
use crate::toolchain::Toolchain;

/// Variables that decide which toolchain builds a guest, and whether one does.
pub(super) const OWN_VARIABLES: [&str; 2] = ["ZISK_HOME", super::embed::SKIP];

/// Files and folders, all of which exist: a missing one would make cargo rerun a build script for ever.
pub(super) fn files(
    workspace: &Workspace,
    toolchain: &Toolchain,
    manifest: &Path,
    target_dir: &Path,
    elf: &Path,
) -> Result<BTreeSet<PathBuf>, BuildError> {
    let dep_info = elf.with_extension("d");
    let text = fs::read_to_string(&dep_info).map_err(io_error("read", &dep_info))?;
    let mut files: BTreeSet<PathBuf> = prerequisites(&text).into_iter().collect();
    for package in workspace.local_dependencies(manifest) {
        files.insert(package.manifest_path.clone().into_std_path_buf());
    }
    files.extend(["Cargo.toml", "Cargo.lock"].map(|name| workspace.root.join(name)));
    files.extend(configurations(manifest));
    files.insert(toolchain.guest_libraries());
    files.insert(toolchain.rustc.clone());
    // What the build itself generates is newer than its start, and would be taken for a change.
    files.retain(|file| file.exists() && !file.starts_with(target_dir));
    Ok(files)
}

/// The variables that the guest's own crates read at compile time with `env!` and `option_env!`.
pub(super) fn variables(
    workspace: &Workspace,
    manifest: &Path,
    elf: &Path,
) -> Result<BTreeSet<String>, BuildError> {
    let mut variables = BTreeSet::from(OWN_VARIABLES.map(str::to_owned));
    let crates: BTreeSet<String> = workspace
        .local_dependencies(manifest)
        .into_iter()
        .flat_map(|package| &package.targets)
        .map(|target| target.name.replace('-', "_"))
        .collect();
    let folder = elf.parent().unwrap_or(elf).join("deps");
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(variables);
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".d").and_then(|stem| stem.rsplit_once('-'));
        if stem.is_some_and(|(name, _)| crates.contains(name)) {
            let path = entry.path();
            let text = fs::read_to_string(&path).map_err(io_error("read", path))?;
            variables.extend(compile_time_variables(&text));
        }
    }
    Ok(variables)
}

/// The prerequisites in a dep-info file, which is a makefile: `target: file file\ with\ blanks`.
fn prerequisites(text: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, list)) = line.split_once(": ") else {
            continue;
        };
        let mut file = String::new();
        let mut characters = list.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' if characters.peek() == Some(&' ') => file.extend(characters.next()),
                ' ' if file.is_empty() => {}
                ' ' => files.push(PathBuf::from(std::mem::take(&mut file))),
                other => file.push(other),
            }
        }
        if !file.is_empty() {
            files.push(PathBuf::from(file));
        }
    }
    files
}

/// The variables in a dep-info file of rustc: `# env-dep:NAME=VALUE`, without the value where unset. Those that
/// cargo sets are left out, they are a matter of the manifest.
fn compile_time_variables(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("# env-dep:"))
        .map(|line| line.split_once('=').map_or(line, |(name, _)| name))
        .filter(|name| !name.starts_with("CARGO") && *name != "OUT_DIR")
        .map(str::to_owned)
}

/// cargo's configuration files for a build that is run in the guest's folder.
fn configurations(manifest: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = manifest
        .ancestors()
        .skip(1)
        .map(|folder| folder.join(".cargo"))
        .collect();
    folders.extend(env::var_os("CARGO_HOME").map(PathBuf::from));
    folders.extend(env::home_dir().map(|home| home.join(".cargo")));
    folders
        .iter()
        .flat_map(|folder| ["config", "config.toml"].map(|name| folder.join(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prerequisites_may_hold_blanks() {
        let text = "/t/guest: /a/main.rs /b\\ c/lib.rs\n/a/main.rs:\n# env-dep:X=1\n";
        assert_eq!(
            prerequisites(text),
            [PathBuf::from("/a/main.rs"), PathBuf::from("/b c/lib.rs")]
        );
    }

    #[test]
    fn variables_of_cargo_are_left_out() {
        let text =
            "# env-dep:CARGO_PKG_VERSION=1\n# env-dep:LEVEL=3\n# env-dep:OPTION\n# env-dep:OUT_DIR=/x\n";
        assert_eq!(
            compile_time_variables(text).collect::<Vec<_>>(),
            ["LEVEL", "OPTION"]
        );
    }
}
