use alloc::vec;
use alloc::vec::Vec;

use zisk_abi::coprocessor::SHA256_COMPRESS;
use zisk_abi::memory::{HEAP, INPUT};
use zisk_isa::{Instruction, Op};
use zisk_stark::checker::{Checker, Rows};

use super::random_words;
use crate::Table;
use crate::messages::SHARED_BUSES;
use crate::sha256::Rounds;
use crate::sha256::compression::add_states;
use crate::trace::discover;
use crate::trace::{Early, Guest, Heights, ImageWord, Replay, Step, fixed_columns, generate};

/// Every row counts.
struct AllRows;

impl Heights for AllRows {
    fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        (log_height < 20).then_some(1 << log_height)
    }
}

const ENTRY: u64 = 0x1000;
const STATE: u64 = 0x8000;

/// Sets registers, as `lui` and `addi` do, and calls.
fn call(number: u64, arguments: [u64; 2]) -> Vec<Instruction> {
    let of = |op, rd, rs1, imm| Instruction {
        op,
        rd,
        rs1,
        rs2: 0,
        imm,
    };
    let set = |rd: u8, value: u64| {
        let low = (value as i32) << 20 >> 20;
        [
            of(Op::Lui, rd, 0, (value as i32).wrapping_sub(low)),
            of(Op::Addi, rd, rd, low),
        ]
    };
    let mut all = vec![of(Op::Addi, 17, 0, number as i32)];
    all.extend(set(10, arguments[0]));
    all.extend(set(11, arguments[1]));
    all.push(of(Op::Ecall, 0, 0, 0));
    all
}

/// What whoever executes instructions without branches sees.
fn steps(body: &[Instruction]) -> Vec<Step> {
    let mut registers = [0_u64; 32];
    let mut pc = ENTRY;
    let execute = |instruction: &Instruction| {
        let a = registers[usize::from(instruction.rs1)];
        let step = Step {
            pc,
            operands: [a, 0],
            result: 0,
        };
        let imm = i64::from(instruction.imm) as u64;
        let rd = &mut registers[usize::from(instruction.rd)];
        if instruction.op == Op::Lui {
            *rd = imm;
        } else if instruction.op == Op::Addi {
            *rd = a.wrapping_add(imm);
        }
        pc += 4;
        step
    };
    body.iter().map(execute).collect()
}

/// Checks all tables of a run that is cut in these segments.
#[track_caller]
fn assert_holds(guest: &Guest, early: &[Early], segments: &[&[Step]]) {
    let mut replays: Vec<Replay<'_>> = Vec::new();
    for (early, steps) in early.iter().zip(segments) {
        let mut replay = Replay::new(guest, early);
        steps.iter().try_for_each(|step| replay.step(step)).unwrap();
        assert_eq!(replay.check_end(), Ok(()));
        replays.push(replay);
    }
    let end = replays.last().unwrap().halt.unwrap().public_values();
    let fixed: Vec<_> = Table::ALL
        .iter()
        .map(|table| fixed_columns(*table, guest, &AllRows).unwrap())
        .collect();
    let mut checker = Checker::new(&SHARED_BUSES).as_verifier();
    for replay in &replays {
        let traces = generate(replay, &end, &AllRows).unwrap();
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
        checker.check(&rows);
    }
    let result = checker.finish();
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn a_run_with_calls_holds() {
    let (state, block): ([u64; 4], [u64; 8]) = (random_words(20), random_words(21));
    let input: Vec<u8> = random_words::<8>(22)
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    let number = SHA256_COMPRESS.number;
    let mut body = call(number, [STATE, STATE + 0x100]);
    body.extend(call(number, [STATE, INPUT.start]));
    body.extend(call(number, [STATE, STATE - 32]));
    body.extend(call(number, [HEAP.start, STATE]));
    // With exit code 0 and the digest in the heap.
    body.extend(call(0, [0, HEAP.start]));

    let writable = |(address, value): (u64, &u64)| ImageWord {
        is_writable: true,
        address,
        value: *value,
    };
    let zeros = [0; 8];
    let mut words: Vec<ImageWord> = ((STATE - 32) / 8..).zip(&zeros[..4]).map(writable).collect();
    words.extend((STATE / 8..).zip(&state).map(writable));
    words.extend(((STATE + 32) / 8..).zip(&zeros).map(writable));
    words.extend(((STATE + 0x100) / 8..).zip(&block).map(|word| ImageWord {
        is_writable: false,
        ..writable(word)
    }));
    let placed = (ENTRY..).step_by(4).zip(&body);
    let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, *instruction, 4)).collect();
    let guest = Guest::new(ENTRY, placed, words);

    let compress =
        |state: [u64; 4], block: [u64; 8]| add_states(&state, &Rounds::of_words(&state, &block).compressed());
    let state = compress(compress(state, block), random_words(22));
    let overlapping = [[0; 4], state].concat().try_into().unwrap();
    let state = compress(state, overlapping);
    let steps = steps(&body);
    let early = discover(&guest, &input, &[&steps]).unwrap();
    for (address, value) in (STATE / 8..).zip(state) {
        let word = early[0]
            .words
            .iter()
            .find(|word| u64::from(word.address) == address);
        assert_eq!(word.map(|word| word.state.last), Some(value));
    }
    assert_holds(&guest, &early, &[&steps]);
    // Six instructions a call, the last of which is it: cut before it, behind it, on both sides.
    for cuts in [&[5][..], &[6], &[11, 12], &[6, 12, 17, 18, 29]] {
        let starts = [&[0], cuts].concat();
        let ends = [cuts, &[steps.len()]].concat();
        let segments: Vec<&[Step]> = starts
            .iter()
            .zip(ends)
            .map(|(start, end)| &steps[*start..end])
            .collect();
        let early = discover(&guest, &input, &segments).unwrap();
        assert_holds(&guest, &early, &segments);
    }
}

#[test]
fn pointers_to_nowhere_are_errors() {
    for pointers in [[0, HEAP.start], [HEAP.start, 0], [INPUT.end - 8, HEAP.start]] {
        let body = call(SHA256_COMPRESS.number, pointers);
        let placed: Vec<_> = (ENTRY..)
            .step_by(4)
            .zip(&body)
            .map(|(pc, instruction)| (pc, *instruction, 4))
            .collect();
        let guest = Guest::new(ENTRY, placed, Vec::new());
        let steps = steps(&body);
        assert!(discover(&guest, &[], &[&steps]).is_none(), "{pointers:x?}");
    }
}
