use std::io;

use zisk_host::{ExecutorEnv, Input, Prover};

use super::{ELF, IMAGE_ID, run};

/// F(n) and F(n + 1) modulo 7919 by doubling: F(2k) = F(k) (2 F(k+1) - F(k)), F(2k+1) = F(k)^2 + F(k+1)^2.
fn fibonacci(n: u32) -> (u64, u64) {
    const MODULUS: u64 = 7919;
    if n == 0 {
        return (0, 1);
    }
    let (a, b) = fibonacci(n / 2);
    let even = a * (2 * b + MODULUS - a) % MODULUS;
    let odd = (a * a + b * b) % MODULUS;
    if n.is_multiple_of(2) {
        (even, odd)
    } else {
        (odd, (even + odd) % MODULUS)
    }
}

#[test]
fn journal_agrees_with_doubling() {
    for n in [0, 1, 2, 19, 20, 21, 1000, 65_537] {
        let execution = run(n).unwrap();
        assert_eq!(execution.exit_code, 0);
        let (a, b) = fibonacci(n);
        assert_eq!(execution.journal.decode::<(u32, u64, u64)>().unwrap(), (n, a, b));
    }
}

#[test]
fn instructions_grow_with_n() {
    let instructions = |n| run(n).unwrap().stats.instructions;
    assert!(instructions(0) < 2000);
    assert!(instructions(10_000) - instructions(5000) >= 5000 * 4);
}

#[test]
fn missing_input_is_exit_code_103() {
    let environment = ExecutorEnv::new().stderr(io::sink());
    let execution = environment.execute(ELF, Input::new()).unwrap();
    assert_eq!(execution.exit_code, 103);
    assert!(execution.journal.as_bytes().is_empty());
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = Input::new().write(&20_u32).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
