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
        for ((_, tasks), expected) in TASKS[..2].iter().zip([Sha256::digest(&data).into(), keccak]) {
            for task in tasks {
                assert_eq!(
                    run(*task, &[&data]).unwrap().journal.as_bytes(),
                    expected,
                    "{len} bytes"
                );
            }
        }
    }
}

#[test]
fn signatures_are_checked_with_and_without() {
    let mut signed = signed(2).unwrap();
    let keys = [&signed[96..160], &signed[256..]].concat();
    for task in [4, 5] {
        assert_eq!(run(task, &[&signed]).unwrap().journal.as_bytes(), keys);
    }
    signed[160] ^= 1;
    for task in [4, 5] {
        assert!(
            run(task, &[&signed])
                .unwrap_err()
                .to_string()
                .contains("exit code 1")
        );
    }
}

#[test]
fn powers_are_computed_with_and_without() {
    let power = [odd(300, 0xd3), odd(299, 0x65), odd(20, 0xb7)];
    let [with, without] = [6, 7].map(|task| run(task, &power).unwrap().journal.as_bytes().to_vec());
    assert_eq!(with, without);
}

#[test]
fn another_task_is_exit_code_1() {
    assert!(run(99, &[b""]).unwrap_err().to_string().contains("exit code 1"));
}

#[test]
fn receipts_are_of_this_guest() {
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let signed = signed(1).unwrap();
        for (task, data) in [
            (0_u8, &b"a message"[..]),
            (2, b"a message"),
            (4, &signed),
            (6, &[0xab; 70]),
        ] {
            // Behind the modulus of a power, its base and its exponent.
            let input = Input::new().write(&task).unwrap().write_slice(data);
            let input = input.write_slice(b"base").write_slice(&[3]);
            let receipt = prover.prove(ELF, &input).unwrap().receipt;
            assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
        }
    }
}
