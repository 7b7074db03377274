use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use k256::{AffinePoint, PublicKey, Scalar, schnorr};
use k256_original as upstream;
use serde_json::{from_str, to_string};

use crate::points::points;
use crate::scalars::scalars;

#[test]
fn values_are_written_and_read_the_same() {
    for (ours, theirs) in scalars(5) {
        let text = to_string(&ours).unwrap();
        assert_eq!(text, to_string(&theirs).unwrap());
        assert_eq!(from_str::<Scalar>(&text).unwrap(), ours);
    }
    for (ours, theirs) in points() {
        let text = to_string(&ours.to_affine()).unwrap();
        assert_eq!(text, to_string(&theirs.to_affine()).unwrap());
        let read = from_str::<AffinePoint>(&text).map(|point| point == ours.to_affine());
        assert!(read.unwrap());
    }
    for text in [
        "\"\"",
        "\"00\"",
        "\"05\"",
        "\"zz\"",
        "7",
        "\"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
    ] {
        assert_eq!(
            from_str::<Scalar>(text).is_ok(),
            from_str::<upstream::Scalar>(text).is_ok()
        );
        assert_eq!(
            from_str::<AffinePoint>(text).is_ok(),
            from_str::<upstream::AffinePoint>(text).is_ok()
        );
    }
}

#[test]
fn keys_and_signatures_are_written_and_read_the_same() {
    let (key, their_key) = (
        SigningKey::from_slice(&[5; 32]).unwrap(),
        upstream::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap(),
    );
    let public = PublicKey::from(key.verifying_key());
    let text = to_string(&public).unwrap();
    assert_eq!(
        text,
        to_string(&upstream::PublicKey::from(their_key.verifying_key())).unwrap()
    );
    assert_eq!(from_str::<PublicKey>(&text).unwrap(), public);
    let signature: Signature = key.sign(b"a message");
    let their_signature: upstream::ecdsa::Signature = their_key.sign(b"a message");
    assert_eq!(
        to_string(&signature).unwrap(),
        to_string(&their_signature).unwrap()
    );
    let (key, their_key) = (
        schnorr::SigningKey::from_bytes(&[5; 32]).unwrap(),
        upstream::schnorr::SigningKey::from_bytes(&[5; 32]).unwrap(),
    );
    let text = to_string(key.verifying_key()).unwrap();
    assert_eq!(text, to_string(their_key.verifying_key()).unwrap());
    assert_eq!(
        from_str::<schnorr::VerifyingKey>(&text).unwrap(),
        *key.verifying_key()
    );
    let text = to_string(&key).unwrap();
    assert_eq!(text, to_string(&their_key).unwrap());
    assert_eq!(
        from_str::<schnorr::SigningKey>(&text).unwrap().to_bytes(),
        key.to_bytes()
    );
}
