use k256::ecdsa::hazmat::{SignPrimitive, VerifyPrimitive};
use k256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use k256::ecdsa::signature::{Signer, Verifier};
use k256::ecdsa::{DerSignature, RecoveryId, Signature, SigningKey, VerifyingKey};
use k256::elliptic_curve::ff::PrimeField;
use k256::{FieldBytes, Scalar};
use k256_original as upstream;
use upstream::ecdsa as their;

use crate::values::{Bytes, Rng, numbers};

fn keys(rng: &mut Rng) -> (SigningKey, their::SigningKey) {
    let bytes = rng.bytes();
    (
        SigningKey::from_slice(&bytes).unwrap(),
        their::SigningKey::from_slice(&bytes).unwrap(),
    )
}

fn sec1(key: &VerifyingKey) -> Vec<u8> {
    key.to_encoded_point(false).as_bytes().to_vec()
}

fn their_sec1(key: &their::VerifyingKey) -> Vec<u8> {
    key.to_encoded_point(false).as_bytes().to_vec()
}

/// Whether both verify a signature, and the same keys that both recover from it.
fn check(key: &VerifyingKey, their_key: &their::VerifyingKey, hash: &[u8], signature: &[u8]) -> bool {
    let (ours, theirs) = (
        Signature::from_slice(signature),
        their::Signature::from_slice(signature),
    );
    assert_eq!(ours.is_ok(), theirs.is_ok());
    let (Ok(ours), Ok(theirs)) = (ours, theirs) else {
        return false;
    };
    let is_valid = key.verify_prehash(hash, &ours).is_ok();
    assert_eq!(is_valid, their_key.verify_prehash(hash, &theirs).is_ok());
    for id in 0..4 {
        let recovered = VerifyingKey::recover_from_prehash(hash, &ours, RecoveryId::from_byte(id).unwrap());
        let id = their::RecoveryId::from_byte(id).unwrap();
        let expected = their::VerifyingKey::recover_from_prehash(hash, &theirs, id);
        assert_eq!(
            recovered.ok().map(|key| sec1(&key)),
            expected.ok().map(|key| their_sec1(&key))
        );
    }
    assert_eq!(
        ours.normalize_s().map(|low| low.to_bytes()),
        theirs.normalize_s().map(|low| low.to_bytes())
    );
    is_valid
}

#[test]
fn signatures_are_the_same() {
    let mut rng = Rng(8);
    for _ in 0..12 {
        let (key, their_key) = keys(&mut rng);
        assert_eq!(sec1(key.verifying_key()), their_sec1(their_key.verifying_key()));
        let hash = rng.bytes();
        let (signature, id) = key.sign_prehash_recoverable(&hash).unwrap();
        let (expected, their_id) = their_key.sign_prehash_recoverable(&hash).unwrap();
        assert_eq!(
            (signature.to_bytes(), id.to_byte()),
            (expected.to_bytes(), their_id.to_byte())
        );
        let of_message: Signature = key.sign(&hash);
        let expected: their::Signature = their_key.sign(&hash);
        assert_eq!(of_message.to_bytes(), expected.to_bytes());
        assert!(key.verifying_key().verify(&hash, &of_message).is_ok());
        let der: DerSignature = key.sign(&hash);
        assert_eq!(der.as_bytes(), expected.to_der().as_bytes());
        assert!(key.verifying_key().verify(&hash, &der).is_ok());
        assert_eq!(
            RecoveryId::trial_recovery_from_prehash(key.verifying_key(), &hash, &signature).unwrap(),
            id
        );
        assert_eq!(
            VerifyingKey::recover_from_prehash(&hash, &signature, id).unwrap(),
            *key.verifying_key()
        );
    }
}

/// Hashes and nonces that none has, so that both halves of `s` and reduced hashes appear.
#[test]
fn primitives_are_the_same() {
    let all = numbers(8);
    let secret: Bytes = Rng(9).bytes();
    let ours: Scalar = Scalar::from_repr(secret.into()).unwrap();
    let theirs = upstream::Scalar::from_repr(secret.into()).unwrap();
    let point = (k256::ProjectivePoint::GENERATOR * ours).to_affine();
    for nonce in &all {
        let Some(k) = Option::<Scalar>::from(Scalar::from_repr((*nonce).into())) else {
            continue;
        };
        let their_k = upstream::Scalar::from_repr((*nonce).into()).unwrap();
        for hash in all.iter().step_by(5) {
            let hash: FieldBytes = (*hash).into();
            let signed = ours.try_sign_prehashed(k, &hash);
            let expected = their::hazmat::SignPrimitive::try_sign_prehashed(&theirs, their_k, &hash);
            if let Ok((signature, _)) = &signed {
                assert!(point.verify_prehashed(&hash, signature).is_ok());
            }
            assert_eq!(
                signed
                    .ok()
                    .map(|(signature, id)| (signature.to_bytes(), id.map(RecoveryId::to_byte))),
                expected
                    .ok()
                    .map(|(signature, id)| (signature.to_bytes(), id.map(their::RecoveryId::to_byte)))
            );
        }
    }
}

#[test]
fn the_same_signatures_are_refused() {
    let mut rng = Rng(10);
    let (key, their_key) = keys(&mut rng);
    let (key, their_key, signing) = (key.verifying_key(), their_key.verifying_key(), key.clone());
    let hash = rng.bytes();
    let signature: Signature = signing.sign_prehash(&hash).unwrap();
    let bytes: [u8; 64] = signature.to_bytes().into();
    assert!(check(key, their_key, &hash, &bytes));
    // Hashes of other lengths: cut or filled up.
    for len in [0, 15, 16, 31, 33, 64] {
        let mut long = hash.to_vec();
        long.resize(len, 7);
        assert_eq!(check(key, their_key, &long, &bytes), len > 32);
    }
    let (r, s) = signature.split_scalars();
    let high = Signature::from_scalars(r, -s).unwrap();
    assert!(!check(key, their_key, &hash, &high.to_bytes()));
    for bit in (0..512).step_by(37).chain([511]) {
        let mut other = bytes;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(!check(key, their_key, &hash, &other), "bit {bit}");
    }
    for number in numbers(0) {
        for half in [0, 32] {
            let mut other = bytes;
            other[half..half + 32].copy_from_slice(&number);
            assert!(!check(key, their_key, &hash, &other));
            assert!(!check(key, their_key, &number, &other));
        }
    }
    for bytes in [&bytes[..63], &[], &[1; 65]] {
        assert!(!check(key, their_key, &hash, bytes));
    }
    for mut der in [signature.to_der().as_bytes().to_vec(), vec![0x30; 8]] {
        for index in 0..der.len().min(8) {
            der[index] ^= 1;
            assert_eq!(
                DerSignature::from_bytes(&der).is_ok(),
                their::DerSignature::from_bytes(&der).is_ok()
            );
            assert_eq!(
                Signature::from_der(&der).is_ok(),
                their::Signature::from_der(&der).is_ok()
            );
            der[index] ^= 1;
        }
    }
}

/// Signatures whose sums meet infinity and doubles: keys that are small multiples of the generator, signed with small nonces.
#[test]
fn sums_that_are_special_are_checked_the_same() {
    for secret in 1..5_u8 {
        let mut bytes = [0; 32];
        bytes[31] = secret;
        let (key, their_key) = (
            SigningKey::from_slice(&bytes).unwrap(),
            their::SigningKey::from_slice(&bytes).unwrap(),
        );
        let (key, their_key) = (key.verifying_key(), their_key.verifying_key());
        for x in 1..4_u64 {
            for hash in numbers(0) {
                // r and s such that u1 and u2 are of any small ratio; nearly none is a signature.
                let r = (k256::ProjectivePoint::GENERATOR * Scalar::from(x)).to_affine();
                let r = k256::elliptic_curve::point::AffineCoordinates::x(&r);
                for s in [1_u64, 2, 3] {
                    let Ok(signature) = Signature::from_scalars(r, Scalar::from(s)) else {
                        continue;
                    };
                    check(key, their_key, &hash, &signature.to_bytes());
                    let minus_r = -*signature.r();
                    let hash: [u8; 32] = (minus_r * Scalar::from(u64::from(secret))).to_bytes().into();
                    check(key, their_key, &hash, &signature.to_bytes());
                }
            }
        }
    }
}
