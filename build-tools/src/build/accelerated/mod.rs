//! Crates of crates.io whose work a coprocessor can do, and what is said where a guest has them without it.
//!
//! `guest-std/patches` has crates that take their place by `[patch.crates-io]`. Whether a guest has the ones of crates.io is read
//! from what cargo compiled for it: that is what its features and its target choose, and nothing of the host's.

mod advice;
mod copies;
mod patch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::semver::VersionReq;
use cargo_metadata::{Package, PackageId, Source};

pub use advice::advice;
pub use copies::Copies;
pub use patch::{Patched, patch};

use super::BuildError;
use super::workspace::{Workspace, root_of};

/// A crate of crates.io that has an accelerated form.
struct Accelerated {
    name: &'static str,
    /// The versions whose place it takes.
    versions: &'static str,
    /// Its folder in a checkout.
    folder: &'static str,
    /// What it accelerates, and what that costs otherwise.
    work: &'static str,
    /// Crates that depend on it and use nothing of that. Nothing is said to guests that have it for these only.
    without: &'static [&'static str],
    /// The version of the crate that it has most of its interface from, if it has: see [`Copies`].
    original: Option<&'static str>,
}

/// The only list of them.
static ACCELERATED: [Accelerated; 6] = [
    Accelerated {
        name: "crypto-bigint",
        versions: "0.5",
        folder: "guest-std/patches/crypto-bigint",
        work: "a product of two residues of 256 bits takes some two hundred instructions instead of two calls",
        without: &["elliptic-curve"],
        original: Some("0.5.5"),
    },
    Accelerated {
        name: "k256",
        versions: "0.13",
        folder: "guest-std/patches/k256",
        work: "a signature over secp256k1 takes more than a million instructions, most of which coprocessors can do",
        without: &[],
        original: None,
    },
    Accelerated {
        name: "keccak",
        versions: "0.1",
        folder: "guest-std/patches/keccak",
        work: "a block of SHA-3 or Keccak, as `sha3` 0.10 has them, takes some seven thousand instructions instead of one call",
        without: &[],
        original: None,
    },
    Accelerated {
        name: "keccak",
        versions: "0.2",
        folder: "guest-std/patches/keccak-0.2",
        work: "a block of SHA-3 or Keccak, as `sha3` 0.11 has them, takes some seven thousand instructions instead of one call",
        without: &[],
        original: None,
    },
    Accelerated {
        name: "sha2",
        versions: "0.10",
        folder: "guest-std/patches/sha2",
        work: "a block of SHA-256 takes some four thousand instructions instead of one call",
        without: &[],
        original: None,
    },
    Accelerated {
        name: "tiny-keccak",
        versions: "2.0",
        folder: "guest-std/patches/tiny-keccak",
        work: "a block of SHA-3 or Keccak takes some seven thousand instructions instead of one call",
        without: &[],
        original: None,
    },
];

impl Accelerated {
    fn covers(&self, package: &Package) -> bool {
        match self.original {
            Some(version) => package.version.to_string() == version,
            None => VersionReq::parse(self.versions).is_ok_and(|versions| versions.matches(&package.version)),
        }
    }

    /// The key of a line in `[patch.crates-io]`: the crate's name, or another one where two versions of it may be patched.
    fn key(&self) -> String {
        self.folder_name().replace('.', "")
    }

    /// Where it is copied to in a workspace.
    fn copied_to(&self) -> String {
        format!("patches/{}", self.folder_name())
    }

    fn folder_name(&self) -> &'static str {
        self.folder.rsplit('/').next().unwrap_or(self.folder)
    }

    /// The line that has cargo take the accelerated form.
    fn line(&self, library: &Library) -> String {
        if self.original.is_some() {
            return format!("{} = {{ path = {} }}", self.key(), quoted(&self.copied_to()));
        }
        let mut fields = Vec::new();
        if self.key() != self.name {
            fields.push(format!("package = {}", quoted(self.name)));
        }
        let place = library.place(self.folder);
        fields.extend(
            place
                .iter()
                .map(|(field, value)| format!("{field} = {}", quoted(value))),
        );
        if matches!(library, Library::Git { .. }) {
            // A repository is searched by name, and has two crates of one.
            fields.push(format!("version = {}", quoted(self.versions)));
        }
        format!("{} = {{ {} }}", self.key(), fields.join(", "))
    }

    /// Whether a manifest has such a line already.
    fn is_in(&self, patches: &toml::Table) -> bool {
        patches.iter().any(|(key, patch)| {
            let field = |name| patch.get(name).and_then(toml::Value::as_str);
            let is_this_version = match field("path") {
                Some(path) => Path::new(path).ends_with(self.folder_name()),
                None if self.original.is_some() => false,
                None => field("version").is_none_or(|version| version == self.versions),
            };
            field("package").unwrap_or(key) == self.name && is_this_version
        })
    }
}

/// Where the guest has its library from, and so where the crates beside it come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Library {
    /// A checkout.
    Folder(PathBuf),
    /// A repository, and what of it: `rev`, `branch` or `tag`.
    Git {
        url: String,
        reference: Option<(&'static str, String)>,
    },
}

impl Library {
    /// `None` where it comes from a registry, which has no such crates.
    fn of(package: &Package) -> Option<Self> {
        let Some(source) = &package.source else {
            return Some(Self::Folder(root_of(package).parent()?.to_owned()));
        };
        Self::from_git(&source.repr)
    }

    /// The fields of a dependency on the crate in a folder of it.
    fn place(&self, folder: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::Folder(checkout) => vec![("path", checkout.join(folder).display().to_string())],
            Self::Git { url, reference } => {
                let mut fields = vec![("git", url.clone())];
                fields.extend(reference.clone());
                fields
            }
        }
    }

    /// From what cargo calls a source: `git+https://host/path?rev=abc#commit`.
    fn from_git(source: &str) -> Option<Self> {
        let (source, _commit) = source.strip_prefix("git+")?.rsplit_once('#')?;
        let (url, query) = source.split_once('?').unwrap_or((source, ""));
        let reference = query.split_once('=').and_then(|(kind, name)| {
            let kinds = ["branch", "rev", "tag"];
            let kind = kinds.into_iter().find(|known| *known == kind)?;
            Some((kind, name.to_owned()))
        });
        Some(Self::Git {
            url: url.to_owned(),
            reference,
        })
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A crate of crates.io in a guest, where an accelerated form of it could be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct SlowCrate {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it costs, in words.
    pub cost: &'static str,
    /// What helps.
    pub remedy: Remedy,
}

/// What has a guest take the accelerated form of a crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Remedy {
    /// A line in the workspace's manifest.
    Patch {
        /// The manifest.
        manifest: PathBuf,
        /// Whether it has the section `[patch.crates-io]` already.
        has_section: bool,
        /// The line.
        line: String,
        /// What has to be there for that, if it is not yet.
        copies: Option<Copies>,
    },
    /// The line is there, but `Cargo.lock` holds the version that the guest had before.
    Update {
        /// The workspace's manifest.
        manifest: PathBuf,
    },
    /// Another version: these have an accelerated form.
    OtherVersion(String),
}

/// Of the packages that were compiled into a guest, those that could be faster.
pub(super) fn slow_crates(
    workspace: &Workspace,
    compiled: &BTreeSet<PackageId>,
) -> Result<Vec<SlowCrate>, BuildError> {
    let Some(guest_library) = workspace.guest_library() else {
        return Ok(Vec::new());
    };
    let Some(library) = Library::of(guest_library) else {
        return Ok(Vec::new());
    };
    let mut checkout = root_of(guest_library);
    checkout.pop();
    let manifest = workspace.manifest()?;
    let patches = manifest.get("patch").and_then(|patch| patch.get("crates-io"));
    let patches = patches.and_then(toml::Value::as_table);
    let mut slow: Vec<SlowCrate> = workspace
        .packages(compiled)
        .filter(|package| package.source.as_ref().is_some_and(Source::is_crates_io))
        .filter_map(|package| {
            let named = || ACCELERATED.iter().filter(|form| *form.name == **package.name);
            let first = named().next()?;
            let covering = named().find(|form| form.covers(package));
            let form = covering.unwrap_or(first);
            let mut dependents = workspace
                .dependents(&package.id)
                .filter(|user| compiled.contains(&user.id));
            if dependents.all(|user| form.without.contains(&user.name.as_str())) {
                return None;
            }
            let remedy = match covering {
                Some(form) if patches.is_some_and(|patches| form.is_in(patches)) => Remedy::Update {
                    manifest: workspace.manifest_path(),
                },
                Some(form) => Remedy::Patch {
                    manifest: workspace.manifest_path(),
                    has_section: patches.is_some(),
                    line: form.line(&library),
                    copies: form.original.is_some().then(|| Copies {
                        checkout: checkout.clone(),
                        library: library.clone(),
                        form: form.folder,
                        original: root_of(package),
                        to: workspace.root.join(form.copied_to()),
                    }),
                },
                None => {
                    let versions: Vec<&str> = named()
                        .map(|form| form.original.unwrap_or(form.versions))
                        .collect();
                    Remedy::OtherVersion(versions.join(" and "))
                }
            };
            Some(SlowCrate {
                name: package.name.to_string(),
                version: package.version.to_string(),
                cost: form.work,
                remedy,
            })
        })
        .collect();
    slow.sort();
    Ok(slow)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn checkout() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    #[test]
    fn every_form_is_in_its_folder_and_on_the_page() {
        let page = fs::read_to_string(checkout().join("docs/coprocessors.md")).unwrap();
        for form in &ACCELERATED {
            let manifest = checkout().join(form.folder).join("Cargo.toml");
            let text =
                fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{}: {error}", form.folder));
            let table: toml::Table = text.parse().unwrap();
            assert_eq!(table["package"]["name"].as_str(), Some(form.name));
            let version = table["package"]["version"].as_str().unwrap();
            let versions = VersionReq::parse(form.versions).unwrap();
            assert!(
                versions.matches(&version.parse().unwrap()),
                "{} {version}",
                form.folder
            );
            for line in [
                format!("| `{}` {} |", form.name, form.versions),
                form.line(&Library::Folder("ZISK".into())),
            ] {
                assert!(page.contains(&line), "docs/coprocessors.md lacks {line}");
            }
        }
    }

    #[test]
    fn lines_refer_to_a_crate_as_the_guest_does_to_its_library() {
        let form = |folder| {
            ACCELERATED
                .iter()
                .find(|form| form.folder_name() == folder)
                .unwrap()
        };
        let folder = Library::Folder("/a \"b\"".into());
        assert_eq!(
            form("sha2").line(&folder),
            r#"sha2 = { path = "/a \"b\"/guest-std/patches/sha2" }"#
        );
        let source = "git+https://example.org/zisk?rev=abc#abcdef0123";
        assert_eq!(
            form("keccak-0.2").line(&Library::from_git(source).unwrap()),
            r#"keccak-02 = { package = "keccak", git = "https://example.org/zisk", rev = "abc", version = "0.2" }"#
        );
        let source = "git+ssh://git@example.org/zisk#abcdef0123";
        assert_eq!(
            form("sha2").line(&Library::from_git(source).unwrap()),
            r#"sha2 = { git = "ssh://git@example.org/zisk", version = "0.10" }"#
        );
        assert_eq!(Library::from_git("registry+https://example.org#x"), None);
    }

    #[test]
    fn a_line_that_is_there_is_recognized() {
        for library in [
            Library::Folder("/checkout".into()),
            Library::from_git("git+https://example.org/zisk#abc").unwrap(),
        ] {
            for form in &ACCELERATED {
                let patches: toml::Table = form.line(&library).parse().unwrap();
                for other in &ACCELERATED {
                    assert_eq!(other.is_in(&patches), other.folder == form.folder, "{patches:?}");
                }
            }
        }
    }
}
