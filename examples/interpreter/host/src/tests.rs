use interpreter_guest::Instruction::{Compute, Halt, Jump};
use interpreter_guest::Operation::Divide;
use interpreter_guest::Register::A;
use sha2::{Digest, Sha256};
use zisk_host::{Execution, ExecutorEnv, Input, Prover};

use super::{COUNT_PRIMES, ELF, IMAGE_ID, Journal, input};

/// How the guest ended, and what it printed about it.
fn run(input: Input) -> (Execution, String) {
    let mut stderr = Vec::new();
    let execution = ExecutorEnv::new()
        .stderr(&mut stderr)
        .execute(ELF, input)
        .unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

/// By the sieve of Eratosthenes.
fn count_primes(limit: usize) -> u64 {
    let mut is_prime = vec![true; limit];
    let mut count = 0;
    for n in 2..limit {
        if is_prime[n] {
            count += 1;
            (n * n..limit)
                .step_by(n)
                .for_each(|multiple| is_prime[multiple] = false);
        }
    }
    count
}

#[test]
fn journal_holds_the_number_of_primes() {
    let digest: [u8; 32] = Sha256::digest(postcard::to_allocvec(COUNT_PRIMES).unwrap()).into();
    for limit in [0, 2, 3, 4, 5, 10, 26, 1000] {
        let (execution, stderr) = run(input(COUNT_PRIMES, &[limit], 1_000_000).unwrap());
        assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
        let (program, arguments, output, steps): Journal = execution.journal.decode().unwrap();
        assert_eq!((program, arguments), (digest, vec![limit]));
        assert_eq!(output, [count_primes(limit as usize)], "below {limit}");
        assert!(steps < execution.stats.instructions);
    }
}

#[test]
fn programs_that_fail_are_exit_code_1() {
    for (program, reason) in [
        (&[Compute(Divide, A, A, A), Halt][..], "DivisionByZero { at: 0 }"),
        (&[Jump(7)], "NoInstruction { at: 7 }"),
        (&[Jump(0)], "StepLimit { limit: 1000 }"),
    ] {
        let (execution, stderr) = run(input(program, &[], 1000).unwrap());
        assert_eq!(execution.exit_code, 1);
        assert!(stderr.contains(reason), "{stderr}");
        assert!(execution.journal.as_bytes().is_empty());
    }
}

#[test]
fn bytes_that_are_no_program_are_exit_code_1() {
    let input = Input::new().write_slice(&[1, 99]).write(&[0u64; 0][..]).unwrap();
    let (execution, stderr) = run(input.write(&10u64).unwrap());
    assert_eq!(execution.exit_code, 1);
    assert!(stderr.contains("Encoding"), "{stderr}");
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = input(COUNT_PRIMES, &[10], u64::MAX).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
