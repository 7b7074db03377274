use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};
use zisk_host::Prover;

use super::*;

#[test]
fn digests_are_those_of_others_with_and_without() {
    for len in [0, 1, 135, 136, 1000] {
        let data: Vec<u8> = (0..len).map(|i: u32| i as u8).collect();
        let mut keccak = [0; 32];
        let mut hasher = Keccak::v256();
        hasher.update(&data);
        hasher.finalize(&mut keccak);
        for ((_, tasks), expected) in TASKS.iter().zip([Sha256::digest(&data).into(), keccak]) {
            for task in tasks {
                assert_eq!(
                    run(*task, &data).unwrap().journal.as_bytes(),
                    expected,
                    "{len} bytes"
                );
            }
        }
    }
}

#[test]
fn another_task_is_exit_code_1() {
    assert!(run(99, &[]).unwrap_err().to_string().contains("exit code 1"));
}

#[test]
fn receipts_are_of_this_guest() {
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        for task in [0_u8, 2] {
            let input = Input::new().write(&task).unwrap().write_slice(b"a message");
            let receipt = prover.prove(ELF, &input).unwrap().receipt;
            assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
        }
    }
}
