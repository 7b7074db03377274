use alloc::vec;
use alloc::vec::Vec;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_abi::coprocessor::{Access, COPROCESSORS, Coprocessor, Operand, SECP256K1_DOUBLE};
use zisk_abi::memory::{HEAP, INPUT, STACK};
use zisk_isa::{Instruction, Op};
use zisk_stark::checker::{Checker, Rows};

use crate::Table;
use crate::messages::SHARED_BUSES;
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
/// Words that may be written, and behind them words that may not.
const WRITABLE: u64 = 0x8000;
const CONSTANT: u64 = 0xa000;
const NUM_WORDS: u64 = 64;

/// Sets registers, as `lui` and `addi` do, and calls.
fn call(number: u64, arguments: &[u64]) -> Vec<Instruction> {
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
    for (register, argument) in (10..).zip(arguments) {
        all.extend(set(register, *argument));
    }
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

/// Random words, and behind them ones.
fn random_words(seed: u64) -> Vec<u64> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let words = (4..NUM_WORDS).map(|_| rng.random::<u64>());
    words.chain([u64::MAX; 4]).collect()
}

/// Pointers for calls: operands that are written in the image and the heap, the others there, too, in constants and in the
/// input; operands that are only read reach into those that are written, from both sides.
fn pointers(coprocessor: &Coprocessor) -> Vec<Vec<u64>> {
    let of = |place: u64| {
        let operand = |(index, spec): (usize, &Operand)| match spec.access {
            // What is twice the point of zeros that the heap begins with is not defined.
            Access::ReadWrite if coprocessor.number == SECP256K1_DOUBLE.number => WRITABLE + 8 * (place % 2),
            Access::ReadWrite => [WRITABLE, WRITABLE, WRITABLE + 64, HEAP.start][place as usize % 4],
            // Words of ones, which as a modulus are above whatever is multiplied.
            Access::Read if index == 3 => CONSTANT + 8 * (NUM_WORDS - 4),
            Access::Read => {
                [CONSTANT, INPUT.start, WRITABLE - 32, WRITABLE + 32][(place as usize + index) % 4]
                    + 8 * index as u64
            }
        };
        coprocessor.operands.iter().enumerate().map(operand).collect()
    };
    (0..8).map(of).collect()
}

/// A guest that makes these calls and ends, and its input.
fn guest(coprocessor: &Coprocessor) -> (Guest, Vec<Instruction>, Vec<u8>) {
    let mut body = Vec::new();
    for pointers in pointers(coprocessor) {
        body.extend(call(coprocessor.number, &pointers));
    }
    // With exit code 0 and the digest in the heap.
    body.extend(call(0, &[0, HEAP.start]));
    let words_at = |is_writable, first: u64, seed| {
        let words = (first / 8..).zip(random_words(seed));
        words.map(move |(address, value)| ImageWord {
            is_writable,
            address,
            value,
        })
    };
    let words = words_at(true, WRITABLE - 64, 1).chain(words_at(false, CONSTANT, 2));
    let placed = (ENTRY..).step_by(4).zip(&body);
    let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, *instruction, 4)).collect();
    let input = random_words(3)
        .iter()
        .flat_map(|word| word.to_le_bytes())
        .collect();
    (Guest::new(ENTRY, placed, words.collect()), body, input)
}

#[test]
fn runs_with_calls_hold_however_they_are_cut() {
    for coprocessor in &COPROCESSORS {
        let (guest, body, input) = guest(coprocessor);
        let steps = steps(&body);
        let early = discover(&guest, &input, &[&steps]).unwrap();
        assert_holds(&guest, &early, &[&steps]);
        // Cut before a call, behind it, on both sides.
        let each = 2 * (coprocessor.operands.len() + 1);
        for cuts in [&[each - 1][..], &[each], &[2 * each - 1, 2 * each, 3 * each]] {
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
}

#[test]
fn pointers_to_nowhere_are_errors() {
    for coprocessor in &COPROCESSORS {
        // The last word is behind the last one that there is.
        let nowhere = |spec: &Operand| {
            let end = match spec.access {
                Access::Read => INPUT.end,
                Access::ReadWrite => STACK.end,
            };
            [0, end - 8 * (spec.words as u64 - 1)]
        };
        for (index, spec) in coprocessor.operands.iter().enumerate() {
            for pointer in nowhere(spec) {
                let mut pointers = vec![HEAP.start; coprocessor.operands.len()];
                pointers[index] = pointer;
                let body = call(coprocessor.number, &pointers);
                let placed = (ENTRY..).step_by(4).zip(&body);
                let placed: Vec<_> = placed.map(|(pc, instruction)| (pc, *instruction, 4)).collect();
                let guest = Guest::new(ENTRY, placed, Vec::new());
                let steps = steps(&body);
                let name = coprocessor.name;
                assert!(
                    discover(&guest, &[], &[&steps]).is_none(),
                    "{name}: {pointers:x?}"
                );
            }
        }
    }
}
