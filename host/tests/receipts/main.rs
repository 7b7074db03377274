//! What receipts are refused: changed in any place, of another program, journal, exit code, version or parameter set.

mod mutations;
mod parts;
mod programs;
mod segments;
mod statements;

use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use zisk_abi::syscall::{HALT, WRITE, fd};
use zisk_host::{ImageId, Input, Receipt, image_id, prove};
use zisk_isa::Op;
use zisk_tests::allocations::{Counting, most_allocated};
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
const JOURNAL: &[u8] = b"abc";
const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;

/// A guest that counts, writes [`JOURNAL`], and ends well.
fn guest(rounds: i32) -> Vec<u8> {
    let mut code = Code::default();
    code.push(Op::Addi, 5, 0, 0, rounds);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -4);
    code.push(Op::Addi, A0, 0, 0, fd::JOURNAL as i32);
    code.load_address(A1, DATA + 32);
    code.push(Op::Addi, A2, 0, 0, JOURNAL.len() as i32);
    code.ecall(WRITE);
    code.push(Op::Addi, A0, 0, 0, 0);
    code.load_address(A1, DATA);
    code.ecall(HALT);
    let data = [&Sha256::digest(JOURNAL), JOURNAL].concat();
    executable(
        CODE,
        &[Segment::code(CODE, code.into_bytes()), Segment::data(DATA, data)],
    )
}

/// A receipt with the image id that it is good for. Proofs take seconds, so each is made once.
struct Honest {
    id: ImageId,
    receipt: Receipt,
}

impl Honest {
    fn new(rounds: i32) -> Self {
        let elf = guest(rounds);
        Self {
            id: image_id(&elf).expect("the guest can be proven"),
            receipt: prove(&elf, Input::new()).expect("the guest ends well"),
        }
    }
}

fn honest() -> &'static Honest {
    static HONEST: OnceLock<Honest> = OnceLock::new();
    HONEST.get_or_init(|| Honest::new(3))
}

/// Of another program that does the same.
fn other() -> &'static Honest {
    static OTHER: OnceLock<Honest> = OnceLock::new();
    OTHER.get_or_init(|| Honest::new(4))
}

#[test]
fn the_receipts_of_these_tests_are_good() {
    for Honest { id, receipt } in [honest(), other()] {
        assert_eq!(receipt.journal.as_bytes(), JOURNAL);
        assert_eq!(receipt.verify(*id), Ok(()));
    }
}

#[test]
fn allocations_are_counted() {
    let ((), most) = most_allocated(|| drop(std::hint::black_box(vec![0_u8; 1 << 20])));
    assert!((1 << 20..1 << 21).contains(&most), "{most}");
}
