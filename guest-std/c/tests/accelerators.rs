//! The functions of `zkvm_accelerators.h` as C calls them, on what others say.

use std::ffi::{c_int, c_void};
use std::ptr;

use sha2::{Digest, Sha256};
use zisk_c::accelerators::{
    Bytes, Hash, PublicKey, Signature, Status, zkvm_keccak256, zkvm_modexp, zkvm_secp256k1_ecrecover,
    zkvm_secp256k1_verify, zkvm_sha256,
};
use zisk_guest::testing::run;

/// What a place for a result holds before there is one.
const UNTOUCHED: u8 = 0xa5;

type HashFunction = unsafe extern "C-unwind" fn(*const u8, usize, *mut Hash) -> Status;

fn hash(function: HashFunction, data: &[u8]) -> [u8; 32] {
    let mut output = Bytes {
        data: [UNTOUCHED; 32],
    };
    // SAFETY: these are the slice's bytes, and a place for a digest.
    let status = unsafe { function(data.as_ptr(), data.len(), &raw mut output) };
    assert_eq!(status, Status::Ok);
    output.data
}

fn verify(msg: [u8; 32], sig: [u8; 64], key: [u8; 64]) -> bool {
    let (msg, sig, key) = (Bytes { data: msg }, Bytes { data: sig }, Bytes { data: key });
    // Whatever stood there before is overwritten.
    let verified = [false, true].map(|before| {
        let mut verified = before;
        // SAFETY: all are places for values of these types.
        let status = unsafe {
            zkvm_secp256k1_verify(&raw const msg, &raw const sig, &raw const key, &raw mut verified)
        };
        assert_eq!(status, Status::Ok);
        verified
    });
    assert_eq!(verified[0], verified[1]);
    verified[0]
}

fn ecrecover(msg: [u8; 32], sig: [u8; 64], recid: u8) -> Option<[u8; 64]> {
    let (msg, sig) = (Bytes { data: msg }, Bytes { data: sig });
    let mut output = Bytes {
        data: [UNTOUCHED; 64],
    };
    // SAFETY: all are places for values of these types.
    let status = unsafe { zkvm_secp256k1_ecrecover(&raw const msg, &raw const sig, recid, &raw mut output) };
    match status {
        Status::Ok => Some(output.data),
        Status::Failed => {
            assert_eq!(output.data, [UNTOUCHED; 64], "no result is written");
            None
        }
    }
}

fn modexp(base: &[u8], exp: &[u8], modulus: &[u8]) -> Vec<u8> {
    // One byte more than there is room for.
    let mut output = vec![UNTOUCHED; modulus.len() + 1];
    // SAFETY: these are the slices' bytes, and a place for as many as the modulus has.
    let status = unsafe {
        zkvm_modexp(
            base.as_ptr(),
            base.len(),
            exp.as_ptr(),
            exp.len(),
            modulus.as_ptr(),
            modulus.len(),
            output.as_mut_ptr(),
        )
    };
    assert_eq!(status, Status::Ok);
    assert_eq!(output.pop(), Some(UNTOUCHED));
    output
}

/// The fields of the lines of a file that are no comments.
fn lines(file: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.splitn(5, ' ').collect())
}

fn bytes(hex: &str) -> Vec<u8> {
    if hex == "-" {
        return Vec::new();
    }
    hex::decode(hex).unwrap()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap()
}

#[test]
fn types_are_laid_out_as_the_standard_says() {
    assert_eq!((size_of::<Hash>(), align_of::<Hash>()), (32, 8));
    assert_eq!((size_of::<Signature>(), align_of::<Signature>()), (64, 8));
    assert_eq!((size_of::<PublicKey>(), align_of::<PublicKey>()), (64, 8));
    assert_eq!(size_of::<Status>(), size_of::<c_int>());
    assert_eq!((Status::Ok as i32, Status::Failed as i32), (0, -1));
}

#[test]
fn digests_are_those_of_others() {
    let message: Vec<u8> = (0..300_usize).map(|i| (i * 7 + 3) as u8).collect();
    for len in [0, 1, 8, 55, 56, 63, 64, 65, 135, 136, 137, 272, 290] {
        // At every distance from a multiple of 8.
        let message = &message[len % 8..][..len];
        assert_eq!(
            hash(zkvm_sha256, message)[..],
            Sha256::digest(message)[..],
            "{len} bytes"
        );
        let mut expected = [0; 32];
        let mut keccak = tiny_keccak::Keccak::v256();
        tiny_keccak::Hasher::update(&mut keccak, message);
        tiny_keccak::Hasher::finalize(keccak, &mut expected);
        assert_eq!(hash(zkvm_keccak256, message), expected, "{len} bytes");
    }
}

#[test]
fn signatures_of_wycheproof_are_what_they_are_said_to_be() {
    let mut counts = [0, 0];
    for fields in lines(include_str!("../../../tests/vectors/ecdsa_secp256k1_sha256.txt")) {
        let [key, message, signature, result, comment] = fields[..] else {
            panic!("a line has five fields: {fields:?}")
        };
        let msg = hash(zkvm_sha256, &bytes(message));
        let is_valid = verify(msg, array(&bytes(signature)), array(&bytes(key)));
        assert_eq!(is_valid, result == "valid", "{comment}");
        counts[usize::from(is_valid)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 50), "{counts:?}");
}

#[test]
fn keys_have_the_addresses_of_ethereum() {
    let mut counts = [0, 0];
    for fields in lines(include_str!("../../../tests/vectors/ecrecover.txt")) {
        let [input, output] = fields[..] else {
            panic!("a line has two fields: {fields:?}")
        };
        let (input, output) = (bytes(input), bytes(output));
        // `v` is a number of 256 bits; what is behind 128 bytes is not looked at.
        let id = match input[32..64].split_last().unwrap() {
            (v @ (27 | 28), zeros) if zeros.iter().all(|zero| *zero == 0) => Some(v - 27),
            _ => None,
        };
        let key = id.and_then(|id| ecrecover(array(&input[..32]), array(&input[64..128]), id));
        let address = key.map(|key| hash(zkvm_keccak256, &key)[12..].to_vec());
        assert_eq!(address, output.get(12..).map(<[u8]>::to_vec));
        counts[usize::from(key.is_some())] += 1;
    }
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[test]
fn keys_out_of_range_are_no_result() {
    assert_eq!(ecrecover([1; 32], [0; 64], 0), None);
    assert_eq!(ecrecover([1; 32], [0xff; 64], 0), None);
    for id in [4, 27, 28, 255] {
        assert_eq!(ecrecover([1; 32], [1; 64], id), None, "{id}");
    }
    assert!(!verify([1; 32], [1; 64], [0; 64]), "no point of the curve");
}

#[test]
fn powers_are_those_of_small_numbers() {
    let big_endian = |number: u64| number.to_be_bytes();
    for (base, exp, modulus) in [
        (3, 5, 7),
        (2, 10, 1),
        (0, 0, 9),
        (5, 0, 2),
        (10_007, 65_537, 999_983),
        (7, 3, 0),
    ] {
        let mut expected = u64::from(modulus > 1);
        for _ in 0..exp {
            expected = (expected * base).checked_rem(modulus).unwrap_or(0);
        }
        let power = modexp(&big_endian(base), &big_endian(exp), &big_endian(modulus));
        assert_eq!(power, big_endian(expected), "{base}^{exp} mod {modulus}");
    }
}

#[test]
fn powers_of_no_bytes_are_those_of_zero() {
    assert_eq!(modexp(&[], &[], &[5]), [1]);
    assert_eq!(modexp(&[], &[3], &[0, 5]), [0, 0]);
    assert_eq!(modexp(&[4], &[], &[0, 0, 1]), [0, 0, 0]);
    assert_eq!(modexp(&[4], &[3], &[]), [0; 0]);
    // Null pointers to no bytes: all of them, the result's, too.
    let none = ptr::null();
    // SAFETY: no bytes are read or written.
    let status = unsafe { zkvm_modexp(none, 0, none, 0, none, 0, ptr::null_mut()) };
    assert_eq!(status, Status::Ok);
}

/// Where the operand was, though it lies on no multiple of 8.
#[test]
fn results_may_lie_where_operands_do() {
    let mut memory = [0_u8; 80];
    for start in 0..9 {
        memory[start..start + 32].fill(7);
        let place = memory[start..].as_mut_ptr();
        // SAFETY: the place has 32 bytes, for the message and for the digest.
        let status = unsafe { zkvm_sha256(place, 32, place.cast::<c_void>().cast()) };
        assert_eq!(status, Status::Ok);
        assert_eq!(memory[start..start + 32], Sha256::digest([7; 32])[..]);
    }
    let mut number = [0, 0, 3];
    let place = number.as_mut_ptr();
    // SAFETY: the place has three bytes, for each number and for the result.
    let status = unsafe { zkvm_modexp(place, 3, place, 3, [0, 1, 0].as_ptr(), 3, place) };
    assert_eq!((status, number), (Status::Ok, [0, 0, 27]));
}

#[test]
fn null_pointers_to_no_bytes_are_no_bytes() {
    for (function, of_nothing) in [
        (zkvm_keccak256 as HashFunction, zisk_guest::keccak256(&[])),
        (zkvm_sha256, zisk_guest::sha256(&[])),
    ] {
        let mut output = Bytes {
            data: [UNTOUCHED; 32],
        };
        // SAFETY: no bytes are read; there is a place for a digest.
        let status = unsafe { function(ptr::null(), 0, &raw mut output) };
        assert_eq!((status, output.data), (Status::Ok, of_nothing));
    }
}

/// Each call has one pointer that is null, or a length that no memory has.
#[test]
fn other_null_pointers_and_impossible_lengths_end_the_guest() {
    type Call = fn(*const c_void, *mut c_void);
    // SAFETY: what is not null has the 64 bytes that `run` below gives; the rest is found before it is used.
    let calls: [(&str, Call); 16] = unsafe {
        [
            ("zkvm_keccak256: data is a null", |_, place| {
                _ = zkvm_keccak256(ptr::null(), 1, place.cast());
            }),
            ("zkvm_keccak256: output is a null", |value, _| {
                _ = zkvm_keccak256(value.cast(), 32, ptr::null_mut());
            }),
            ("zkvm_sha256: data is a null", |_, place| {
                _ = zkvm_sha256(ptr::null(), 1, place.cast());
            }),
            ("zkvm_sha256: output is a null", |_, _| {
                _ = zkvm_sha256(ptr::null(), 0, ptr::null_mut());
            }),
            (
                "zkvm_sha256: data has a length of 9223372036854775808",
                |value, place| {
                    _ = zkvm_sha256(value.cast(), 1 << 63, place.cast());
                },
            ),
            ("zkvm_sha256: data has a length of 20", |_, place| {
                _ = zkvm_sha256(ptr::without_provenance(usize::MAX - 9), 20, place.cast());
            }),
            ("zkvm_secp256k1_verify: msg is a null", |value, place| {
                _ = zkvm_secp256k1_verify(ptr::null(), value.cast(), value.cast(), place.cast());
            }),
            ("zkvm_secp256k1_verify: sig is a null", |value, place| {
                _ = zkvm_secp256k1_verify(value.cast(), ptr::null(), value.cast(), place.cast());
            }),
            ("zkvm_secp256k1_verify: pubkey is a null", |value, place| {
                _ = zkvm_secp256k1_verify(value.cast(), value.cast(), ptr::null(), place.cast());
            }),
            ("zkvm_secp256k1_verify: verified is a null", |value, _| {
                _ = zkvm_secp256k1_verify(value.cast(), value.cast(), value.cast(), ptr::null_mut());
            }),
            ("zkvm_secp256k1_ecrecover: msg is a null", |value, place| {
                _ = zkvm_secp256k1_ecrecover(ptr::null(), value.cast(), 0, place.cast());
            }),
            ("zkvm_secp256k1_ecrecover: sig is a null", |value, place| {
                _ = zkvm_secp256k1_ecrecover(value.cast(), ptr::null(), 0, place.cast());
            }),
            ("zkvm_modexp: base is a null", |value, place| {
                _ = zkvm_modexp(ptr::null(), 1, value.cast(), 1, value.cast(), 1, place.cast());
            }),
            ("zkvm_modexp: exp is a null", |value, place| {
                _ = zkvm_modexp(value.cast(), 1, ptr::null(), 1, value.cast(), 1, place.cast());
            }),
            ("zkvm_modexp: modulus is a null", |value, place| {
                _ = zkvm_modexp(value.cast(), 1, value.cast(), 1, ptr::null(), 1, place.cast());
            }),
            ("zkvm_modexp: output is a null", |value, _| {
                _ = zkvm_modexp(value.cast(), 1, value.cast(), 1, value.cast(), 1, ptr::null_mut());
            }),
        ]
    };
    for (message, call) in calls {
        let guest = || {
            let (value, mut place) = (Bytes { data: [1; 64] }, Bytes { data: [0; 64] });
            call((&raw const value).cast(), (&raw mut place).cast());
        };
        let outcome = run(guest, |_| ());
        assert_eq!(outcome.exit_code, 101, "{message}");
        let panic = outcome.panic.unwrap();
        assert!(panic.starts_with(message), "{panic} where {message} is expected");
    }
}

/// A place for a key that is null is no harm where there is no key.
#[test]
fn no_key_needs_no_place() {
    let (msg, sig) = (Bytes { data: [1; 32] }, Bytes { data: [0; 64] });
    // SAFETY: all but the result's place are values of these types.
    let status = unsafe { zkvm_secp256k1_ecrecover(&raw const msg, &raw const sig, 0, ptr::null_mut()) };
    assert_eq!(status, Status::Failed);
}
