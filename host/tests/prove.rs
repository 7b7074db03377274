//! Proving small programs, and what receipts of them are good for.

use sha2::{Digest, Sha256};
use zisk_abi::syscall::HALT;
use zisk_host::{ImageId, ProveError, Prover, Receipt, VerifyError, image_id, prove};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
const A0: u8 = 10;
const A1: u8 = 11;

/// A guest that counts, writes nothing to its journal, and ends with an exit code.
fn guest(rounds: i32, exit_code: i32) -> Vec<u8> {
    let mut code = Code::default();
    code.push(Op::Addi, 5, 0, 0, rounds);
    code.push(Op::Addw, 6, 6, 5, 0);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -8);
    code.push(Op::Sltu, 7, 5, 6, 0);
    code.push(Op::Addi, A0, 0, 0, exit_code);
    code.load_address(A1, DATA);
    code.ecall(HALT);
    let digest: [u8; 32] = Sha256::digest([]).into();
    executable(
        CODE,
        &[
            Segment::code(CODE, code.into_bytes()),
            Segment::data(DATA, digest.to_vec()),
        ],
    )
}

fn no_input() -> zisk_host::Input {
    zisk_host::Input::new()
}

#[test]
fn a_run_is_proven_and_verified() {
    let elf = guest(20, 0);
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
    let elf = guest(3, 0);
    let id = image_id(&elf).unwrap();
    let other = image_id(&guest(4, 0)).unwrap();
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

#[test]
fn failure_is_proven_only_if_asked_for() {
    let elf = guest(3, 7);
    let id = image_id(&elf).unwrap();
    assert!(matches!(
        prove(&elf, no_input()),
        Err(ProveError::GuestFailed { exit_code: 7 })
    ));
    let mut prover = Prover::builder().proves_failure(true).build().unwrap();
    let proven = prover.prove(&elf, no_input()).unwrap();
    assert_eq!(proven.exit_code, 7);
    assert_eq!(proven.receipt.verify_exit(id, 7), Ok(()));
    assert!(proven.receipt.verify(id).is_err());
    assert!(proven.receipt.verify_exit(id, 8).is_err());
}
