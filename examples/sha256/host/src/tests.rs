use std::io;

use zisk_host::{ExecutorEnv, Input, Prover, execute};

use super::{ELF, IMAGE_ID};

/// The digests of FIPS 180-4's examples: no bytes, `abc`, two blocks; and 10,000 zero bytes.
#[test]
fn digests_are_the_standards() {
    let examples: [(&[u8], &str); 4] = [
        (
            b"",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (
            &[0; 10_000],
            "95b532cc4381affdff0d956e12520a04129ed49d37e154228368fe5621f0b9a2",
        ),
    ];
    for (message, digest) in examples {
        let execution = execute(ELF, Input::from_bytes(message)).unwrap();
        assert_eq!(execution.exit_code, 0);
        assert_eq!(hex::encode(&execution.journal), digest, "{} bytes", message.len());
    }
}

#[test]
fn missing_input_is_exit_code_103() {
    let environment = ExecutorEnv::new().stderr(io::sink());
    let execution = environment.execute(ELF, Input::new()).unwrap();
    assert_eq!(execution.exit_code, 103);
    assert!(execution.journal.as_bytes().is_empty());
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = Input::from_bytes(b"abc");
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
