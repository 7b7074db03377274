//! Who may know whom. The table is the one of ARCHITECTURE.md; a new edge is a decision, made there and here.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};

/// Each crate and the crates of this repository that it may be built from.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("cargo-zisk", &["zisk-build", "zisk-debugger", "zisk-host"]),
    ("crypto-bigint", &["zisk-coprocessor"]),
    ("k256", &["zisk-secp256k1"]),
    ("keccak", &["zisk-coprocessor"]),
    ("sha2", &["zisk-coprocessor"]),
    ("tiny-keccak", &["keccak", "zisk-coprocessor"]),
    ("verify-receipt-guest", &["zisk-guest", "zisk-verifier"]),
    ("zisk-abi", &[]),
    (
        "zisk-adversary",
        &[
            "zisk-abi",
            "zisk-host",
            "zisk-isa",
            "zisk-machine",
            "zisk-stark",
            "zisk-tests",
        ],
    ),
    ("zisk-build", &["zisk-host"]),
    ("zisk-c", &["zisk-guest"]),
    ("zisk-debugger", &["zisk-emulator", "zisk-isa", "zisk-program"]),
    (
        "zisk-emulator",
        &["zisk-abi", "zisk-isa", "zisk-program", "zisk-software"],
    ),
    ("zisk-coprocessor", &["zisk-abi"]),
    (
        "zisk-guest",
        &[
            "zisk-abi",
            "zisk-coprocessor",
            "zisk-guest-macros",
            "zisk-secp256k1",
            "zisk-software",
        ],
    ),
    ("zisk-guest-macros", &[]),
    (
        "zisk-host",
        &[
            "zisk-abi",
            "zisk-emulator",
            "zisk-isa",
            "zisk-machine",
            "zisk-program",
            "zisk-stark",
            "zisk-verifier",
        ],
    ),
    (
        "zisk-hostile",
        &[
            "zisk-abi",
            "zisk-emulator",
            "zisk-guest",
            "zisk-host",
            "zisk-program",
            "zisk-tests",
        ],
    ),
    ("zisk-isa", &[]),
    (
        "zisk-machine",
        &["zisk-abi", "zisk-isa", "zisk-software", "zisk-stark"],
    ),
    ("zisk-program", &["zisk-abi", "zisk-isa"]),
    ("zisk-secp256k1", &["zisk-coprocessor", "zisk-software"]),
    ("zisk-stark", &[]),
    ("zisk-software", &["zisk-abi"]),
    ("zisk-verifier", &["zisk-abi", "zisk-machine", "zisk-stark"]),
    ("zisk-tests", &["zisk-abi", "zisk-isa"]),
];

/// Crates that every part of the system reads, the verifier among them: they stay free of dependencies.
const WITHOUT_DEPENDENCIES: &[&str] = &["zisk-abi", "zisk-isa"];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .exec()
        .expect("cargo metadata works in this workspace")
}

/// Whether it is one of this repository: some have the names of those of crates.io whose place they take.
fn is_member(dependency: &Dependency, members: &BTreeSet<&str>) -> bool {
    dependency.path.is_some() && members.contains(dependency.name.as_str())
}

/// The crates of this repository that `package` is built from, by kind of dependency.
fn known_by(package: &Package, members: &BTreeSet<&str>, kind: DependencyKind) -> BTreeSet<String> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == kind && is_member(dependency, members))
        .map(|dependency| dependency.name.clone())
        .collect()
}

#[test]
fn crates_know_only_whom_they_may() {
    let metadata = metadata();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let table: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        let known = known_by(package, &members, DependencyKind::Normal);
        let builders = known_by(package, &members, DependencyKind::Build);
        let (allowed, may_build): (Vec<&str>, &[&str]) = match table.get(name) {
            Some(allowed) => (allowed.to_vec(), &[]),
            None if name.ends_with("-guest") => (vec!["zisk-guest"], &["zisk-build"]),
            None if name.ends_with("-host") => {
                let guest = name.replace("-host", "-guest");
                let guest = members.get(guest.as_str()).copied();
                (["zisk-host"].into_iter().chain(guest).collect(), &["zisk-build"])
            }
            None => panic!("{name} has no line in MAY_KNOW"),
        };
        for other in &known {
            assert!(allowed.contains(&other.as_str()), "{name} must not know {other}");
        }
        for other in &builders {
            assert!(
                may_build.contains(&other.as_str()),
                "{name} must not be built with {other}"
            );
        }
    }
    for (name, allowed) in MAY_KNOW {
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name.as_str() == *name);
        let package = package.unwrap_or_else(|| panic!("MAY_KNOW has a line for {name}, which is not there"));
        let known = known_by(package, &members, DependencyKind::Normal);
        for other in *allowed {
            assert!(
                known.contains(*other),
                "{name} may know {other} but does not: take the edge away"
            );
        }
    }
}

#[test]
fn the_contracts_have_no_dependencies() {
    for package in metadata().packages {
        if WITHOUT_DEPENDENCIES.contains(&package.name.as_str()) {
            let normal = package
                .dependencies
                .iter()
                .filter(|d| d.kind == DependencyKind::Normal);
            assert_eq!(normal.count(), 0, "{} has dependencies", package.name);
        }
    }
}

#[test]
fn every_third_party_crate_has_a_reason() {
    let metadata = metadata();
    let reasons =
        std::fs::read_to_string(metadata.workspace_root.join("docs/dependencies.md")).expect("the list");
    let listed: BTreeSet<&str> = reasons
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|names| names.split(", "))
        .filter(|name| !["crate"].contains(name))
        .collect();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let used: BTreeSet<String> = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| !is_member(dependency, &members))
        .map(|dependency| {
            dependency
                .rename
                .clone()
                .unwrap_or_else(|| dependency.name.clone())
        })
        .collect();
    let listed: BTreeSet<String> = listed.into_iter().map(str::to_owned).collect();
    assert_eq!(
        used, listed,
        "the crates in use (left) and those of docs/dependencies.md (right)"
    );
}
