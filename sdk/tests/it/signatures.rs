//! A generated project whose guest checks signatures with k256, as it is on crates.io and with what takes its place.

use std::path::Path;

use super::checkout;
use super::generated::Project;

const DEPENDENCIES: &str = r#"
k256 = { version = "0.13", default-features = false, features = ["ecdsa", "schnorr"] }
"#;

/// Commits what comes of keys, signatures, points and scalars; or, of the task 1, whether one signature is valid, and of the task 2
/// the key of one.
const GUEST: &str = r#"#![no_std]
#![no_main]

use k256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use k256::elliptic_curve::ff::{Field, PrimeField};
use k256::elliptic_curve::group::GroupEncoding;
use k256::elliptic_curve::ops::LinearCombination;
use k256::{ProjectivePoint, Scalar, schnorr};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

fn key_and_signature(hash: &[u8; 32]) -> (SigningKey, Signature) {
    let key = SigningKey::from_slice(hash).unwrap();
    let signature = key.sign_prehash(hash).unwrap();
    (key, signature)
}

/// Keys that are recovered from a signature, and whether they verify it and another one.
fn recover(hash: &[u8; 32], signature: &Signature, other: &Signature) {
    for id in 0..4 {
        let id = RecoveryId::from_byte(id).unwrap();
        let Ok(key) = VerifyingKey::recover_from_prehash(hash, signature, id) else {
            journal::commit(&0_u8);
            continue;
        };
        journal::commit_slice(key.to_encoded_point(false).as_bytes());
        for (hash, signature) in [(hash, signature), (hash, other), (&[7; 32], signature)] {
            journal::commit(&key.verify_prehash(hash, signature).is_ok());
        }
    }
}

fn signatures(hash: &[u8; 32]) {
    let (key, signature) = key_and_signature(hash);
    let (_, other) = key_and_signature(&[9; 32]);
    journal::commit_slice(&signature.to_bytes());
    let key = *key.verifying_key();
    let (r, s) = signature.split_scalars();
    let high = Signature::from_scalars(r, -s).unwrap();
    let swapped = Signature::from_scalars(s, r).unwrap();
    for signature in [signature, high, swapped, other] {
        journal::commit(&key.verify_prehash(hash, &signature).is_ok());
        recover(hash, &signature, &other);
    }
    let sec1 = key.to_encoded_point(true);
    journal::commit(&(VerifyingKey::from_sec1_bytes(sec1.as_bytes()).unwrap() == key));

    let key = schnorr::SigningKey::from_bytes(hash).unwrap();
    let mut signature = key.sign_raw(hash, &[3; 32]).unwrap().to_bytes();
    journal::commit_slice(&signature);
    for _ in 0..2 {
        let parsed = schnorr::Signature::try_from(&signature[..]).unwrap();
        journal::commit(&key.verifying_key().verify_raw(hash, &parsed).is_ok());
        signature[40] ^= 1;
    }
}

/// Sums that pass through infinity, doubles and points that are the same, too.
fn arithmetic(hash: &[u8; 32]) {
    let scalar = Scalar::from_repr((*hash).into()).unwrap();
    let generator = ProjectivePoint::GENERATOR;
    let scalars = [Scalar::ZERO, Scalar::ONE, -Scalar::ONE, scalar, -scalar, scalar.invert().unwrap()];
    for a in scalars {
        journal::commit_slice(&(a * scalar - a.square() + Scalar::ONE).to_bytes());
        for b in scalars {
            for point in [generator, -generator, generator * scalar, ProjectivePoint::IDENTITY] {
                let sum = ProjectivePoint::lincomb(&generator, &a, &point, &b);
                journal::commit_slice(&sum.to_bytes());
                journal::commit_slice(&(sum + generator).to_bytes());
                journal::commit_slice(&ProjectivePoint::lincomb(&point, &a, &point, &b).to_bytes());
            }
        }
    }
}

fn main() {
    let (task, hash): (u8, [u8; 32]) = (io::read(), io::read());
    let (key, signature) = key_and_signature(&hash);
    match task {
        0 => {
            signatures(&hash);
            arithmetic(&hash);
        }
        1 => {
            zisk_guest::cycles::begin("check");
            journal::commit(&key.verifying_key().verify_prehash(&hash, &signature).is_ok());
            zisk_guest::cycles::end("check");
        }
        _ => journal::commit_slice(key.verifying_key().to_encoded_point(false).as_bytes()),
    }
}
"#;

fn run(project: &Project, task: &str) -> (String, u64) {
    let (journal, instructions, _) = project.run(&["--input-hex", task, "--input-hex", &"5a".repeat(32)]);
    (journal, instructions)
}

/// What comes of it is the same, at a fraction of the instructions.
#[test]
fn k256_becomes_fast_by_a_patch() {
    let project = Project::with_guest("signatures", DEPENDENCIES, GUEST);
    let before = ["00", "01", "02"].map(|task| run(&project, task));
    assert!(before[0].0.len() > 10_000, "{}", before[0].0);
    project.edit("Cargo.toml", |manifest| {
        let path = Path::new(checkout()).canonicalize().unwrap();
        let path = path.join("guest-std/patches/k256");
        format!("{manifest}\n[patch.crates-io]\nk256 = {{ path = {path:?} }}\n")
    });
    // The lock file still has the original.
    project.cargo_ok(&["update", "k256"]);
    let after = ["00", "01", "02"].map(|task| run(&project, task));
    for ((journal, slow), (same, fast)) in before.iter().zip(&after) {
        assert!(journal == same, "{journal}\n{same}");
        assert!(slow > &(10 * fast), "{slow} instructions became {fast}");
    }
    // One signature checked, and nothing else.
    let (slow, fast) = (before[1].1 - before[2].1, after[1].1 - after[2].1);
    assert!(slow > 100 * fast, "{slow} instructions became {fast}");
    let inputs = ["--input-hex", "01", "--input-hex", &"5a".repeat(32)];
    assert_eq!(project.prove(&inputs), after[1].0);
}
