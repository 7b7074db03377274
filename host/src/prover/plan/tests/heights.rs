//! What is counted while a run is executed, against what its tables are.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use sha2::{Digest, Sha256};
use zisk_abi::coprocessor::{KECCAK_F, SHA256_COMPRESS, U256_MUL_ADD};
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::{HALT, HOST_RANDOM};
use zisk_isa::Op;
use zisk_machine::Table;
use zisk_machine::trace::{Counts, Heights, log_heights};
use zisk_program::Program;
use zisk_stark::BlindingSeed;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{CODE_START, DATA_START, RandomProgram};
use zisk_tests::guests::counting;

use super::counts;
use crate::env::ExecutorEnv;
use crate::input::Input;
use crate::prover::first_pass::FirstPass;
use crate::prover::guest::guest;
use crate::prover::job::{Job, replay};
use crate::prover::segments::{Overview, Segments};

/// Every height counts, so that a bound that is one row short is found.
#[derive(Clone, Copy)]
enum EveryHeight {
    /// From one row on.
    One,
    /// From two rows on; tables without rows are left out.
    None,
}

impl Heights for EveryHeight {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        let min = usize::from(self.may_leave_out());
        (min..=22).contains(&log_height).then(|| 1 << log_height)
    }

    fn may_leave_out(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// Checks what is planned for each segment of a run against what its tables are; gives the number of segments and how many
/// heights are as planned.
fn check_heights(elf: &[u8], segment: u64) -> (usize, usize) {
    let program = Program::from_elf(elf).unwrap();
    let guest = guest(&program).unwrap();
    let input = Input::new().write_slice(&[3; 200]);
    let env = ExecutorEnv::new().stdout(std::io::sink());
    let first = FirstPass::run(env, elf, &program, &input, segment, &[]).unwrap();
    let planned: Vec<Counts> = first
        .pieces
        .iter()
        .map(|piece| counts(std::slice::from_ref(piece)))
        .collect();
    let cuts: Vec<u64> = planned.iter().map(Counts::instructions).collect();
    assert!(cuts.iter().all(|instructions| *instructions <= segment));
    let machine = || first.machine(&program, &input).unwrap();
    let overview = Overview::new(machine(), &first.answers, &cuts, &guest).unwrap();
    let mut segments = Segments::new(
        machine(),
        &first.answers,
        &cuts,
        &overview,
        &guest,
        input.encoded(),
        None,
    );
    let seed = BlindingSeed::from_bytes([0; 32]);
    let (mut number, mut num_equal) = (0, 0);
    while let Some((walked, early)) = segments.next().unwrap() {
        let job = Job::new(walked, early, &[], &seed);
        let replay = replay(&guest, &job, &program, &first.code).unwrap();
        for heights in [EveryHeight::One, EveryHeight::None] {
            let found = log_heights(&replay, &heights).unwrap();
            let planned = planned[number].log_heights(&guest, &heights).unwrap();
            for (table, (found, planned)) in Table::ALL.iter().zip(found.iter().zip(&planned)) {
                assert!(
                    found <= planned,
                    "{}, segment {number} of {segment} instructions: 2^{found} rows and not 2^{planned}",
                    table.name()
                );
                num_equal += usize::from(found == planned);
            }
        }
        number += 1;
    }
    assert_eq!(number, cuts.len());
    (number, num_equal)
}

/// Operations of all kinds, coprocessor calls that overlap, pages that are left and come back to.
#[test]
fn tables_are_never_higher_than_what_was_counted_says() {
    let mut num_equal = 0;
    let mut num_heights = 0;
    let random = (0..4).map(|seed| {
        let program = RandomProgram::generate(&mut ChaCha12Rng::seed_from_u64(seed), 20, 60);
        let data = Segment::data(DATA_START, program.data);
        ending(program.code, CODE_START, data)
    });
    let mut calls = Code::default();
    for words in 0..40 {
        calls.load_address(10, DATA_START + 8 * (words % 5));
        calls.load_address(11, DATA_START + 16 * words);
        calls.ecall(SHA256_COMPRESS.number);
        if words % 8 == 0 {
            calls.ecall(KECCAK_F.number);
            calls.load_address(12, DATA_START + 24 * words);
            calls.ecall(U256_MUL_ADD.number);
        }
        calls.load_address(5, HEAP.start + 4093 * words);
        calls.push(Op::Sd, 0, 5, 11, 0);
        calls.push(Op::Lw, 6, 5, 0, 2);
        calls.ecall(HOST_RANDOM);
    }
    let calls = ending(calls, CODE_START, Segment::data(DATA_START, vec![9; 1 << 12]));
    for elf in random.chain([calls, counting(2000, 0)]) {
        for segment in [1 << 20, 1000, 333, 97] {
            let (segments, equal) = check_heights(&elf, segment);
            num_heights += 2 * segments * Table::ALL.len();
            num_equal += equal;
        }
    }
    // A bound that is far from what it bounds would cost memory that nobody needs.
    assert!(4 * num_equal > 3 * num_heights, "{num_equal} of {num_heights}");
}

/// A guest of this code, which ends well.
fn ending(mut code: Code, start: u64, data: Segment) -> Vec<u8> {
    /// Where the digest of an empty journal is.
    const DIGEST: u64 = 0x0600_0000;
    code.push(Op::Addi, 10, 0, 0, 0);
    code.load_address(11, DIGEST);
    code.ecall(HALT);
    let digest = Segment::data(DIGEST, Sha256::digest([]).to_vec());
    executable(start, &[Segment::code(start, code.into_bytes()), data, digest])
}
