//! Guests that need no compiler.

use sha2::{Digest, Sha256};
use zisk_abi::coprocessor::Coprocessor;
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT};
use zisk_isa::Op;

use crate::assembler::Code;
use crate::elf::{Segment, executable};

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
/// Length of the digest that the data begins with.
const DIGEST_LEN: u64 = 32;
/// What stands behind it.
const SCOPE: &[u8] = b"work";

/// SHA-256's state before the first block (FIPS 180-4, section 5.3.3).
pub const SHA256_INITIAL_STATE: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A guest that counts down from a number, writes nothing to its journal, and ends with an exit code.
pub fn counting(rounds: u32, exit_code: i32) -> Vec<u8> {
    let mut code = Code::default();
    code.load_value(5, u64::from(rounds));
    code.push(Op::Addw, 6, 6, 5, 0);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -8);
    code.push(Op::Sltu, 7, 5, 6, 0);
    ending(code, exit_code)
}

/// A guest that counts down from a number in a scope `work`, and ends well.
pub fn scoped(rounds: u32) -> Vec<u8> {
    let mut code = Code::default();
    code.load_value(5, u64::from(rounds));
    scope(&mut code, CYCLES_BEGIN);
    code.push(Op::Addw, 6, 6, 5, 0);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -8);
    scope(&mut code, CYCLES_END);
    ending_with(code, 0, SCOPE)
}

fn scope(code: &mut Code, number: u64) {
    code.load_address(10, DATA + DIGEST_LEN);
    code.push(Op::Addi, 11, 0, 0, SCOPE.len() as i32);
    code.ecall(number);
}

/// A guest that stores into so many words of the heap, one after the other, reads them again, and ends well.
pub fn touching(words: u64) -> Vec<u8> {
    let start = HEAP.start + 64;
    let mut code = Code::default();
    for (op, rd, rs2) in [(Op::Sd, 0, 6), (Op::Ld, 7, 0)] {
        code.load_address(5, start).load_address(6, start + 8 * words);
        code.push(op, rd, 5, rs2, 0);
        code.push(Op::Addi, 5, 5, 0, 8);
        code.push(Op::Bne, 0, 5, 6, -8);
    }
    ending(code, 0)
}

/// A guest that calls coprocessors, one after the other, on words of zeros in the heap, and ends well.
pub fn calling(coprocessors: &[&Coprocessor]) -> Vec<u8> {
    let mut code = Code::default();
    for coprocessor in coprocessors {
        for (register, operand) in (10..).zip(0..coprocessor.operands.len()) {
            let address = HEAP.start + 8 * coprocessor.first_word(operand) as u64;
            code.load_address(register, address);
        }
        code.ecall(coprocessor.number);
    }
    ending(code, 0)
}

/// A guest that does this and ends with an exit code and an empty journal.
fn ending(code: Code, exit_code: i32) -> Vec<u8> {
    ending_with(code, exit_code, &[])
}

/// The same, with these constants behind the digest.
fn ending_with(mut code: Code, exit_code: i32, constants: &[u8]) -> Vec<u8> {
    code.push(Op::Addi, 10, 0, 0, exit_code);
    code.load_address(11, DATA);
    code.ecall(HALT);
    let digest: [u8; 32] = Sha256::digest([]).into();
    executable(
        CODE,
        &[
            Segment::code(CODE, code.into_bytes()),
            Segment::data(DATA, [&digest, constants].concat()),
        ],
    )
}
