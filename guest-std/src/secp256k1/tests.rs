use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::*;

fn bytes_of(key: &VerifyingKey) -> [u8; 64] {
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
        bytes_of(key.verifying_key()),
        hash,
        signature.to_bytes().into(),
        id.to_byte(),
    )
}

#[test]
fn the_generators_multiples_are_sums() {
    let generator = MULTIPLES[0];
    let mut sum = generator;
    for multiple in &MULTIPLES[1..] {
        assert!(add(&mut sum, &generator));
        assert_eq!(sum, *multiple);
    }
}

#[test]
fn constants_are_what_they_are_said_to_be() {
    assert_eq!(
        mul_mod(
            &MULTIPLES[0][4..].try_into().unwrap(),
            &y_of(&MULTIPLES[0]),
            &FIELD
        ),
        square_at(&x_of(&MULTIPLES[0]))
    );
    // The order times the generator is infinity, and one less is its negative.
    let mut less = ORDER;
    less[0] -= 1;
    let negative = sum_of_multiples(&less, &[0; 4], &MULTIPLES[0]).unwrap();
    assert_eq!(x_of(&negative), x_of(&MULTIPLES[0]));
    assert_eq!(y_of(&negative), difference(&FIELD, &y_of(&MULTIPLES[0])));
    assert_eq!(sum_of_multiples(&ORDER, &[0; 4], &MULTIPLES[0]), None);
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
            let expected = expected.map(|key| bytes_of(&key));
            assert_eq!(ecrecover(&hash, &signature, other), expected, "{other}");
        }
        // The other half of what `s` may be.
        let [r, s] = halves(&signature);
        let mut high = signature;
        high[32..].copy_from_slice(&to_be_bytes(&negated(&s)));
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
        assert!(is_below(&r, &ORDER));
    }
}

#[test]
fn scalars_out_of_range_are_refused() {
    let (key, hash, signature, id) = signed(&mut ChaCha12Rng::seed_from_u64(4));
    let mut above = ORDER;
    above[0] += 1;
    for half in [0, 32] {
        for scalar in [ZERO, ORDER, above, [u64::MAX; 4]] {
            let mut other = signature;
            other[half..half + 32].copy_from_slice(&to_be_bytes(&scalar));
            assert!(!verify(&hash, &other, &key), "{scalar:x?}");
            assert_eq!(ecrecover(&hash, &other, id), None, "{scalar:x?}");
        }
    }
}

#[test]
fn keys_that_are_no_points_are_refused() {
    let (key, hash, signature, _) = signed(&mut ChaCha12Rng::seed_from_u64(5));
    let mut infinity = [0; 64];
    assert!(!verify(&hash, &signature, &infinity));
    infinity[63] = 1;
    assert!(!verify(&hash, &signature, &infinity));
    // A coordinate that is the key's modulo the order of the field is none: the key at x = 1 and its like.
    let y = point_at(&[1, 0, 0, 0], false).map(|point| y_of(&point)).unwrap();
    let mut one_more = FIELD;
    one_more[0] += 1;
    for x in [[1, 0, 0, 0], one_more] {
        let mut key = key;
        key[..32].copy_from_slice(&to_be_bytes(&x));
        key[32..].copy_from_slice(&to_be_bytes(&y));
        assert_eq!(point_of_bytes(&key).is_some(), x[1] == 0);
    }
}

/// Sums that pass through infinity and through doubles: where both multiples are of the same point.
#[test]
fn sums_of_multiples_of_the_same_point_are_multiples() {
    let generator = MULTIPLES[0];
    for (a, b) in [
        (0, 1),
        (1, 0),
        (1, 1),
        (5, 5),
        (7, 8),
        (16, 16),
        (255, 1),
        (1 << 40, 1 << 40),
    ] {
        let sum = sum_of_multiples(&[a, 0, 0, 0], &[b, 0, 0, 0], &generator);
        assert_eq!(
            sum,
            sum_of_multiples(&[a + b, 0, 0, 0], &ZERO, &generator),
            "{a}, {b}"
        );
        let sum = sum_of_multiples(&[a, 0, 0, 0], &negated(&[b, 0, 0, 0]), &generator);
        let expected = if a >= b {
            [a - b, 0, 0, 0]
        } else {
            negated(&[b - a, 0, 0, 0])
        };
        assert_eq!(sum, sum_of_multiples(&expected, &ZERO, &generator), "{a}, -{b}");
    }
    assert_eq!(sum_of_multiples(&ZERO, &ZERO, &generator), None);
}

#[test]
fn an_address_is_of_the_keys_digest() {
    // The key of the private key 1, and its address as Ethereum's clients give it.
    let [x, y] = [x_of(&MULTIPLES[0]), y_of(&MULTIPLES[0])].map(|number| to_be_bytes(&number));
    let key: [u8; 64] = core::array::from_fn(|index| if index < 32 { x[index] } else { y[index - 32] });
    let expected = [
        0x7e, 0x5f, 0x45, 0x52, 0x09, 0x1a, 0x69, 0x12, 0x5d, 0x5d, 0xfc, 0xb7, 0xb8, 0xc2, 0x65, 0x90, 0x29,
        0x39, 0x5b, 0xdf,
    ];
    assert_eq!(address(&key), expected);
}
