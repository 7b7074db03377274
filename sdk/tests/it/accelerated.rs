//! A project whose guest hashes with crates that know nothing of coprocessors: what is said of them, and that the lines which are
//! given help. This one compiles a guest, so it needs the guest toolchain.

use std::fs;

use super::generated::Project;

const DEPENDENCIES: &str = r#"
sha2 = { version = "0.10", default-features = false }
sha2_09 = { package = "sha2", version = "0.9", default-features = false }
sha3 = { version = "0.10", default-features = false }
sha3_11 = { package = "sha3", version = "0.11", default-features = false }
tiny-keccak = { version = "2.0", features = ["fips202", "k12", "parallel_hash", "sp800"] }
"#;

/// Commits digests: of parts of the input, of many lengths and at many distances from a multiple of 8, by hashes that are
/// accelerated or by others; or of all of it.
const GUEST: &str = r#"#![no_std]
#![no_main]

use sha2::Digest;
use sha3::digest::{ExtendableOutput, Update, XofReader};
use tiny_keccak::{CShake, Hasher, IntoXof, KangarooTwelve, Keccak, Kmac, ParallelHash, Sha3, Shake, TupleHash, Xof};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

fn finish(mut hasher: impl Hasher, pieces: [&[u8]; 2]) {
    let mut digest = [0; 200];
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize(&mut digest[..171]);
    journal::commit_slice(&digest);
}

fn read(mut hasher: impl Hasher + IntoXof, pieces: [&[u8]; 2]) {
    let mut digest = [0; 400];
    for piece in pieces {
        hasher.update(piece);
    }
    let mut xof = hasher.into_xof();
    xof.squeeze(&mut digest[..171]);
    xof.squeeze(&mut digest[171..399]);
    journal::commit_slice(&digest);
}

fn digest<D: Digest>(pieces: [&[u8]; 2]) {
    let mut hasher = D::new();
    for piece in pieces {
        hasher.update(piece);
    }
    journal::commit_slice(&hasher.finalize());
}

fn accelerated(pieces: [&[u8]; 2]) {
    digest::<sha2::Sha224>(pieces);
    digest::<sha2::Sha256>(pieces);
    digest::<sha3::Sha3_256>(pieces);
    digest::<sha3::Keccak512>(pieces);
    let mut shake = sha3::Shake128::default();
    shake.update(pieces[0]);
    shake.update(pieces[1]);
    let mut bytes = [0; 300];
    shake.finalize_xof().read(&mut bytes);
    journal::commit_slice(&bytes);
    {
        use sha3_11::Digest;
        let mut hasher = sha3_11::Sha3_384::new();
        hasher.update(pieces[0]);
        hasher.update(pieces[1]);
        journal::commit_slice(&hasher.finalize());
    }
    finish(Keccak::v256(), pieces);
    finish(Sha3::v512(), pieces);
    finish(Shake::v128(), pieces);
    finish(CShake::v256(b"name", b""), pieces);
    finish(TupleHash::v128(b""), pieces);
    read(Kmac::v256(pieces[0], b"custom"), pieces);
    read(ParallelHash::v128(b"", 100), pieces);
}

fn others(pieces: [&[u8]; 2]) {
    digest::<sha2::Sha384>(pieces);
    digest::<sha2::Sha512>(pieces);
    digest::<sha2::Sha512_224>(pieces);
    digest::<sha2::Sha512_256>(pieces);
    read(KangarooTwelve::new(b"custom"), pieces);
    {
        use sha2_09::Digest;
        journal::commit_slice(&sha2_09::Sha256::digest(pieces[0]));
    }
}

fn main() {
    let (task, data): (u8, &[u8]) = (io::read(), io::read_slice());
    let hash = match task {
        0 => accelerated,
        1 => others,
        _ => return accelerated([data, &[]]),
    };
    for start in 0..9 {
        for len in [0, 1, 55, 56, 64, 111, 112, 128, 136, 168, 600] {
            hash([&data[start..start + len], &data[len..len + 8 * start]]);
        }
    }
}
"#;

/// Tasks of the guest.
const ACCELERATED: &str = "00";
const OTHERS: &str = "01";
const LONG: &str = "02";

fn run(project: &Project, task: &str, len: u32) -> (String, u64, String) {
    let data: Vec<u8> = (0..len).map(|i| ((i * i) >> 3) as u8).collect();
    fs::write(project.folder.join("data.bin"), data).unwrap();
    project.run(&["--input-hex", task, "--input", "data.bin"])
}

#[test]
fn crates_become_fast_by_the_lines_that_are_given() {
    let project = Project::with_guest("accelerated", DEPENDENCIES, GUEST);
    let manifest = project.folder.canonicalize().unwrap().join("Cargo.toml");
    let (digests, _, said) = run(&project, ACCELERATED, 700);
    let (other_digests, ..) = run(&project, OTHERS, 700);
    let (long_digests, slow, _) = run(&project, LONG, 20_000);
    for expected in [
        "warning: the guest has crates",
        "sha2 0.10.",
        "tiny-keccak 2.0.",
        "keccak 0.1.",
        "keccak 0.2.",
        &format!("add to {}:\n\n[patch.crates-io]\n", manifest.display()),
        "sha2 0.9.",
        "but of 0.10 there is",
    ] {
        assert_eq!(said.matches(expected).count(), 1, "{expected}: {said}");
    }

    // The lines alone change nothing yet: Cargo.lock holds the versions that there were.
    let lines: Vec<&str> = said
        .lines()
        .skip_while(|line| *line != "[patch.crates-io]")
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.len(), 5, "{said}");
    let text = project.read("Cargo.toml") + "\n" + &lines.join("\n") + "\n";
    fs::write(&manifest, text).unwrap();
    let mut updates = said
        .lines()
        .filter_map(|line| line.strip_prefix("then run there: cargo "));
    let update = updates.next().unwrap();
    let said = project.zisk_ok(&["build", "--quiet"]).stderr;
    assert!(
        said.contains("Cargo.lock") && !said.contains("[patch.crates-io]\n"),
        "{said}"
    );
    assert!(said.contains(update), "{said}");

    project.cargo_ok(&update.split(' ').collect::<Vec<_>>());
    let (long_digests_again, fast, said) = run(&project, LONG, 20_000);
    assert!(slow > 10 * fast, "{slow} instructions became {fast}");
    for (before, after) in [
        (long_digests, long_digests_again),
        (digests, run(&project, ACCELERATED, 700).0),
        (other_digests, run(&project, OTHERS, 700).0),
    ] {
        assert!(
            before == after,
            "digests are not those of the crates of crates.io"
        );
    }
    let inputs = ["--input-hex", LONG, "--input-hex", &"ab".repeat(300)];
    assert_eq!(project.prove(&inputs), project.run(&inputs).0);
    // Only the version that has no such form is left.
    assert!(said.contains("sha2 0.9."), "{said}");
    for gone in ["sha2 0.10.", "keccak", "[patch", "cargo update"] {
        assert!(!said.contains(gone), "{said}");
    }
}
