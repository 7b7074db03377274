//! Crates of crates.io whose work a coprocessor can do, and what is said where a guest has them without it.
//!
//! `guest-std/patches` has crates that take their place by `[patch.crates-io]`. Whether a guest has the ones of crates.io is read
//! from what cargo compiled for it: that is what its features and its target choose, and nothing of the host's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cargo_metadata::semver::VersionReq;
use cargo_metadata::{Package, PackageId, Source};

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
}

/// The only list of them.
static ACCELERATED: [Accelerated; 5] = [
    Accelerated {
        name: "k256",
        versions: "0.13",
        folder: "guest-std/patches/k256",
        work: "a signature over secp256k1 takes more than a million instructions, most of which coprocessors can do",
    },
    Accelerated {
        name: "keccak",
        versions: "0.1",
        folder: "guest-std/patches/keccak",
        work: "a block of SHA-3 or Keccak, as `sha3` 0.10 has them, takes some seven thousand instructions instead of one call",
    },
    Accelerated {
        name: "keccak",
        versions: "0.2",
        folder: "guest-std/patches/keccak-0.2",
        work: "a block of SHA-3 or Keccak, as `sha3` 0.11 has them, takes some seven thousand instructions instead of one call",
    },
    Accelerated {
        name: "sha2",
        versions: "0.10",
        folder: "guest-std/patches/sha2",
        work: "a block of SHA-256 takes some four thousand instructions instead of one call",
    },
    Accelerated {
        name: "tiny-keccak",
        versions: "2.0",
        folder: "guest-std/patches/tiny-keccak",
        work: "a block of SHA-3 or Keccak takes some seven thousand instructions instead of one call",
    },
];

impl Accelerated {
    fn covers(&self, package: &Package) -> bool {
        VersionReq::parse(self.versions).is_ok_and(|versions| versions.matches(&package.version))
    }

    /// The key of a line in `[patch.crates-io]`: the crate's name, or another one where two versions of it may be patched.
    fn key(&self) -> String {
        self.folder_name().replace('.', "")
    }

    fn folder_name(&self) -> &'static str {
        self.folder.rsplit('/').next().unwrap_or(self.folder)
    }

    /// The line that has cargo take the accelerated form.
    fn line(&self, library: &Library) -> String {
        let mut fields = Vec::new();
        if self.key() != self.name {
            fields.push(format!("package = {}", quoted(self.name)));
        }
        match library {
            Library::Folder(checkout) => {
                let folder = checkout.join(self.folder);
                fields.push(format!("path = {}", quoted(&folder.display().to_string())));
            }
            Library::Git { url, reference } => {
                fields.push(format!("git = {}", quoted(url)));
                if let Some((kind, name)) = reference {
                    fields.push(format!("{kind} = {}", quoted(name)));
                }
                // A repository is searched by name, and has two crates of one.
                fields.push(format!("version = {}", quoted(self.versions)));
            }
        }
        format!("{} = {{ {} }}", self.key(), fields.join(", "))
    }

    /// Whether a manifest has such a line already.
    fn is_in(&self, patches: &toml::Table) -> bool {
        patches.iter().any(|(key, patch)| {
            let field = |name| patch.get(name).and_then(toml::Value::as_str);
            let is_this_version = match field("path") {
                Some(path) => Path::new(path).ends_with(self.folder_name()),
                None => field("version").is_none_or(|version| version == self.versions),
            };
            field("package").unwrap_or(key) == self.name && is_this_version
        })
    }
}

/// Where the guest has its library from, and so where the crates beside it come from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Library {
    /// A checkout.
    Folder(PathBuf),
    /// A repository, and what of it: `rev`, `branch` or `tag`.
    Git {
        url: String,
        reference: Option<(String, String)>,
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

    /// From what cargo calls a source: `git+https://host/path?rev=abc#commit`.
    fn from_git(source: &str) -> Option<Self> {
        let (source, _commit) = source.strip_prefix("git+")?.rsplit_once('#')?;
        let (url, query) = source.split_once('?').unwrap_or((source, ""));
        let reference = query.split_once('=');
        Some(Self::Git {
            url: url.to_owned(),
            reference: reference.map(|(kind, name)| (kind.to_owned(), name.to_owned())),
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
    },
    /// The line is there, but `Cargo.lock` holds the version that the guest had before.
    Update,
    /// Another version: these have an accelerated form.
    OtherVersion(String),
}

/// Of the packages that were compiled into a guest, those that could be faster.
pub(super) fn slow_crates(
    workspace: &Workspace,
    compiled: &BTreeSet<PackageId>,
) -> Result<Vec<SlowCrate>, BuildError> {
    let Some(library) = workspace.guest_library().and_then(Library::of) else {
        return Ok(Vec::new());
    };
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
            let remedy = match covering {
                Some(form) if patches.is_some_and(|patches| form.is_in(patches)) => Remedy::Update,
                Some(form) => Remedy::Patch {
                    manifest: workspace.manifest_path(),
                    has_section: patches.is_some(),
                    line: form.line(&library),
                },
                None => {
                    let versions: Vec<&str> = named().map(|form| form.versions).collect();
                    Remedy::OtherVersion(versions.join(" and "))
                }
            };
            Some(SlowCrate {
                name: package.name.to_string(),
                version: package.version.to_string(),
                cost: covering.unwrap_or(first).work,
                remedy,
            })
        })
        .collect();
    slow.sort();
    Ok(slow)
}

/// What is to be said of these, each of them once, whichever guests have them: a paragraph with lines to paste for each
/// workspace. `None` where there are none.
pub fn advice<'a>(slow: impl IntoIterator<Item = &'a SlowCrate>) -> Option<String> {
    let slow: BTreeSet<&SlowCrate> = slow.into_iter().collect();
    if slow.is_empty() {
        return None;
    }
    let mut text = "the guest has crates of crates.io that use no coprocessor".to_owned();
    let mut lines: BTreeMap<(&Path, bool), Vec<&str>> = BTreeMap::new();
    let mut updates = Vec::new();
    for found in slow {
        let SlowCrate {
            name,
            version,
            cost,
            remedy,
        } = found;
        let _ = write!(text, "\n  {name} {version}: {cost}");
        match remedy {
            Remedy::Patch {
                manifest,
                has_section,
                line,
            } => {
                lines.entry((manifest, *has_section)).or_default().push(line);
                updates.push(format!("{name}@{version}"));
            }
            Remedy::Update => {
                let _ = write!(
                    text,
                    "\n    a patch is there, but Cargo.lock or a crate that wants exactly this version keeps it"
                );
                updates.push(format!("{name}@{version}"));
            }
            Remedy::OtherVersion(versions) => {
                let _ = write!(
                    text,
                    "\n    not of this version, but of {versions} there is an accelerated form"
                );
            }
        }
    }
    for ((manifest, has_section), lines) in lines {
        let manifest = manifest.display();
        if has_section {
            let _ = write!(text, "\nadd to the section [patch.crates-io] of {manifest}:\n");
        } else {
            let _ = write!(text, "\nadd to {manifest}:\n\n[patch.crates-io]");
        }
        for line in lines {
            let _ = write!(text, "\n{line}");
        }
        text.push('\n');
    }
    if !updates.is_empty() {
        let _ = write!(text, "\nthen run there: cargo update {}", updates.join(" "));
    }
    Some(text)
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

    #[test]
    fn each_crate_is_named_once_with_what_helps() {
        let slow = |name: &str, remedy| SlowCrate {
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            cost: "it takes long",
            remedy,
        };
        let patch = |name: &str| {
            let line = format!("{name} = {{ }}");
            let manifest = "/w/Cargo.toml".into();
            slow(
                name,
                Remedy::Patch {
                    manifest,
                    has_section: false,
                    line,
                },
            )
        };
        assert_eq!(advice([]), None);
        let found = [
            patch("b"),
            patch("a"),
            patch("b"),
            slow("c", Remedy::OtherVersion("2.0".to_owned())),
            slow("d", Remedy::Update),
        ];
        let text = advice(&found).unwrap();
        assert!(
            text.contains("add to /w/Cargo.toml:\n\n[patch.crates-io]\na = { }\nb = { }\n"),
            "{text}"
        );
        assert_eq!(text.matches("b 1.2.3: it takes long").count(), 1, "{text}");
        assert!(text.contains("of 2.0 there is"), "{text}");
        assert!(text.ends_with("cargo update a@1.2.3 b@1.2.3 d@1.2.3"), "{text}");
    }
}
