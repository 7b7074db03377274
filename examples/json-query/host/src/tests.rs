use sha2::{Digest, Sha256};
use zisk_host::{Execution, ExecutorEnv, Prover};

use super::{Answer, ELF, IMAGE_ID, document, input};

/// How the guest ended, and what it printed about it.
fn query(pointer: &str, document: &str) -> (Execution, String) {
    let mut stderr = Vec::new();
    let execution = ExecutorEnv::new()
        .stderr(&mut stderr)
        .execute(ELF, input(pointer, document).unwrap())
        .unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

#[test]
fn journal_holds_value_and_digest() {
    let document = document(20);
    let digest: [u8; 32] = Sha256::digest(&document).into();
    for (pointer, value) in [
        ("/accounts/13/owner", r#""customer 13""#),
        ("/accounts/13/balance", "947"),
        ("/accounts/9/closed", "true"),
        ("/accounts/5/history", "[5,-1.5,null]"),
    ] {
        let (execution, stderr) = query(pointer, &document);
        assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
        let answer: Answer = execution.journal.decode().unwrap();
        assert_eq!(answer, (digest, pointer.to_owned(), value.to_owned()));
    }
}

#[test]
fn what_cannot_be_answered_is_an_error() {
    let document = document(2);
    for (pointer, document, reason) in [
        ("/accounts/2/balance", document.as_str(), "NotFound"),
        ("/accounts", &document[1..], "NotJson"),
        ("/accounts", "", "NotJson"),
    ] {
        let (execution, stderr) = query(pointer, document);
        assert_eq!(execution.exit_code, 1);
        assert!(stderr.contains(reason), "{stderr}");
        assert!(execution.journal.as_bytes().is_empty());
    }
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = input("/accounts/1/balance", &document(2)).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
