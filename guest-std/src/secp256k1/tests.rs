use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use zisk_secp256k1::modulus::FIELD;
use zisk_secp256k1::multiples;
use zisk_secp256k1::words::{ONE, ZERO};

use super::*;

fn bytes_of_theirs(key: &VerifyingKey) -> [u8; 64] {
    let encoded = key.to_encoded_point(false);
    encoded.as_bytes()[1..].try_into().unwrap()
}

/// A key, a hash and a signature of it.
fn signed(rng: &mut ChaCha12Rng) -> ([u8; 64], [u8; 32], [u8; 64], u8) {
    let key = loop {
        if let Ok(key) = SigningKey::from_slice(&rng.random::<[u8; 32]>()) {
            break key;
        }
    };
    let hash: [u8; 32] = rng.random();
    let (signature, id) = key.sign_prehash_recoverable(&hash).unwrap();
    (
        bytes_of_theirs(key.verifying_key()),
        hash,
        signature.to_bytes().into(),
        id.to_byte(),
    )
}

#[test]
fn signatures_are_those_of_others() {
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    for _ in 0..20 {
        let (key, hash, signature, id) = signed(&mut rng);
        assert!(verify(&hash, &signature, &key));
        assert_eq!(ecrecover(&hash, &signature, id), Some(key));
        for other in 0..5 {
            let expected = RecoveryId::from_byte(other).and_then(|id| {
                let signature = Signature::from_slice(&signature).unwrap();
                VerifyingKey::recover_from_prehash(&hash, &signature, id).ok()
            });
            let expected = expected.map(|key| bytes_of_theirs(&key));
            assert_eq!(ecrecover(&hash, &signature, other), expected, "{other}");
        }
        // The other half of what `s` may be.
        let [r, s] = halves(&signature);
        let mut high = signature;
        high[32..].copy_from_slice(&to_be_bytes(&ORDER.negate(&s)));
        assert!(verify(&hash, &high, &key));
        assert_eq!(ecrecover(&hash, &high, id ^ 1), Some(key));
        for bit in [0, 7, 255, 300, 511] {
            let mut other = signature;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&hash, &other, &key), "signature, bit {bit}");
            let mut other = key;
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&hash, &signature, &other), "key, bit {bit}");
        }
        let mut other = hash;
        other[31] ^= 1;
        assert!(!verify(&other, &signature, &key));
        assert!(is_below(&r, ORDER.value()));
    }
}

#[test]
fn scalars_out_of_range_are_refused() {
    let (key, hash, signature, id) = signed(&mut ChaCha12Rng::seed_from_u64(4));
    let order = *ORDER.value();
    let above = words::sum(&order, &ONE).0;
    for half in [0, 32] {
        for scalar in [ZERO, order, above, [u64::MAX; 4]] {
            let mut other = signature;
            other[half..half + 32].copy_from_slice(&to_be_bytes(&scalar));
            assert!(!verify(&hash, &other, &key), "{scalar:x?}");
            assert_eq!(ecrecover(&hash, &other, id), None, "{scalar:x?}");
        }
    }
}

#[test]
fn keys_that_are_no_points_are_refused() {
    let (_, hash, signature, _) = signed(&mut ChaCha12Rng::seed_from_u64(5));
    let mut infinity = [0; 64];
    assert!(!verify(&hash, &signature, &infinity));
    infinity[63] = 1;
    assert!(!verify(&hash, &signature, &infinity));
    // A signature by the key at `x` = 1, whose secret nobody knows: of whatever hash it comes out to be.
    let key = Point::from_x(&ONE, false).unwrap();
    let sum = multiples::with_generator(&[2, 0, 0, 0], &ONE, &key);
    let r = ORDER.reduce(sum.x());
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&to_be_bytes(&r));
    signature[32..].copy_from_slice(&to_be_bytes(&r));
    let hash = to_be_bytes(&ORDER.mul(&[2, 0, 0, 0], &r));
    let mut bytes = bytes_of(&key);
    assert!(verify(&hash, &signature, &bytes));
    // What is the same modulo the order of the field is no coordinate.
    bytes[..32].copy_from_slice(&to_be_bytes(&words::sum(FIELD.value(), &ONE).0));
    assert!(!verify(&hash, &signature, &bytes));
}

/// Points whose `x` the order was taken away from, which are too few to be met by chance.
#[test]
fn keys_are_recovered_of_points_above_the_order() {
    let mut num_recovered = 0;
    for r in 1..20 {
        let mut signature = [0; 64];
        (signature[31], signature[63]) = (r, 7);
        for id in 0..4 {
            let theirs = Signature::from_slice(&signature).unwrap();
            let theirs =
                VerifyingKey::recover_from_prehash(&[9; 32], &theirs, RecoveryId::from_byte(id).unwrap());
            let expected = theirs.ok().map(|key| bytes_of_theirs(&key));
            assert_eq!(ecrecover(&[9; 32], &signature, id), expected, "{r}, {id}");
            num_recovered += usize::from(id > 1 && expected.is_some());
        }
    }
    assert!(num_recovered > 10, "{num_recovered}");
    // With these, the sum is not below the order of the field, or even has 257 bits.
    let (room, _) = words::difference(FIELD.value(), ORDER.value());
    for r in [room, words::sum(&room, &ONE).0, [0, 0, 0, 1 << 63]] {
        let mut signature = [7; 64];
        signature[..32].copy_from_slice(&to_be_bytes(&r));
        assert_eq!(ecrecover(&[9; 32], &signature, 2), None, "{r:x?}");
    }
}

#[test]
fn an_address_is_of_the_keys_digest() {
    // The key of the private key 1, and its address as Ethereum's clients give it.
    let expected = [
        0x7e, 0x5f, 0x45, 0x52, 0x09, 0x1a, 0x69, 0x12, 0x5d, 0x5d, 0xfc, 0xb7, 0xb8, 0xc2, 0x65, 0x90, 0x29,
        0x39, 0x5b, 0xdf,
    ];
    assert_eq!(address(&bytes_of(&Point::GENERATOR)), expected);
}
