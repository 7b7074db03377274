//! Accelerated forms that have most of their interface from the crate whose place they take.
//!
//! Of compatible versions, cargo takes one from a registry, and what takes the place of a crate counts as being from there. So a
//! form that depends on its original can have that by path only; both are copied to the workspace, unchanged but for their manifests.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::super::BuildError;
use super::super::error::io_error;
use super::Library;

/// The folder of the original, in that of the form.
const ORIGINAL: &str = "original";

/// What has to be copied for a form of this kind, and where to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Copies {
    pub(super) checkout: PathBuf,
    pub(super) library: Library,
    /// The form's folder in the checkout.
    pub(super) form: &'static str,
    /// The folder of the original.
    pub(super) original: PathBuf,
    /// The folder that is made.
    pub(super) to: PathBuf,
}

impl Copies {
    /// Makes the folder, all at once.
    ///
    /// # Errors
    /// [`BuildError::Exists`], [`BuildError::Manifest`] and [`BuildError::Io`].
    pub(super) fn make(&self) -> Result<(), BuildError> {
        if self.to.exists() {
            return Err(BuildError::Exists {
                path: self.to.clone(),
            });
        }
        let parent = self.to.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(io_error("create", parent))?;
        let folder = tempfile::Builder::new()
            .prefix(".patch")
            .tempdir_in(parent)
            .map_err(io_error("write to", parent))?;

        let form = self.checkout.join(self.form);
        let workspace = manifest(&self.checkout.join("Cargo.toml"))?;
        let own = self.manifest_of_form(manifest(&form.join("Cargo.toml"))?, &workspace);
        write(folder.path(), &own)?;
        copy(&form.join("src"), &folder.path().join("src"))?;

        let original = folder.path().join(ORIGINAL);
        copy(&self.original.join("src"), &original.join("src"))?;
        for entry in fs::read_dir(&self.original).map_err(io_error("read", &self.original))? {
            let entry = entry.map_err(io_error("read", &self.original))?;
            // Beside manifests, which follow, these are licences, and the page that the documentation has in it.
            let (path, name) = (entry.path(), entry.file_name());
            let is_page = !["Cargo.", "."]
                .iter()
                .any(|start| name.to_string_lossy().starts_with(start));
            if is_page && path.is_file() {
                copy_file(&path, &original.join(name))?;
            }
        }
        write(
            &original,
            &manifest_of_original(manifest(&self.original.join("Cargo.toml"))?),
        )?;

        fs::rename(folder.keep(), &self.to).map_err(io_error("write", &self.to))
    }

    /// The form's manifest without what it has from its workspace.
    fn manifest_of_form(&self, mut form: Table, checkout: &Table) -> Table {
        for table in ["dev-dependencies", "lints"] {
            form.remove(table);
        }
        let shared = |kind| {
            let workspace = checkout
                .get("workspace")
                .and_then(|workspace| workspace.get(kind));
            workspace.and_then(Value::as_table)
        };
        let package = form.get_mut("package").and_then(Value::as_table_mut);
        for (key, value) in package.into_iter().flat_map(Table::iter_mut) {
            if let (true, Some(shared)) = (
                is_inherited(value),
                shared("package").and_then(|shared| shared.get(key)),
            ) {
                *value = shared.clone();
            }
        }
        let name = form
            .get("package")
            .and_then(|package| package.get("name"))
            .cloned();
        for (table, value) in &mut form {
            let targets = match (table.as_str(), value) {
                ("dependencies", Value::Table(plain)) => vec![plain],
                ("target", Value::Table(targets)) => targets
                    .iter_mut()
                    .filter_map(|(_, target)| target.get_mut("dependencies")?.as_table_mut())
                    .collect(),
                _ => Vec::new(),
            };
            for (key, dependency) in targets.into_iter().flat_map(Table::iter_mut) {
                let shared = shared("dependencies").and_then(|shared| shared.get(key));
                if let (true, Some(shared)) = (is_inherited(dependency), shared) {
                    *dependency = self.dependency(shared, dependency, name.as_ref());
                }
            }
        }
        form
    }

    /// A dependency of the form of this name, as the checkout's workspace has it and with what the form adds.
    fn dependency(&self, shared: &Value, own: &Value, form: Option<&Value>) -> Value {
        let mut fields = match shared {
            Value::Table(fields) => fields.clone(),
            version => Table::from_iter([("version".to_owned(), version.clone())]),
        };
        if fields.get("package") == form {
            fields.remove("version");
            fields.insert("path".to_owned(), ORIGINAL.into());
        } else if let Some(Value::String(path)) = fields.remove("path") {
            fields.remove("version");
            let place = self.library.place(&path);
            fields.extend(
                place
                    .into_iter()
                    .map(|(field, value)| (field.to_owned(), value.into())),
            );
        }
        let own = own.as_table().cloned().unwrap_or_default();
        fields.extend(own.into_iter().filter(|(field, _)| field != "workspace"));
        fields.into()
    }
}

fn is_inherited(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool) == Some(true)
}

/// The original's manifest without what only its own tests take. The compiler says of crates by path what it thinks of
/// them, but nobody here can change it.
fn manifest_of_original(mut manifest: Table) -> Table {
    for table in ["bench", "dev-dependencies", "example", "test"] {
        manifest.remove(table);
    }
    let lints = Table::from_iter([("warnings".to_owned(), "allow".into())]);
    manifest.insert(
        "lints".to_owned(),
        Table::from_iter([("rust".to_owned(), lints.into())]).into(),
    );
    manifest
}

fn manifest(path: &Path) -> Result<Table, BuildError> {
    let text = fs::read_to_string(path).map_err(io_error("read", path))?;
    text.parse()
        .map_err(|error: toml::de::Error| BuildError::Manifest {
            path: path.to_owned(),
            message: error.to_string(),
        })
}

fn write(folder: &Path, manifest: &Table) -> Result<(), BuildError> {
    let path = folder.join("Cargo.toml");
    fs::write(&path, manifest.to_string()).map_err(io_error("write", path))
}

fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(to).map_err(io_error("create", to))?;
    for entry in fs::read_dir(from).map_err(io_error("read", from))? {
        let entry = entry.map_err(io_error("read", from))?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            copy_file(&path, &to)?;
        }
    }
    Ok(())
}

/// With the permissions of a new file: those of a registry may not be written to.
fn copy_file(from: &Path, to: &Path) -> Result<(), BuildError> {
    let bytes = fs::read(from).map_err(io_error("read", from))?;
    fs::write(to, bytes).map_err(io_error("write", to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_copied_with_a_manifest_of_its_own() {
        let checkout: Table = r#"
            workspace.package = { edition = "2024" }
            [workspace.dependencies]
            serde = "1"
            call = { path = "call", version = "0.1.0" }
            wide_original = { package = "wide", version = "=1.2.3", default-features = false }
        "#
        .parse()
        .unwrap();
        let form: Table = r#"
            lints.workspace = true
            [package]
            name = "wide"
            edition.workspace = true
            [dependencies]
            serde = { workspace = true, optional = true }
            wide_original.workspace = true
            [target.vm.dependencies]
            call.workspace = true
            [dev-dependencies]
            wide = { path = "." }
        "#
        .parse()
        .unwrap();
        let copies = Copies {
            checkout: "/checkout".into(),
            library: Library::Folder("/checkout".into()),
            form: "forms/wide",
            original: "/registry/wide-1.2.3".into(),
            to: "/w/patches/wide".into(),
        };
        let expected: Table = r#"
            [package]
            name = "wide"
            edition = "2024"
            [dependencies]
            serde = { version = "1", optional = true }
            wide_original = { package = "wide", path = "original", default-features = false }
            [target.vm.dependencies]
            call = { path = "/checkout/call" }
        "#
        .parse()
        .unwrap();
        assert_eq!(copies.manifest_of_form(form, &checkout), expected);
    }
}
