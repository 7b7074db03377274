//! Verifies ECDSA signatures over secp256k1 with the `k256` crate.
//!
//! Input: the number of signatures, and for each a [`Signed`]. The journal holds the number, and for each the
//! key and the SHA-256 digest of the message. One invalid signature, and the guest fails.

#![no_std]
#![cfg_attr(not(test), no_main)]

use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{Signature, VerifyingKey};
use zisk_guest::{cycles, io, journal};

zisk_guest::entry!(main);

/// A key in SEC1 encoding, a signature as r and s (64 bytes), the message.
type Signed = (&'static [u8], &'static [u8], &'static [u8]);

/// What is wrong with the signature of this index.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(not(test), expect(dead_code, reason = "`main` shows the indices through `Debug`"))]
enum Rejected {
    InvalidKey(u32),
    MalformedSignature(u32),
    WrongSignature(u32),
}

fn main() -> Result<(), Rejected> {
    let num_signatures: u32 = io::read();
    journal::commit(&num_signatures);
    for index in 0..num_signatures {
        let (key, signature, message): Signed = io::read();
        let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| Rejected::InvalidKey(index))?;
        let signature = Signature::from_slice(signature).map_err(|_| Rejected::MalformedSignature(index))?;
        // Much faster than k256's own hash: this one is a coprocessor.
        let digest = zisk_guest::sha256(message);
        {
            let _scope = cycles::scope("verify");
            key.verify_prehash(&digest, &signature).map_err(|_| Rejected::WrongSignature(index))?;
        }
        journal::commit(&(key.to_encoded_point(true).as_bytes(), digest));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::signature::Signer;
    use k256::ecdsa::{Signature, SigningKey};
    use zisk_guest::testing::{Outcome, run};

    fn verify(key: &[u8], signature: &[u8], message: &[u8]) -> Outcome {
        run(super::main, |input| {
            input.write(&1u32);
            input.write(&(key, signature, message));
        })
    }

    #[test]
    fn a_valid_signature_is_committed() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let signature: Signature = key.sign(b"message");
        let public = key.verifying_key().to_encoded_point(true);
        let outcome = verify(public.as_bytes(), &signature.to_bytes(), b"message");
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        let expected = (1, public.as_bytes(), zisk_guest::sha256(b"message"));
        assert_eq!(outcome.decode_journal::<(u32, &[u8], [u8; 32])>(), Ok(expected));
    }

    #[test]
    fn each_flaw_has_its_error() {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let signature: Signature = key.sign(b"message");
        let (public, signature) = (key.verifying_key().to_encoded_point(true), signature.to_bytes());
        for (key, signature, message, error) in [
            (&[2; 33][..33], &signature[..], &b"message"[..], "WrongSignature(0)"),
            (&[9; 33], &signature, b"message", "InvalidKey(0)"),
            (public.as_bytes(), &signature[1..], b"message", "MalformedSignature(0)"),
            (public.as_bytes(), &[0; 64], b"message", "MalformedSignature(0)"),
            (public.as_bytes(), &signature, b"massage", "WrongSignature(0)"),
        ] {
            let outcome = verify(key, signature, message);
            assert_eq!((outcome.exit_code, outcome.stderr), (1, format_error(error)));
        }
    }

    fn format_error(error: &str) -> std::string::String {
        std::format!("Error: {error}\n")
    }

    extern crate std;
}
