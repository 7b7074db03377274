//! A small register machine: eight 64-bit registers, arithmetic that wraps around, jumps, numbers in and out.
//!
//! The guest runs it; hosts take [`Instruction`] from here to write programs.

#![no_std]

extern crate alloc;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
// What tests stand on in the VM.
#[cfg(test)]
use zisk_guest as _;

/// A register. All are 0 at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Register {
    A,
    B,
    C,
    D,
    E,
    F,
    G,
    H,
}

/// An operation on two registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// `a + b` modulo 2^64.
    Add,
    /// `a - b` modulo 2^64.
    Subtract,
    /// `a * b` modulo 2^64.
    Multiply,
    /// `a / b`, rounded down.
    Divide,
    /// The remainder of `a / b`.
    Remainder,
    /// 1 if `a < b`, else 0.
    Less,
}

/// An instruction. Targets of jumps are indices into the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instruction {
    /// Puts a number into register `to`.
    Set(Register, u64),
    /// `to = operation(a, b)`, in the order `(operation, to, a, b)`.
    Compute(Operation, Register, Register, Register),
    /// Goes on at the target.
    Jump(u32),
    /// Goes on at the target if the register is 0.
    JumpIfZero(Register, u32),
    /// Takes the next argument into the register.
    Read(Register),
    /// Puts the register's content out.
    Write(Register),
    /// Ends the program.
    Halt,
}

/// What a program has done when it halts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The numbers that it put out.
    pub output: Vec<u64>,
    /// How many instructions it executed, `Halt` included.
    pub steps: u64,
}

/// Why a program cannot go on. `at` is the index of the instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// There is no instruction of this index.
    #[error("there is no instruction {at}; end the program with `Halt`")]
    NoInstruction {
        /// The index.
        at: u32,
    },
    /// A division by 0.
    #[error("instruction {at} divides by zero")]
    DivisionByZero {
        /// The index.
        at: u32,
    },
    /// All arguments were read.
    #[error("instruction {at} reads an argument, but there are only {num_arguments}")]
    NoArgument {
        /// The index.
        at: u32,
        /// How many there are.
        num_arguments: usize,
    },
    /// The program has not halted after as many steps as it was allowed.
    #[error("the program has not halted after {limit} steps")]
    StepLimit {
        /// The number of steps allowed.
        limit: u64,
    },
}

/// Executes a program on its arguments for at most `max_steps` instructions.
///
/// # Errors
/// [`Fault`] when the program cannot go on, or has not halted by then.
pub fn run(program: &[Instruction], arguments: &[u64], max_steps: u64) -> Result<Outcome, Fault> {
    let mut registers = [0u64; 8];
    let mut unread = arguments.iter();
    let mut output = Vec::new();
    let mut at = 0u32;
    for steps in 1..=max_steps {
        let instruction = program.get(at as usize).ok_or(Fault::NoInstruction { at })?;
        let mut next = at.wrapping_add(1);
        match *instruction {
            Instruction::Set(to, value) => registers[to as usize] = value,
            Instruction::Compute(operation, to, a, b) => {
                let result = compute(operation, registers[a as usize], registers[b as usize]);
                registers[to as usize] = result.ok_or(Fault::DivisionByZero { at })?;
            }
            Instruction::Jump(target) => next = target,
            Instruction::JumpIfZero(register, target) => {
                if registers[register as usize] == 0 {
                    next = target;
                }
            }
            Instruction::Read(to) => {
                let num_arguments = arguments.len();
                registers[to as usize] = *unread.next().ok_or(Fault::NoArgument { at, num_arguments })?;
            }
            Instruction::Write(from) => output.push(registers[from as usize]),
            Instruction::Halt => return Ok(Outcome { output, steps }),
        }
        at = next;
    }
    Err(Fault::StepLimit { limit: max_steps })
}

/// `None` for a division by 0.
fn compute(operation: Operation, a: u64, b: u64) -> Option<u64> {
    match operation {
        Operation::Add => Some(a.wrapping_add(b)),
        Operation::Subtract => Some(a.wrapping_sub(b)),
        Operation::Multiply => Some(a.wrapping_mul(b)),
        Operation::Divide => a.checked_div(b),
        Operation::Remainder => a.checked_rem(b),
        Operation::Less => Some(u64::from(a < b)),
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::Instruction::{Compute, Halt, Jump, JumpIfZero, Read, Set, Write};
    use super::Operation::{Add, Divide, Less, Multiply, Remainder, Subtract};
    use super::Register::{A, B, C};
    use super::*;

    #[test]
    fn operations() {
        let max = u64::MAX;
        for (operation, a, b, result) in [
            (Add, max, 2, 1),
            (Subtract, 1, 3, max - 1),
            (Multiply, 1 << 63, 3, 1 << 63),
            (Divide, 17, 5, 3),
            (Remainder, 17, 5, 2),
            (Less, 3, 3, 0),
            (Less, 2, 3, 1),
        ] {
            let program = [Read(A), Read(B), Compute(operation, C, A, B), Write(C), Halt];
            let outcome = Outcome {
                output: vec![result],
                steps: 5,
            };
            assert_eq!(run(&program, &[a, b], 5), Ok(outcome), "{operation:?}");
        }
    }

    #[test]
    fn jumps() {
        let count_down = [
            Read(A),
            Set(B, 1),
            JumpIfZero(A, 6),
            Write(A),
            Compute(Subtract, A, A, B),
            Jump(2),
            Halt,
        ];
        let outcome = Outcome {
            output: vec![3, 2, 1],
            steps: 2 + 3 * 4 + 2,
        };
        assert_eq!(run(&count_down, &[3], 100), Ok(outcome));
    }

    #[test]
    fn programs_that_cannot_go_on() {
        let fault = |program: &[Instruction]| run(program, &[], 10).unwrap_err();
        assert_eq!(fault(&[]), Fault::NoInstruction { at: 0 });
        assert_eq!(fault(&[Jump(u32::MAX)]), Fault::NoInstruction { at: u32::MAX });
        assert_eq!(
            fault(&[Compute(Divide, A, A, B)]),
            Fault::DivisionByZero { at: 0 }
        );
        assert_eq!(
            fault(&[Set(A, 1), Compute(Remainder, A, A, B)]),
            Fault::DivisionByZero { at: 1 }
        );
        assert_eq!(
            fault(&[Read(A)]),
            Fault::NoArgument {
                at: 0,
                num_arguments: 0
            }
        );
        assert_eq!(fault(&[Jump(0)]), Fault::StepLimit { limit: 10 });
    }
}
