//! Embedding guests in a host: a real host, built by a real cargo.

#![cfg(feature = "guests")]

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{write, write_workspace};

/// Builds the host in `root` with a cargo subcommand and shows cargo's own decisions.
fn cargo(root: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The target folder outlives the test, so that zisk-build's dependencies are compiled once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts");
    command
        .current_dir(root)
        .args(arguments)
        .arg("--verbose")
        .env("CARGO_TARGET_DIR", target)
        // Nobody debugs these hosts, and the prover is compiled faster without.
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
        .env_remove(SKIP)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

const SKIP: &str = "ZISK_SKIP_BUILD";

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn succeeded(output: &Output) -> String {
    let stderr = stderr(output);
    assert!(output.status.success(), "{stderr}");
    stderr
}

fn stdout(output: &Output) -> String {
    succeeded(output);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A workspace with a guest and a host in a folder that is the same in every run, so that cargo's results stay.
fn host(name: &str, build_script: &str, main: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    write_workspace(&root, &["guest", "zisk-guest", "host"]);
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         [dependencies]\nzisk-host = {{ path = {:?} }}\n\
         [build-dependencies]\nzisk-build = {{ path = {:?} }}\n",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../host"),
        env!("CARGO_MANIFEST_DIR")
    );
    write(&root, "host/Cargo.toml", &manifest);
    write(&root, "host/build.rs", build_script);
    write(&root, "host/src/main.rs", main);
    root
}

const INCLUDE: &str = "zisk_host::include_guests!();\n";
const ONE: &str = "fn main() { zisk_build::build_guest(\"../guest\"); }\n";
const PRINT: &str = "fn main() {
    let is_id = zisk_host::image_id(ELF).is_ok_and(|id| id == IMAGE_ID);
    println!(\"{NAME} {} {:?} {is_id}\", ELF.len(), ELF.get(..4));
}
";

#[test]
fn host_has_the_guests_bytes_and_nothing_is_rebuilt_when_nothing_changed() {
    let root = host("host-of-one", ONE, &format!("{INCLUDE}{PRINT}"));
    let run = ["run", "--package", "host-of-one"];
    let printed = stdout(&cargo(&root, &run, &[]));
    assert!(
        printed.starts_with("small-guest ") && printed.ends_with("Some([127, 69, 76, 70]) true\n"),
        "{printed}"
    );

    let unchanged = succeeded(&cargo(&root, &run, &[]));
    assert!(unchanged.contains("Fresh host-of-one"), "{unchanged}");

    // A file that only the guest's build script names.
    write(&root, "guest/data/table.txt", "4 5 6\n");
    let changed = succeeded(&cargo(&root, &run, &[]));
    assert!(changed.contains("Dirty host-of-one"), "{changed}");

    let unchanged = succeeded(&cargo(&root, &run, &[]));
    assert!(unchanged.contains("Fresh host-of-one"), "{unchanged}");

    // A variable that only the guest's source reads.
    let changed = succeeded(&cargo(&root, &run, &[("GUEST_LEVEL", "seven")]));
    assert!(changed.contains("Dirty host-of-one"), "{changed}");

    // The guest's file for the next cargo call is the same source again.
    let skipped = stdout(&cargo(&root, &run, &[(SKIP, "1")]));
    assert_eq!(skipped, "small-guest 0 None false\n");
    let built = stdout(&cargo(&root, &run, &[]));
    assert_eq!(built, printed);
}

#[test]
fn several_guests_are_modules_and_checks_and_lints_work() {
    let script = "fn main() { zisk_build::build_guests(&[\"../guest\", \"../second\"]); }\n";
    let main = "fn main() { println!(\"{} {}\", small_guest::NAME, r#second::ELF.len() > 4); }\n";
    let root = host("host-of-two", script, &format!("{INCLUDE}{main}"));
    write_workspace(&root, &["guest", "zisk-guest", "host", "second"]);
    let manifest = fs::read_to_string(root.join("guest/Cargo.toml")).unwrap();
    write(
        &root,
        "second/Cargo.toml",
        &manifest.replace("small-guest", "second"),
    );
    for file in ["src/main.rs", "build.rs", "data/table.txt"] {
        let text = fs::read_to_string(root.join("guest").join(file)).unwrap();
        write(&root, &format!("second/{file}"), &text);
    }
    assert_eq!(
        stdout(&cargo(&root, &["run", "--package", "host-of-two"], &[])),
        "small-guest true\n"
    );
    succeeded(&cargo(
        &root,
        &["check", "--package", "host-of-two", "--jobs", "1"],
        &[],
    ));
    // A wrapper that only passes on, as editors set one; the guest must be built without it.
    let wrapper = root.join("wrapper.sh");
    write(
        &root,
        "wrapper.sh",
        "#!/bin/sh\ncase \"$*\" in *small_guest*) exit 9 ;; esac\nexec \"$@\"\n",
    );
    make_executable(&wrapper);
    write(&root, "guest/data/table.txt", "7 8 9\n");
    let wrapper = wrapper.to_str().unwrap();
    let variables = [("RUSTC_WRAPPER", wrapper), ("RUSTC_WORKSPACE_WRAPPER", wrapper)];
    succeeded(&cargo(&root, &["check", "--package", "host-of-two"], &variables));
}

#[test]
fn guests_errors_are_shown_as_the_compiler_printed_them() {
    let root = host("host-of-none", ONE, &format!("{INCLUDE}{PRINT}"));
    write(&root, "guest/src/main.rs", "#![no_std]\nfn main() { nonsense }\n");
    let output = cargo(&root, &["check", "--package", "host-of-none"], &[]);
    let stderr = stderr(&output);
    assert!(!output.status.success());
    for expected in [
        "error[E0425]: cannot find value `nonsense` in this scope",
        "guest/src/main.rs:2:13",
        "fn main() { nonsense }",
        "the guest `small-guest` does not compile",
    ] {
        assert!(stderr.contains(expected), "no `{expected}` in {stderr}");
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) {}
