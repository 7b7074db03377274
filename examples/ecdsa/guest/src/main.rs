//! Verifies ECDSA signatures over secp256k1 with the `k256` crate.
//!
//! The input is a list of [`Signed`]. The journal holds the key and the SHA-256 digest of the message of each.
//! If one signature is invalid, the guest fails and commits nothing.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;

use k256::EncodedPoint;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, VerifyingKey};
use zisk_guest::{cycles, io, journal};

zisk_guest::entry!(main);

/// A public key in SEC1 encoding, a signature as r and s (64 bytes), the message.
type Signed = (&'static [u8], &'static [u8], &'static [u8]);

/// What is wrong with the signature of this index.
#[derive(Debug, PartialEq, Eq)]
enum Rejected {
    InvalidKey(usize),
    MalformedSignature(usize),
    WrongSignature(usize),
}

fn main() -> Result<(), Rejected> {
    let signed: Vec<Signed> = io::read();
    let verified = signed
        .into_iter()
        .enumerate()
        .map(|(index, signed)| verify(index, signed))
        .collect::<Result<Vec<_>, _>>()?;
    let public: Vec<_> = verified
        .iter()
        .map(|(key, digest)| (key.as_bytes(), digest))
        .collect();
    journal::commit(&public);
    Ok(())
}

/// The compressed key and the message's digest, if the signature is valid.
fn verify(index: usize, (key, signature, message): Signed) -> Result<(EncodedPoint, [u8; 32]), Rejected> {
    let _scope = cycles::scope("verify");
    let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| Rejected::InvalidKey(index))?;
    let signature = Signature::from_slice(signature).map_err(|_| Rejected::MalformedSignature(index))?;
    let digest = zisk_guest::sha256(message);
    key.verify_prehash(&digest, &signature)
        .map_err(|_| Rejected::WrongSignature(index))?;
    Ok((key.to_encoded_point(true), digest))
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::vec::Vec;

    use k256::ecdsa::signature::Signer;
    use k256::ecdsa::{Signature, SigningKey};
    use zisk_guest::testing::{Outcome, run};

    fn verify(signed: &[(&[u8], &[u8], &[u8])]) -> Outcome {
        run(super::main, |input| {
            input.write(signed);
        })
    }

    #[test]
    fn valid_signatures_are_committed() {
        let signed = [3, 4].map(|seed| {
            let key = SigningKey::from_slice(&[seed; 32]).unwrap();
            let signature: Signature = key.sign(&[seed]);
            (
                key.verifying_key().to_encoded_point(true),
                signature.to_bytes(),
                [seed],
            )
        });
        let borrowed = signed
            .each_ref()
            .map(|(key, signature, message)| (key.as_bytes(), &signature[..], &message[..]));
        let outcome = verify(&borrowed);
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        let expected: Vec<_> = borrowed
            .iter()
            .map(|signed| (signed.0, zisk_guest::sha256(signed.2)))
            .collect();
        assert_eq!(outcome.decode_journal::<Vec<(&[u8], [u8; 32])>>(), Ok(expected));
    }

    #[test]
    fn each_flaw_has_its_error() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let signature: Signature = key.sign(b"message");
        let (public, signature) = (key.verifying_key().to_encoded_point(true), signature.to_bytes());
        let other = SigningKey::from_slice(&[8; 32])
            .unwrap()
            .verifying_key()
            .to_encoded_point(true);
        let valid = (public.as_bytes(), &signature[..], &b"message"[..]);
        for (flawed, error) in [
            ((other.as_bytes(), valid.1, valid.2), "WrongSignature"),
            ((&[9; 33], valid.1, valid.2), "InvalidKey"),
            ((&[], valid.1, valid.2), "InvalidKey"),
            ((valid.0, &signature[1..], valid.2), "MalformedSignature"),
            ((valid.0, &[0; 64], valid.2), "MalformedSignature"),
            ((valid.0, valid.1, b"massage"), "WrongSignature"),
        ] {
            let outcome = verify(&[valid, flawed]);
            assert_eq!(
                (outcome.exit_code, outcome.stderr),
                (1, format!("Error: {error}(1)\n"))
            );
            assert!(outcome.journal.is_empty());
        }
    }
}
