//! What is said of crates that could be faster.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use super::{Remedy, SlowCrate};

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
                copies: Some(copies), ..
            } => {
                let _ = write!(
                    text,
                    "\n    `cargo zisk patch` makes the accelerated form, in {}",
                    copies.to.display()
                );
            }
            Remedy::Patch {
                manifest,
                has_section,
                line,
                copies: None,
            } => {
                lines.entry((manifest, *has_section)).or_default().push(line);
                updates.push(format!("{name}@{version}"));
            }
            Remedy::Update { .. } => {
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
        text.push_str("\nor have all of this done: cargo zisk patch");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
                    copies: None,
                },
            )
        };
        assert_eq!(advice([]), None);
        let found = [
            patch("b"),
            patch("a"),
            patch("b"),
            slow("c", Remedy::OtherVersion("2.0".to_owned())),
            slow(
                "d",
                Remedy::Update {
                    manifest: "/w/Cargo.toml".into(),
                },
            ),
        ];
        let text = advice(&found).unwrap();
        assert!(
            text.contains("add to /w/Cargo.toml:\n\n[patch.crates-io]\na = { }\nb = { }\n"),
            "{text}"
        );
        assert_eq!(text.matches("b 1.2.3: it takes long").count(), 1, "{text}");
        assert!(text.contains("of 2.0 there is"), "{text}");
        assert!(
            text.ends_with(
                "cargo update a@1.2.3 b@1.2.3 d@1.2.3\nor have all of this done: cargo zisk patch"
            ),
            "{text}"
        );
    }
}
