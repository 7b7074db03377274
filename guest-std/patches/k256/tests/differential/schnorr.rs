use k256::schnorr::signature::hazmat::{PrehashSigner, PrehashVerifier, RandomizedPrehashSigner};
use k256::schnorr::signature::{RandomizedSigner, Signer, Verifier};
use k256::schnorr::{Signature, SigningKey, VerifyingKey};
use k256::{AffinePoint, PublicKey, SecretKey};
use k256_original::schnorr as their;

use crate::values::{Rng, numbers};

/// Whether both verify a signature.
fn check(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (ours, theirs) = (
        VerifyingKey::from_bytes(key),
        their::VerifyingKey::from_bytes(key),
    );
    assert_eq!(ours.is_ok(), theirs.is_ok());
    let (signature, their_signature) = (
        Signature::try_from(&signature[..]),
        their::Signature::try_from(&signature[..]),
    );
    assert_eq!(signature.is_ok(), their_signature.is_ok());
    let (Ok(ours), Ok(theirs)) = (ours, theirs) else {
        return false;
    };
    assert_eq!(ours.to_bytes(), theirs.to_bytes());
    let (Ok(signature), Ok(their_signature)) = (signature, their_signature) else {
        return false;
    };
    assert_eq!(signature.to_bytes(), their_signature.to_bytes());
    let is_valid = ours.verify_raw(message, &signature).is_ok();
    assert_eq!(is_valid, theirs.verify_raw(message, &their_signature).is_ok());
    is_valid
}

#[test]
fn signatures_are_the_same() {
    let mut rng = Rng(11);
    for number in 0..8 {
        let secret = rng.bytes();
        let (key, their_key) = (
            SigningKey::from_bytes(&secret).unwrap(),
            their::SigningKey::from_bytes(&secret).unwrap(),
        );
        assert_eq!(key.to_bytes(), their_key.to_bytes());
        let message = &secret[..number * 4];
        let aux = rng.bytes();
        let signature = key.sign_raw(message, &aux).unwrap();
        assert_eq!(
            signature.to_bytes(),
            their_key.sign_raw(message, &aux).unwrap().to_bytes()
        );
        let public: [u8; 32] = key.verifying_key().to_bytes().into();
        assert!(check(&public, message, &signature.to_bytes()));
        assert_eq!(
            key.sign_prehash_with_aux_rand(&aux, &aux).unwrap().to_bytes(),
            their_key
                .sign_prehash_with_aux_rand(&aux, &aux)
                .unwrap()
                .to_bytes()
        );
        assert_eq!(key.sign(message).to_bytes(), their_key.sign(message).to_bytes());
        assert!(key.verifying_key().verify(message, &key.sign(message)).is_ok());
        let prehash: Signature = key.sign_prehash(message).unwrap();
        assert_eq!(
            prehash.to_bytes(),
            their_key.sign_prehash(message).unwrap().to_bytes()
        );
        assert!(key.verifying_key().verify_prehash(message, &prehash).is_ok());
        let random = key.sign_with_rng(&mut rng.clone(), message);
        assert_eq!(
            random.to_bytes(),
            their_key.sign_with_rng(&mut rng.clone(), message).to_bytes()
        );
        let random: Signature = key.sign_prehash_with_rng(&mut rng.clone(), message).unwrap();
        let expected = their_key
            .sign_prehash_with_rng(&mut rng.clone(), message)
            .unwrap();
        assert_eq!(random.to_bytes(), expected.to_bytes());
        for bit in (0..512).step_by(41) {
            let mut other = signature.to_bytes();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!check(&public, message, &other));
        }
        assert!(!check(&public, b"another message", &signature.to_bytes()));
    }
}

#[test]
fn the_same_bytes_are_keys_and_signatures() {
    let key = SigningKey::random(&mut Rng(12));
    let signature = key.sign(b"a message").to_bytes();
    let public: [u8; 32] = key.verifying_key().to_bytes().into();
    for number in numbers(10) {
        let ours = SigningKey::from_bytes(&number).map(|key| key.verifying_key().to_bytes());
        let theirs = their::SigningKey::from_bytes(&number).map(|key| key.verifying_key().to_bytes());
        assert_eq!(ours.ok(), theirs.ok());
        check(&number, b"a message", &signature);
        for half in [0, 32] {
            let mut other = signature;
            other[half..half + 32].copy_from_slice(&number);
            assert!(!check(&public, b"a message", &other));
        }
    }
    for len in [0, 31, 33, 63, 65] {
        assert!(Signature::try_from(&[1; 80][..len]).is_err());
        assert!(VerifyingKey::from_bytes(&[1; 80][..len]).is_err());
        assert!(SigningKey::from_bytes(&[1; 80][..len]).is_err());
    }
}

#[test]
fn keys_become_what_they_are() {
    let secret = SecretKey::random(&mut Rng(13));
    let key = SigningKey::from(&secret);
    let by_reference: &VerifyingKey = key.as_ref();
    assert_eq!(key.verifying_key(), by_reference);
    let public: PublicKey = key.verifying_key().into();
    assert_eq!(VerifyingKey::try_from(&public).unwrap(), *key.verifying_key());
    let point: AffinePoint = key.verifying_key().into();
    assert_eq!(point, *public.as_affine());
    let negative = PublicKey::from_affine(-point).unwrap();
    assert!(VerifyingKey::try_from(negative).is_err());
    let signature = key.sign(b"");
    assert_eq!(signature, Signature::try_from(&signature.to_bytes()[..]).unwrap());
    assert_eq!(
        format!("{signature:?}"),
        format!(
            "{:?}",
            their::Signature::try_from(&signature.to_bytes()[..]).unwrap()
        )
    );
}
