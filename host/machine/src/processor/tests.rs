mod ends;
mod forged;
mod lies;
mod results;
mod two_tables;

use p3_field::PrimeCharacteristicRing;
use zisk_isa::Op;
use zisk_stark::Val;
use zisk_stark::analysis::analyze;

use super::MainColumns;
use crate::Table;
use crate::testing::Program;

#[track_caller]
fn holds(program: &Program) {
    let result = program.run().check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn sums_and_differences_of_corners_hold() {
    let corners = [
        0,
        1,
        -1,
        0x7fff,
        0x8000,
        -0x8000,
        0xffff,
        0x1_0000,
        i32::MAX,
        i32::MIN,
    ];
    let mut program = Program::default();
    for a in corners {
        for b in corners {
            program.set(5, a).set(6, b);
            for op in [Op::Add, Op::Sub, Op::Addw, Op::Subw] {
                program.push(op, 7, 5, 6, 0).push(op, 5, 5, 5, 0);
            }
        }
    }
    holds(&program);
}

#[test]
fn branches_and_jumps_hold() {
    let mut program = Program::default();
    for (a, b) in [(0, 0), (1, 2), (2, 1), (-1, 1), (1, -1), (i32::MIN, i32::MIN)] {
        program.set(5, a).set(6, b);
        for op in [Op::Beq, Op::Bne, Op::Blt, Op::Bge, Op::Bltu, Op::Bgeu] {
            // Over an instruction, taken or not.
            program.push(op, 0, 5, 6, 8).push(Op::Addi, 7, 7, 0, 1);
        }
    }
    program
        .push(Op::Jal, 1, 0, 0, 8)
        .push(Op::Fence, 0, 0, 0, 0)
        .push(Op::Auipc, 5, 0, 0, 0)
        // An odd target loses its lowest bit.
        .push(Op::Jalr, 1, 5, 0, 9)
        .push(Op::Slti, 0, 5, 0, 3)
        .push(Op::Auipc, 5, 0, 0, 0x7fff_f000)
        .push(Op::Auipc, 5, 0, 0, -0x1000)
        .push(Op::Jal, 0, 0, 0, 4);
    holds(&program);
}

#[test]
fn a_register_that_rests_is_looked_at_in_between() {
    // A loop of 60,000 instructions, in which x9 is not looked at.
    let mut program = Program::default();
    program
        .set(9, 5)
        .set(5, 30_000)
        .push(Op::Addi, 5, 5, 0, -1)
        .push(Op::Bne, 0, 5, 0, -4)
        .push(Op::Addi, 9, 9, 0, 1);
    holds(&program);
}

type Change = (&'static str, fn(&mut MainColumns<Val>));

#[test]
fn a_changed_instruction_is_refused() {
    let mut program = Program::default();
    program
        .set(5, -3)
        .set(6, 9)
        .push(Op::Addw, 7, 5, 6, 0)
        .push(Op::Beq, 0, 5, 6, 8);
    let honest = program.run();
    let changes: [Change; 12] = [
        ("another pc", |row| row.pc += Val::from_u32(4)),
        ("another way on", |row| row.next_pc += Val::from_u32(4)),
        ("another time", |row| row.clock += Val::ONE),
        ("another result", |row| row.c[0] += Val::ONE),
        ("a limb of 17 bits", |row| {
            row.c[0] += Val::from_u32(1 << 16);
            row.c[1] -= Val::ONE;
        }),
        ("the other sign", |row| {
            row.sign_or_dropped = Val::ONE - row.sign_or_dropped;
        }),
        ("another register", |row| row.rd += Val::ONE),
        ("no register", |row| row.flags[1] = Val::ZERO),
        ("another operand", |row| row.a[0] += Val::ONE),
        ("another immediate", |row| row.imm[0] += Val::ONE),
        ("the other condition", |row| {
            row.condition = Val::ONE - row.condition;
        }),
        ("no instruction", |row| row.is_real = Val::ZERO),
    ];
    for (what, change) in changes {
        for row in 4..6 {
            let before: [Val; MainColumns::<Val>::WIDTH] = honest.row(Table::Main, row);
            let changed = honest.with(Table::Main, row, change);
            let changes = changed.row::<[Val; MainColumns::<Val>::WIDTH]>(Table::Main, row) != before;
            assert!(changed.check().is_err() || !changes, "{what}, row {row}");
        }
    }
}

#[test]
fn cost_is_as_documented() {
    assert_eq!(Table::ALL[7..9], [Table::Main, Table::MainRest]);
    let shape = analyze(&Table::Main, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
    assert_eq!(shape.cells_per_row(), 94);
}
