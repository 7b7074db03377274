//! Having guests take accelerated forms.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use toml_edit::{DocumentMut, Item, Table, TableLike, TomlError};

use super::super::BuildError;
use super::super::error::io_error;
use super::{Remedy, SlowCrate};
use crate::toolchain::Toolchain;

/// What was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patched {
    /// Manifests with the lines that their section `[patch.crates-io]` has now.
    pub lines: BTreeMap<PathBuf, Vec<String>>,
    /// Folders that were made.
    pub folders: Vec<PathBuf>,
    /// Crates that were updated in `Cargo.lock`, with the version that was there.
    pub updated: Vec<String>,
}

/// Has the workspaces of guests take the accelerated forms of these crates: adds lines to manifests, makes what they name, and has
/// cargo update `Cargo.lock`, `offline` or not. Crates whose version has no such form stay as they are.
///
/// # Errors
/// [`BuildError`]; what was changed until then stays changed.
pub fn patch<'a>(
    slow: impl IntoIterator<Item = &'a SlowCrate>,
    offline: bool,
) -> Result<Patched, BuildError> {
    let slow: BTreeSet<&SlowCrate> = slow.into_iter().collect();
    let mut patched = Patched::default();
    let mut updates: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for found in slow {
        let manifest = match &found.remedy {
            Remedy::Patch {
                manifest,
                line,
                copies,
                ..
            } => {
                if let Some(copies) = copies {
                    copies.make()?;
                    patched.folders.push(copies.to.clone());
                }
                patched
                    .lines
                    .entry(manifest.clone())
                    .or_default()
                    .push(line.clone());
                manifest
            }
            Remedy::Update { manifest } => manifest,
            Remedy::OtherVersion(_) => continue,
        };
        let update = format!("{}@{}", found.name, found.version);
        updates.entry(manifest).or_default().push(update);
    }
    for (manifest, lines) in &patched.lines {
        let text = fs::read_to_string(manifest).map_err(io_error("read", manifest))?;
        let text = with_lines(&text, lines).map_err(|error| BuildError::Manifest {
            path: manifest.clone(),
            message: error.to_string(),
        })?;
        replace(manifest, &text)?;
    }
    for (manifest, crates) in updates {
        update(manifest, &crates, offline)?;
        patched.updated.extend(crates);
    }
    Ok(patched)
}

/// A manifest with these lines in the section `[patch.crates-io]`.
fn with_lines(manifest: &str, lines: &[String]) -> Result<String, TomlError> {
    let mut document: DocumentMut = manifest.parse()?;
    let additions = lines
        .iter()
        .map(|line| line.parse())
        .collect::<Result<Vec<DocumentMut>, _>>()?;
    let section = table(document.as_table_mut(), "patch").and_then(|patch| table(patch, "crates-io"));
    if let Some(section) = section {
        for addition in &additions {
            for (key, value) in addition.iter() {
                section.insert(key, value.clone());
            }
        }
    }
    Ok(document.to_string())
}

/// The table of this name, which is made if there is none.
fn table<'a>(parent: &'a mut dyn TableLike, name: &str) -> Option<&'a mut dyn TableLike> {
    let item = parent.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        // It has no header unless something other than a table is in it.
        table.set_implicit(true);
        Item::Table(table)
    });
    item.as_table_like_mut()
}

/// Writes a file beside and renames it.
fn replace(path: &Path, text: &str) -> Result<(), BuildError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let error = || io_error("write", path);
    let mut file = NamedTempFile::new_in(folder).map_err(error())?;
    file.write_all(text.as_bytes()).map_err(error())?;
    let permissions = fs::metadata(path).map_err(error())?.permissions();
    file.as_file().set_permissions(permissions).map_err(error())?;
    file.persist(path)
        .map_err(|failed| failed.error)
        .map_err(error())?;
    Ok(())
}

fn update(manifest: &Path, crates: &[String], offline: bool) -> Result<(), BuildError> {
    let mut command = Toolchain::find()?.cargo_command();
    command
        .args(["update", "--quiet", "--manifest-path"])
        .arg(manifest)
        .args(crates)
        .args(offline.then_some("--offline"));
    let status = command.status().map_err(|source| BuildError::Start {
        cargo: command.get_program().into(),
        source,
    })?;
    if status.success() {
        Ok(())
    } else {
        Err(BuildError::Update {
            manifest: manifest.to_owned(),
            crates: crates.join(" "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_whatever_is_there() {
        let lines = [
            "a = { path = \"/a\" }".to_owned(),
            "b = { git = \"u\" }".to_owned(),
        ];
        let package = "[package] # Mine.\nname = \"x\"\n";
        for (before, after) in [
            (
                package.to_owned(),
                format!("{package}\n[patch.crates-io]\na = {{ path = \"/a\" }}\nb = {{ git = \"u\" }}\n"),
            ),
            (
                format!("[patch.crates-io]\nc = {{ path = \"/c\" }} # There.\n\n{package}"),
                format!(
                    "[patch.crates-io]\nc = {{ path = \"/c\" }} # There.\na = {{ path = \"/a\" }}\nb = {{ git = \"u\" }}\n\n{package}"
                ),
            ),
        ] {
            assert_eq!(with_lines(&before, &lines).unwrap(), after);
        }
        let inline = with_lines("patch = { crates-io = { c = { path = \"/c\" } } }\n", &lines).unwrap();
        let table: toml::Table = inline.parse().unwrap();
        let section = table["patch"]["crates-io"].as_table().unwrap();
        assert_eq!(section.keys().collect::<Vec<_>>(), ["a", "b", "c"], "{inline}");
        assert!(with_lines("[package", &lines).is_err());
    }
}
