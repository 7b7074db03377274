//! A new project from its making to its running. This one compiles a guest, so it needs the guest toolchain.

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use serde_json::Value;

use super::Outcome;
use super::generated::Project;

#[test]
fn project_is_built_run_and_disassembled() {
    let project = Project::new("project");
    builds_are_listed(&project);
    json_is_one_object(&project);
    text_is_for_people(&project);
    inputs_come_in_order(&project);
    failures_end_with_1(&project);
    guests_are_found_from_anywhere(&project);
    code_is_listed(&project);
}

fn builds_are_listed(project: &Project) {
    let outcome = project.zisk_ok(&["build"]);
    let line = outcome.stdout.trim_end();
    let (path, size) = line.split_once("  ").unwrap();
    let len = fs::metadata(path).unwrap().len();
    assert_eq!(size.replace(',', ""), format!("{len} bytes"), "{line}");
    assert_eq!(outcome.stdout.lines().count(), 1);
}

fn json_is_one_object(project: &Project) {
    let outcome = project.zisk_ok(&[
        "run",
        "--json",
        "--stats",
        "--input-hex",
        "11",
        "--input-hex",
        "17",
    ]);
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let mut keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "exit_code",
        "instructions",
        "journal",
        "memory_bytes",
        "mips",
        "misaligned",
        "seconds",
    ];
    assert_eq!(keys, expected);
    assert_eq!(report["exit_code"], 0);
    assert_eq!(report["journal"], "8703", "391 in postcard's encoding");
    assert!(report["instructions"].as_u64().unwrap() > 100);
    assert!(report["seconds"].as_f64().unwrap() > 0.0);
    assert!(report["mips"].as_f64().unwrap() > 0.0);
    assert!(report["misaligned"].is_u64());
    assert!(report["memory_bytes"].as_u64().unwrap() > 0);
    for text in [
        "17 * 23 = 391",
        "instructions",
        "MIPS",
        "misaligned accesses",
        "memory touched",
    ] {
        assert!(outcome.stderr.contains(text), "{text}: {}", outcome.stderr);
    }
}

fn text_is_for_people(project: &Project) {
    let outcome = project.zisk_ok(&["run", "--quiet", "--input-hex", "0x1117"]);
    assert_eq!(outcome.stdout, "17 * 23 = 391\njournal (2 bytes): 8703\n");
    assert_eq!(outcome.stderr, "");
}

fn inputs_come_in_order(project: &Project) {
    fs::write(project.folder.join("five.bin"), [5]).unwrap();
    for (options, text) in [
        (["--input", "five.bin", "--input-hex", "07"], "5 * 7 = 35"),
        (["--input-hex", "07", "--input", "five.bin"], "7 * 5 = 35"),
    ] {
        let outcome = project.zisk_ok(&[&["run"][..], &options].concat());
        assert!(outcome.stdout.starts_with(text), "{outcome:?}");
    }
    let arguments = ["run", "--quiet", "--input-hex", "02", "--stdin"];
    let mut child = project
        .command("", &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&[3]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("2 * 3 = 6"));
}

fn failures_end_with_1(project: &Project) {
    let outcome = project.zisk(&["run", "--json", "--input-hex", "01", "--input-hex", "17"]);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(
        (outcome.exit_code, &report["exit_code"]),
        (1, &Value::from(101)),
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.contains("a factor of 0 or 1 shows nothing"),
        "{outcome:?}"
    );
    assert!(
        outcome
            .stderr
            .contains("error: the guest ended with exit code 101"),
        "{outcome:?}"
    );

    let outcome = project.zisk(&["run"]);
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.contains("exit code 103"), "{outcome:?}");

    let outcome = project.zisk(&["run", "--json", "--max-cycles", "50", "--input-hex", "1117"]);
    assert_eq!(
        (outcome.exit_code, outcome.stdout.as_str()),
        (1, ""),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("within 50 instructions"), "{outcome:?}");
}

fn guests_are_found_from_anywhere(project: &Project) {
    for place in ["guest/src", "host/src", "host"] {
        let outcome = Outcome::from(project.command(place, &["build", "--quiet"]).output().unwrap());
        assert_eq!(outcome.exit_code, 0, "{place}: {outcome:?}");
        let outcome = Outcome::from(
            project
                .command(place, &["build", "-q", "-p", "demo-guest"])
                .output()
                .unwrap(),
        );
        assert_eq!(outcome.exit_code, 0, "{place}: {outcome:?}");
    }
    for wrong in [&["build", "--bin", "other"][..], &["build", "-p", "demo-host"]] {
        let outcome = project.zisk(wrong);
        assert_eq!(outcome.exit_code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains("demo-guest"), "{outcome:?}");
    }
}

fn code_is_listed(project: &Project) {
    let listing = project.zisk_ok(&["disasm", "--quiet"]).stdout;
    let start = listing.find(" <_start>:\n").expect("a heading for each function");
    let first = listing[start..].lines().nth(1).unwrap();
    let columns: Vec<&str> = first.split_whitespace().collect();
    let address = columns[0].trim_end_matches(':');
    assert!(
        u64::from_str_radix(address, 16).is_ok() && columns.len() >= 4,
        "{first}"
    );
    assert!(listing.contains("ecall"), "a guest ends with a system call");

    let one = project
        .zisk_ok(&["disasm", "--quiet", "--function", "_start"])
        .stdout;
    assert!(one.contains("<_start>:") && one.len() < listing.len());
    assert_eq!(project.zisk(&["disasm", "--function", "not_there"]).exit_code, 2);

    // Whoever reads may stop after the first line, as `head` does.
    let mut child = project
        .command("", &["disasm"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let outcome = Outcome::from(child.wait_with_output().unwrap());
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
}
