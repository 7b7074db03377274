//! A limit on memory is kept.

use std::fs;

use serde_json::Value;
use zisk_tests::guests::{counting, touching};

use crate::{zisk, zisk_ok};

/// Of minutes: one of the nightly tests, in release.
#[test]
#[ignore = "takes minutes"]
fn a_limit_on_memory_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("counting"), counting(1_500_000, 0)).unwrap();
    fs::write(path.join("touching"), touching(1 << 19)).unwrap();
    for guest in ["counting", "touching"] {
        for gigabytes in [1_u64, 2, 4] {
            let limit = format!("{gigabytes}G");
            let outcome = zisk_ok(path, &["prove", "--elf", guest, "--max-memory", &limit, "--json"]);
            let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
            let number = |key: &str| report[key].as_u64().unwrap();
            assert!(
                number("peak_rss_bytes") <= gigabytes << 30,
                "{guest}, {limit}: {report}"
            );
        }
    }
}

#[test]
fn a_limit_that_cannot_be_kept_is_refused_before_anything_is_proven() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("guest"), counting(100, 0)).unwrap();
    let outcome = zisk(folder.path(), &["prove", "--elf", "guest", "--max-memory", "20M"]);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("may take 20 MB; allow more"),
        "{outcome:?}"
    );
}
