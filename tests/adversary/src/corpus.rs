//! Runs that reach every instruction, coprocessor and kind of padding.

use anyhow::{Context, Result, anyhow};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use sha2::{Digest, Sha256};
use zisk_abi::coprocessor::{
    COMPARE_BLOCKS, COPY_BLOCK, FILL_BLOCK, KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD, SECP256K1_ADD,
    SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD, U256_MUL_ADD_MOD,
};
use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT, HOST_RANDOM, WRITE, fd};
use zisk_host::{Fill, Input, Liar};
use zisk_isa::Op;
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_stark::checker::Changes;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{CODE_START, DATA_START, RandomProgram};
use zisk_tests::guests::counting;

/// A guest, and how its run is cut.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called in reports.
    pub name: String,
    /// The guest.
    pub elf: Vec<u8>,
    /// Its input.
    pub input: Vec<u64>,
    /// Instructions of a segment, at most.
    pub max_segment: usize,
}

impl Case {
    /// Whoever lies about its run.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn liar(&self) -> Result<Liar> {
        let input = Input::new().write(&self.input)?;
        Liar::new(&self.elf, &input, self.max_segment).with_context(|| self.name.clone())
    }
}

/// Where the digest of an empty journal is, and behind it operands of coprocessors.
const DIGEST: u64 = 0x0600_0000;
const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;

/// All cases: so many random programs, and what these do not reach.
pub fn cases(num_random: u64) -> Vec<Case> {
    let case = |name: &str, elf: Vec<u8>, max_segment: usize| Case {
        name: name.to_owned(),
        elf,
        input: Vec::new(),
        max_segment,
    };
    let random = (0..num_random).map(|seed| {
        // Some run in one segment, others in several.
        let max_segment = if seed % 2 == 0 { usize::MAX } else { 400 };
        case(&format!("random instructions {seed}"), random(seed), max_segment)
    });
    let mut cases: Vec<Case> = random.collect();
    cases.push(case("system calls", calling(), usize::MAX));
    cases.push(case("system calls in segments", calling(), 20));
    // Registers that rest for as long as that takes are refreshed.
    cases.push(case("resting registers", counting(6_000, 3), usize::MAX));
    cases.push(Case {
        input: vec![u64::MAX, 1, 2, 3],
        ..case("input in segments", reading(), 8)
    });
    cases
}

/// Runs cases, and gives what can be changed in each of their segments, counted from 1.
///
/// # Errors
/// When a case cannot be run, or does not satisfy the machine's constraints as it is.
pub fn for_each_segment(
    cases: &[Case],
    mut with: impl FnMut(&Case, usize, &Changes<'_, Table>) -> Result<()>,
) -> Result<()> {
    for case in cases {
        let liar = case.liar()?;
        let said = liar.say(None, Fill::Small).context("an honest run has tables")?;
        for (segment, rows) in (1..).zip(liar.rows(&said)) {
            let changes = Changes::new(rows, &SHARED_BUSES)
                .map_err(|report| anyhow!("{}, segment {segment}: {report}", case.name))?;
            with(case, segment, &changes)?;
        }
    }
    Ok(())
}

/// A guest of random instructions.
fn random(seed: u64) -> Vec<u8> {
    let program = RandomProgram::generate(&mut ChaCha12Rng::seed_from_u64(seed), 8, 60);
    let mut code = program.code.clone();
    end(&mut code, 0);
    executable(
        CODE_START,
        &[
            Segment::code(CODE_START, code.into_bytes()),
            Segment::data(DATA_START, program.data),
            Segment::data(DIGEST, Sha256::digest([]).to_vec()),
        ],
    )
}

/// A guest that makes every system call but those that it is not to make, coprocessors on memory of every kind.
fn calling() -> Vec<u8> {
    let mut code = Code::default();
    code.push(Op::Addi, A0, 0, 0, fd::STDERR as i32);
    code.load_address(A1, DIGEST + 64);
    code.push(Op::Addi, A2, 0, 0, 5);
    code.ecall(WRITE);
    code.load_address(A0, DIGEST + 64);
    code.push(Op::Addi, A1, 0, 0, 5);
    code.ecall(CYCLES_BEGIN).ecall(CYCLES_END);
    code.ecall(HOST_RANDOM);
    code.load_address(8, HEAP.start);
    code.push(Op::Sd, 0, 8, A0, 64);
    for (state, block) in [
        (HEAP.start, HEAP.start + 64),
        (DIGEST + 128, DIGEST),
        (HEAP.start, CODE_START),
    ] {
        call(&mut code, SHA256_COMPRESS.number, &[state, block]);
        code.ecall(SHA256_COMPRESS.number);
    }
    // Written where nothing else looks, and where a state was.
    for state in [HEAP.start + 256, HEAP.start] {
        call(&mut code, KECCAK_F.number, &[state]);
        code.ecall(KECCAK_F.number);
    }
    // Of zeros and of what the digest and the data are: a modulus of 0, too, and operands in one place.
    let (zeros, data) = (HEAP.start + 1024, DIGEST + 256);
    for pointers in [
        [HEAP.start, DIGEST, CODE_START, zeros],
        [HEAP.start, data, zeros, DIGEST],
        [HEAP.start, HEAP.start, HEAP.start, data],
    ] {
        call(&mut code, U256_MUL_ADD_MOD.number, &pointers);
    }
    for pointers in [
        [HEAP.start, DIGEST, CODE_START],
        [HEAP.start + 32, HEAP.start, data],
    ] {
        call(&mut code, U256_MUL_ADD.number, &pointers);
    }
    // Points that are on no curve: the machine does not mind.
    let (p, q) = (DIGEST + 320, DIGEST + 400);
    for _ in 0..2 {
        call(&mut code, SECP256K1_DOUBLE.number, &[p]);
        call(&mut code, SECP256K1_ADD.number, &[p, q]);
    }
    // Elements of KoalaBear, or numbers above them.
    for state in [HEAP.start + 2048, DIGEST + 96] {
        call(&mut code, POSEIDON2.number, &[state]);
    }
    for pointers in [
        [DIGEST + 200, DIGEST, CODE_START],
        [HEAP.start, DIGEST + 8, DIGEST + 16],
    ] {
        call(&mut code, QUINTIC_MUL_ADD.number, &pointers);
    }
    // Blocks, one over the other; equal ones, and others.
    for (to, from) in [(HEAP.start + 512, DIGEST), (HEAP.start + 520, HEAP.start + 512)] {
        call(&mut code, COPY_BLOCK.number, &[to, from]);
        call(&mut code, COMPARE_BLOCKS.number, &[HEAP.start + 8, to, from]);
    }
    call(&mut code, COMPARE_BLOCKS.number, &[HEAP.start, DIGEST, DIGEST]);
    call(&mut code, FILL_BLOCK.number, &[HEAP.start + 768, DIGEST + 8]);
    end(&mut code, 7);
    let mut data = Sha256::digest([]).to_vec();
    data.resize(512, 0x61);
    executable(
        CODE_START,
        &[
            Segment::code(CODE_START, code.into_bytes()),
            Segment::data(DIGEST, data),
        ],
    )
}

/// A call of a coprocessor.
fn call(code: &mut Code, number: u64, pointers: &[u64]) {
    for (register, pointer) in (A0..).zip(pointers) {
        code.load_address(register, *pointer);
    }
    code.ecall(number);
}

/// A guest that adds up words of its input.
fn reading() -> Vec<u8> {
    let mut code = Code::default();
    code.load_address(8, INPUT.start);
    code.load_address(9, HEAP.start);
    for word in 0..6 {
        code.push(Op::Ld, 5, 8, 0, 8 * word);
        code.push(Op::Add, 6, 6, 5, 0);
        code.push(Op::Sd, 0, 9, 6, 8 * word);
    }
    end(&mut code, 0);
    executable(
        CODE_START,
        &[
            Segment::code(CODE_START, code.into_bytes()),
            Segment::data(DIGEST, Sha256::digest([]).to_vec()),
        ],
    )
}

/// Ends with an exit code and an empty journal.
fn end(code: &mut Code, exit_code: i32) {
    code.push(Op::Addi, A0, 0, 0, exit_code);
    code.load_address(A1, DIGEST);
    code.ecall(HALT);
}
