//! Runs forged segment by segment: each segment is one that the machine can execute, its proof is made with the challenges
//! that the forged segments share, and only what they say to each other does not fit.

use std::collections::BTreeMap;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::HALT;
use zisk_isa::Op;
use zisk_machine::trace::{Carried, Early, InitialWord};
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment as ElfSegment, executable};
use zisk_verifier::{Receipt, VerifyError};

use super::*;
use crate::env::ExecutorEnv;

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;
/// The word that the guest counts in.
const COUNTER: u32 = (HEAP.start / 8) as u32;
/// A register that the guest never uses.
const UNUSED: usize = 28;
/// Instructions of a segment: a round of the guest, which is the same code each time.
const SEGMENT: u64 = 6;

/// Counts in memory, a round each segment, then ends well. The first segment is the beginning of the first round.
fn guest() -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut code = Code::default();
    code.load_address(8, HEAP.start);
    code.push(Op::Addi, 5, 0, 0, 4);
    code.push(Op::Addi, 0, 0, 0, 0);
    code.push(Op::Addi, 0, 0, 0, 0);
    code.push(Op::Addi, 0, 0, 0, 0);
    // A round.
    code.push(Op::Ld, 6, 8, 0, 0);
    code.push(Op::Addi, 6, 6, 0, 1);
    code.push(Op::Sd, 0, 8, 6, 0);
    code.push(Op::Addi, 0, 0, 0, 0);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -20);
    code.push(Op::Addi, 10, 0, 0, 0);
    code.load_address(11, DATA);
    code.ecall(HALT);
    let digest: [u8; 32] = Sha256::digest([]).into();
    executable(
        CODE,
        &[
            ElfSegment::code(CODE, code.into_bytes()),
            ElfSegment::data(DATA, digest.to_vec()),
        ],
    )
}

/// Segments of a run, which can be changed before they are proven.
struct Forger {
    provable: Provable,
    program: Program,
    first: FirstPass,
    jobs: Vec<Job>,
}

impl Forger {
    fn new() -> Self {
        let elf = guest();
        let program = Program::from_elf(&elf).unwrap();
        let provable = Provable::new(&program).unwrap();
        let input = Input::new();
        let first = FirstPass::run(ExecutorEnv::new(), &elf, &program, &input, SEGMENT, &[]).unwrap();
        let cuts: Vec<u64> = first
            .pieces
            .iter()
            .map(|piece| piece.counts.instructions())
            .collect();
        let machine = || first.machine(&program, &input).unwrap();
        let overview = Overview::new(machine(), &first.answers, &cuts, &provable.guest).unwrap();
        let seed = BlindingSeed::from_bytes([7; 32]);
        let end = Claim::new(provable.commitment.image_id(), 0, &[]).public_values();
        let mut jobs = Vec::new();
        let mut segments = Segments::new(
            machine(),
            &first.answers,
            &cuts,
            &overview,
            &provable.guest,
            input.encoded(),
            Some(&seed),
        );
        while let Some((walked, early)) = segments.next().unwrap() {
            jobs.push(Job::new(walked, early, &end, &seed));
        }
        drop(segments);
        // The beginning, four rounds, the end.
        assert_eq!(jobs.len(), 6);
        Self {
            provable,
            program,
            first,
            jobs,
        }
    }

    fn early(&mut self, place: usize) -> &mut Early {
        &mut self.jobs[place].early
    }

    /// What a segment says of the word that the guest counts in.
    fn counter(&mut self, place: usize) -> &mut Carried {
        let words = &mut self.early(place).words;
        let word = words.iter_mut().find(|word| word.address == COUNTER);
        &mut word.expect("each round counts").state
    }

    /// Numbers segments as they stand, with what goes on from each to the next where it begins, and each word handed on from
    /// segment to segment.
    fn renumber(&mut self) {
        let mut touched = BTreeMap::new();
        for place in 0..self.jobs.len() {
            let next = self.jobs.get(place + 1).map(|job| job.early.start);
            let early = &mut self.jobs[place].early;
            early.segment.number = place as u32 + 1;
            if early.end.is_some() {
                early.end = next;
            }
            for register in &mut early.registers {
                register.previous = place as u16;
            }
            for word in &mut early.words {
                let before = touched.insert(word.address, place as u16 + 1);
                word.state.previous = before.unwrap_or(0);
            }
        }
        for (place, job) in self.jobs.iter_mut().enumerate() {
            for word in &mut job.early.words {
                word.state.is_last = touched[&word.address] == place as u16 + 1;
            }
        }
    }

    /// Proves the segments, with challenges that they share.
    fn receipt(&self) -> Receipt {
        let statements: Vec<_> = self
            .jobs
            .iter()
            .map(|job| job.statement(&self.provable, &mut ()).unwrap())
            .collect();
        let key = self.provable.key.verifying_key();
        let (challenges, work) = shared_challenges(key, CONTEXT, &statements);
        let part = Part {
            before: 0.0,
            behind: 1.0,
        };
        let proofs = self.jobs.iter().zip(&statements).map(|(job, statement)| {
            let code = &self.first.code;
            let (proof, _) = job
                .prove(&self.provable, &self.program, code, &challenges, &mut (), part)
                .unwrap();
            // Nothing but the messages to other segments is wrong.
            assert!(job.accepts(&self.provable, &proof, statement, &challenges));
            proof
        });
        let seal = Seal::new(self.provable.commitment.clone(), proofs.collect(), work, true);
        Receipt {
            journal: zisk_verifier::Journal::default(),
            seal,
        }
    }

    fn assert_refused(&self) {
        let error = VerifyError::Proof {
            exit_code: 0,
            source: zisk_stark::VerifyError::Buses,
        };
        let result = self.receipt().verify(self.provable.commitment.image_id());
        assert_eq!(result, Err(error));
    }
}

#[test]
fn segments_of_a_run_are_accepted() {
    let forger = Forger::new();
    let id = forger.provable.commitment.image_id();
    assert_eq!(forger.receipt().verify(id), Ok(()));
}

#[test]
fn a_run_without_a_round_is_refused() {
    let mut forger = Forger::new();
    forger.jobs.remove(2);
    forger.renumber();
    forger.assert_refused();
}

#[test]
fn a_run_with_a_round_twice_is_refused() {
    let mut forger = Forger::new();
    let bytes = postcard::to_allocvec(&forger.jobs[2]).unwrap();
    forger.jobs.insert(3, postcard::from_bytes(&bytes).unwrap());
    forger.renumber();
    forger.assert_refused();
}

#[test]
fn a_run_with_two_rounds_in_another_order_is_refused() {
    let mut forger = Forger::new();
    forger.jobs.swap(2, 3);
    forger.renumber();
    forger.assert_refused();
}

/// Nothing of the run is another, but one of the two segments had its masks from elsewhere.
#[test]
fn segments_that_were_given_other_masks_are_refused() {
    let mut forger = Forger::new();
    let end = forger.early(0).end.as_mut();
    end.expect("the run goes on").masks[0] += Val::ONE;
    forger.assert_refused();
}

#[test]
fn a_register_that_changes_between_segments_is_refused() {
    let mut forger = Forger::new();
    for place in 2..6 {
        let register = &mut forger.early(place).registers[UNUSED];
        (register.first, register.last) = (9, 9);
    }
    forger.assert_refused();
}

#[test]
fn a_word_that_changes_between_segments_is_refused() {
    let mut forger = Forger::new();
    // From the third round on everything is as if the counter had been one higher.
    for place in 3..5 {
        let counter = forger.counter(place);
        (counter.first, counter.last) = (counter.first + 1, counter.last + 1);
    }
    for place in 3..6 {
        let register = &mut forger.early(place).registers[6];
        register.last += 1;
        register.first += u64::from(place > 3);
    }
    forger.assert_refused();
}

/// The third round goes on from what the first left, as if there had been no second.
#[test]
fn a_state_that_a_later_segment_replaced_is_refused() {
    let mut forger = Forger::new();
    let old = *forger.counter(2);
    let counter = forger.counter(3);
    (counter.first, counter.last, counter.previous) = (old.first, old.last, old.previous);
    // What follows has counted one less.
    let counter = forger.counter(4);
    (counter.first, counter.last) = (old.last, old.last + 1);
    let registers = [3, 4, 5].map(|place| (place, forger.early(place).registers[6]));
    for (place, register) in registers {
        let register_now = &mut forger.early(place).registers[6];
        register_now.last = register.last - 1;
        register_now.first = register.first - u64::from(place > 3);
    }
    forger.assert_refused();
    // Nor does it help if the second round says that nobody comes behind it.
    forger.counter(2).is_last = true;
    forger.assert_refused();
}

#[test]
fn a_word_that_begins_anew_is_refused() {
    let mut forger = Forger::new();
    // The third round finds the zero that the run began with.
    let counter = forger.counter(3);
    (counter.first, counter.last, counter.previous) = (0, 1, 0);
    forger.counter(2).is_last = true;
    let counter = forger.counter(4);
    (counter.first, counter.last) = (1, 2);
    for (place, first, last) in [(3, 2, 1), (4, 1, 2), (5, 2, 2)] {
        let register = &mut forger.early(place).registers[6];
        (register.first, register.last) = (first, last);
    }
    forger.assert_refused();
    // Nor if it is said to begin once more, where words begin.
    let early = forger.early(3);
    assert!(early.initial.is_empty() && early.initial_start == Some(COUNTER));
    early.initial_start = Some(31);
    early.initial.push(InitialWord {
        address: COUNTER,
        value: 0,
    });
    forger.assert_refused();
}

/// Tables of as many rows as there may be, each, that together send more messages than the field can count.
#[test]
fn a_segment_whose_messages_cannot_be_counted_is_not_planned() {
    let program = Program::from_elf(&guest()).unwrap();
    let provable = Provable::new(&program).unwrap();
    let counts = |calls: u64| {
        let mut counts = Counts::default();
        for (count, coprocessor) in counts.calls.iter_mut().zip(&zisk_abi::coprocessor::COPROCESSORS) {
            if coprocessor.name.starts_with("u256") || coprocessor.name.starts_with("secp256k1") {
                *count = calls;
            }
        }
        counts
    };
    assert!(cost(&provable, &counts(1000)).is_some());
    let many = counts(3 << 20);
    assert!(many.log_heights(&provable.guest, &Allowed::standard()).is_ok());
    assert!(cost(&provable, &many).is_none());
}
