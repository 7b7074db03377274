//! Real guests, from source to journal: how they end, what they print, what their files look like.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use tiny_keccak::{Hasher, Keccak};
use zisk_build::build::GuestBuild;
use zisk_guest::secp256k1;
use zisk_guest::uint256::{self, U256};
use zisk_host::{ExecuteError, Execution, ExecutorEnv, Input, ProveError, Prover};
use zisk_program::Program;

fn in_workspace(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the workspace")
        .join(path)
}

fn build(build: &GuestBuild) -> Vec<u8> {
    let guests = build.run().expect("the guest builds");
    std::fs::read(&guests[0].elf_path).expect("the guest was just built")
}

static BEHAVIOUR: LazyLock<Vec<u8>> = LazyLock::new(|| build(&GuestBuild::new(in_workspace("tests/guest"))));

/// What a run gave, and its text.
struct Run {
    result: Result<Execution, ExecuteError>,
    stdout: String,
    stderr: String,
}

fn run_elf(elf: &[u8], input: &Input) -> Run {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let environment = ExecutorEnv::new()
        .stdout(&mut stdout)
        .stderr(&mut stderr)
        .max_cycles(200_000_000);
    let result = environment.execute(elf, input);
    Run {
        result,
        stdout: String::from_utf8(stdout).expect("text"),
        stderr: String::from_utf8(stderr).expect("text"),
    }
}

fn request(name: &str) -> Input {
    Input::new().write(name).expect("a string is encoded")
}

fn run(input: &Input) -> Run {
    run_elf(&BEHAVIOUR, input)
}

/// Runs a guest that must end with this exit code.
fn ends_with(exit_code: u32, input: &Input) -> Run {
    let run = run(input);
    let execution = run.result.as_ref().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(execution.exit_code, exit_code, "{}", run.stderr);
    run
}

#[test]
fn text_goes_to_its_channel() {
    let run = ends_with(0, &request("print"));
    assert_eq!(
        (run.stdout.as_str(), run.stderr.as_str()),
        ("to standard output\n", "to standard error\n")
    );
}

#[test]
fn the_journal_is_what_was_committed() {
    // The host has compared the digest with the one that the guest ended with.
    let journal = ends_with(0, &request("commit")).result.unwrap().journal;
    let mut expected = vec![1, 3, b't', b'w', b'o'];
    expected.extend([3; 1000]);
    assert_eq!(journal.as_bytes(), expected);
}

/// Copied, filled and compared at every distance from a multiple of 8, by bytes, words and coprocessors.
#[test]
fn memory_in_the_machine_is_what_it_is_made_to_be() {
    let run = ends_with(0, &request("memory"));
    let checks: u32 = run.result.unwrap().journal.decode().unwrap();
    assert!(checks > 4000, "{checks}");
}

/// At every distance from a multiple of 8, and around the edges of blocks: as the host's crates say.
#[test]
fn hashes_in_the_machine_are_those_of_others() {
    let message: Vec<u8> = (0..600_u32).map(|i| ((i * i) >> 3) as u8).collect();
    for (start, len) in
        (0..17).flat_map(|start| [0, 1, 55, 56, 64, 135, 136, 272, 500].map(|len| (start, len)))
    {
        let message = &message[..start + len];
        let mut input = request("hash");
        input = input.write(&(start as u64)).expect("a number is encoded");
        let journal = ends_with(0, &input.write_slice(message)).result.unwrap().journal;
        let message = &message[start..];
        let mut hasher = Keccak::v256();
        hasher.update(message);
        let mut keccak = [0; 32];
        hasher.finalize(&mut keccak);
        let expected = [Sha256::digest(message).as_slice(), &keccak].concat();
        assert_eq!(journal.as_bytes(), expected, "{len} bytes at {start}");
    }
}

/// Numbers at which something may go wrong, and others.
fn numbers() -> Vec<U256> {
    let mut numbers: Vec<U256> = [0, 1, 2, u64::MAX].map(|low| [low, 0, 0, 0]).to_vec();
    numbers.extend([[u64::MAX; 4], [0, 0, 0, 1 << 63], [0, 1, 0, 0]]);
    let mut word = 1_u64;
    numbers.extend((0..6).map(|_| {
        core::array::from_fn(|_| {
            word = word
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            word
        })
    }));
    numbers
}

/// Unreduced operands, a modulus of 0 and of 1: the same as natively, which is compared with other crates.
#[test]
fn numbers_in_the_machine_are_those_outside_of_it() {
    let all = numbers();
    let pairs = all.iter().flat_map(|x| all.iter().map(move |y| (*x, *y)));
    let operands: Vec<[U256; 4]> = pairs
        .flat_map(|(x, y)| all.iter().map(move |m| [x, y, [u64::MAX; 4], *m]))
        .step_by(5)
        .collect();
    let input = request("compute").write(&operands).expect("numbers are encoded");
    let journal = ends_with(0, &input).result.unwrap().journal;
    let mut expected = Vec::new();
    for [x, y, z, m] in &operands {
        let results = (
            uint256::mul_add_mod(x, y, z, m),
            uint256::add_mod(x, y, m),
            uint256::pow_mod(x, y, m),
        );
        expected.extend(postcard::to_allocvec(&results).unwrap());
    }
    assert!(operands.len() > 400);
    assert_eq!(journal.as_bytes(), expected);
}

/// Bytes of a file of vectors, where none are a dash.
fn hex(text: &str) -> Vec<u8> {
    let digits = text.trim_matches('-').as_bytes().as_chunks::<2>().0;
    let byte = |digits: &[u8; 2]| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap();
    digits.iter().map(byte).collect()
}

/// NIST's and the Keccak team's.
#[test]
fn digests_in_the_machine_are_those_of_vectors() {
    for (file, place) in [
        (include_str!("../vectors/sha256.txt"), 0),
        (include_str!("../vectors/keccak256.txt"), 1),
    ] {
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let (message, digest) = line.split_once(' ').unwrap();
            let input = request("hash").write(&0_u64).expect("a number is encoded");
            let journal = ends_with(0, &input.write_slice(&hex(message)))
                .result
                .unwrap()
                .journal;
            assert_eq!(
                journal.as_bytes().chunks(32).nth(place),
                Some(&hex(digest)[..]),
                "{message}"
            );
        }
    }
}

/// The powers of Ethereum's precompiled contract.
#[test]
fn powers_in_the_machine_are_those_of_ethereum() {
    let lines = include_str!("../vectors/modexp.txt").lines();
    let fields = lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(' ').skip(1).map(hex).collect());
    let fields: Vec<Vec<Vec<u8>>> = fields.collect();
    let operands: Vec<[&[u8]; 3]> = fields
        .iter()
        .map(|fields| [0, 1, 2].map(|i| &fields[i][..]))
        .collect();
    let input = request("powers").write(&operands).expect("bytes are encoded");
    let journal = ends_with(0, &input).result.unwrap().journal;
    let expected: Vec<u8> = fields.iter().flat_map(|fields| fields[3].clone()).collect();
    assert!(operands.len() > 40);
    assert_eq!(journal.as_bytes(), expected);
}

/// Project Wycheproof's signatures: the same as natively, where a test compares with what it says of them.
#[test]
fn signatures_in_the_machine_are_those_outside_of_it() {
    let file = include_str!("../vectors/ecdsa_secp256k1_sha256.txt");
    let (mut signed, mut expected) = (Vec::new(), Vec::new());
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(' ').collect();
        let (key, message, signature) = (hex(fields[0]), hex(fields[1]), hex(fields[2]));
        let hash: [u8; 32] = Sha256::digest(message).into();
        signed.extend([&hash[..], &signature, &key].concat());
        let (key, signature) = (key[..].try_into().unwrap(), signature[..].try_into().unwrap());
        let is_valid = secp256k1::verify(&hash, signature, key);
        assert_eq!(is_valid, fields[3] == "valid", "{line}");
        let keys = [0, 1, 2, 3].map(|id| secp256k1::ecrecover(&hash, signature, id));
        let addresses = keys.map(|key| key.map(|key| secp256k1::address(&key)));
        expected.extend(postcard::to_allocvec(&(is_valid, addresses)).unwrap());
    }
    let input = request("check signatures").write_slice(&signed);
    let journal = ends_with(0, &input).result.unwrap().journal;
    assert_eq!(journal.as_bytes(), expected);
}

#[test]
fn exit_codes_arrive() {
    for code in [0_u32, 1, 77, 255, 256, u32::MAX] {
        ends_with(code, &request("exit").write(&code).unwrap());
    }
}

#[test]
fn an_error_from_main_is_exit_code_1() {
    let run = ends_with(zisk_abi::exit::MAIN_RETURNED_ERROR, &request("error"));
    assert_eq!(run.stderr, "Error: Refused { reason: \"asked to\" }\n");
}

#[test]
fn a_panic_has_message_and_location() {
    let run = ends_with(zisk_abi::exit::PANIC, &request("panic"));
    assert!(run.stderr.contains("asked to panic with 42"), "{}", run.stderr);
    assert!(run.stderr.contains("tests/guest/src/main.rs:"), "{}", run.stderr);
}

/// No receipt of a guest that fails, unless one is asked for: neither of a panic nor of an error nor of a fault.
#[test]
fn a_guest_that_fails_has_no_receipt() {
    let prove = |input: &Input| {
        let env = ExecutorEnv::new().stdout(std::io::sink()).stderr(std::io::sink());
        let mut prover = Prover::builder().build().unwrap();
        prover.prove_in(env, &BEHAVIOUR, input).unwrap_err()
    };
    for (input, expected) in [
        (request("panic"), zisk_abi::exit::PANIC),
        (request("error"), zisk_abi::exit::MAIN_RETURNED_ERROR),
        (request("exit").write(&77_u32).unwrap(), 77),
    ] {
        let error = prove(&input);
        let is_expected = matches!(error, ProveError::GuestFailed { exit_code } if exit_code == expected);
        assert!(is_expected, "{error}");
    }
    let error = prove(&request("null pointer"));
    let is_trap = matches!(error, ProveError::Execute(ExecuteError::Trap(_)));
    assert!(is_trap, "{error}");
}

#[test]
fn an_exhausted_heap_says_so() {
    let run = ends_with(zisk_abi::exit::OUT_OF_MEMORY, &request("exhaust the heap"));
    assert!(run.stderr.contains("1048576"), "{}", run.stderr);
    assert!(run.stderr.contains("heap"), "{}", run.stderr);
}

#[test]
fn the_allocator_that_frees_frees() {
    ends_with(zisk_abi::exit::OUT_OF_MEMORY, &request("allocate and free"));
    let elf = build(&GuestBuild::new(in_workspace("tests/guest")).features(["free", "host-random"]));
    let run = run_elf(&elf, &request("allocate and free"));
    let execution = run.result.unwrap();
    assert_eq!(
        (execution.exit_code, execution.journal.decode()),
        (0, Ok(999_u32 as u8))
    );

    let random = run_elf(&elf, &request("random"));
    assert_eq!(random.result.unwrap().journal.decode(), Ok((true, true)));
}

#[test]
fn randomness_is_refused_with_an_explanation() {
    let run = ends_with(0, &request("random"));
    assert_eq!(run.result.unwrap().journal.decode(), Ok((false, false)));
    assert!(run.stderr.contains("host-random"), "{}", run.stderr);
}

#[test]
fn a_stack_overflow_is_named() {
    ends_with(0, &request("overflow the stack").write(&1000_u64).unwrap());
    let error = run(&request("overflow the stack").write(&u64::MAX).unwrap())
        .result
        .unwrap_err();
    let message = error.to_string();
    assert!(message.contains("stack overflow"), "{message}");
    assert!(message.contains("recurse"), "{message}");
    assert!(message.contains("tests/guest/src/main.rs:"), "{message}");
}

#[test]
fn a_bad_access_names_function_and_line() {
    let message = run(&request("null pointer")).result.unwrap_err().to_string();
    assert!(message.contains("null pointer"), "{message}");
    assert!(
        message.contains("main.rs:") || message.contains("ser/mod.rs:"),
        "{message}"
    );
}

#[test]
fn input_that_is_not_what_the_guest_asks_for_is_exit_code_103() {
    for input in [
        request("read too much"),
        Input::new(),
        Input::from_bytes(&[0xff; 20]),
    ] {
        let run = ends_with(zisk_abi::exit::BAD_INPUT, &input);
        assert!(run.stderr.contains("input"), "{}", run.stderr);
    }
}

#[test]
fn scopes_are_counted_by_name() {
    let scopes = ends_with(0, &request("scopes")).result.unwrap().stats.scopes;
    let calls: Vec<_> = scopes
        .iter()
        .map(|scope| (scope.name.as_str(), scope.calls))
        .collect();
    assert_eq!(calls, [("inner", 3), ("outer", 1)]);
    assert!(scopes[1].instructions > scopes[0].instructions);
}

#[test]
fn a_guest_that_does_not_end_is_stopped() {
    let error = run(&request("spin")).result.unwrap_err();
    assert!(matches!(error, ExecuteError::CycleLimit { .. }), "{error}");
}

#[test]
fn a_program_is_its_loaded_content_alone() {
    let program = Program::from_elf(&BEHAVIOUR).expect("a guest");
    for segment in program.segments() {
        assert!(!segment.data().starts_with(b"\x7fELF"), "a file header is loaded");
        assert_eq!(segment.start() % zisk_abi::memory::PAGE_SIZE, 0);
    }
    // Without its section headers a file has neither symbols nor debug information.
    let mut stripped = BEHAVIOUR.clone();
    stripped[0x28..0x30].fill(0);
    stripped[0x3a..0x40].fill(0);
    assert_eq!(Program::from_elf(&stripped).expect("still a guest"), program);
}
