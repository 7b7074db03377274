//! The program from outside: arguments in, text and exit code out.

mod accelerated;
mod book;
mod c_library;
mod debug;
mod doctor;
mod estimate;
mod generated;
mod guest_tests;
mod memory;
mod new;
mod profile;
mod project;
mod proofs;
mod residues;
mod shells;
mod signatures;
mod usage;
mod work_folder;

use std::path::Path;
use std::process::{Command, Output};

/// How the program ended, with its output as text.
#[derive(Debug)]
struct Outcome {
    exit_code: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        Self {
            exit_code: output.status.code().expect("not ended by a signal"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

/// The program, started in `folder`.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-zisk"));
    command.current_dir(folder).args(arguments);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(variable);
    }
    command
}

fn zisk(folder: &Path, arguments: &[&str]) -> Outcome {
    command(folder, arguments)
        .output()
        .expect("the program can be started")
        .into()
}

/// As [`zisk`], for what must succeed.
fn zisk_ok(folder: &Path, arguments: &[&str]) -> Outcome {
    let outcome = zisk(folder, arguments);
    assert_eq!(outcome.exit_code, 0, "{arguments:?}: {outcome:?}");
    outcome
}

/// The checkout that is tested.
fn checkout() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/..")
}
