//! Guests in C, with what `cargo zisk c-library` gives. They are compiled by a cross compiler, and the library by the guest
//! toolchain.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use k256::ecdsa::{Signature, SigningKey};
use serde_json::Value;

use super::{Outcome, checkout, command, zisk, zisk_ok};

const CROSS_COMPILER: &str = "riscv64-unknown-elf-gcc";

fn has_cross_compiler() -> bool {
    let found = env::var_os("PATH")
        .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(CROSS_COMPILER).is_file()));
    if !found {
        let message = format!(
            "skipped: {CROSS_COMPILER} is not in PATH; run `apt-get install gcc-riscv64-unknown-elf`\n"
        );
        io::stderr().write_all(message.as_bytes()).unwrap();
    }
    found
}

/// A folder for the library and programs.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a shell finds: `cargo zisk` is the program that is tested.
fn path() -> std::ffi::OsString {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-zisk"));
    let mut folders = vec![program.parent().unwrap().to_owned()];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).unwrap()
}

/// The guest's exit code and journal.
fn run(elf: &Path, input: &[u8]) -> (u64, Vec<u8>) {
    let elf = elf.to_str().unwrap();
    let arguments = ["run", "--json", "--elf", elf, "--input-hex", &hex::encode(input)];
    let outcome = zisk(Path::new("."), &arguments);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{outcome:?}"));
    let journal = hex::decode(report["journal"].as_str().unwrap()).unwrap();
    (report["exit_code"].as_u64().unwrap(), journal)
}

/// A key, its signature of a message's Keccak-256 digest, and the recovery id.
fn signed(message: &[u8]) -> ([u8; 64], [u8; 64], u8) {
    let secret = SigningKey::from_slice(&[7; 32]).unwrap();
    let (signature, id): (Signature, _) = secret
        .sign_prehash_recoverable(&zisk_guest::keccak256(message))
        .unwrap();
    let key = secret.verifying_key().to_encoded_point(false);
    (
        key.as_bytes()[1..].try_into().unwrap(),
        signature.to_bytes().into(),
        id.to_byte(),
    )
}

#[test]
fn the_example_publishes_who_signed() {
    if !has_cross_compiler() {
        return;
    }
    let output = Command::new(Path::new(checkout()).join("examples/c-guest/build.sh"))
        .arg(folder("example"))
        .env("PATH", path())
        .output()
        .unwrap();
    let outcome = Outcome::from(output);
    assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    let elf = PathBuf::from(outcome.stdout.trim());

    let message = b"the message stays private";
    let (key, signature, _) = signed(message);
    let input = [&key[..], &signature, message].concat();
    let expected = [
        &zisk_guest::secp256k1::address(&key)[..],
        &zisk_guest::keccak256(message),
    ];
    assert_eq!(run(&elf, &input), (0, expected.concat()));

    // A byte of each: the key, which is no point of the curve then, the signature and the message.
    for place in [0, 64, 128] {
        let mut wrong = input.clone();
        wrong[place] ^= 1;
        assert_eq!(run(&elf, &wrong), (1, vec![]), "byte {place}");
    }
    for len in [0, 1, 127] {
        assert_eq!(run(&elf, &input[..len]), (2, vec![]), "{len} bytes");
    }
    // A signature of no bytes is refused by what verifies it, and not by its length.
    assert_eq!(run(&elf, &input[..128]), (1, vec![]));
    // The host gave nothing at all.
    let outcome = zisk(Path::new("."), &["run", "--elf", elf.to_str().unwrap()]);
    assert_eq!(outcome.exit_code, 1);
    assert!(outcome.stderr.contains("exit code 2"), "{outcome:?}");

    a_run_is_proven(&elf);
}

/// What the example's page says to do.
fn a_run_is_proven(elf: &Path) {
    let folder = elf.parent().unwrap();
    let elf = elf.to_str().unwrap();
    let input = include_str!("../../../examples/c-guest/signed.hex").trim_end();
    let receipt = ["prove", "--elf", elf, "--input-hex", input, "--output", "receipt"];
    zisk_ok(folder, &receipt);
    let id = zisk_ok(folder, &["id", "--elf", elf]).stdout;
    zisk_ok(folder, &["verify", "receipt", "--image-id", id.trim()]);
}

#[test]
fn every_function_can_be_called_from_c() {
    if !has_cross_compiler() {
        return;
    }
    let message = b"abc";
    let (key, signature, id) = signed(message);
    let input = [&key[..], &signature, &[id], message].concat();
    let hash = zisk_guest::keccak256(message);
    let parts: [&[u8]; 10] = [
        &[0],
        &zisk_guest::sha256(message),
        &[0],
        &hash,
        // Verified: the status of each, and what came out.
        &[0, 0, 1, 0],
        // Recovered, and not with another recovery id; it is the key.
        &[0, 0xff, 0],
        &[0],
        &zisk_guest::modexp(&[3], &[200], &hash),
        // Moved by one byte in a block that grew.
        &[0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0xee],
        b"\x2a\0\0\0constants",
    ];
    for features in [&[][..], &["--features", "free"]] {
        let folder = folder(&format!("functions{}", features.len()));
        let arguments = [&["c-library", "--quiet", "--output", "library"], features].concat();
        let outcome = zisk_ok(&folder, &arguments);
        let written: Vec<&str> = outcome.stdout.lines().collect();
        let expected = ["libzisk.a", "guest.ld"].map(|name| format!("library/{name}"));
        let headers = ["zisk.h", "zkvm_accelerators.h", "zkvm_io.h"];
        assert_eq!(written[..2], expected);
        assert_eq!(
            written[2..],
            headers.map(|name| format!("library/include/{name}"))
        );
        let elf = compile(&folder, include_str!("c/every_function.c"));
        assert_eq!(run(&elf, &input), (0, parts.concat()), "{features:?}");
    }
}

#[test]
fn programs_end_as_c_says() {
    if !has_cross_compiler() {
        return;
    }
    let folder = folder("ends");
    zisk_ok(&folder, &["c-library", "--quiet", "--output", "library"]);
    for (body, exit_code) in [
        ("return 0;", 0),
        ("return 9;", 9),
        ("return -1;", u64::from(u32::MAX)),
        ("exit(8);", 8),
        ("abort();", 101),
        ("write_output(NULL, 1); return 0;", 101),
        ("return zkvm_sha256(NULL, 0, NULL);", 101),
    ] {
        let elf = compile(
            &folder,
            &format!(
                "#include \"zisk.h\"\n#include \"zkvm_accelerators.h\"\n#include \"zkvm_io.h\"\n\
                 int main(void) {{ write_output((const uint8_t *)\"kept\", 4); {body} }}\n"
            ),
        );
        assert_eq!(run(&elf, b""), (exit_code, b"kept".to_vec()), "{body}");
    }
}

#[test]
fn constructors_are_refused_by_the_linker() {
    if !has_cross_compiler() {
        return;
    }
    let folder = folder("constructors");
    zisk_ok(&folder, &["c-library", "--quiet", "--output", "library"]);
    let source = "static volatile int ready;\n__attribute__((constructor)) static void early(void) { ready = 1; }\n\
                  int main(void) { return ready; }\n";
    let outcome = try_compile(&folder, source);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("constructors do not run here"),
        "{}",
        outcome.stderr
    );
}

/// A program's ELF file, compiled with all warnings as errors.
fn compile(folder: &Path, source: &str) -> PathBuf {
    let outcome = try_compile(folder, source);
    assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
    folder.join("guest.elf")
}

fn try_compile(folder: &Path, source: &str) -> Outcome {
    fs::write(folder.join("main.c"), source).unwrap();
    Command::new(CROSS_COMPILER)
        .current_dir(folder)
        .args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"])
        .args([
            "-march=rv64imac",
            "-mabi=lp64",
            "-mcmodel=medany",
            "-ffreestanding",
            "-fno-builtin",
        ])
        .args([
            "-nostdlib",
            "-static",
            "-Ilibrary/include",
            "main.c",
            "-Llibrary",
            "-T",
            "library/guest.ld",
        ])
        .args(["-lzisk", "-Wl,--gc-sections", "-o", "guest.elf"])
        .output()
        .unwrap()
        .into()
}

#[test]
fn what_is_no_checkout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["c-library", "--output", "library", "--sdk-path", "."];
    let outcome = zisk(folder.path(), &arguments);
    assert_eq!(outcome.exit_code, 2, "{outcome:?}");
    assert!(
        outcome.stderr.contains("it has no guest-std/c"),
        "{}",
        outcome.stderr
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    let outcome = Outcome::from(command(folder.path(), &["c-library"]).output().unwrap());
    assert_eq!(outcome.exit_code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("--output"), "{}", outcome.stderr);
}
