//! Profiles say what proofs take: the same as statistics that come from filling tables.

use sha2::Digest;
use zisk_abi::coprocessor::{COPROCESSORS, Coprocessor};
use zisk_abi::memory::HEAP;
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HALT};
use zisk_host::profile::{Profile, Spent, profile};
use zisk_host::{ExecutorEnv, Input, TableStats, table_stats};
use zisk_isa::Op;
use zisk_tests::assembler::Code;
use zisk_tests::elf::{Segment, executable};
use zisk_tests::guests::{calling, counting, touching};

/// Instructions of a segment.
const SEGMENT: u64 = 1 << 21;

fn both(elf: &[u8]) -> (Profile, Vec<TableStats>) {
    let (execution, profile) = profile(elf, Input::new(), ExecutorEnv::new()).unwrap();
    assert_eq!(profile.total.instructions, execution.stats.instructions);
    let (_, stats) = table_stats(elf, Input::new(), ExecutorEnv::new()).unwrap();
    (profile, stats)
}

/// What has to be so of all profiles.
fn check(name: &str, profile: &Profile, stats: &[TableStats]) {
    let sum = |spent: &mut dyn Iterator<Item = Spent>| {
        spent.fold((0, 0), |sum, spent| {
            (sum.0 + spent.instructions, sum.1 + spent.cells)
        })
    };
    let total = (profile.total.instructions, profile.total.cells);
    assert_eq!(
        sum(&mut profile.functions.iter().map(|function| function.own)),
        total,
        "{name}"
    );
    assert_eq!(
        sum(&mut profile.stacks.iter().map(|stack| stack.own)),
        total,
        "{name}"
    );
    assert_eq!(
        sum(&mut profile.segments.iter().map(|segment| segment.own)),
        total,
        "{name}"
    );
    let intervals = profile.intervals.iter().map(|interval| Spent {
        instructions: interval.instructions,
        cells: interval.cells.iter().sum(),
    });
    assert_eq!(sum(&mut intervals.into_iter()), total, "{name}");
    let machines: u64 = profile.machines.iter().map(|machine| machine.cells).sum();
    assert_eq!(machines, profile.total.cells, "{name}");

    // Instructions are in two tables, which a profile does not tell apart.
    let of_main = |cells: fn(&TableStats) -> u64| {
        let main = stats.iter().filter(|table| table.name.starts_with("main"));
        main.map(cells).sum::<u64>()
    };
    let main = profile
        .machines
        .iter()
        .find(|machine| machine.name == "main")
        .unwrap();
    let found = (main.rows, main.cells, main.committed_cells);
    let expected = (
        of_main(|table| table.rows),
        of_main(TableStats::cells),
        of_main(TableStats::padded_cells),
    );
    assert_eq!(found, expected, "{name}");
    let mut overhead = profile.overhead;
    let mut refresh = 0;
    for (machine, table) in profile.machines.iter().zip(stats) {
        assert_eq!(machine.name, table.name);
        match table.name {
            "main" | "main_rest" => continue,
            "boundary" => assert_eq!(overhead.boundary, table.cells(), "{name}"),
            "initial" => assert_eq!(overhead.initial, table.cells(), "{name}"),
            "passage" => assert_eq!(overhead.passage, table.cells(), "{name}"),
            "refresh" => {
                refresh = table.cells();
                assert!(refresh <= overhead.refresh, "{name}");
                continue;
            }
            _ if table.is_fixed => overhead.fixed -= table.cells(),
            _ => assert_eq!(
                (machine.rows, machine.cells),
                (table.rows, table.cells()),
                "{name}: {}",
                table.name
            ),
        }
        assert_eq!(
            machine.committed_cells,
            table.padded_cells(),
            "{name}: {}",
            table.name
        );
    }
    assert_eq!(overhead.fixed, 0, "{name}: the fixed tables");
    // The whole is what is committed to; how often registers rest, it only bounds.
    let committed: u64 = profile
        .machines
        .iter()
        .map(|machine| machine.committed_cells)
        .sum();
    assert_eq!(
        profile.total.cells + profile.overhead.cells(),
        committed,
        "{name}"
    );
    let padded: u64 = stats.iter().map(TableStats::padded_cells).sum();
    assert!(
        padded <= committed && committed - padded <= 16 * (overhead.refresh - refresh),
        "{name}"
    );
}

#[test]
fn cells_are_those_of_the_statistics() {
    let coprocessors: Vec<&Coprocessor> = COPROCESSORS.iter().collect();
    // Rows of zeros are no points of the curve.
    let coprocessors = coprocessors
        .into_iter()
        .filter(|coprocessor| !coprocessor.name.starts_with("secp256k1"));
    let guests = [
        ("counting", counting(1000, 0)),
        ("touching", touching(3000)),
        ("calling", calling(&coprocessors.collect::<Vec<_>>())),
        ("everything", everything()),
    ];
    for (name, elf) in guests {
        let (profile, stats) = both(&elf);
        assert_eq!(profile.segments.len(), 1);
        check(name, &profile, &stats);
    }
}

#[test]
fn segments_are_those_of_the_statistics() {
    let (profile, stats) = both(&counting(1_500_000, 0));
    let instructions: Vec<u64> = profile
        .segments
        .iter()
        .map(|segment| segment.own.instructions)
        .collect();
    assert_eq!(instructions[..2], [SEGMENT; 2]);
    assert_eq!(instructions.len(), 3);
    check("counting", &profile, &stats);
    let long = &profile.intervals[..profile.intervals.len() - 1];
    assert!(
        long.iter()
            .all(|interval| interval.instructions == long[0].instructions)
    );
    assert!((200..512).contains(&long.len()), "{}", long.len());
}

const CODE: u64 = 0x1_0000;
const DATA: u64 = 0x2_0000;

/// A guest with accesses that are not aligned, atomics, divisions, and scopes.
fn everything() -> Vec<u8> {
    let mut code = Code::default();
    let scope = |code: &mut Code, number: u64| {
        code.load_address(10, DATA + 32)
            .push(Op::Addi, 11, 0, 0, 5)
            .ecall(number);
    };
    code.load_address(5, HEAP.start);
    scope(&mut code, CYCLES_BEGIN);
    for offset in [1, 3, 5] {
        code.push(Op::Sd, 0, 5, 5, offset)
            .push(Op::Lw, 6, 5, 0, offset)
            .push(Op::Lh, 6, 5, 0, offset);
    }
    scope(&mut code, CYCLES_END);
    for op in [
        Op::AmoaddD,
        Op::AmoandW,
        Op::AmomaxuD,
        Op::AmominW,
        Op::AmoxorD,
        Op::AmoswapD,
        Op::ScW,
    ] {
        code.push(op, 6, 5, 5, 0);
    }
    code.push(Op::LrD, 6, 5, 0, 0);
    for op in [
        Op::Div,
        Op::Remu,
        Op::Divuw,
        Op::Remw,
        Op::Mul,
        Op::Mulhu,
        Op::Sll,
        Op::Slt,
        Op::Xor,
    ] {
        code.push(op, 7, 5, 6, 0);
    }
    // Nobody sees these results.
    code.push(Op::Xor, 0, 5, 6, 0)
        .push(Op::Div, 0, 5, 6, 0)
        .push(Op::Ld, 0, 5, 0, 0);
    code.push(Op::Addi, 10, 0, 0, 0);
    code.load_address(11, DATA);
    code.ecall(HALT);
    let digest: [u8; 32] = sha2::Sha256::digest([]).into();
    let data = [&digest[..], b"scope"].concat();
    executable(
        CODE,
        &[Segment::code(CODE, code.into_bytes()), Segment::data(DATA, data)],
    )
}

#[test]
fn scopes_have_instructions_and_cells() {
    let (profile, stats) = both(&everything());
    let [scope] = &profile.scopes[..] else {
        panic!("{:?}", profile.scopes);
    };
    let row = |name: &str| stats.iter().find(|table| table.name == name).unwrap().columns();
    // The call that opens it, nine accesses, and what the closing call takes to be made.
    assert_eq!((scope.name.as_str(), scope.calls), ("scope", 1));
    let plain = scope.total.instructions - 9;
    let cells = scope.total.instructions * row("main") + row("system") + 9 * row("misaligned");
    assert!(plain >= 3, "{scope:?}");
    assert_eq!(scope.total.cells, cells);
}

#[test]
fn memory_is_that_of_its_regions() {
    let (profile, _) = both(&touching(3000));
    let bytes = |name: &str| {
        profile
            .regions
            .iter()
            .find(|region| region.name == name)
            .unwrap()
            .bytes
    };
    assert_eq!((bytes("heap"), bytes("stack"), bytes("input")), (24_000, 0, 0));
    // The digest.
    assert_eq!(bytes("data"), 32);
    let heap = profile
        .regions
        .iter()
        .position(|region| region.name == "heap")
        .unwrap();
    let grown: u64 = profile
        .intervals
        .iter()
        .map(|interval| interval.new_bytes[heap])
        .sum();
    assert_eq!(grown, 24_000);
}
