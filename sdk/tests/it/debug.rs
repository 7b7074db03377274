//! `cargo zisk debug`, with gdb as people use it: what is typed is a script, and what gdb answers is read.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use zisk_tests::tools::find_or_skip;

use super::generated::Project;
use super::{Outcome, checkout, command};

/// A guest that waits for gdb.
struct Waiting {
    child: Child,
    /// What there is to type, as it was said.
    line: String,
    stderr: BufReader<std::process::ChildStderr>,
}

impl Waiting {
    fn new(mut command: Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        loop {
            let before = said.len();
            assert!(stderr.read_line(&mut said).unwrap() > 0, "nobody waits: {said}");
            if let Some(line) = said[before..].trim().strip_prefix("gdb-multiarch ") {
                let line = line.to_owned();
                assert!(said.contains("Waiting for gdb on port"), "{said}");
                return Self { child, line, stderr };
            }
        }
    }

    /// What gdb says to these commands.
    fn gdb(&self, folder: &Path, commands: &str) -> String {
        let script = folder.join("commands.gdb");
        fs::write(&script, format!("set pagination off\nset width 0\n{commands}")).unwrap();
        let line = format!("gdb-multiarch -nx -batch {} -x '{}' 2>&1", self.line, script.display());
        let output = Command::new("sh").args(["-c", &line]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn end(mut self) -> Outcome {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut stderr).unwrap();
        Outcome {
            exit_code: self.child.wait().unwrap().code().unwrap(),
            stdout,
            stderr,
        }
    }
}

fn has_gdb(test: &str) -> bool {
    find_or_skip(test, &["gdb-multiarch"], "gdb-multiarch").is_some()
}

/// Debugs an example with these commands.
fn example(name: &str, inputs: &[&str], commands: &str) -> (String, Outcome) {
    let scratch = tempfile::tempdir().unwrap();
    let folder = Path::new(checkout()).join("examples").join(name);
    let arguments = [&["debug", "--quiet"], inputs].concat();
    let waiting = Waiting::new(command(&folder, &arguments));
    let said = waiting.gdb(scratch.path(), commands);
    (said, waiting.end())
}

/// Whether these come in this order, and what is missing if they do not.
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => panic!("`{part}` does not follow in\n{text}"),
        }
    }
}
