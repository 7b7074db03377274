//! Runs in which one step is not what it should be, and everything behind it goes on from there, as a cheat would: all
//! tables are filled from the lie.

use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{HOST_RANDOM, WRITE};
use zisk_isa::Op;

use crate::testing::{Lie, Program};

/// A bit of everything, in a loop of two rounds.
fn program() -> Program {
    let mut program = Program {
        input: (0..16).collect(),
        random: 0x1234_5678_9abc_def0,
        ..Program::default()
    };
    program
        .set(20, INPUT.start as i32)
        .set(21, HEAP.start as i32 + 64)
        .push(Op::Addi, 22, 0, 0, 2);
    let start = program.body.len();
    program
        .push(Op::Ld, 5, 20, 0, 0)
        .push(Op::Lhu, 6, 20, 0, 7)
        .push(Op::Add, 5, 5, 6, 0)
        .push(Op::Subw, 7, 6, 5, 0)
        .push(Op::Mulh, 8, 5, 7, 0)
        .push(Op::Rem, 8, 5, 6, 0)
        .push(Op::Sltu, 9, 5, 8, 0)
        .push(Op::Sraw, 9, 5, 6, 0)
        .push(Op::Xor, 9, 9, 8, 0)
        .push(Op::Sd, 0, 21, 9, 0)
        .push(Op::Sw, 0, 21, 5, 13)
        .push(Op::AmomaxW, 10, 21, 6, 0)
        .push(Op::LrD, 11, 21, 0, 0)
        .push(Op::ScD, 12, 21, 8, 0)
        .push(Op::Lb, 13, 21, 0, 5)
        .push(Op::Bltu, 0, 5, 6, 8)
        .push(Op::Jal, 1, 0, 0, 4)
        .push(Op::Auipc, 14, 0, 0, 0)
        .push(Op::Jalr, 1, 14, 0, 8)
        .push(Op::Addi, 17, 0, 0, HOST_RANDOM as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Add, 15, 10, 1, 0)
        .push(Op::Add, 15, 15, 17, 0)
        .push(Op::Addi, 17, 0, 0, WRITE as i32)
        .push(Op::Ecall, 0, 0, 0, 0)
        .push(Op::Addi, 22, 22, 0, -1);
    let back = 4 * (program.body.len() - start) as i32;
    program.push(Op::Bne, 0, 22, 0, -back);
    // Whatever was computed is looked at: what nobody looks at may be anything.
    for register in [7, 8, 9, 10, 11, 12, 13, 14, 15] {
        program.push(Op::Add, 16, 16, register, 0);
    }
    program
}

#[test]
fn no_lie_is_believed() {
    let program = program();
    let honest = program.run();
    assert_eq!(honest.check(), Ok(()));
    // The last four instructions end the run; skipping one of them may leave it without an end.
    for step in 0..honest.pcs.len() - 6 {
        for lie in [Lie::Operand, Lie::Result, Lie::Skip, Lie::Repeat] {
            let Some(run) = program.run_with(step, lie) else {
                continue;
            };
            let is_same = run.pcs == honest.pcs && run.check().is_ok() && run.is_same(&honest);
            assert!(is_same || run.check().is_err(), "step {step}: {lie:?}");
        }
    }
}
