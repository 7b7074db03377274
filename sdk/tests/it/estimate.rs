//! What a proof would take is said before it is made.

use std::fs;
use std::path::Path;

use serde_json::Value;
use zisk_tests::guests::{calling, counting, touching};

use super::generated::Project;
use super::{checkout, zisk, zisk_ok};

/// A folder with a guest.
fn folder_with(guest: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("guest"), guest).unwrap();
    folder
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&zisk_ok(folder, arguments).stdout).expect("one JSON object")
}

fn number(report: &Value, key: &str) -> u64 {
    report[key]
        .as_u64()
        .unwrap_or_else(|| panic!("no {key} in {report}"))
}

/// These guests are assembled here, so nothing but the machine can change what they cost.
#[test]
fn the_figure_of_a_version_stays() {
    let sha256 = &zisk_abi::coprocessor::SHA256_COMPRESS;
    let keccak = &zisk_abi::coprocessor::KECCAK_F;
    let guests = [
        counting(1000, 0),
        // Of two segments.
        counting(600_000, 0),
        touching(3000),
        calling(&[sha256, keccak, sha256]),
    ];
    let costs = guests.map(|guest| {
        let folder = folder_with(&guest);
        let report = json(folder.path(), &["estimate", "--elf", "guest", "--json"]);
        assert_eq!(number(&report, "cost_version"), 1);
        number(&report, "cost")
    });
    assert_eq!(
        costs,
        [305_042, 169_306_754, 2_210_037, 103_306],
        "runs cost something else: raise COST_VERSION in host/src/prover/estimate.rs, and then the numbers here"
    );
}

#[test]
fn the_figure_does_not_depend_on_how_the_run_is_proven() {
    let folder = folder_with(&counting(20_000, 0));
    let estimate = |options: &[&str]| {
        let arguments = [&["estimate", "--elf", "guest", "--json"], options].concat();
        json(folder.path(), &arguments)
    };
    let whole = estimate(&["--max-memory", "8G"]);
    assert_eq!(number(&whole, "segments"), 1);
    let cut = estimate(&["--max-segment", "9000", "--threads", "1", "--no-hiding"]);
    assert!(number(&cut, "segments") > 6, "{cut}");
    assert!(number(&cut, "cells") > number(&whole, "cells"), "{cut}");
    assert!(
        number(&cut, "receipt_bytes") > 4 * number(&whole, "receipt_bytes"),
        "{cut}"
    );
    assert_eq!(number(&cut, "cost"), number(&whole, "cost"));
    let little = zisk(
        folder.path(),
        &["estimate", "--elf", "guest", "--max-memory", "20M"],
    );
    assert_eq!(little.exit_code, 1);
    assert!(little.stderr.contains("may take 20 MB; allow more"), "{little:?}");
}

/// Two of the examples: what is said of a proof is what it then takes.
#[test]
fn proofs_of_examples_take_what_was_said() {
    let text = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        text.path(),
        "the quick brown fox jumps over the lazy dog ".repeat(50),
    )
    .unwrap();
    let text = text.path().to_str().unwrap();
    let repository = Path::new(checkout());
    for (guest, input) in [
        ("fibonacci-guest", ["--input-hex", "e807"]),
        ("sha256-guest", ["--input", text]),
    ] {
        let run = |command: &str, options: &[&str]| {
            let arguments = [
                &[command, "--quiet", "--json", "--package", guest][..],
                &input,
                options,
            ]
            .concat();
            json(repository, &arguments)
        };
        let (said, took) = (run("estimate", &[]), run("prove", &[]));
        assert_eq!(number(&said, "exit_code"), 0);
        for key in ["instructions", "segments"] {
            assert_eq!(number(&said, key), number(&took, key), "{guest}: {key}");
        }
        let ratio =
            |said_key: &str, took_key: &str| number(&said, said_key) as f64 / number(&took, took_key) as f64;
        let (cells, bytes) = (ratio("cells", "cells"), ratio("receipt_bytes", "receipt_bytes"));
        assert!((1.0..1.1).contains(&cells), "{guest}: {said} {took}");
        assert!((0.99..1.04).contains(&bytes), "{guest}: {said} {took}");
        assert!(
            ratio("memory_bytes", "peak_rss_bytes") > 1.0,
            "{guest}: {said} {took}"
        );
        assert!(said["seconds"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn a_guest_that_fails_is_estimated_and_fails() {
    let folder = folder_with(&counting(3, 7));
    let outcome = zisk(folder.path(), &["estimate", "--elf", "guest", "--json"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(number(&report, "exit_code"), 7);
    assert!(outcome.stderr.contains("exit code 7"), "{outcome:?}");
}

const GUEST: &str = "#![no_std]
#![cfg_attr(not(test), no_main)]
zisk_guest::entry!(main);

#[inline(never)]
fn collatz(mut n: u64) -> u64 {
    let mut steps = 0;
    while n != 1 {
        n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
        steps += 1;
    }
    steps
}

#[inline(never)]
fn sum(n: u64) -> u64 {
    (0..n).fold(1, |sum, i| (sum ^ i).rotate_left(7))
}

fn main() {
    let n: u64 = zisk_guest::io::read();
    zisk_guest::journal::commit(&(collatz(n), sum(n)));
}
";

#[test]
fn what_changed_between_two_builds_is_shown_by_function() {
    let project = Project::with_guest("estimate", "", GUEST);
    let built = project.zisk_ok(&["build", "--quiet"]).stdout;
    let (elf, _) = built.split_once("  ").unwrap();
    fs::copy(elf, project.folder.join("old.elf")).unwrap();
    let compare = ["estimate", "--quiet", "--input-hex", "1b", "--compare", "old.elf"];
    let text = project.zisk_ok(&compare).stdout;
    assert!(text.contains("no function takes another number"), "{text}");

    project.edit("guest/src/main.rs", |source| {
        source.replace("(0..n)", "(0..4 * n)")
    });
    let report: Value = {
        let outcome = project.zisk_ok(&[&compare[..], &["--json"]].concat());
        serde_json::from_str(&outcome.stdout).unwrap()
    };
    let changes = &report["compare"];
    let functions = changes["functions"].as_array().unwrap();
    let first = &functions[0];
    assert!(
        first["function"].as_str().unwrap().ends_with("::sum"),
        "{changes}"
    );
    let ratio = number(first, "new") as f64 / number(first, "old") as f64;
    assert!((3.0..4.1).contains(&ratio), "{changes}");
    let of_other = |change: &Value| change["function"].as_str().unwrap().contains("collatz");
    assert!(!functions.iter().any(of_other), "{changes}");
    assert_eq!(
        number(changes, "new_instructions"),
        number(&report, "instructions")
    );
    assert_eq!(number(changes, "new_cost"), number(&report, "cost"));
    let difference =
        |key: &str| number(changes, &format!("new_{key}")) - number(changes, &format!("old_{key}"));
    assert!(difference("cost") > difference("instructions"), "{changes}");
    let of_functions: i64 = functions
        .iter()
        .map(|change| number(change, "new") as i64 - number(change, "old") as i64)
        .sum();
    assert_eq!(of_functions, difference("instructions") as i64, "{changes}");

    let text = project.zisk_ok(&compare).stdout;
    let row = text.lines().find(|line| line.ends_with("::sum")).unwrap();
    assert!(row.contains('+') && row.contains('%'), "{text}");
    assert!(text.contains("cost") && text.contains("(version 1)"), "{text}");

    let outcome = project.zisk(&[
        "estimate",
        "--quiet",
        "--input-hex",
        "1b",
        "--compare",
        "none.elf",
    ]);
    assert!(
        outcome.exit_code == 1 && outcome.stderr.contains("none.elf"),
        "{outcome:?}"
    );
}
