//! Receipts of several segments: all of them, each once, in order, of one run.

use std::sync::OnceLock;

use p3_field::PrimeCharacteristicRing;
use sha2::{Digest, Sha256};
use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{HALT, WRITE, fd};
use zisk_host::{ImageId, Input, Prover, Receipt, VerifyError, image_id};
use zisk_isa::Op;
use zisk_stark::{Proof, Val};
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_verifier::Hash;

use crate::parts::{Parts, Program, Stark, is_refused_beyond_work, transcode};
use crate::{A0, A1, A2, CODE, DATA, JOURNAL};

/// Instructions of a segment, at most.
const SEGMENT: u64 = 100;
/// Segments of each run.
const NUM_SEGMENTS: usize = 4;

/// A guest that adds up a word of its input in a word of the heap, over and over, writes [`JOURNAL`], and ends well.
fn guest(seed: i32) -> Vec<u8> {
    const ROUNDS: i32 = 60;
    let mut code = Code::default();
    code.load_address(8, HEAP.start);
    code.load_address(9, INPUT.start);
    code.push(Op::Addi, 5, 0, 0, ROUNDS);
    code.push(Op::Addi, 6, 0, 0, seed);
    code.push(Op::Ld, 7, 9, 0, 16);
    code.push(Op::Add, 6, 6, 7, 0);
    code.push(Op::Sd, 0, 8, 6, 16);
    code.push(Op::Addi, 5, 5, 0, -1);
    code.push(Op::Bne, 0, 5, 0, -16);
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

/// A run of several segments.
struct Run {
    id: ImageId,
    receipt: Receipt,
}

impl Run {
    fn new(seed: i32, input: u64) -> Self {
        let elf = guest(seed);
        let mut prover = Prover::builder()
            .max_segment(SEGMENT)
            .build()
            .expect("there is a prover");
        let input = Input::new().write_slice(&input.to_le_bytes());
        let proven = prover.prove(&elf, input).expect("the guest ends well");
        assert_eq!(proven.stats.segments, NUM_SEGMENTS as u64);
        Self {
            id: image_id(&elf).expect("the guest can be proven"),
            receipt: proven.receipt,
        }
    }

    fn proofs(&self) -> Vec<Proof<Hash>> {
        Parts::of(&self.receipt).seal().proofs.clone()
    }
}

fn honest() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| Run::new(1, 5))
}

/// The same run, proven again.
fn again() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| Run::new(1, 5))
}

fn of_another_input() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| Run::new(1, 6))
}

fn of_another_program() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| Run::new(2, 5))
}

#[test]
fn the_runs_of_these_tests_are_good() {
    for Run { id, receipt } in [honest(), again(), of_another_input(), of_another_program()] {
        assert_eq!(receipt.verify(*id), Ok(()));
        assert_eq!(receipt.seal.num_segments(), NUM_SEGMENTS);
        assert!(receipt.security().zero_knowledge);
        assert_eq!(receipt.journal.as_bytes(), JOURNAL);
        let bytes = receipt.to_bytes();
        let taken_apart = Parts::of(receipt).receipt(receipt);
        assert_eq!(taken_apart.to_bytes(), bytes);
    }
}

/// Refuses the honest receipt with other proofs: with the work that was done for the honest ones, and with work that was
/// done for what these state.
fn assert_proofs_refused(what: &str, change: impl FnOnce(&mut Vec<Proof<Hash>>)) {
    let Run { id, receipt } = honest();
    let mut parts = Parts::of(receipt);
    change(&mut parts.seal().proofs);
    let result = parts.receipt(receipt).verify(*id);
    assert!(
        matches!(result, Err(VerifyError::Proof { .. })),
        "{what}: {result:?}"
    );
    parts.work(0);
    let result = parts.receipt(receipt).verify(*id);
    assert!(is_refused_beyond_work(&result), "{what}, with work: {result:?}");
}

#[test]
fn a_receipt_without_one_of_its_segments_is_refused() {
    for place in 0..NUM_SEGMENTS {
        assert_proofs_refused(&format!("without segment {place}"), |proofs| {
            drop(proofs.remove(place));
        });
    }
}

#[test]
fn a_receipt_of_the_first_or_the_last_segments_alone_is_refused() {
    for len in 1..NUM_SEGMENTS {
        assert_proofs_refused(&format!("the first {len}"), |proofs| proofs.truncate(len));
        assert_proofs_refused(&format!("the last {len}"), |proofs| {
            proofs.drain(..NUM_SEGMENTS - len);
        });
    }
}

#[test]
fn a_receipt_with_segments_in_another_order_is_refused() {
    for first in 0..NUM_SEGMENTS {
        for second in first + 1..NUM_SEGMENTS {
            assert_proofs_refused(&format!("{first} and {second} swapped"), |proofs| {
                proofs.swap(first, second);
            });
        }
    }
    assert_proofs_refused("reversed", |proofs| proofs.reverse());
    assert_proofs_refused("turned around", |proofs| proofs.rotate_left(1));
}

#[test]
fn a_receipt_with_a_segment_twice_is_refused() {
    for place in 0..NUM_SEGMENTS {
        let again = |proofs: &[Proof<Hash>]| proofs[place].clone();
        assert_proofs_refused(&format!("{place} right behind itself"), |proofs| {
            proofs.insert(place, again(proofs));
        });
        assert_proofs_refused(&format!("{place} at the end"), |proofs| {
            proofs.push(again(proofs));
        });
        assert_proofs_refused(&format!("{place} in place of another one"), |proofs| {
            proofs[(place + 1) % NUM_SEGMENTS] = again(proofs);
        });
    }
    assert_proofs_refused("the whole run twice", |proofs| proofs.extend(proofs.clone()));
}

#[test]
fn a_receipt_without_segments_is_refused() {
    let Run { id, receipt } = honest();
    let mut parts = Parts::of(receipt);
    parts.seal().proofs.clear();
    let result = parts.receipt(receipt).verify(*id);
    let error = VerifyError::Proof {
        exit_code: 0,
        source: zisk_stark::VerifyError::NoProofs,
    };
    assert_eq!(result, Err(error));
}

/// So many that they are not even looked at: what would be wrong with each of these is not what is said.
#[test]
fn a_receipt_of_more_segments_than_a_run_can_have_is_refused() {
    const TOO_MANY: usize = 1 << 16;
    let Run { id, receipt } = honest();
    let mut parts = Parts::of(receipt);
    // Two roots, which any will do for; all lists are empty, all else is not there or 0.
    let program: Program = transcode(&parts.seal().program);
    let root = postcard::to_allocvec(&program.root).expect("it can be encoded");
    let bytes = [&[0, 0], &root[..], &[0, 0], &root, &[0; 64]].concat();
    let (empty, _) = postcard::take_from_bytes::<Proof<Hash>>(&bytes).expect("it can be decoded");
    parts.seal().proofs = vec![empty; TOO_MANY];
    let result = parts.receipt(receipt).verify(*id);
    assert_eq!(result, Err(VerifyError::TooManySegments { found: TOO_MANY }));
    parts.seal().proofs.pop();
    let result = parts.receipt(receipt).verify(*id);
    assert!(matches!(result, Err(VerifyError::Proof { .. })), "{result:?}");
}

/// A segment of each of two runs in one place is refused, whichever of the two the other segments are of.
fn assert_mixed_refused(what: &str, other: &Run) {
    let proofs = other.proofs();
    for place in 0..NUM_SEGMENTS {
        assert_proofs_refused(&format!("{what}, segment {place}"), |mixed| {
            mixed[place] = proofs[place].clone();
        });
    }
    for place in 1..NUM_SEGMENTS {
        assert_proofs_refused(&format!("{what} from segment {place} on"), |mixed| {
            mixed[place..].clone_from_slice(&proofs[place..]);
        });
    }
    for proof in [&proofs[0], &proofs[NUM_SEGMENTS - 1]] {
        assert_proofs_refused(&format!("{what} behind the end"), |mixed| {
            mixed.push(proof.clone());
        });
    }
}

#[test]
fn a_receipt_with_segments_of_another_input_is_refused() {
    assert_mixed_refused("another input", of_another_input());
}

#[test]
fn a_receipt_with_segments_of_another_program_is_refused() {
    assert_mixed_refused("another program", of_another_program());
    assert_proofs_refused("all of another program", |proofs| {
        *proofs = of_another_program().proofs();
    });
}

/// What the segments say to each other is hidden afresh each time: those of two proofs of one run do not fit together.
#[test]
fn a_receipt_with_a_segment_of_another_proof_of_the_same_run_is_refused() {
    assert_mixed_refused("another proof", again());
}

#[test]
fn the_work_of_another_receipt_and_other_work_are_refused() {
    let Run { id, receipt } = honest();
    let mut parts = Parts::of(receipt);
    let honest_work = parts.seal().work;
    let others = [again(), of_another_input()].map(|run| Parts::of(&run.receipt).seal().work);
    for work in [
        others[0],
        others[1],
        honest_work + Val::ONE,
        -honest_work,
        Val::ZERO,
    ] {
        if work == honest_work {
            continue;
        }
        parts.seal().work = work;
        let result = parts.receipt(receipt).verify(*id);
        assert!(
            matches!(result, Err(VerifyError::Proof { exit_code: 0, .. })),
            "{work}: {result:?}"
        );
    }
    // All proofs of another receipt, with the work for these.
    parts.seal().work = honest_work;
    parts.seal().proofs = again().proofs();
    assert!(parts.receipt(receipt).verify(*id).is_err());
    parts.seal().work = others[0];
    assert_eq!(parts.receipt(receipt).verify(*id), Ok(()));
}

#[test]
fn any_byte_of_any_segments_proof_counts() {
    /// How many places of each proof are tried.
    const NUM_PLACES: usize = 12;
    let Run { id, receipt } = honest();
    let honest = Parts::of(receipt);
    let mut num_decoded = [0; NUM_SEGMENTS];
    for segment in 0..NUM_SEGMENTS {
        let proofs = honest.clone().seal().proofs.clone();
        let bytes = postcard::to_allocvec(&proofs[segment]).expect("it can be encoded");
        for place in (0..bytes.len()).step_by(bytes.len() / NUM_PLACES) {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1;
            let Ok(proof) = postcard::from_bytes::<Proof<Hash>>(&bytes) else {
                continue;
            };
            num_decoded[segment] += 1;
            let mut parts = honest.clone();
            parts.seal().proofs[segment] = proof;
            let result = parts.receipt(receipt).verify(*id);
            assert!(
                matches!(result, Err(VerifyError::Proof { .. })),
                "segment {segment}, byte {place}: {result:?}"
            );
        }
    }
    assert!(
        num_decoded.iter().all(|number| *number > NUM_PLACES / 2),
        "{num_decoded:?}"
    );
}

#[test]
fn the_receipt_of_another_journal_or_exit_code_is_refused() {
    let Run { id, receipt } = honest();
    for journal in [&b""[..], b"abd", b"abc\0"] {
        let mut parts = Parts::of(receipt);
        parts.journal = journal.to_vec().into();
        let result = parts.receipt(receipt).verify(*id);
        assert!(
            matches!(result, Err(VerifyError::Proof { .. })),
            "{journal:?}: {result:?}"
        );
        parts.work(0);
        let result = parts.receipt(receipt).verify(*id);
        assert!(is_refused_beyond_work(&result), "{journal:?}: {result:?}");
    }
    for exit_code in [1, 1 << 16, u32::MAX] {
        let mut parts = Parts::of(receipt);
        let result = receipt.verify_exit(*id, exit_code);
        assert!(
            matches!(result, Err(VerifyError::Proof { .. })),
            "{exit_code}: {result:?}"
        );
        parts.work(exit_code);
        let result = parts.receipt(receipt).verify_exit(*id, exit_code);
        assert!(is_refused_beyond_work(&result), "{exit_code}: {result:?}");
    }
}

#[test]
fn the_receipt_of_another_program_or_entry_is_refused() {
    let Run { id, receipt } = honest();
    let other = of_another_program();
    let (expected, found) = (other.id, *id);
    assert_eq!(
        receipt.verify(expected),
        Err(VerifyError::Program { expected, found })
    );
    // To those who ask for what it says that it is of, it proves nothing either.
    let honest_program: Program = transcode(&Parts::of(receipt).seal().program);
    let entries = [CODE as u32 + 4, CODE as u32 - 4, 0].map(|entry| Program {
        entry,
        ..honest_program.clone()
    });
    let other_program: Program = transcode(&Parts::of(&other.receipt).seal().program);
    for program in entries.into_iter().chain([other_program]) {
        let mut parts = Parts::of(receipt);
        parts.seal().program = transcode(&program);
        let forged = parts.receipt(receipt);
        let expected = *id;
        let found = forged.image_id();
        assert_eq!(
            forged.verify(expected),
            Err(VerifyError::Program { expected, found })
        );
        assert!(matches!(forged.verify(found), Err(VerifyError::Proof { .. })));
        parts.work(0);
        let result = parts.receipt(receipt).verify(found);
        assert!(is_refused_beyond_work(&result), "{result:?}");
    }
}

/// Whoever says that nothing is hidden, or that something is, says it of the same proofs.
#[test]
fn whether_a_run_is_hidden_is_what_its_prover_says() {
    let Run { id, receipt } = honest();
    let mut parts = Parts::of(receipt);
    let Stark { hides_witness, .. } = parts.seal();
    *hides_witness = false;
    let receipt = parts.receipt(receipt);
    assert_eq!(receipt.verify(*id), Ok(()));
    assert!(!receipt.security().zero_knowledge);
}
