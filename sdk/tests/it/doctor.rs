//! `cargo zisk doctor` and `cargo zisk toolchain status`.

use super::{command, zisk};

#[test]
fn every_finding_is_a_line_and_errors_decide_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let outcome = zisk(folder.path(), &["doctor"]);
    let level = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    let levels: Vec<String> = outcome.stdout.lines().map(level).collect();
    assert!(levels.len() >= 5, "{outcome:?}");
    assert!(
        levels
            .iter()
            .all(|level| ["ok", "warning", "error"].contains(&level.as_str())),
        "{levels:?}"
    );
    assert_eq!(
        outcome.exit_code,
        i32::from(levels.iter().any(|level| level == "error")),
        "{outcome:?}"
    );
}

/// A machine without any Rust: an empty PATH, and nothing in the folder for toolchains.
#[test]
fn missing_toolchain_is_named_with_its_fix() {
    let folder = tempfile::tempdir().unwrap();
    let in_empty_machine = |arguments: &[&str]| -> super::Outcome {
        let mut command = command(folder.path(), arguments);
        command
            .env("PATH", "")
            .env("ZISK_HOME", folder.path().join("home"))
            .env_remove("RUSTC");
        command.output().unwrap().into()
    };
    let outcome = in_empty_machine(&["doctor"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    let line = outcome
        .stdout
        .lines()
        .find(|line| line.contains("guest target"))
        .unwrap();
    assert!(
        line.starts_with("error") && line.ends_with("run: cargo zisk toolchain install"),
        "{line}"
    );

    let outcome = in_empty_machine(&["toolchain", "status"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("cargo zisk toolchain install"),
        "{outcome:?}"
    );
}
