//! Proving small programs, and what receipts of them are good for.

use sha2::{Digest, Sha256};
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{INPUT, STACK};
use zisk_abi::syscall::{HALT, WRITE, fd};
use zisk_host::{
    ExecuteError, ImageId, MemoryFaultKind, ProveError, Prover, Receipt, TrapCause, VerifyError, image_id,
    prove,
};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::guests::counting;

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;

fn prover(proves_failure: bool) -> Prover<'static> {
    Prover::builder().proves_failure(proves_failure).build().unwrap()
}

fn no_input() -> zisk_host::Input {
    zisk_host::Input::new()
}

#[test]
fn a_run_is_proven_and_verified() {
    let elf = counting(20, 0);
    let id = image_id(&elf).unwrap();
    let receipt = prove(&elf, no_input()).unwrap();
    assert_eq!(receipt.verify(id), Ok(()));
    assert!(receipt.journal.as_bytes().is_empty());
    assert_eq!(receipt.image_id(), id);
    let bytes = receipt.to_bytes();
    let again = Receipt::from_bytes(&bytes).unwrap();
    assert_eq!(again.verify(id), Ok(()));
    assert_eq!(again.to_bytes(), bytes);
}

#[test]
fn a_receipt_is_good_for_its_own_program_journal_and_exit_code_only() {
    let elf = counting(3, 0);
    let id = image_id(&elf).unwrap();
    let other = image_id(&counting(4, 0)).unwrap();
    assert_ne!(id, other);
    let mut receipt = prove(&elf, no_input()).unwrap();
    assert_eq!(
        receipt.verify(other),
        Err(VerifyError::Program {
            expected: other,
            found: id
        })
    );
    assert!(matches!(
        receipt.verify(ImageId([0; 32])),
        Err(VerifyError::Program { .. })
    ));
    assert!(matches!(
        receipt.verify_exit(id, 1),
        Err(VerifyError::Proof { exit_code: 1, .. })
    ));
    receipt.journal = vec![0].into();
    assert!(matches!(receipt.verify(id), Err(VerifyError::Proof { .. })));
}

/// A guest with this code, which may go on to an orderly end.
fn guest_of(write: impl FnOnce(&mut Code)) -> Vec<u8> {
    let mut code = Code::default();
    write(&mut code);
    code.push(Op::Addi, A0, 0, 0, 0);
    code.load_address(A1, DATA);
    code.ecall(HALT);
    let digest: [u8; 32] = Sha256::digest([]).into();
    let segments = [
        Segment::code(CODE, code.into_bytes()),
        Segment::data(DATA, digest.to_vec()),
    ];
    executable(CODE, &segments)
}

#[test]
fn failure_is_proven_only_if_asked_for() {
    // Both halves of an exit code count, and nothing else of its register.
    let exit_code = 0x8001_0007;
    let elf = guest_of(|code| {
        code.load_value(A0, 0xdead_beef << 32 | u64::from(exit_code));
        code.load_address(A1, DATA);
        code.ecall(HALT);
    });
    let id = image_id(&elf).unwrap();
    assert!(matches!(
        prove(&elf, no_input()),
        Err(ProveError::GuestFailed { exit_code: found }) if found == exit_code
    ));
    let proven = prover(true).prove(&elf, no_input()).unwrap();
    assert_eq!(proven.exit_code, exit_code);
    let receipt = proven.receipt;
    assert_eq!(receipt.verify_exit(id, exit_code), Ok(()));
    assert!(matches!(
        receipt.verify(id),
        Err(VerifyError::Proof { exit_code: 0, .. })
    ));
    for other in [7, 0x0001_0007, exit_code + 1, exit_code - 1, 101] {
        let result = receipt.verify_exit(id, other);
        assert!(
            matches!(result, Err(VerifyError::Proof { exit_code, .. }) if exit_code == other),
            "{other:#x}"
        );
    }
}

/// Whoever asks for failures to be proven gets proofs of exit codes, not of runs that were stopped.
fn assert_stopped(what: &str, elf: &[u8], is_expected: impl Fn(&TrapCause) -> bool) {
    for proves_failure in [false, true] {
        let mut prover = prover(proves_failure);
        match prover.prove(elf, no_input()) {
            Err(ProveError::Execute(ExecuteError::Trap(stopped))) => {
                assert!(is_expected(&stopped.trap.cause), "{what}: {stopped}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn a_run_with_a_forbidden_access_has_no_receipt() {
    use MemoryFaultKind::*;
    for (what, op, rd, address, kind) in [
        ("a load from nowhere", Op::Ld, 6, INPUT.end - 4, ReadUnmapped),
        ("a load to x0 from nowhere", Op::Ld, 0, INPUT.end, ReadUnmapped),
        ("a load from the null page", Op::Lb, 6, 0, NullPointer),
        ("a load beyond 32 bits", Op::Ld, 6, 1 << 32 | DATA, ReadUnmapped),
        ("a store to nowhere", Op::Sb, 0, INPUT.end, WriteUnmapped),
        ("a store to the code", Op::Sw, 0, CODE, WriteForbidden),
        ("a store to the input", Op::Sd, 0, INPUT.start, WriteForbidden),
        (
            "an atomic in the input",
            Op::AmoaddD,
            6,
            INPUT.start,
            WriteForbidden,
        ),
        ("a misaligned atomic", Op::AmoaddW, 6, DATA + 2, MisalignedAtomic),
        ("a stack overflow", Op::Sd, 0, STACK.start - 8, StackOverflow),
    ] {
        let elf = guest_of(|code| {
            code.load_value(5, address).push(op, rd, 5, 7, 0);
        });
        assert_stopped(
            what,
            &elf,
            |cause| matches!(cause, TrapCause::Memory { fault } if fault.kind == kind),
        );
    }
}

#[test]
fn a_run_that_is_stopped_has_no_receipt() {
    type Write = fn(&mut Code);
    let stopped: [(&str, Write, TrapCause); 4] = [
        (
            "an illegal instruction",
            |code| {
                code.push_bits(0xffff_ffff);
            },
            TrapCause::IllegalInstruction,
        ),
        (
            "a breakpoint",
            |code| {
                code.push(Op::Ebreak, 0, 0, 0, 0);
            },
            TrapCause::Breakpoint,
        ),
        (
            "a jump to data",
            |code| {
                code.load_address(5, DATA).push(Op::Jalr, 0, 5, 0, 0);
            },
            TrapCause::NoCode { address: DATA },
        ),
        (
            "an unknown system call",
            |code| {
                code.ecall(0x7ff);
            },
            TrapCause::UnknownSyscall { number: 0x7ff },
        ),
    ];
    for (what, write, expected) in stopped {
        assert_stopped(what, &guest_of(write), |cause| *cause == expected);
    }
    for (what, number, address) in [
        ("a digest at an odd address", HALT, DATA + 1),
        ("a digest beyond the input", HALT, INPUT.end - 24),
        ("a block at an odd address", SHA256_COMPRESS.number, DATA + 4),
        ("a block beyond the input", SHA256_COMPRESS.number, INPUT.end - 56),
    ] {
        let elf = guest_of(|code| {
            code.load_address(A0, DATA)
                .load_address(A1, address)
                .ecall(number);
        });
        assert_stopped(what, &elf, |cause| matches!(cause, TrapCause::Operand { .. }));
    }
}

/// A guest that executes a bit more than this many instructions.
fn looping(instructions: u64) -> Vec<u8> {
    guest_of(|code| {
        code.load_address(5, instructions / 2);
        code.push(Op::Addi, 5, 5, 0, -1);
        code.push(Op::Bne, 0, 5, 0, -4);
    })
}

#[test]
fn a_run_of_too_many_segments_has_no_receipt() {
    const MOST: u64 = 0xffff;
    let elf = looping(MOST - 2);
    let mut prover = Prover::builder().max_segment(1).build().unwrap();
    let error = prover.prove(&elf, no_input()).unwrap_err();
    let ProveError::TooLong {
        instructions,
        segments,
        limit,
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!((instructions, limit), (segments, MOST));
    assert!((MOST + 1..MOST + 10).contains(&segments), "{segments}");
    assert!(!error.is_guest_failure());
}

#[test]
fn a_journal_that_is_not_what_the_guest_says_has_no_receipt() {
    let elf = guest_of(|code| {
        code.push(Op::Addi, A0, 0, 0, fd::JOURNAL as i32);
        code.load_address(A1, DATA);
        code.push(Op::Addi, A2, 0, 0, 1).ecall(WRITE);
    });
    let error = prover(true).prove(&elf, no_input()).unwrap_err();
    let is_digest = matches!(error, ProveError::Execute(ExecuteError::JournalDigest { .. }));
    assert!(is_digest, "{error}");
}
