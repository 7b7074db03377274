//! What fuzzers found worth keeping is looked at again.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use zisk_hostile::{HonestReceipt, elf, input, receipt, receipt_of_edits};

/// Each file of a fuzzer's corpus, with its name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fuzz/corpus")
        .join(target);
    let files = fs::read_dir(&folder).expect("there is a corpus");
    let files: Vec<_> = files
        .map(|file| {
            let file = file.expect("it can be listed");
            let bytes = fs::read(file.path()).expect("it can be read");
            (file.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect();
    assert!(!files.is_empty(), "no corpus in {}", folder.display());
    files
}

fn look_at_all(target: &str, look: impl Fn(&[u8])) {
    for (name, bytes) in corpus(target) {
        let looked = catch_unwind(AssertUnwindSafe(|| look(&bytes)));
        assert!(looked.is_ok(), "{target}/{name}");
    }
}

#[test]
fn elf_files() {
    look_at_all("elf", elf);
}

#[test]
fn inputs() {
    look_at_all("input", input);
}

#[test]
fn receipts() {
    look_at_all("receipt", receipt);
}

#[test]
fn changed_receipts() {
    let honest = HonestReceipt::new();
    // That nothing is changed is no reason to refuse it: what is refused below is refused for its changes.
    receipt_of_edits(&honest, &[]);
    look_at_all("edits", |edits| receipt_of_edits(&honest, edits));
}
