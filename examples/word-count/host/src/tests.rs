use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use zisk_host::{Execution, ExecutorEnv, Prover};

use super::{Counted, ELF, IMAGE_ID, input};

const TEXT: &str =
    "Eins, zwei, drei: alt ist nicht neu, neu ist nicht alt. DREI und zwei sind fünf, nicht eins.";

/// How the guest ended, and what it printed about it.
fn count(pattern: &str, num_published: u32, text: &[u8]) -> (Execution, String) {
    let mut stderr = Vec::new();
    let input = input(pattern, num_published, text).unwrap();
    let execution = ExecutorEnv::new()
        .stderr(&mut stderr)
        .execute(ELF, input)
        .unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

#[test]
fn journal_holds_the_most_frequent_words() {
    let text = TEXT.repeat(20);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for word in text
        .split(|letter: char| !letter.is_ascii_alphabetic())
        .filter(|word| word.len() > 2)
    {
        *counts.entry(word.to_ascii_lowercase()).or_default() += 1;
    }
    let num_matches = counts.values().sum();
    let mut words: Vec<(String, u64)> = counts.into_iter().collect();
    words.sort_by_key(|(_, count)| u64::MAX - count);
    words.truncate(4);

    let (execution, stderr) = count("[A-Za-z]{3,}", 4, text.as_bytes());
    assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
    let digest: [u8; 32] = Sha256::digest(&text).into();
    let expected: Counted = (digest, "[A-Za-z]{3,}".to_owned(), num_matches, words);
    assert_eq!(execution.journal.decode::<Counted>().unwrap(), expected);
}

#[test]
fn bad_patterns_and_texts_are_exit_code_1() {
    for (pattern, text, reason) in [("a{2,1}", &b"a"[..], "Pattern"), ("a", b"a\xc3", "NotUtf8")] {
        let (execution, stderr) = count(pattern, 1, text);
        assert_eq!(execution.exit_code, 1);
        assert!(stderr.contains(reason), "{stderr}");
        assert!(execution.journal.as_bytes().is_empty());
    }
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = input("[a-z]+", 2, TEXT.as_bytes()).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
