//! The same work with coprocessors and without, to see what they save.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;

use k256::EncodedPoint;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, VerifyingKey};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};
use zisk_guest::{io, journal, secp256k1};

zisk_guest::entry!(main);

/// What is asked for that there is not.
#[derive(Debug)]
#[allow(dead_code, reason = "read by Debug alone")]
enum Refused {
    UnknownTask(u8),
    WrongSignature(usize),
    NoModulus,
}

/// Bytes of a hash, a signature of it and the key.
const SIGNED_LEN: usize = 32 + 64 + 64;

fn main() -> Result<(), Refused> {
    let (task, data): (u8, &[u8]) = (io::read(), io::read_slice());
    match task {
        0 => journal::commit_slice(&zisk_guest::sha256(data)),
        1 => journal::commit_slice(&Sha256::digest(data)),
        2 => journal::commit_slice(&zisk_guest::keccak256(data)),
        3 => {
            let mut digest = [0; 32];
            let mut hasher = Keccak::v256();
            hasher.update(data);
            hasher.finalize(&mut digest);
            journal::commit_slice(&digest);
        }
        4 => verify(data, secp256k1::verify)?,
        5 => verify(data, verify_in_software)?,
        6 => {
            let [base, exponent] = [io::read_slice(), io::read_slice()];
            journal::commit_slice(&zisk_guest::modexp(base, exponent, data));
        }
        7 => {
            let [base, exponent, m] = [io::read_slice(), io::read_slice(), data].map(BigUint::from_bytes_be);
            if m == BigUint::ZERO {
                return Err(Refused::NoModulus);
            }
            journal::commit_slice(&base.modpow(&exponent, &m).to_bytes_be());
        }
        other => return Err(Refused::UnknownTask(other)),
    }
    Ok(())
}

/// Checks signatures and commits the keys.
fn verify(data: &[u8], verify: fn(&[u8; 32], &[u8; 64], &[u8; 64]) -> bool) -> Result<(), Refused> {
    let signed: Vec<&[u8; SIGNED_LEN]> = data.as_chunks().0.iter().collect();
    for (index, signed) in signed.into_iter().enumerate() {
        let (hash, rest) = signed.split_first_chunk().ok_or(Refused::WrongSignature(index))?;
        let (signature, key) = rest.split_first_chunk().ok_or(Refused::WrongSignature(index))?;
        let key = key.first_chunk().ok_or(Refused::WrongSignature(index))?;
        if !verify(hash, signature, key) {
            return Err(Refused::WrongSignature(index));
        }
        journal::commit_slice(key);
    }
    Ok(())
}

fn verify_in_software(hash: &[u8; 32], signature: &[u8; 64], key: &[u8; 64]) -> bool {
    let key = EncodedPoint::from_untagged_bytes(key.into());
    let (Ok(key), Ok(signature)) = (
        VerifyingKey::from_encoded_point(&key),
        Signature::from_slice(signature),
    ) else {
        return false;
    };
    key.verify_prehash(hash, &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use k256::ecdsa::SigningKey;
    use k256::ecdsa::signature::hazmat::PrehashSigner;
    use zisk_guest::testing::{Outcome, run};

    fn outcome(task: u8, data: &[u8]) -> Outcome {
        run(super::main, |input| {
            input.write(&task);
            input.write_slice(data);
        })
    }

    fn digest(task: u8) -> Vec<u8> {
        let outcome = outcome(task, b"a message");
        assert_eq!(outcome.exit_code, 0);
        outcome.journal
    }

    #[test]
    fn with_and_without_is_the_same() {
        assert_eq!(digest(0), digest(1));
        assert_eq!(digest(2), digest(3));
        assert_ne!(digest(0), digest(2));
    }

    #[test]
    fn signatures_are_checked_with_and_without() {
        let (key, hash) = (SigningKey::from_slice(&[7; 32]).unwrap(), [9; 32]);
        let signature: k256::ecdsa::Signature = key.sign_prehash(&hash).unwrap();
        let public = key.verifying_key().to_encoded_point(false);
        let mut signed = [&hash[..], &signature.to_bytes(), &public.as_bytes()[1..]].concat();
        for task in [4, 5] {
            let outcome = outcome(task, &signed);
            assert_eq!(
                (outcome.exit_code, &outcome.journal[..]),
                (0, &public.as_bytes()[1..])
            );
        }
        signed[0] ^= 1;
        for task in [4, 5] {
            assert_eq!(outcome(task, &signed).exit_code, 1);
        }
    }

    #[test]
    fn powers_are_computed_with_and_without() {
        for (modulus, exit_codes) in [(&[0xab; 40][..], [0, 0]), (&[0; 3], [0, 1])] {
            let outcomes = [6_u8, 7].map(|task| {
                run(super::main, |input| {
                    input.write(&task);
                    for operand in [modulus, &[0xcd; 50], &[3, 7]] {
                        input.write_slice(operand);
                    }
                })
            });
            assert_eq!([0, 1].map(|index| outcomes[index].exit_code), exit_codes);
            assert_eq!(outcomes[0].journal == outcomes[1].journal, exit_codes == [0, 0]);
        }
    }

    #[test]
    fn another_task_is_an_error() {
        assert_eq!(outcome(9, b"").exit_code, 1);
    }
}
