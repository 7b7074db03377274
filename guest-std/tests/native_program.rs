//! A guest that was built as an ordinary program: `examples/double.rs`, which `cargo test` builds, too.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use tempfile::TempDir;

fn guest() -> Command {
    let mut path = env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("double{}", env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --examples` first",
        path.display()
    );
    let mut command = Command::new(path);
    command
        .stdin(Stdio::null())
        .env_remove("ZISK_JOURNAL")
        .env_remove("RUST_BACKTRACE");
    command
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

fn assert_output(output: &Output, exit_code: i32, stdout: &str, stderr_parts: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_code), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout);
    for part in stderr_parts {
        assert!(stderr.contains(part), "no {part:?} in {stderr}");
    }
}

#[test]
fn files_are_frames_and_the_journal_is_printed_as_hex() {
    let folder = TempDir::new().unwrap();
    let (one, two) = (file(&folder, "one", &[1]), file(&folder, "two", &[100, 3]));
    let output = guest().args([one, two]).output().unwrap();
    assert_output(&output, 0, "1\n100\n3\n", &["journal (4 bytes): 02c80106\n"]);
}

#[test]
fn standard_input_is_the_input_and_the_journal_can_go_to_a_file() {
    let folder = TempDir::new().unwrap();
    let input = fs::File::open(file(&folder, "in", &[5, 6])).unwrap();
    let journal = folder.path().join("journal");
    let output = guest()
        .stdin(input)
        .env("ZISK_JOURNAL", &journal)
        .output()
        .unwrap();
    assert_output(&output, 0, "5\n6\n", &[]);
    assert_eq!(output.stderr, b"");
    assert_eq!(fs::read(journal).unwrap(), [10, 12]);
}

#[test]
fn a_panic_is_exit_code_101_with_message_and_place() {
    let folder = TempDir::new().unwrap();
    let output = guest().arg(file(&folder, "in", &[4, 13])).output().unwrap();
    assert_output(
        &output,
        101,
        "4\n13\n",
        &["double.rs:", "13 is unlucky", "journal (1 bytes): 08"],
    );
}

#[test]
fn an_error_from_main_is_exit_code_1() {
    let output = guest().output().unwrap();
    assert_output(&output, 1, "", &["Error: "]);
}

#[test]
fn an_exit_code_that_the_system_would_cut_to_success_stays_a_failure() {
    let folder = TempDir::new().unwrap();
    let output = guest().arg(file(&folder, "in", &[14])).output().unwrap();
    assert_output(&output, 255, "14\n", &["exit code 1024"]);
}

#[test]
fn an_input_file_that_is_not_there_is_a_usage_error() {
    let folder = TempDir::new().unwrap();
    let output = guest().arg(folder.path().join("absent")).output().unwrap();
    assert_output(&output, 2, "", &["cannot read the input file", "absent"]);
}
