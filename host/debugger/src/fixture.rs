//! A guest that does a bit of everything, for tests.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::{HALT, HOST_RANDOM, WRITE, fd};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};

use crate::console::Output;
use crate::session::Session;

pub(crate) const CODE: u64 = 0x1_0000;
pub(crate) const DATA: u64 = 0x2_0000;
pub(crate) const TEXT: &[u8] = b"one line\n";
pub(crate) const ROUNDS: u64 = 300;

/// Text that several can write to and read.
#[derive(Clone, Default)]
pub(crate) struct Text(pub(crate) Rc<RefCell<Vec<u8>>>);

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Stores, loads, prints, asks for randomness and calls a coprocessor in a loop; then does what `end` says.
pub(crate) fn guest(end: impl FnOnce(&mut Code)) -> Vec<u8> {
    let mut code = Code::default();
    code.load_value(8, ROUNDS).load_address(9, HEAP.start);
    let start = code.len();
    code.push(Op::Sd, 0, 9, 8, 0).push(Op::Ld, 6, 9, 0, 0);
    code.push(Op::Andi, 7, 8, 0, 0xf8).push(Op::Add, 7, 7, 9, 0);
    code.push(Op::Sb, 0, 7, 8, 1024).push(Op::Lhu, 6, 7, 0, 1025);
    code.push(Op::Addi, 10, 0, 0, fd::STDOUT as i32)
        .load_address(11, DATA);
    code.push(Op::Addi, 12, 0, 0, TEXT.len() as i32).ecall(WRITE);
    code.push(Op::Addi, 10, 0, 0, fd::JOURNAL as i32).ecall(WRITE);
    code.ecall(HOST_RANDOM).push(Op::Sd, 0, 9, 10, 8);
    code.push(Op::Addi, 10, 9, 0, 64).push(Op::Addi, 11, 9, 0, 128);
    code.ecall(SHA256_COMPRESS.number);
    code.push(Op::Addi, 8, 8, 0, -1);
    let back = start as i32 - code.len() as i32;
    code.push(Op::Bne, 0, 8, 0, back);
    end(&mut code);
    let segments = [
        Segment::code(CODE, code.into_bytes()),
        Segment::data(DATA, [TEXT, &[0; 64]].concat()),
    ];
    executable(CODE, &segments)
}

pub(crate) fn halting(exit_code: i32) -> Vec<u8> {
    guest(|code| {
        code.push(Op::Addi, 10, 0, 0, exit_code)
            .load_address(11, DATA + 16);
        code.ecall(HALT);
    })
}

/// With checkpoints as rare as that.
pub(crate) fn session(elf: &[u8], interval: u64) -> (Session<'_>, Text, Text) {
    let (stdout, stderr) = (Text::default(), Text::default());
    let output = Output {
        stdout: Box::new(stdout.clone()),
        stderr: Box::new(stderr.clone()),
    };
    let mut session = Session::new(elf, &[], output, 1 << 20).unwrap();
    session.set_interval(interval);
    (session, stdout, stderr)
}
