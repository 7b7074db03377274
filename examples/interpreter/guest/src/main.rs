//! Executes a private program.
//!
//! Input: the program's encoding (postcard) as bytes, then its arguments and the number of steps it may take.
//! The journal is a tuple: SHA-256 of the program's encoding, the arguments, the output, the number of steps.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;

use interpreter_guest::{Fault, Instruction, run};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error("the program cannot be decoded: {0}")]
    Encoding(#[from] postcard::Error),
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn main() -> Result<(), ProgramError> {
    let encoded = io::read_slice();
    let arguments: Vec<u64> = io::read();
    let max_steps: u64 = io::read();
    let program: Vec<Instruction> = postcard::from_bytes(encoded)?;
    let outcome = run(&program, &arguments, max_steps)?;
    journal::commit(&(
        zisk_guest::sha256(encoded),
        arguments,
        outcome.output,
        outcome.steps,
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use interpreter_guest::Instruction::{self, Halt, Read, Write};
    use interpreter_guest::Register::A;
    use zisk_guest::testing::{Outcome, run};

    fn execute(encoded: &[u8], arguments: &[u64]) -> Outcome {
        run(super::main, |input| {
            input.write_slice(encoded);
            input.write(arguments);
            input.write(&100u64);
        })
    }

    fn encode(program: &[Instruction]) -> Vec<u8> {
        postcard::to_allocvec(program).unwrap()
    }

    #[test]
    fn journal_ties_output_to_program_and_arguments() {
        let encoded = encode(&[Read(A), Write(A), Write(A), Halt]);
        let outcome = execute(&encoded, &[5, 6]);
        assert_eq!(outcome.exit_code, 0, "{}", outcome.stderr);
        let expected = (zisk_guest::sha256(&encoded), vec![5, 6], vec![5, 5], 4);
        assert_eq!(
            outcome.decode_journal::<([u8; 32], Vec<u64>, Vec<u64>, u64)>(),
            Ok(expected)
        );
    }

    #[test]
    fn programs_that_do_not_halt_well_are_errors() {
        for (encoded, reason) in [
            (encode(&[Read(A), Halt]), "NoArgument"),
            (encode(&[Instruction::Jump(0)]), "StepLimit"),
            (vec![1, 200], "Encoding"),
        ] {
            let outcome = execute(&encoded, &[]);
            assert_eq!(outcome.exit_code, 1);
            assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
            assert!(outcome.journal.is_empty());
        }
    }
}
