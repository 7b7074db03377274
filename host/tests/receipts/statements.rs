//! Good proofs of something else than what is claimed.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use zisk_host::{
    DecodeError, ImageId, Journal, Receipt, Retired, RetiredVersion, VerifyError, VerifyOptions,
};
use zisk_isa::{Instruction, Op};
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::{
    Carried, CarriedWord, Early, Guest, Heights, ImageWord, InitialWord, Passage, Replay, Step,
    fixed_columns, generate,
};
use zisk_machine::{Segment, Table};
use zisk_stark::{Parameters, ProvingKey, VerifyingKey, commit_early, prove_sharing, shared_challenges};
use zisk_tests::assembler::instruction;
use zisk_verifier::{CONTEXT, Claim, Hash, ProgramCommitment, Seal, VERSION};

use crate::{Honest, JOURNAL, honest, other};

fn is_proof(result: &Result<(), VerifyError>, code: u32) -> bool {
    matches!(result, Err(VerifyError::Proof { exit_code, .. }) if *exit_code == code)
}

#[test]
fn the_receipt_of_another_program_is_refused() {
    let (Honest { id, receipt }, other) = (honest(), other());
    let (expected, found) = (other.id, *id);
    assert_eq!(
        receipt.verify(expected),
        Err(VerifyError::Program { expected, found })
    );
    let (expected, found) = (*id, other.id);
    assert_eq!(
        other.receipt.verify(expected),
        Err(VerifyError::Program { expected, found })
    );
    // Nor is there a program that an image id of zeros, or of one bit more, is of.
    for bit in 0..256 {
        let mut bytes = id.0;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(
            matches!(receipt.verify(bytes), Err(VerifyError::Program { .. })),
            "bit {bit}"
        );
    }
    assert!(matches!(
        receipt.verify(ImageId([0; 32])),
        Err(VerifyError::Program { .. })
    ));
}

/// A receipt says what program it is of: one that lies needs a proof of that program.
#[test]
fn the_proof_of_another_program_is_refused() {
    let json = |receipt: &Receipt| serde_json::to_value(receipt).expect("a receipt is encoded");
    let [mut first, mut second] = [honest(), other()].map(|honest| json(&honest.receipt));
    std::mem::swap(
        &mut first["seal"]["Stark"]["program"],
        &mut second["seal"]["Stark"]["program"],
    );
    for (forged, id) in [(first, other().id), (second, honest().id)] {
        let forged = Receipt::deserialize(&forged).expect("both are well formed");
        assert_eq!(forged.image_id(), id);
        assert!(is_proof(&forged.verify(id), 0));
    }
}

#[test]
fn the_receipt_of_another_journal_is_refused() {
    let Honest { id, receipt } = honest();
    let longer = [JOURNAL, b"\0"].concat();
    let journals: [&[u8]; 6] = [b"", b"ab", b"abd", b"ABC", &longer, b"\0abc"];
    for journal in journals {
        let forged = Receipt {
            journal: journal.to_vec().into(),
            seal: receipt.seal.clone(),
        };
        assert!(is_proof(&forged.verify(*id), 0), "{journal:?}");
    }
}

#[test]
fn the_receipt_of_another_exit_code_is_refused() {
    let Honest { id, receipt } = honest();
    // Bits of either limb, and what is 0 in 16 bits or modulo the characteristic.
    for code in [1, 0xffff, 0x1_0000, 0x8000_0000, 0x7f00_0001, u32::MAX] {
        assert!(is_proof(&receipt.verify_exit(*id, code), code), "{code:#x}");
    }
}

#[test]
fn a_receipt_of_another_version_is_refused() {
    let bytes = honest().receipt.to_bytes();
    for version in [0, VERSION - 1, VERSION + 1, VERSION << 8, u16::MAX] {
        let mut forged = bytes.clone();
        forged[12..14].copy_from_slice(&version.to_le_bytes());
        let error = Receipt::from_bytes(&forged).err();
        assert_eq!(error, Some(DecodeError::Version { found: version }));
    }
}

/// Nothing is wrong with it but its version: without the check it would be accepted.
#[test]
fn a_good_receipt_of_a_retired_version_is_refused() {
    let Honest { id, receipt } = honest();
    let retired = |version| Retired {
        version,
        since: "2027-01-31".into(),
        reason: "a carry was not checked".into(),
    };
    let with = |retired| {
        let options = VerifyOptions {
            retired,
            ..VerifyOptions::default()
        };
        receipt.verify_with(*id, &options)
    };
    assert_eq!(with(vec![]), Ok(()));
    assert_eq!(with(vec![retired(VERSION - 1), retired(VERSION + 1)]), Ok(()));
    assert_eq!(
        with(vec![retired(VERSION)]),
        Err(VerifyError::RetiredVersion(RetiredVersion(retired(VERSION))))
    );
    // The other option is looked at, too.
    let failed = VerifyOptions {
        exit_code: 1,
        ..VerifyOptions::default()
    };
    assert!(is_proof(&receipt.verify_with(*id, &failed), 1));
}

/// Rows as these parameters want them.
struct Rows(Parameters);

impl Heights for Rows {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        VerifyingKey::<Table, Hash>::active_rows(&self.0, log_height)
    }
}

/// A run of a program that only ends, with exit code 0 and no journal, proven with these parameters.
fn sealed(parameters: &Parameters) -> Seal {
    const ENTRY: u64 = 0x1000;
    let body: [Instruction; 3] = [
        instruction(Op::Lui, 11, 0, 0, ENTRY as i32),
        instruction(Op::Fence, 0, 0, 0, 0),
        instruction(Op::Ecall, 0, 0, 0, 0),
    ];
    let pcs = (0..).map(|index| ENTRY + 4 * index);
    // The digest of an empty journal, where the code is.
    let digest: [u8; 32] = Sha256::digest([]).into();
    let words = digest
        .as_chunks()
        .0
        .iter()
        .zip(ENTRY / 8..)
        .map(|(bytes, address)| ImageWord {
            is_writable: false,
            address,
            value: u64::from_le_bytes(*bytes),
        });
    let placed = pcs
        .clone()
        .zip(body)
        .map(|(pc, instruction)| (pc, instruction, 4));
    let words: Vec<ImageWord> = words.collect();
    let early = early(ENTRY, &words);
    let guest = Guest::new(ENTRY, placed, words);
    let mut replay = Replay::new(&guest, &early);
    for (pc, _) in pcs.zip(body) {
        let step = Step {
            pc,
            ..Step::default()
        };
        replay.step(&step).expect("the program has this instruction");
    }
    replay.check_end().expect("it ends as it is said to");
    let heights = Rows(parameters.clone());
    let fixed = |table| fixed_columns(table, &guest, &heights).expect("the program is small");
    let tables = Table::ALL.iter().map(|table| (*table, fixed(*table))).collect();
    let key = ProvingKey::<Table, Hash>::with_shared_buses(tables, &SHARED_BUSES, parameters.clone());
    let key = key.expect("the key is well formed");
    let commitment = ProgramCommitment::new(key.verifying_key(), ENTRY as u32);
    let commitment = commitment.expect("there are fixed columns");
    let claim = Claim::new(commitment.image_id(), 0, &[]);
    let traces = generate(&replay, &claim.public_values(), &heights).expect("the run is short");
    let early = commit_early(&key, &traces, None, &mut ()).expect("the run is honest");
    let (challenges, work) = shared_challenges(key.verifying_key(), CONTEXT, &[early.statement()]);
    let proof = prove_sharing(&key, traces, early, challenges, &mut ()).expect("the run is honest");
    Seal::new(commitment, vec![proof], work, true)
}

/// What the run of one segment that puts the address of the program in a1 and ends has to do with others: nothing.
fn early(entry: u64, words: &[ImageWord]) -> Early {
    let only = |first, last| Carried {
        first,
        last,
        previous: 0,
        is_last: true,
    };
    let mut registers = [only(0, 0); 32];
    registers[11] = only(0, entry);
    let touched = words.iter().map(|word| CarriedWord {
        address: word.address as u32,
        state: only(word.value, word.value),
    });
    Early {
        segment: Segment {
            number: 1,
            is_last: true,
            entry: entry as u32,
        },
        start: Passage {
            pc: entry,
            masks: Default::default(),
        },
        end: None,
        registers,
        words: touched.collect(),
        initial_start: None,
        initial: (0..32).map(|address| InitialWord { address, value: 0 }).collect(),
        image: (0..words.len() as u32).collect(),
    }
}

/// Only proofs made with the standard's parameters are accepted: a program is the same with fewer queries or less work,
/// and nothing but the proof could tell.
#[test]
fn the_receipt_of_another_parameter_set_is_refused() {
    let standard = Parameters::standard();
    let receipt = |parameters: &Parameters| Receipt {
        journal: Journal::default(),
        seal: sealed(parameters),
    };
    let honest = receipt(&standard);
    let id = honest.image_id();
    assert_eq!(honest.verify(id), Ok(()));
    let mut fewer_queries = standard.clone();
    fewer_queries.num_queries -= 1;
    let mut less_work = standard;
    less_work.grinding.query -= 1;
    for parameters in [fewer_queries, less_work] {
        let forged = receipt(&parameters);
        assert_eq!(forged.image_id(), id, "the program is the same");
        let result = forged.verify(id);
        assert!(is_proof(&result, 0), "{parameters:?}: {result:?}");
    }
}
