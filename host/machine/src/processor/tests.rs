use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_abi::memory::HEAP;
use zisk_isa::{Instruction, Op};
use zisk_stark::Val;
use zisk_stark::analysis::analyze;
use zisk_stark::checker::{Report, Rows, check};

use super::MainColumns;
use crate::Table;
use crate::trace::{Guest, Heights, ImageWord, Replay, Step, fixed_columns, generate};

/// Every row counts.
struct AllRows;

impl Heights for AllRows {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        (log_height < 20).then_some(1 << log_height)
    }
}

const ENTRY: u64 = 0x1000;

fn instruction(op: Op, rd: u8, rs1: u8, rs2: u8, imm: i32) -> Instruction {
    Instruction {
        op,
        rd,
        rs1,
        rs2,
        imm,
    }
}

/// A program that ends the run with the digest at the heap's first words, and exit code 0.
fn program(body: &[Instruction]) -> Guest {
    let mut all = body.to_vec();
    all.extend([
        instruction(Op::Addi, 17, 0, 0, 0),
        instruction(Op::Addi, 10, 0, 0, 0),
        instruction(Op::Lui, 11, 0, 0, HEAP.start as i32),
        instruction(Op::Ecall, 0, 0, 0, 0),
    ]);
    let placed = all
        .into_iter()
        .enumerate()
        .map(|(index, instruction)| (ENTRY + 4 * index as u64, instruction, 4));
    let word = ImageWord {
        is_writable: false,
        address: ENTRY / 8,
        value: 7,
    };
    Guest::new(ENTRY, placed.collect::<Vec<_>>(), vec![word])
}

/// Runs what the main table computes itself, from the instructions' meaning.
fn run(body: &[Instruction]) -> (Guest, Vec<Step>) {
    let guest = program(body);
    let mut registers = [0_u64; 32];
    let mut steps = Vec::new();
    let mut pc = ENTRY;
    let end = ENTRY + 4 * (body.len() as u64 + 3);
    let all: Vec<Instruction> = {
        let mut all = body.to_vec();
        all.extend([
            instruction(Op::Addi, 17, 0, 0, 0),
            instruction(Op::Addi, 10, 0, 0, 0),
            instruction(Op::Lui, 11, 0, 0, HEAP.start as i32),
            instruction(Op::Ecall, 0, 0, 0, 0),
        ]);
        all
    };
    loop {
        let current = all[((pc - ENTRY) / 4) as usize];
        let [a, b] = [current.rs1, current.rs2].map(|register| registers[usize::from(register)]);
        steps.push(Step {
            pc,
            operands: [a, b],
            result: 0,
        });
        if pc == end {
            return (guest, steps);
        }
        let imm = i64::from(current.imm) as u64;
        let mut next = pc + 4;
        let result = match current.op.spec().kind {
            zisk_isa::Kind::Alu(function) => {
                let b = if current.op.spec().format == zisk_isa::Format::R {
                    b
                } else {
                    imm
                };
                Some(function(a, b))
            }
            zisk_isa::Kind::Upper(function) => Some(function(pc, imm)),
            zisk_isa::Kind::Branch(function) => {
                if function(a, b) != 0 {
                    next = pc.wrapping_add(imm);
                }
                None
            }
            zisk_isa::Kind::Jal => {
                next = pc.wrapping_add(imm);
                Some(pc + 4)
            }
            zisk_isa::Kind::Jalr => {
                next = a.wrapping_add(imm) & !1;
                Some(pc + 4)
            }
            zisk_isa::Kind::Fence => None,
            _ => panic!("not one that the main table computes"),
        };
        if let Some(result) = result.filter(|_| current.rd != 0) {
            registers[usize::from(current.rd)] = result;
        }
        pc = next;
    }
}

fn check_run(
    guest: &Guest,
    steps: &[Step],
    forge: impl FnOnce(&mut Vec<zisk_stark::Trace>),
) -> Result<(), Report> {
    let mut replay = Replay::new(guest, &[]);
    for step in steps {
        replay.step(step).unwrap();
    }
    let mut traces = generate(&replay, &AllRows).unwrap();
    forge(&mut traces);
    let fixed: Vec<_> = Table::ALL
        .iter()
        .map(|table| fixed_columns(*table, guest, &AllRows).unwrap())
        .collect();
    let rows: Vec<Rows<'_, Table>> = Table::ALL
        .iter()
        .zip(traces.iter().zip(&fixed))
        .map(|(table, (trace, fixed))| Rows {
            name: table.name(),
            table,
            main: &trace.main,
            fixed,
            public_values: &trace.public_values,
        })
        .collect();
    check(&rows)
}

fn holds(body: &[Instruction]) {
    let (guest, steps) = run(body);
    let result = check_run(&guest, &steps, |_| {});
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// Puts a value into a register: its lower 32 bits by `lui` and `addiw`.
fn set(register: u8, value: i32) -> [Instruction; 2] {
    let low = (value << 20) >> 20;
    [
        instruction(Op::Lui, register, 0, 0, value.wrapping_sub(low)),
        instruction(Op::Addiw, register, register, 0, low),
    ]
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
    let mut body = Vec::new();
    for a in corners {
        for b in corners {
            body.extend(set(5, a));
            body.extend(set(6, b));
            for op in [Op::Add, Op::Sub, Op::Addw, Op::Subw] {
                body.push(instruction(op, 7, 5, 6, 0));
                body.push(instruction(op, 5, 5, 5, 0));
            }
        }
    }
    holds(&body);
}

#[test]
fn branches_and_jumps_hold() {
    let mut body = Vec::new();
    for (a, b) in [(0, 0), (1, 2), (2, 1), (-1, 1), (1, -1), (i32::MIN, i32::MIN)] {
        body.extend(set(5, a));
        body.extend(set(6, b));
        for op in [Op::Beq, Op::Bne, Op::Blt, Op::Bge, Op::Bltu, Op::Bgeu] {
            // Over an instruction, taken or not.
            body.push(instruction(op, 0, 5, 6, 8));
            body.push(instruction(Op::Addi, 7, 7, 0, 1));
        }
    }
    body.push(instruction(Op::Jal, 1, 0, 0, 8));
    body.push(instruction(Op::Fence, 0, 0, 0, 0));
    body.push(instruction(Op::Auipc, 5, 0, 0, 0));
    // An odd target loses its lowest bit.
    body.push(instruction(Op::Jalr, 1, 5, 0, 9));
    body.push(instruction(Op::Slti, 0, 5, 0, 3));
    body.push(instruction(Op::Auipc, 5, 0, 0, 0x7fff_f000));
    body.push(instruction(Op::Auipc, 5, 0, 0, -0x1000));
    body.push(instruction(Op::Jal, 0, 0, 0, 4));
    holds(&body);
}

#[test]
fn a_register_that_rests_is_looked_at_in_between() {
    // A loop of 60,000 instructions, in which x9 is not looked at.
    let mut body = set(9, 5).to_vec();
    body.extend(set(5, 30_000));
    body.push(instruction(Op::Addi, 5, 5, 0, -1));
    body.push(instruction(Op::Bne, 0, 5, 0, -4));
    body.push(instruction(Op::Addi, 9, 9, 0, 1));
    holds(&body);
}

type Change = (&'static str, fn(&mut MainColumns<Val>));

#[test]
fn a_changed_instruction_is_refused() {
    let mut body = set(5, -3).to_vec();
    body.extend(set(6, 9));
    body.push(instruction(Op::Addw, 7, 5, 6, 0));
    body.push(instruction(Op::Beq, 0, 5, 6, 8));
    let (guest, steps) = run(&body);
    let width = MainColumns::<Val>::WIDTH;
    let changes: [Change; 12] = [
        ("another pc", |row| row.pc += Val::from_u32(4)),
        ("another way on", |row| row.next_pc += Val::from_u32(4)),
        ("another time", |row| row.clock += Val::ONE),
        ("another result", |row| row.c[0] += Val::ONE),
        ("a limb of 17 bits", |row| {
            row.c[0] += Val::from_u32(1 << 16);
            row.c[1] -= Val::ONE;
        }),
        ("the other sign", |row| row.sign = Val::ONE - row.sign),
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
            let mut changes = true;
            let result = check_run(&guest, &steps, |traces| {
                let cells = &mut traces[4].main.values[row * width..(row + 1) * width];
                let before = cells.to_vec();
                let mut columns = MainColumns::of_row(cells);
                change(&mut columns);
                columns.store(cells);
                changes = before != cells;
            });
            assert!(result.is_err() || !changes, "{what}, row {row}");
        }
    }
}

#[test]
fn cost_is_as_documented() {
    assert_eq!(Table::ALL[4], Table::Main);
    let shape = analyze(&Table::Main, &[]).unwrap();
    assert_eq!((shape.max_degree(), shape.unused_columns().count()), (3, 0));
    assert_eq!(shape.cells_per_row(), 95);
}
