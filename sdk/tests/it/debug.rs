//! `cargo zisk debug`, with gdb as people use it: what is typed is a script, and what gdb answers is read.

use std::fmt::Write;
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
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut waiting = Self {
            child,
            line: String::new(),
            stderr,
        };
        let mut said = String::new();
        loop {
            let before = said.len();
            let len = waiting.stderr.read_line(&mut said).unwrap();
            assert!(len > 0, "nobody waits: {said}");
            if let Some(line) = said[before..].trim().strip_prefix("gdb-multiarch ") {
                assert!(said.contains("Waiting for gdb on port"), "{said}");
                line.clone_into(&mut waiting.line);
                return waiting;
            }
        }
    }

    /// What gdb says to these commands, one a line, none with an apostrophe in it. It goes on behind errors.
    fn gdb(&self, commands: &str) -> String {
        let mut line = format!("gdb-multiarch -nx -batch {}", self.line);
        for command in ["set pagination off", "set width 0"]
            .into_iter()
            .chain(commands.lines())
        {
            write!(line, " -ex '{command}'").unwrap();
        }
        let output = Command::new("sh")
            .args(["-c", &format!("{line} 2>&1")])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn end(mut self) -> Outcome {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut stdout)
            .unwrap();
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
    let folder = Path::new(checkout()).join("examples").join(name);
    let arguments = [&["debug", "--quiet"], inputs].concat();
    let waiting = Waiting::new(command(&folder, &arguments));
    let said = waiting.gdb(commands);
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

/// Forward and backward through a loop, and what became of its result.
#[test]
fn fibonacci_is_debugged() {
    if !has_gdb("fibonacci_is_debugged") {
        return;
    }
    let commands = "\
break main.rs:16
continue
backtrace
info registers sp
monitor where
continue 500
monitor where
reverse-continue 3
monitor where
stepi
reverse-stepi
monitor where
delete
reverse-continue
info symbol $pc
set language c
rwatch *(unsigned long *) 0x50000000
continue
delete
monitor until end
continue
monitor journal
x/i $pc
monitor lastwrite $a1
printf \"digest at %#lx\\n\", $a1
eval \"monitor lastwrite %#lx 32\", $a1
eval \"watch *(unsigned long *) %#lx\", $a1
reverse-continue
monitor where
continue
delete
set var $a0 = 1
set var *(char *) 0x17ffff00 = 1
next
continue
";
    let (said, outcome) = example("fibonacci", &["--input-hex", "e807"], commands);
    assert_in_order(
        &said,
        &[
            "Breakpoint 1, ",
            "main.rs:16",
            "c = (a + b) % MODULUS;",
            "#0 ",
            "sp ",
            "0x17ff",
            "examples/fibonacci/guest/src/main.rs:16)",
            "Breakpoint 1, ",
            "Breakpoint 1, ",
            "No more reverse-execution history.",
            "_start in section .text",
            "Hardware read watchpoint 2",
            "Value = ",
            "No more reverse-execution history.",
            "6 bytes: e807cd2ec31c",
            "ecall",
            "`$a1` is no number",
            "digest at 0x17ff",
            "was written at zisk_guest::journal::digest",
            "Hardware watchpoint 3",
            "Hardware watchpoint 3",
            "Old value = ",
            "New value = ",
            "zisk_guest::journal::digest",
            "Hardware watchpoint 3",
            "Old value = ",
            "New value = ",
            "Could not write registers",
            "Cannot access memory at address 0x17ffff00",
            "exited normally]",
        ],
    );
    // Every 14 instructions the loop comes around.
    let places: Vec<u64> = said
        .lines()
        .filter_map(|line| line.strip_prefix("after ")?.split(' ').next()?.parse().ok())
        .collect();
    let [first, later, back, again, ..] = places[..] else {
        panic!("{said}");
    };
    let round = (later - first) / 500;
    assert_eq!(later, first + 500 * round, "{said}");
    assert_eq!((back, again), (later - 3 * round, back), "{said}");
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    assert_eq!(outcome.stdout, "journal (6 bytes): e807cd2ec31c\n");
}

/// A guest that fails can be asked why, from where it fails back to the beginning.
#[test]
fn a_wrong_sudoku_is_debugged() {
    if !has_gdb("a_wrong_sudoku_is_debugged") {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let board = scratch.path().join("board");
    let (puzzle, mut solution) = ([b'.'; 81], [b'1'; 81]);
    solution[80] = b'x';
    let text = |cells: &[u8]| [&[81], cells].concat();
    fs::write(&board, [vec![1], text(&puzzle), text(&solution)].concat()).unwrap();
    let commands = "\
break sudoku_guest::check
continue
delete
continue
monitor where
reverse-continue
continue
continue
";
    let (said, outcome) = example("sudoku", &["--input", board.to_str().unwrap()], commands);
    assert_in_order(
        &said,
        &[
            "Breakpoint 1, ",
            "Program received signal SIGABRT",
            "the run ends with exit code 1",
            "No more reverse-execution history.",
            "Program received signal SIGABRT",
            "exited with code 01]",
        ],
    );
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    let message = "NoDigit { row: 8, column: 8 }";
    assert_eq!(
        outcome.stderr.matches(message).count(),
        1,
        "said once: {outcome:?}"
    );
    assert!(outcome.stderr.contains("exit code 1"), "{outcome:?}");
}

/// What docs/debugging.md shows is what happens.
#[test]
fn the_documented_session_is_a_real_one() {
    if !has_gdb("the_documented_session_is_a_real_one") {
        return;
    }
    let page = fs::read_to_string(Path::new(checkout()).join("docs/debugging.md")).unwrap();
    let mut blocks = page
        .split("```text\n")
        .skip(1)
        .filter_map(|block| block.split("```").next());
    let session = blocks.find(|block| block.starts_with("(gdb) ")).unwrap();
    let commands: String = session
        .lines()
        .filter_map(|line| Some(format!("{}\n", line.strip_prefix("(gdb) ")?)))
        .collect();
    let expected: Vec<&str> = session
        .lines()
        .filter(|line| !line.starts_with("(gdb) "))
        .flat_map(|line| line.split("..."))
        .filter(|part| !part.is_empty())
        .collect();
    assert!(expected.len() > 10, "{expected:?}");
    let (said, outcome) = example("fibonacci", &["--input-hex", "e807"], &commands);
    assert_in_order(&said, &expected);
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
}

/// gdb is started where that is asked for, and the configuration of an editor names what is built.
#[test]
fn a_new_project_is_debugged() {
    if !has_gdb("a_new_project_is_debugged") {
        return;
    }
    let project = Project::new("debug");
    let inputs = ["--input-hex", "11", "--input-hex", "17"];
    let gdb = [
        "--",
        "-nx",
        "-batch",
        "-ex",
        "break demo_guest::main",
        "-ex",
        "continue",
        "-ex",
        "continue",
    ];
    let outcome = project.zisk_ok(&[&["debug", "--quiet", "--gdb"][..], &inputs, &gdb].concat());
    assert_in_order(
        &outcome.stdout,
        &["Breakpoint 1, ", "17 * 23 = 391", "exited normally]"],
    );
    assert!(outcome.stdout.contains("journal (2 bytes): 8703"), "{outcome:?}");

    let launch: Value = serde_json::from_str(&project.read(".vscode/launch.json")).unwrap();
    let configuration = &launch["configurations"][0];
    let program = configuration["program"].as_str().unwrap();
    let built = program.strip_prefix("${workspaceFolder}/target/").unwrap();
    assert!(
        project.folder.with_file_name("target").join(built).is_file(),
        "{program}"
    );

    let tasks: Value = serde_json::from_str(&project.read(".vscode/tasks.json")).unwrap();
    let task = &tasks["tasks"][0];
    assert_eq!(configuration["preLaunchTask"], task["label"]);
    let address = configuration["miDebuggerServerAddress"].as_str().unwrap();
    let port = address.strip_prefix("localhost:").unwrap();
    let arguments: Vec<&str> = task["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(arguments[..4], ["zisk", "debug", "--port", port]);
    let waiting = &task["problemMatcher"]["background"]["endsPattern"];
    assert_eq!(waiting.as_str().unwrap(), format!("for gdb on port {port}"));
}

#[test]
fn what_cannot_be_debugged_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("guest"), zisk_tests::guests::counting(3, 0)).unwrap();
    fs::write(path.join("text"), "no guest").unwrap();
    let error = |arguments: &[&str], exit_code: i32| {
        let outcome = super::zisk(path, &[&["debug"], arguments].concat());
        assert_eq!(outcome.exit_code, exit_code, "{outcome:?}");
        outcome.stderr
    };
    assert!(error(&["--elf", "text"], 1).contains("is no guest"));
    assert!(error(&["--elf", "guest", "--port", "65536"], 2).contains("--port"));
    assert!(error(&["--elf", "guest", "--", "-nx"], 2).contains("--gdb"));
    assert!(error(&["--elf", "guest", "--max-memory", "much"], 2).contains("4G"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(error(&["--elf", "guest", "--port", &port], 1).contains("cannot listen"));
    let mut without_gdb = command(path, &["debug", "--elf", "guest", "--gdb"]);
    let outcome = Outcome::from(without_gdb.env("PATH", "").output().unwrap());
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("apt-get install gdb-multiarch"),
        "{outcome:?}"
    );
}
