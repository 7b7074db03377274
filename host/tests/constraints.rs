//! Whether the machine's tables agree with the emulator, on runs of random instructions.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use sha2::{Digest, Sha256};
use zisk_abi::syscall::HALT;
use zisk_host::{ExecutorEnv, Input, check_constraints};
use zisk_isa::Op;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::generator::{CODE_START, DATA_START, RandomProgram};

/// Where the digest of an empty journal is.
const DIGEST: u64 = 0x0600_0000;

/// A guest of random instructions that ends well, with an empty journal.
fn guest(program: &RandomProgram) -> Vec<u8> {
    let mut code = program.code.clone();
    code.push(Op::Addi, 10, 0, 0, 0);
    code.load_address(11, DIGEST);
    code.ecall(HALT);
    let digest: [u8; 32] = Sha256::digest([]).into();
    executable(
        CODE_START,
        &[
            Segment::code(CODE_START, code.into_bytes()),
            Segment::data(DATA_START, program.data.clone()),
            Segment::data(DIGEST, digest.to_vec()),
        ],
    )
}

#[test]
fn random_programs_satisfy_all_constraints() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..4 {
        let program = RandomProgram::generate(&mut ChaCha12Rng::seed_from_u64(seed), 20, 60);
        seen.extend(program.mnemonics.iter().copied());
        let checked = check_constraints(&guest(&program), Input::new(), ExecutorEnv::new()).unwrap();
        assert!(checked.is_ok(), "seed {seed}: {}", checked.unwrap_err());
    }
    let missing: Vec<_> = Op::ALL
        .iter()
        .map(|op| op.spec())
        .filter(|spec| !matches!(spec.kind, zisk_isa::Kind::Ecall | zisk_isa::Kind::Ebreak))
        .map(|spec| spec.mnemonic)
        .filter(|mnemonic| !seen.contains(mnemonic))
        .collect();
    assert!(missing.is_empty(), "never executed: {missing:?}");
}
