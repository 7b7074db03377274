use std::io;

use k256::ecdsa::Signature;
use sha2::{Digest, Sha256};
use zisk_host::{Execution, ExecutorEnv, Input, Prover};

use super::{ELF, IMAGE_ID, Signed, Verified, sign};

fn verify(signed: &[Signed]) -> Execution {
    let input = Input::new().write(signed).unwrap();
    ExecutorEnv::new().stderr(io::sink()).execute(ELF, input).unwrap()
}

#[test]
fn journal_holds_keys_and_digests() {
    for count in [0, 2] {
        let signed: Vec<Signed> = (0..count).map(|index| sign(index).unwrap()).collect();
        let execution = verify(&signed);
        assert_eq!(execution.exit_code, 0);
        let expected: Vec<Verified> = signed
            .into_iter()
            .map(|(key, _, message)| (key, Sha256::digest(message).into()))
            .collect();
        assert_eq!(execution.journal.decode::<Vec<Verified>>().unwrap(), expected);
    }
}

#[test]
fn invalid_signatures_are_refused() {
    let valid = sign(1).unwrap();
    let with = |change: &dyn Fn(&mut Signed)| {
        let mut changed = valid.clone();
        change(&mut changed);
        changed
    };
    let flipped_bit = with(&|(_, signature, _)| signature[40] ^= 1);
    let other_message = with(&|(_, _, message)| message.push(b'!'));
    let other_key = with(&|(key, ..)| *key = sign(2).unwrap().0);
    let mirrored = with(&|(_, signature, _)| *signature = mirror(signature));
    for flawed in [flipped_bit, other_message, other_key, mirrored] {
        let execution = verify(&[valid.clone(), flawed]);
        assert_eq!(execution.exit_code, 1);
        assert!(execution.journal.as_bytes().is_empty());
    }
}

/// The other signature that the equation admits, with n - s for s. k256 refuses it, so that nobody can make a
/// second valid signature from one they have seen.
fn mirror(signature: &[u8]) -> Vec<u8> {
    let (r, s) = Signature::from_slice(signature).unwrap().split_scalars();
    Signature::from_scalars(r, -*s).unwrap().to_bytes().to_vec()
}

fn prove(signatures: u8, hiding: bool) {
    let signatures: Vec<_> = (0..signatures).map(|number| sign(number).unwrap()).collect();
    let input = Input::new().write(&signatures).unwrap();
    let mut prover = Prover::builder().hiding(hiding).build().unwrap();
    let receipt = prover.prove(ELF, &input).unwrap().receipt;
    assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
}

/// Of no signature, which is quick.
#[test]
fn a_receipt_is_of_this_guest() {
    prove(0, true);
    prove(0, false);
}

#[test]
#[ignore = "proves more than a million instructions: minutes without optimisation"]
fn a_receipt_is_of_a_signature() {
    prove(1, true);
}
