use std::sync::LazyLock;

use zisk_host::{Execution, ExecutorEnv, ImageId};

use super::{fibonacci_receipt, run};

/// Proven once for all tests.
static RECEIPT: LazyLock<(ImageId, Vec<u8>)> = LazyLock::new(|| fibonacci_receipt().unwrap());

/// What the Fibonacci guest commits after 20 steps: postcard's encoding of (20, 6765, 3027).
const JOURNAL: &[u8] = &[20, 0xed, 0x34, 0xd3, 0x17];

/// How the guest ended, and what it printed about it.
fn verify(image_id: ImageId, receipt: &[u8]) -> (Execution, String) {
    let mut stderr = Vec::new();
    let execution = run(ExecutorEnv::new().stderr(&mut stderr), image_id, receipt).unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

fn assert_refused(image_id: ImageId, receipt: &[u8], reason: &str) {
    let (execution, stderr) = verify(image_id, receipt);
    assert_eq!(execution.exit_code, 1);
    assert!(stderr.contains(reason), "{stderr}");
    assert!(execution.journal.as_bytes().is_empty());
}

/// Where the journal stands in the receipt's bytes.
fn journal_start(receipt: &[u8]) -> usize {
    let starts = |window: &[u8]| window == JOURNAL;
    receipt.windows(JOURNAL.len()).position(starts).unwrap()
}

#[test]
fn journal_holds_image_id_and_inner_journal() {
    let (image_id, receipt) = &*RECEIPT;
    let (execution, stderr) = verify(*image_id, receipt);
    assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
    let expected = (*image_id, JOURNAL.to_vec());
    assert_eq!(
        execution.journal.decode::<(ImageId, Vec<u8>)>().unwrap(),
        expected
    );
}

#[test]
fn another_journal_is_refused() {
    let (image_id, mut receipt) = RECEIPT.clone();
    let start = journal_start(&receipt);
    receipt[start] ^= 1;
    let reason = "the proof does not show that the program wrote this journal";
    assert_refused(image_id, &receipt, reason);
}

#[test]
fn another_program_is_refused() {
    let (image_id, receipt) = &*RECEIPT;
    let other = ImageId(image_id.0.map(|byte| byte ^ 1));
    assert_refused(other, receipt, &format!("of program {image_id}, not of {other}"));
}

#[test]
fn an_incomplete_receipt_is_refused() {
    let (image_id, receipt) = &*RECEIPT;
    assert_refused(*image_id, &receipt[..receipt.len() / 2], "damaged or incomplete");
}
