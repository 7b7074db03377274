//! Executing guests from Rust: journal, output, limits, errors.

use sha2::{Digest, Sha256};
use zisk_abi::memory::INPUT;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT, WRITE, fd};
use zisk_host::{ExecuteError, ExecutorEnv, Input, InputError, JournalError, execute};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{PF_R, Segment, executable};

const CODE: u64 = 0x1_0000;
const CONSTANTS: u64 = 0x2_0000;
/// Where in the constants the digest begins.
const DIGEST: u64 = CONSTANTS + 64;
const TEXT: &[u8] = b"constants of a guest";

const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;

/// A guest with this code; its constants are [`TEXT`] and at [`DIGEST`] the digest of `journal`.
fn guest(journal: &[u8], write: impl FnOnce(&mut Code)) -> Vec<u8> {
    let mut code = Code::default();
    write(&mut code);
    let mut constants = TEXT.to_vec();
    constants.resize(64, 0);
    constants.extend(Sha256::digest(journal));
    let size = constants.len() as u64;
    let constants = Segment {
        start: CONSTANTS,
        data: constants,
        size,
        flags: PF_R,
    };
    executable(CODE, &[Segment::code(CODE, code.into_bytes()), constants])
}

fn write(code: &mut Code, fd: u64, address: u64, len: i32) {
    code.push(Op::Addi, A0, 0, 0, fd as i32).load_address(A1, address);
    code.push(Op::Addi, A2, 0, 0, len).ecall(WRITE);
}

fn halt(code: &mut Code, exit_code: i32) {
    code.push(Op::Addi, A0, 0, 0, exit_code)
        .load_address(A1, DIGEST)
        .ecall(HALT);
}

#[test]
fn a_run_gives_journal_exit_code_and_counts() {
    let elf = guest(&TEXT[..4], |code| {
        write(code, fd::JOURNAL, CONSTANTS, 4);
        halt(code, 3);
    });
    let execution = execute(&elf, Input::new()).unwrap();
    assert_eq!(execution.journal.as_bytes(), &TEXT[..4]);
    assert_eq!(execution.exit_code, 3);
    assert_eq!(execution.stats.instructions, 6 + 5);
    assert_eq!(execution.stats.memory_bytes, 4096);
    assert_eq!(execution.stats.misaligned_accesses, 0);
}

#[test]
fn a_journal_that_does_not_match_the_digest_is_refused() {
    let elf = guest(b"something else", |code| {
        write(code, fd::JOURNAL, CONSTANTS, 4);
        halt(code, 0);
    });
    let error = execute(&elf, Input::new()).unwrap_err();
    assert!(matches!(error, ExecuteError::JournalDigest { .. }), "{error}");
}

#[test]
fn text_goes_to_the_sinks_and_not_to_the_journal() {
    let elf = guest(b"", |code| {
        write(code, fd::STDOUT, CONSTANTS, 9);
        write(code, fd::STDERR, CONSTANTS + 13, 7);
        halt(code, 0);
    });
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let execution = ExecutorEnv::new()
        .stdout(&mut out)
        .stderr(&mut err)
        .execute(&elf, Input::new())
        .unwrap();
    assert_eq!(
        (out.as_slice(), err.as_slice()),
        (&b"constants"[..], &b"a guest"[..])
    );
    assert!(execution.journal.as_bytes().is_empty());
}

#[test]
fn a_sink_that_fails_is_an_error_of_its_own() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let elf = guest(b"", |code| {
        write(code, fd::STDOUT, CONSTANTS, 9);
        halt(code, 0);
    });
    let error = ExecutorEnv::new()
        .stdout(Full)
        .execute(&elf, Input::new())
        .unwrap_err();
    assert!(matches!(error, ExecuteError::Output(_)), "{error}");
}

#[test]
fn limits_stop_a_guest() {
    let endless = guest(b"", |code| {
        code.push(Op::Jal, 0, 0, 0, 0);
    });
    let error = ExecutorEnv::new()
        .max_cycles(1000)
        .execute(&endless, Input::new())
        .unwrap_err();
    assert!(
        matches!(error, ExecuteError::CycleLimit { limit: 1000, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("0x10000"), "{error}");

    let chatty = guest(b"", |code| {
        write(code, fd::JOURNAL, CONSTANTS, 9);
        code.push(Op::Jal, 0, 0, 0, -(code.len() as i32));
    });
    let error = ExecutorEnv::new()
        .max_output_bytes(100)
        .execute(&chatty, Input::new())
        .unwrap_err();
    assert!(error.to_string().contains("100 bytes"), "{error}");
}

#[test]
fn a_trap_tells_what_happened_where_and_what_was_printed_last() {
    let elf = guest(b"", |code| {
        write(code, fd::STDOUT, CONSTANTS, 9);
        code.push(Op::Ld, A0, 0, 0, 16);
    });
    let mut out = Vec::new();
    let error = ExecutorEnv::new()
        .stdout(&mut out)
        .execute(&elf, Input::new())
        .unwrap_err();
    let message = error.to_string();
    for part in ["null pointer", "ld a0, 16(zero)", "0x10018", "| constants"] {
        assert!(message.contains(part), "{part:?} is not in:\n{message}");
    }
}

#[test]
fn scopes_are_counted() {
    let elf = guest(b"", |code| {
        for number in [CYCLES_BEGIN, CYCLES_END] {
            code.load_address(A0, CONSTANTS)
                .push(Op::Addi, A1, 0, 0, 9)
                .ecall(number);
        }
        halt(code, 0);
    });
    let execution = execute(&elf, Input::new()).unwrap();
    let scopes: Vec<_> = execution
        .stats
        .scopes
        .iter()
        .map(|scope| (scope.name.as_str(), scope.calls, scope.instructions))
        .collect();
    assert_eq!(scopes, [("constants", 1, 5)]);
}

#[test]
fn the_guest_reads_what_the_host_wrote() {
    // The journal is the input's third word and following: the first frame's bytes.
    let elf = guest(b"first frame", |code| {
        write(code, fd::JOURNAL, INPUT.start + 16, 11);
        halt(code, 0);
    });
    let input = Input::new().write_slice(b"first frame").write(&7_u32).unwrap();
    let execution = execute(&elf, &input).unwrap();
    assert_eq!(execution.journal.as_bytes(), b"first frame");
}

#[test]
fn a_journal_is_decoded_whole_or_not_at_all() {
    let elf = guest(&[1, 2], |code| {
        // Two words of the input, whose first frame holds the bytes 1 and 2.
        write(code, fd::JOURNAL, INPUT.start + 16, 2);
        halt(code, 0);
    });
    let journal = execute(&elf, Input::from_bytes(&[1, 2])).unwrap().journal;
    assert_eq!(journal.decode::<(u8, u8)>(), Ok((1, 2)));
    assert!(matches!(
        journal.decode::<u8>(),
        Err(JournalError::TrailingBytes {
            unread: 1,
            len: 2,
            ..
        })
    ));
    assert!(matches!(
        journal.decode::<(u8, u8, u8)>(),
        Err(JournalError::Decode { len: 2, .. })
    ));
}

#[test]
fn files_become_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input");
    std::fs::write(&path, b"first frame").unwrap();
    assert_eq!(
        Input::from_file(&path).unwrap(),
        Input::new().write_slice(b"first frame")
    );
    let missing = Input::from_file(folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing, InputError::File { .. }));
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn what_is_no_guest_is_refused() {
    for bytes in [&b""[..], b"\x7fELF", b"#!/bin/sh\n"] {
        let error = execute(bytes, Input::new()).unwrap_err();
        assert!(matches!(error, ExecuteError::Elf(_)), "{error}");
    }
}
