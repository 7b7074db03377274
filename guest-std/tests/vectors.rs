//! Digests, signatures and powers as others compute and check them.

use sha2::{Digest, Sha256};
use zisk_guest::secp256k1::{address, ecrecover, verify};
use zisk_guest::{keccak256, modexp, sha256};

/// The fields of the lines of a file that are no comments.
fn lines(file: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.splitn(5, ' ').collect())
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().as_chunks::<2>().0;
    let byte = |digits: &[u8; 2]| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap();
    if hex == "-" {
        Vec::new()
    } else {
        digits.iter().map(byte).collect()
    }
}

#[test]
fn digests_are_those_of_nist_and_of_the_keccak_team() {
    for (file, hash, least) in [
        (
            include_str!("../../tests/vectors/sha256.txt"),
            sha256 as fn(&[u8]) -> [u8; 32],
            31,
        ),
        (include_str!("../../tests/vectors/keccak256.txt"), keccak256, 11),
    ] {
        for fields in lines(file) {
            let [message, digest] = fields[..] else {
                panic!("a line has two fields: {fields:?}")
            };
            assert_eq!(hash(&bytes(message))[..], bytes(digest), "{message}");
        }
        assert!(lines(file).count() >= least);
    }
}

#[test]
fn signatures_of_wycheproof_are_what_they_are_said_to_be() {
    let mut counts = [0, 0];
    for fields in lines(include_str!("../../tests/vectors/ecdsa_secp256k1_sha256.txt")) {
        let [key, message, signature, result, comment] = fields[..] else {
            panic!("a line has five fields: {fields:?}")
        };
        let hash = Sha256::digest(bytes(message)).into();
        let (key, signature) = (bytes(key), bytes(signature));
        let is_valid = verify(
            &hash,
            signature[..].try_into().unwrap(),
            key[..].try_into().unwrap(),
        );
        assert_eq!(is_valid, result == "valid", "{comment}");
        counts[usize::from(is_valid)] += 1;
        // Of a valid one, one of the keys that there may be is the key.
        if is_valid {
            let recovered = (0..4).filter_map(|id| ecrecover(&hash, signature[..].try_into().unwrap(), id));
            assert!(
                recovered.into_iter().any(|recovered| recovered[..] == key),
                "{comment}"
            );
        }
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

#[test]
fn addresses_are_those_of_ethereum() {
    for fields in lines(include_str!("../../tests/vectors/ecrecover.txt")) {
        let [input, output] = fields[..] else {
            panic!("a line has two fields: {fields:?}")
        };
        let (input, output) = (bytes(input), bytes(output));
        // `v` is a number of 256 bits; what is behind 128 bytes is not looked at.
        let id = match input[32..64].split_last().unwrap() {
            (v @ (27 | 28), zeros) if zeros.iter().all(|zero| *zero == 0) => Some(v - 27),
            _ => None,
        };
        let hash = input[..32].try_into().unwrap();
        let key = id.and_then(|id| ecrecover(hash, input[64..128].try_into().unwrap(), id));
        let expected = output.get(12..).map(<[u8]>::to_vec);
        assert_eq!(key.map(|key| address(&key).to_vec()), expected);
    }
}

#[test]
fn powers_are_those_of_ethereum() {
    for fields in lines(include_str!("../../tests/vectors/modexp.txt")) {
        let [name, base, exponent, modulus, result] = fields[..] else {
            panic!("a line has five fields: {fields:?}")
        };
        let power = modexp(&bytes(base), &bytes(exponent), &bytes(modulus));
        assert_eq!(power, bytes(result), "{name}");
    }
}
