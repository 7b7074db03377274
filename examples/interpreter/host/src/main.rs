//! Writes a program for the register machine and executes the guest, which executes the program.

#![expect(clippy::print_stdout, reason = "the output of a program")]

use anyhow::{Result, ensure};
use clap::Parser;
use interpreter_guest::Instruction::{self, Compute, Halt, Jump, JumpIfZero, Read, Set, Write};
use interpreter_guest::Operation::{Add, Less, Multiply, Remainder};
use interpreter_guest::Register::{A, B, C, D, E, F};
use zisk_host::{Input, execute};

#[cfg(test)]
mod tests;

zisk_host::include_guests!();

/// Executes the interpreter guest on a program that counts primes.
#[derive(Parser)]
struct Arguments {
    /// The program's argument: primes below it are counted.
    #[arg(default_value_t = 100)]
    limit: u64,
}

/// SHA-256 of the program's encoding, the arguments, the output, the number of steps.
type Journal = ([u8; 32], Vec<u64>, Vec<u64>, u64);

/// Counts the primes below its argument by trial division.
const COUNT_PRIMES: &[Instruction] = &[
    Read(A),
    Set(B, 2), // the candidate; C counts the primes
    Set(F, 1),
    // 3: the next candidate, if there is one
    Compute(Less, E, B, A),
    JumpIfZero(E, 17),
    Set(D, 2), // the divisor
    // 6: a candidate below the divisor's square is a prime
    Compute(Multiply, E, D, D),
    Compute(Less, E, B, E),
    JumpIfZero(E, 11),
    Compute(Add, C, C, F),
    Jump(15),
    // 11: does the divisor divide it?
    Compute(Remainder, E, B, D),
    JumpIfZero(E, 15),
    Compute(Add, D, D, F),
    Jump(6),
    // 15: the candidate is done
    Compute(Add, B, B, F),
    Jump(3),
    // 17: the end
    Write(C),
    Halt,
];

fn input(program: &[Instruction], arguments: &[u64], max_steps: u64) -> Result<Input> {
    Ok(Input::new()
        .write_slice(&postcard::to_allocvec(program)?)
        .write(arguments)?
        .write(&max_steps)?)
}

fn main() -> Result<()> {
    let limit = Arguments::parse().limit;
    let execution = execute(ELF, input(COUNT_PRIMES, &[limit], u64::MAX)?)?;
    ensure!(
        execution.exit_code == 0,
        "the guest ended with exit code {}",
        execution.exit_code
    );
    let (program, arguments, output, steps): Journal = execution.journal.decode()?;
    println!("the program with SHA-256 {}", hex::encode(program));
    println!("makes {output:?} from {arguments:?} in {steps} steps");
    println!("{} instructions", execution.stats.instructions);
    Ok(())
}
