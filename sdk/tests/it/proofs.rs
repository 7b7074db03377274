//! Proving, and what becomes of receipts.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;
use zisk_abi::coprocessor::{KECCAK_F, SHA256_COMPRESS};
use zisk_tests::guests::{calling, counting};

use crate::{Outcome, command, zisk, zisk_ok};

/// A folder with two guests, `guest` and `other`, and the receipt of a run of the first.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("guest"), counting(20, 0)).expect("a file");
    fs::write(path.join("other"), counting(21, 0)).expect("a file");
    fs::write(path.join("failing"), counting(3, 7)).expect("a file");
    zisk_ok(path, &["prove", "--elf", "guest", "--output", "receipt"]);
    folder
});

fn folder() -> &'static Path {
    FOLDER.path()
}

fn id(guest: &str) -> String {
    zisk_ok(folder(), &["id", "--elf", guest])
        .stdout
        .trim()
        .to_owned()
}

fn verify(receipt: &str, guest: &str, more: &[&str]) -> Outcome {
    let id = id(guest);
    let arguments = [&["verify", receipt, "--image-id", &id], more].concat();
    zisk(folder(), &arguments)
}

fn json(arguments: &[&str]) -> Value {
    let outcome = zisk_ok(folder(), arguments);
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

#[track_caller]
fn assert_refused(outcome: &Outcome, reason: &str) {
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(outcome.stderr.contains(reason), "no `{reason}` in {outcome:?}");
    assert!(outcome.stdout.is_empty(), "{outcome:?}");
}

#[test]
fn a_receipt_verifies_for_its_program_alone() {
    let outcome = verify("receipt", "guest", &[]);
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    assert!(outcome.stderr.contains("Verified"), "{outcome:?}");
    assert_refused(
        &verify("receipt", "other", &[]),
        &format!("not of {}", id("other")),
    );
    assert_refused(&verify("receipt", "guest", &["--exit-code", "1"]), "exit code 1");
}

#[test]
fn what_is_no_good_receipt_is_refused() {
    let honest = fs::read(folder().join("receipt")).unwrap();
    let mut flipped = honest.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let mut longer = honest.clone();
    longer.push(0);
    let random: Vec<u8> = (0..1000_u32).map(|i| (i * i % 251) as u8).collect();
    for (name, bytes, reason) in [
        ("empty", &[][..], "not a receipt"),
        ("random", &random, "not a receipt"),
        ("half", &honest[..middle], "damaged or incomplete"),
        ("longer", &longer, "1 bytes follow"),
        ("flipped", &flipped, "error: "),
    ] {
        fs::write(folder().join(name), bytes).unwrap();
        assert_refused(&verify(name, "guest", &[]), reason);
    }
    assert_refused(&verify("no such file", "guest", &[]), "no such file");
}

#[test]
fn one_object_says_what_a_proof_took() {
    let report = json(&["prove", "--elf", "guest", "--json"]);
    for name in [
        "image_id",
        "exit_code",
        "journal",
        "instructions",
        "segments",
        "cells",
        "seconds",
        "khz",
        "receipt_bytes",
        "peak_rss_bytes",
        "security_bits",
        "zero_knowledge",
    ] {
        assert!(!report[name].is_null(), "{name} is missing in {report}");
    }
    assert_eq!(report["image_id"], id("guest"));
    assert_eq!(report["security_bits"], 128);
    assert_eq!(report["zero_knowledge"], true);
    // As many instructions as the guest has in its loop, and around it.
    assert!(report["instructions"].as_u64().unwrap() > 60);
}

/// A bar is for terminals.
#[test]
fn nothing_but_the_result_is_printed_where_no_terminal_is() {
    let outcome = zisk_ok(folder(), &["prove", "--elf", "guest"]);
    assert_eq!(outcome.stdout, "journal: empty\n");
    let lines: Vec<&str> = outcome.stderr.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(
        lines[0].starts_with("Proving 83 instructions in one segment: about"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("Proved") && lines[1].contains("kHz"),
        "{lines:?}"
    );
    assert!(lines[2].starts_with("Image id"), "{lines:?}");
}

#[test]
fn a_receipt_tells_whether_it_hides_and_how_secure_it_is() {
    zisk_ok(
        folder(),
        &[
            "prove",
            "--elf",
            "guest",
            "--no-hiding",
            "--threads",
            "1",
            "-o",
            "open",
        ],
    );
    assert_eq!(verify("open", "guest", &[]).exit_code, 0);
    for (receipt, zero_knowledge) in [("receipt", "yes"), ("open", "no")] {
        let text = zisk_ok(folder(), &["inspect", receipt]).stdout;
        for part in [
            "128 bits, provable",
            &format!("zero knowledge  {zero_knowledge}"),
            &id("guest"),
        ] {
            assert!(text.contains(part), "no `{part}` in {text}");
        }
    }
}

#[test]
fn a_receipt_of_development_mode_has_to_be_asked_for() {
    let outcome = zisk_ok(folder(), &["prove", "--elf", "guest", "--dev-mode", "-o", "dev"]);
    assert!(outcome.stderr.contains("proves nothing"), "{outcome:?}");
    assert_refused(&verify("dev", "guest", &[]), "development mode");
    let outcome = verify("dev", "guest", &["--dev-mode"]);
    assert_eq!(outcome.exit_code, 0);
    assert!(outcome.stderr.contains("proves nothing"), "{outcome:?}");
    assert_refused(&verify("dev", "other", &["--dev-mode"]), "not of");
    let text = zisk_ok(folder(), &["inspect", "dev"]).stdout;
    assert!(
        text.contains("proves nothing") && text.contains("0 bits"),
        "{text}"
    );
}

#[test]
fn a_failure_is_proven_if_asked_for() {
    let outcome = zisk(folder(), &["prove", "--elf", "failing", "-o", "none"]);
    assert_refused(&outcome, "exit code 7");
    assert!(!folder().join("none").exists());
    let outcome = zisk(
        folder(),
        &["prove", "--elf", "failing", "--prove-failure", "-o", "failed"],
    );
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    assert_eq!(verify("failed", "failing", &["--exit-code", "7"]).exit_code, 0);
    assert_refused(&verify("failed", "failing", &[]), "exit code 0");
}

#[test]
fn stats_are_a_row_for_each_state_machine() {
    let report = json(&["stats", "--elf", "guest", "--json"]);
    let machines = report["state_machines"].as_array().unwrap();
    let main = machines.iter().find(|machine| machine["name"] == "main").unwrap();
    assert_eq!(main["rows"], report["instructions"]);
    let text = zisk_ok(folder(), &["stats", "--elf", "guest"]).stdout;
    for machine in machines {
        let name = machine["name"].as_str().unwrap();
        assert!(text.contains(name), "no {name} in {text}");
    }
    assert!(
        text.contains("cells/instr") && text.contains("filled up"),
        "{text}"
    );
    assert!(!text.contains("cells/call"), "no coprocessor is called: {text}");
}

#[test]
fn stats_show_calls_of_coprocessors() {
    let calls = [&SHA256_COMPRESS, &KECCAK_F, &SHA256_COMPRESS, &SHA256_COMPRESS];
    fs::write(folder().join("calling"), calling(&calls)).unwrap();
    let report = json(&["stats", "--elf", "calling", "--json"]);
    let machines = report["state_machines"].as_array().unwrap();
    for (name, coprocessor, calls) in [
        ("sha256_call", "sha256_compress", 3),
        ("sha256", "sha256_compress", 3),
        ("keccak", "keccak_f", 1),
        ("copy_block", "copy_block", 0),
    ] {
        let machine = machines.iter().find(|machine| machine["name"] == name).unwrap();
        assert_eq!(machine["coprocessor"], coprocessor);
        assert_eq!(machine["calls"], calls, "{name}");
    }
    let text = zisk_ok(folder(), &["stats", "--elf", "calling"]).stdout;
    let (_, table) = text.split_once("cells/call").unwrap();
    let lines = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let lines: Vec<_> = lines.filter(|fields| !fields.is_empty()).collect();
    assert_eq!(
        lines,
        [
            ["sha256_compress", "3", "29,487", "9,829"],
            ["keccak_f", "1", "57,627", "57,627"]
        ]
    );
}

#[test]
fn a_bench_says_what_it_measured_on() {
    let report = json(&["bench", "--elf", "guest", "--runs", "2", "--json"]);
    assert_eq!(report["seconds"].as_array().unwrap().len(), 2);
    assert_eq!(report["verify_seconds"].as_array().unwrap().len(), 2);
    assert!(report["machine"]["cores"].as_u64().unwrap() >= 1);
    let text = zisk_ok(folder(), &["bench", "--elf", "guest", "--runs", "1"]).stdout;
    for part in [
        "machine",
        "cores",
        "128 bits provable",
        "zero-knowledge",
        "kHz",
        "peak memory",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
}

/// A host does not know that its input is saved; whoever looks at its runs takes it from there, and nobody else may.
#[test]
fn the_input_of_a_run_can_be_saved_and_given_again() {
    let path = folder().join("input");
    let mut run = command(
        folder(),
        &[
            "run",
            "--elf",
            "guest",
            "--input-hex",
            "0102",
            "--input-hex",
            "03",
        ],
    );
    assert!(run.env("ZISK_SAVE_INPUT", &path).status().unwrap().success());
    let saved = fs::read(&path).unwrap();
    let again = folder().join("again");
    let mut run = command(folder(), &["run", "--elf", "guest", "--saved-input", "input"]);
    assert!(run.env("ZISK_SAVE_INPUT", &again).status().unwrap().success());
    assert_eq!(fs::read(&again).unwrap(), saved);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let mut run = command(folder(), &["run", "--elf", "guest"]);
    let outcome: Outcome = run
        .env("ZISK_SAVE_INPUT", folder().join("none/input"))
        .output()
        .unwrap()
        .into();
    assert_refused(&outcome, "ZISK_SAVE_INPUT");
}

#[test]
fn constraints_are_checked_without_a_proof() {
    let outcome = zisk_ok(folder(), &["verify-constraints", "--elf", "failing"]);
    assert!(
        outcome.stderr.contains("satisfies every constraint"),
        "{outcome:?}"
    );
}
