//! Runs that are proven in several segments, cut where it matters.

use sha2::{Digest, Sha256};
use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, INPUT, PAGE_SIZE, STACK};
use zisk_abi::syscall::{HALT, HOST_RANDOM};
use zisk_host::{
    ImageId, Input, ProofPlan, ProveError, Proven, Prover, ProverObserver, VerifyError, image_id,
};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
const SP: u8 = 2;
const A0: u8 = 10;
const A1: u8 = 11;

/// A guest with this code, which goes on to an end with an exit code.
fn ending(exit_code: i32, write: impl FnOnce(&mut Code)) -> Vec<u8> {
    let mut code = Code::default();
    write(&mut code);
    code.push(Op::Addi, A0, 0, 0, exit_code);
    code.load_address(A1, DATA);
    code.ecall(HALT);
    let mut data = Sha256::digest([]).to_vec();
    data.resize(256, 0x5a);
    executable(
        CODE,
        &[Segment::code(CODE, code.into_bytes()), Segment::data(DATA, data)],
    )
}

fn guest(write: impl FnOnce(&mut Code)) -> Vec<u8> {
    ending(0, write)
}

fn length(elf: &[u8], input: &Input) -> u64 {
    let execution = zisk_host::execute(elf, input).expect("the guest ends");
    execution.stats.instructions
}

/// Proves a run with so long segments, all of them full but the last.
fn prove_cut(elf: &[u8], input: &Input, segment: u64) -> (ImageId, Proven) {
    let mut prover = Prover::builder()
        .max_segment(segment)
        .proves_failure(true)
        .build()
        .expect("there is a prover");
    let proven = prover.prove(elf, input).expect("the guest ends");
    let expected = proven.stats.instructions.div_ceil(segment);
    assert_eq!(proven.stats.segments, expected);
    assert_eq!(proven.receipt.seal.num_segments() as u64, expected);
    (image_id(elf).expect("the guest can be proven"), proven)
}

fn assert_proven(what: &str, elf: &[u8], segment: u64) {
    let (id, proven) = prove_cut(elf, &Input::new(), segment);
    let result = proven.receipt.verify(id);
    assert_eq!(result, Ok(()), "{what}, segments of {segment} instructions");
}

/// Writes as many words as it reads, in another order, when all of them were written.
#[test]
fn words_that_are_read_segments_later_are_proven() {
    const WORDS: u64 = 500;
    let elf = guest(|code| {
        code.load_address(8, HEAP.start);
        code.load_address(9, HEAP.start + 8 * WORDS);
        code.push(Op::Sd, 0, 8, 8, 0);
        code.push(Op::Addi, 8, 8, 0, 8);
        code.push(Op::Bne, 0, 8, 9, -8);
        code.load_address(9, HEAP.start);
        code.push(Op::Ld, 7, 8, 0, -8);
        code.push(Op::Add, 6, 6, 7, 0);
        code.push(Op::Addi, 8, 8, 0, -8);
        code.push(Op::Bne, 0, 8, 9, -12);
        // What it read adds up; else it fails.
        let sum = WORDS * HEAP.start + 8 * (WORDS * (WORDS - 1) / 2);
        code.load_value(5, sum);
        code.push(Op::Beq, 0, 5, 6, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
    });
    assert_proven("a working set", &elf, 900);
}

#[test]
fn pages_that_are_touched_once_are_proven() {
    const PAGES: u64 = 200;
    let elf = guest(|code| {
        code.load_address(5, PAGE_SIZE);
        code.load_address(8, HEAP.start);
        code.load_address(9, HEAP.start + PAGES * PAGE_SIZE);
        code.push(Op::Sb, 0, 8, 8, 3);
        code.push(Op::Add, 8, 8, 5, 0);
        code.push(Op::Bne, 0, 8, 9, -8);
    });
    assert_proven("pages", &elf, 200);
}

/// Only loops, for 40,000 instructions.
fn looping() -> Vec<u8> {
    guest(|code| {
        code.load_address(5, 20_000);
        code.push(Op::Addi, 5, 5, 0, -1);
        code.push(Op::Bne, 0, 5, 0, -4);
    })
}

#[test]
fn a_run_that_only_loops_is_proven() {
    assert_proven("a loop", &looping(), 1 << 14);
}

/// Remembers what was planned.
struct Planned(Option<ProofPlan>);

impl ProverObserver for &mut Planned {
    fn planned(&mut self, plan: &ProofPlan) {
        self.0 = Some(*plan);
    }
}

/// So much as is said to be needed is enough, with as many segments as that takes.
#[test]
fn a_run_is_cut_so_that_it_fits_the_memory_that_it_may_take() {
    let elf = looping();
    let too_little = 1 << 20;
    let mut prover = Prover::builder()
        .max_memory(too_little)
        .build()
        .expect("there is a prover");
    let error = prover.prove(&elf, Input::new()).err();
    let Some(ProveError::Memory { needed, limit, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(limit, too_little);
    let mut planned = Planned(None);
    let mut prover = Prover::builder()
        .max_memory(needed)
        .observer(&mut planned)
        .build()
        .expect("there is a prover");
    let proven = prover.prove(&elf, Input::new()).expect("so much is enough");
    drop(prover);
    let plan = planned.0.expect("it was planned");
    assert!(proven.stats.segments > 1);
    assert_eq!(plan.segments, proven.stats.segments);
    assert_eq!(plan.instructions, proven.stats.instructions);
    assert!(plan.cells >= proven.stats.cells);
    assert!(plan.memory <= needed, "{} bytes of {needed}", plan.memory);
    let id = image_id(&elf).expect("the guest can be proven");
    assert_eq!(proven.receipt.verify(id), Ok(()));
    // Where memory does not matter, fewer take less time.
    let mut prover = Prover::builder()
        .max_memory(u64::MAX)
        .build()
        .expect("there is a prover");
    let proven = prover.prove(&elf, Input::new()).expect("the guest ends well");
    assert_eq!(proven.stats.segments, 1);
}

/// Two calls of a function that keeps what it needs on the stack: every third instruction is a cut.
#[test]
fn a_run_that_is_cut_inside_of_a_function_is_proven() {
    let elf = guest(|code| {
        code.load_address(SP, STACK.end);
        code.push(Op::Addi, A0, 0, 0, 5);
        code.push(Op::Jal, 1, 0, 0, 12);
        code.push(Op::Jal, 1, 0, 0, 8);
        code.push(Op::Jal, 0, 0, 0, 32);
        // The function.
        code.push(Op::Addi, SP, SP, 0, -16);
        code.push(Op::Sd, 0, SP, 1, 8);
        code.push(Op::Sd, 0, SP, A0, 0);
        code.push(Op::Ld, 6, SP, 0, 0);
        code.push(Op::Ld, 1, SP, 0, 8);
        code.push(Op::Addi, SP, SP, 0, 16);
        code.push(Op::Jalr, 0, 1, 0, 0);
    });
    assert_proven("a function", &elf, 3);
}

#[test]
fn a_run_that_is_cut_before_or_behind_a_coprocessor_call_is_proven() {
    let elf = guest(|code| {
        code.load_address(A0, DATA + 64);
        code.load_address(A1, DATA + 128);
        // The first call is the sixth instruction.
        code.ecall(SHA256_COMPRESS.number);
        code.ecall(SHA256_COMPRESS.number);
        code.push(Op::Ld, 5, A0, 0, 0);
    });
    for segment in [5, 6] {
        assert_proven("a coprocessor", &elf, segment);
    }
}

/// A reservation is no state of the machine: where the run is cut makes no difference to what is stored.
#[test]
fn a_run_that_is_cut_between_a_reserved_load_and_its_store_is_proven() {
    let elf = guest(|code| {
        code.load_address(8, DATA + 64);
        code.push(Op::LrD, 5, 8, 0, 0);
        code.push(Op::ScD, 6, 8, 8, 0);
        // It was stored.
        code.push(Op::Ld, 7, 8, 0, 0);
        code.push(Op::Beq, 0, 7, 8, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
        code.push(Op::Beq, 0, 6, 0, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
    });
    for segment in [3, 4] {
        assert_proven("a reservation", &elf, segment);
    }
}

#[test]
fn a_run_whose_last_segment_is_the_halting_call_alone_is_proven() {
    let elf = guest(|code| {
        for _ in 0..10 {
            code.push(Op::Addi, 5, 5, 0, 1);
        }
    });
    let instructions = length(&elf, &Input::new());
    assert_proven("the last instruction", &elf, instructions - 1);
    // And none behind it.
    assert_proven("one segment", &elf, instructions);
}

#[test]
fn segments_of_one_instruction_are_proven() {
    let elf = guest(|code| {
        code.push(Op::Addi, 5, 0, 0, 1);
    });
    assert_proven("single instructions", &elf, 1);
}

/// Waits, then fails unless the first word of its frame is the expected one.
fn late_reader(expected: u64) -> Vec<u8> {
    guest(|code| {
        code.push(Op::Addi, 5, 0, 0, 100);
        code.push(Op::Addi, 5, 5, 0, -1);
        code.push(Op::Bne, 0, 5, 0, -4);
        code.load_address(8, INPUT.start);
        code.load_value(6, expected);
        // How many frames there are and how long the first is stand before it.
        code.push(Op::Ld, 7, 8, 0, 16);
        code.push(Op::Beq, 0, 6, 7, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
    })
}

#[test]
fn input_that_is_first_read_in_a_late_segment_is_proven() {
    const WORD: u64 = 0x0123_4567_89ab_cdef;
    let elf = late_reader(WORD);
    let input = Input::new().write_slice(&WORD.to_le_bytes());
    let (id, proven) = prove_cut(&elf, &input, 64);
    assert_eq!(proven.receipt.verify(id), Ok(()));
    let other = Input::new().write_slice(&(WORD + 1).to_le_bytes());
    let mut prover = Prover::builder().build().expect("there is a prover");
    let error = prover.prove(&elf, other).expect_err("it reads another word");
    assert!(matches!(error, ProveError::Execute(_)), "{error}");
}

/// Answers go to the segments that ask, and in order.
#[test]
fn random_answers_in_two_segments_are_proven() {
    let elf = guest(|code| {
        code.ecall(HOST_RANDOM);
        code.push(Op::Addi, 5, A0, 0, 0);
        code.ecall(HOST_RANDOM);
        code.push(Op::Addi, 6, A0, 0, 0);
        code.push(Op::Addi, 0, 0, 0, 0);
        code.ecall(HOST_RANDOM);
        // They are hardly the same.
        code.push(Op::Bne, 0, 5, 6, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
        code.push(Op::Bne, 0, 6, A0, 8);
        code.push(Op::Ebreak, 0, 0, 0, 0);
    });
    assert_proven("randomness", &elf, 4);
}

#[test]
fn failure_over_several_segments_is_proven_if_asked_for() {
    const EXIT_CODE: u32 = 9;
    let elf = ending(EXIT_CODE as i32, |code| {
        code.push(Op::Addi, 5, 0, 0, 40);
        code.push(Op::Addi, 5, 5, 0, -1);
        code.push(Op::Bne, 0, 5, 0, -4);
    });
    let (id, proven) = prove_cut(&elf, &Input::new(), 30);
    assert_eq!(proven.exit_code, EXIT_CODE);
    assert_eq!(proven.receipt.verify_exit(id, EXIT_CODE), Ok(()));
    for other in [0, EXIT_CODE + 1] {
        let result = proven.receipt.verify_exit(id, other);
        assert!(
            matches!(result, Err(VerifyError::Proof { exit_code, .. }) if exit_code == other),
            "{result:?}"
        );
    }
    let mut prover = Prover::builder()
        .max_segment(30)
        .build()
        .expect("there is a prover");
    let error = prover.prove(&elf, Input::new()).expect_err("it fails");
    assert!(
        matches!(error, ProveError::GuestFailed { exit_code } if exit_code == EXIT_CODE),
        "{error}"
    );
}

#[test]
fn a_run_without_hiding_is_proven_in_segments() {
    let elf = guest(|code| {
        for _ in 0..20 {
            code.push(Op::Addi, 5, 5, 0, 1);
        }
    });
    let mut prover = Prover::builder()
        .max_segment(10)
        .hiding(false)
        .build()
        .expect("there is a prover");
    let proven = prover.prove(&elf, Input::new()).expect("the guest ends well");
    assert!(proven.stats.segments > 1);
    let id = image_id(&elf).expect("the guest can be proven");
    assert_eq!(proven.receipt.verify(id), Ok(()));
    assert!(!proven.receipt.security().zero_knowledge);
}
