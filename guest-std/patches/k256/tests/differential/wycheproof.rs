use k256::EncodedPoint;
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};

/// What Project Wycheproof says of a signature, and upstream, which wants the lower of two `s`.
#[test]
fn signatures_are_what_wycheproof_says() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/ecdsa_secp256k1_sha256.txt"
    );
    let vectors = std::fs::read_to_string(path).unwrap();
    let mut num_valid = 0;
    for vector in vectors.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = vector.splitn(5, ' ').collect();
        let [key, message, signature, validity, about] = fields[..] else {
            panic!("a vector has five fields: {vector}");
        };
        let [key, message, signature] =
            [key, message, signature].map(|field| hex::decode(field).unwrap_or_default());
        let encoded = EncodedPoint::from_untagged_bytes(key.as_slice().into());
        let key = VerifyingKey::from_encoded_point(&encoded);
        let is_valid = match (&key, Signature::from_slice(&signature)) {
            (Ok(key), Ok(signature)) => {
                let low = signature.normalize_s();
                if low.is_some() {
                    assert!(key.verify(&message, &signature).is_err(), "{about}: high s");
                }
                key.verify(&message, &low.unwrap_or(signature)).is_ok()
            }
            _ => false,
        };
        assert_eq!(is_valid, validity == "valid", "{about}");
        num_valid += usize::from(is_valid);
    }
    assert!(num_valid > 100, "{num_valid}");
}
