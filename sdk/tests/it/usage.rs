//! What is said about the command line itself.

use std::io::Read;
use std::process::Stdio;

use super::{Outcome, command, zisk, zisk_ok};

#[test]
fn wrong_command_lines_end_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [&[&str]; 9] = [
        &[],
        &["zisk"],
        &["nothing"],
        &["run", "--nothing"],
        &["run", "--input-hex", "1"],
        &["run", "--max-cycles", "many"],
        &["run", "--stdin", "--stdin"],
        &["new"],
        &["new", "demo", "--sdk-path", "a", "--sdk-version", "1"],
    ];
    for arguments in wrong {
        let outcome = zisk(folder.path(), arguments);
        assert_eq!(outcome.exit_code, 2, "{arguments:?}: {outcome:?}");
        assert_eq!(outcome.stdout, "", "{arguments:?}");
        assert!(
            outcome.stderr.contains("--help"),
            "{arguments:?}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn help_is_printed_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["new", "build", "run", "disasm", "toolchain", "doctor"] {
        assert!(zisk_ok(folder.path(), &["--help"]).stdout.contains(name));
        let help = zisk_ok(folder.path(), &["zisk", name, "--help"]).stdout;
        assert!(help.contains(&format!("Usage: cargo zisk {name}")), "{help}");
    }
}

#[test]
fn version_is_the_packages() {
    let outcome = zisk_ok(&std::env::temp_dir(), &["--version"]);
    assert_eq!(
        outcome.stdout,
        concat!("cargo-zisk ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn outside_of_a_project_it_is_said_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["build", "run", "disasm"] {
        let outcome = zisk(folder.path(), &[name]);
        assert_eq!(outcome.exit_code, 2, "{outcome:?}");
        assert!(
            outcome.stderr.starts_with("error: no Cargo.toml"),
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains("cargo zisk new"), "{}", outcome.stderr);
    }
}

#[test]
fn file_that_is_no_guest_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("text"), "not a guest").unwrap();
    for name in ["run", "disasm"] {
        for (elf, complaint) in [
            ("text", "not a guest program"),
            ("missing", "cannot read missing"),
        ] {
            let outcome = zisk(folder.path(), &[name, "--elf", elf]);
            assert_eq!(
                (outcome.exit_code, outcome.stdout.as_str()),
                (1, ""),
                "{outcome:?}"
            );
            assert!(outcome.stderr.contains(complaint), "{}", outcome.stderr);
        }
    }
}

#[test]
fn closed_output_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["--help"][..], &["doctor"], &["new", "demo"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = command(folder.path(), arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut messages = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut messages)
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {messages}");
        assert!(!messages.contains("panicked"), "{messages}");
    }
}

#[test]
fn colours_are_for_terminals_and_obey_no_color() {
    let folder = tempfile::tempdir().unwrap();
    let stderr = |variables: &[(&str, &str)]| {
        let output = command(folder.path(), &["build"])
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        Outcome::from(output).stderr
    };
    assert!(!stderr(&[]).contains('\u{1b}'));
    assert!(stderr(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!stderr(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}
