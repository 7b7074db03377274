//! Building guests as the command line does.

#![cfg(feature = "guests")]

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{write, write_workspace};
use tempfile::TempDir;
use zisk_build::build::{BuildError, BuiltGuest, GuestBuild, guests_in};
use zisk_build::toolchain::Toolchain;

/// Names the guest's folder for the process that [`builds_for_the_parent_process`] runs in.
const CHILD: &str = "ZISK_BUILD_TEST_GUEST";

/// The workspace, in a folder that is removed in the end.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        write_workspace(project.root(), &["guest", "zisk-guest"]);
        project
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn guest(&self) -> PathBuf {
        self.root().join("guest")
    }
}

fn build(guest: &Path) -> BuiltGuest {
    // The target folder is given, because the one in the environment of the tests is shared by all of them.
    let target = guest.parent().unwrap().join("target/zisk");
    let mut built = GuestBuild::new(guest)
        .target_dir(target)
        .quiet(true)
        .run()
        .unwrap();
    assert_eq!(built.len(), 1);
    built.remove(0)
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn same_source_gives_same_bytes_in_every_folder_and_no_path_of_the_machine() {
    let (one, other) = (Project::new(), Project::new());
    // The other lies deeper, so that the lengths of paths differ.
    let deep = other.root().join("a longer/folder");
    write_workspace(&deep, &["guest", "zisk-guest"]);
    let elf = fs::read(build(&one.guest()).elf_path).unwrap();
    assert!(
        elf == fs::read(build(&deep.join("guest")).elf_path).unwrap(),
        "the two ELF files differ"
    );

    // The test would be empty if the guest had no paths in it at all.
    for expected in [
        "/cargo/registry/hex-",
        "/target/",
        "guest/src/main.rs",
        "zisk-guest/src/lib.rs",
    ] {
        assert!(contains(&elf, expected), "no {expected}");
    }
    let home = env::home_dir().unwrap();
    let toolchain = Toolchain::find().unwrap();
    let mut forbidden = vec![
        one.root().to_owned(),
        home.clone(),
        home.join(".cargo"),
        toolchain.sysroot,
    ];
    forbidden.extend(env::var_os("CARGO_HOME").map(Into::into));
    forbidden.push(env::temp_dir().join(""));
    for folder in forbidden {
        let text = folder.display().to_string();
        assert!(!contains(&elf, &text), "{text} is in the ELF");
    }
}

#[test]
fn variables_of_an_outer_cargo_do_not_reach_the_guest() {
    let project = Project::new();
    let clean = fs::read(build(&project.guest()).elf_path).unwrap();
    // A first build leaves its results; only a build from nothing shows what the variables do.
    fs::remove_dir_all(project.root().join("target")).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "builds_for_the_parent_process", "--nocapture"])
        .env(CHILD, project.guest())
        .envs([
            ("CARGO_BUILD_RUSTC_WRAPPER", "/no/such/wrapper"),
            ("CARGO_BUILD_TARGET", "no-such-target"),
            ("CARGO_ENCODED_RUSTFLAGS", "--no-such-flag"),
            ("CARGO_INCREMENTAL", "1"),
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_ZISK_OPT_LEVEL", "0"),
            ("CARGO_TARGET_DIR", "/proc/no/such/folder"),
            ("CLIPPY_ARGS", "-Dwarnings"),
            ("DEBUG", "true"),
            ("OUT_DIR", "/no/such/folder"),
            ("RUSTC", "/no/such/rustc"),
            ("RUSTC_WORKSPACE_WRAPPER", "/no/such/wrapper"),
            ("RUSTC_WRAPPER", "/no/such/wrapper"),
            ("RUSTFLAGS", "--no-such-flag"),
            ("TARGET", "no-such-target"),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let elf = fs::read(
        project
            .root()
            .join("target/zisk/riscv64imac-unknown-none-elf/zisk/small-guest"),
    )
    .unwrap();
    assert!(elf == clean, "the ELF depends on the outer cargo's variables");
}

/// The other half of [`variables_of_an_outer_cargo_do_not_reach_the_guest`]: a process cannot change its own
/// environment safely.
#[test]
fn builds_for_the_parent_process() {
    if let Some(guest) = env::var_os(CHILD) {
        build(Path::new(&guest));
    }
}

#[test]
fn inputs_are_all_that_the_guest_is_made_from() {
    let project = Project::new();
    let built = build(&project.guest());
    let root = project.root().canonicalize().unwrap();
    for expected in [
        "Cargo.lock",
        "Cargo.toml",
        "guest/Cargo.toml",
        "guest/build.rs",
        "guest/data/table.txt",
        "guest/src/main.rs",
        "zisk-guest/Cargo.toml",
        "zisk-guest/src/lib.rs",
    ] {
        assert!(
            built.inputs.contains(&root.join(expected)),
            "{expected} is missing in {:?}",
            built.inputs
        );
    }
    assert!(
        built
            .inputs
            .contains(&Toolchain::find().unwrap().guest_libraries())
    );
    for input in &built.inputs {
        assert!(
            input.exists(),
            "{} does not exist, so cargo would rerun for ever",
            input.display()
        );
    }
    for variable in ["GUEST_LEVEL", "ZISK_HOME", "ZISK_SKIP_BUILD"] {
        assert!(
            built.variables.contains(variable),
            "{variable} is missing in {:?}",
            built.variables
        );
    }
    let generated = built
        .inputs
        .iter()
        .find(|input| input.starts_with(root.join("target")));
    assert_eq!(
        generated, None,
        "a generated file is newer than the build and would start another one"
    );
    assert!(!built.variables.iter().any(|name| name.starts_with("CARGO")));
}

#[test]
fn configuration_beside_the_guest_is_an_input() {
    let project = Project::new();
    write(project.root(), ".cargo/config.toml", "[term]\nquiet = true\n");
    let inputs = build(&project.guest()).inputs;
    assert!(inputs.contains(&project.root().canonicalize().unwrap().join(".cargo/config.toml")));
}

#[test]
fn profile_of_the_workspace_comes_before_ours() {
    let project = Project::new();
    let ours = fs::read(build(&project.guest()).elf_path).unwrap();
    let manifest = fs::read_to_string(project.root().join("Cargo.toml")).unwrap();
    let own = "[profile.zisk]\ninherits = \"release\"\npanic = \"abort\"\ndebug = false\nstrip = true\n";
    write(project.root(), "Cargo.toml", &(manifest + own));
    let theirs = fs::read(build(&project.guest()).elf_path).unwrap();
    assert!(contains(&ours, ".debug_line"));
    assert!(!contains(&theirs, ".debug_line"));
}

#[test]
fn second_build_leaves_the_elf_alone() {
    let project = Project::new();
    let first = build(&project.guest());
    let time = fs::metadata(&first.elf_path).unwrap().modified().unwrap();
    let second = build(&project.guest());
    assert_eq!(first, second);
    assert_eq!(fs::metadata(&second.elf_path).unwrap().modified().unwrap(), time);
}

#[test]
fn failing_guest_is_named() {
    let project = Project::new();
    write(
        project.root(),
        "guest/src/main.rs",
        "#![no_std]\nfn main() { nonsense }\n",
    );
    let target = project.root().join("target/zisk");
    let error = GuestBuild::new(project.guest())
        .target_dir(target)
        .quiet(true)
        .run()
        .unwrap_err();
    assert!(
        matches!(&error, BuildError::Compile { package, .. } if package == "small-guest"),
        "{error}"
    );
}

#[test]
fn guests_are_packages_with_a_binary_that_depend_on_the_guest_library() {
    let project = Project::new();
    let root = project.root();
    let manifest = fs::read_to_string(root.join("guest/Cargo.toml")).unwrap();
    let renamed = manifest
        .replace("small-guest", "second")
        .replace("zisk-guest = { path", "zisk = { package = \"zisk-guest\", path");
    write(root, "second/Cargo.toml", &renamed);
    write(root, "second/src/main.rs", "fn main() {}\n");
    write(
        root,
        "library/Cargo.toml",
        &manifest.replace("small-guest", "library"),
    );
    write(root, "library/src/lib.rs", "");
    let tester = manifest
        .replace("small-guest", "tester")
        .replace("[dependencies]", "[dev-dependencies]");
    write(root, "tester/Cargo.toml", &tester);
    write(root, "tester/src/main.rs", "fn main() {}\n");
    write(
        root,
        "Cargo.toml",
        "[workspace]\nmembers = [\"guest\", \"zisk-guest\", \"second\", \"library\", \"tester\"]\n",
    );

    let names = |folder: &Path| -> Vec<String> {
        guests_in(folder)
            .unwrap()
            .into_iter()
            .map(|guest| guest.package)
            .collect()
    };
    assert_eq!(names(root), ["second", "small-guest"]);
    assert_eq!(names(&root.join("guest")), ["small-guest"]);
    let error = guests_in(root.join("library")).unwrap_err();
    assert!(
        matches!(&error, BuildError::NoGuest { found, .. } if *found == ["library"]),
        "{error}"
    );
}

#[test]
fn what_does_not_exist_is_named() {
    let project = Project::new();
    let error = guests_in(project.root().join("nowhere")).unwrap_err();
    assert!(matches!(error, BuildError::NoManifest { .. }), "{error}");

    let error = GuestBuild::new(project.root())
        .package("other")
        .run()
        .unwrap_err();
    assert!(
        matches!(&error, BuildError::NoSuchPackage { found, .. } if *found == ["small-guest"]),
        "{error}"
    );
    let error = GuestBuild::new(project.root()).binary("other").run().unwrap_err();
    assert!(
        matches!(&error, BuildError::NoSuchBinary { found, .. } if *found == ["small-guest"]),
        "{error}"
    );

    write(project.root(), "guest/Cargo.toml", "[package]\nname = 7\n");
    let error = guests_in(project.guest()).unwrap_err();
    assert!(matches!(error, BuildError::Metadata { .. }), "{error}");
}

#[test]
fn unsatisfiable_dependency_is_cargos_own_message() {
    let project = Project::new();
    let manifest = fs::read_to_string(project.root().join("guest/Cargo.toml")).unwrap();
    let broken = manifest.replace("../zisk-guest", "../missing");
    write(project.root(), "guest/Cargo.toml", &broken);
    let error = GuestBuild::new(project.guest()).run().unwrap_err().to_string();
    assert!(
        error.contains("zisk-guest") && error.contains("missing"),
        "{error}"
    );
}
