//! System calls and coprocessors.

use zisk_abi::coprocessor::{NUM_COPROCESSORS, SECP256K1_ADD, SECP256K1_DOUBLE, SHA256_COMPRESS};
use zisk_abi::memory::{HEAP, INPUT};
use zisk_abi::syscall::{
    CYCLES_BEGIN, CYCLES_END, FIRST_COPROCESSOR, HALT, HOST_RANDOM, MAX_SCOPE_NAME, WRITE, fd,
};
use zisk_emulator::{Machine, MemoryFaultKind, OutputChannel, Stop, TrapCause};
use zisk_isa::Op;
use zisk_tests::guests::SHA256_INITIAL_STATE;

use crate::fixture::{
    A0, A1, A2, CONSTANTS, Recorder, VARIABLES, VARIABLES_SIZE, halt, machine, run, trap_of,
};

/// A machine that makes one system call and halts.
fn call(number: u64, arguments: &[u64]) -> Machine {
    machine(|code| {
        for (register, argument) in (A0..).zip(arguments) {
            code.load_value(register, *argument);
        }
        code.ecall(number);
        halt(code);
    })
}

#[test]
fn halt_hands_over_the_low_half_of_a0_and_the_digest() {
    let mut machine = call(HALT, &[0xdead_beef_0000_002a, CONSTANTS]);
    let journal_digest = std::array::from_fn(|i| i as u8);
    let stop = run(&mut machine, &mut Recorder::default());
    assert_eq!(
        stop,
        Ok(Stop::Halted {
            exit_code: 42,
            journal_digest
        })
    );
}

#[test]
fn written_bytes_reach_their_channel() {
    let channels = [
        (fd::STDOUT, OutputChannel::Stdout),
        (fd::STDERR, OutputChannel::Stderr),
        (fd::JOURNAL, OutputChannel::Journal),
    ];
    for (number, channel) in channels {
        let mut host = Recorder::default();
        run(&mut call(WRITE, &[number, CONSTANTS + 1, 3]), &mut host).unwrap();
        assert_eq!(host.written, [(channel, vec![1, 2, 3])]);
    }
}

#[test]
fn writes_that_reach_outside_readable_memory_trap() {
    let edge = VARIABLES + VARIABLES_SIZE;
    for (address, len) in [
        (edge - 4, 5),
        (edge, 1),
        (0, 1),
        (VARIABLES, u64::MAX),
        (u64::MAX, 2),
        (INPUT.start, INPUT.size() + 1),
    ] {
        let cause = trap_of(&mut call(WRITE, &[fd::STDOUT, address, len])).cause;
        assert!(
            matches!(cause, TrapCause::Operand { name: "write", .. }),
            "{address:#x}+{len:#x}: {cause:?}"
        );
    }
    let mut host = Recorder::default();
    run(&mut call(WRITE, &[fd::STDOUT, edge - 4, 4]), &mut host).unwrap();
    run(&mut call(WRITE, &[fd::STDOUT, 0, 0]), &mut host).unwrap();
    assert_eq!(
        host.written,
        [
            (OutputChannel::Stdout, vec![0; 4]),
            (OutputChannel::Stdout, vec![])
        ]
    );
}

#[test]
fn a_host_that_wants_no_more_output_ends_the_run() {
    let mut host = Recorder {
        refuses_output: true,
        ..Recorder::default()
    };
    let trap = run(&mut call(WRITE, &[fd::STDOUT, CONSTANTS, 1]), &mut host).unwrap_err();
    assert!(matches!(trap.cause, TrapCause::OutputLimit(_)));
}

/// Two equal points have no line through them, and the point of zeros has no tangent.
#[test]
fn calls_without_a_result_trap() {
    for (number, arguments) in [
        (SECP256K1_ADD.number, &[HEAP.start, HEAP.start][..]),
        (SECP256K1_DOUBLE.number, &[HEAP.start]),
    ] {
        let cause = trap_of(&mut call(number, arguments)).cause;
        assert!(matches!(cause, TrapCause::Coprocessor { .. }), "{cause:?}");
    }
}

#[test]
fn calls_that_do_not_exist_trap() {
    let behind = FIRST_COPROCESSOR + NUM_COPROCESSORS as u64;
    for number in [5, FIRST_COPROCESSOR - 1, behind, u64::MAX] {
        assert_eq!(
            trap_of(&mut call(number, &[])).cause,
            TrapCause::UnknownSyscall { number }
        );
    }
    for number in [0, 4, u64::MAX] {
        let cause = trap_of(&mut call(WRITE, &[number, CONSTANTS, 1])).cause;
        assert_eq!(cause, TrapCause::UnknownFileDescriptor { fd: number });
    }
}

#[test]
fn host_randomness_comes_in_a0_and_nowhere_else() {
    let mut host = Recorder {
        random: Some(0x0123_4567_89ab_cdef),
        ..Recorder::default()
    };
    let mut machine = machine(|code| {
        code.load_value(A1, 7).ecall(HOST_RANDOM);
        code.push(Op::Addi, 5, A0, 0, 0).push(Op::Addi, 6, A1, 0, 0);
        halt(code);
    });
    run(&mut machine, &mut host).unwrap();
    assert_eq!(
        [5, 6].map(|r| machine.registers().get(r)),
        [0x0123_4567_89ab_cdef, 7]
    );

    let cause = trap_of(&mut call(HOST_RANDOM, &[])).cause;
    assert!(matches!(cause, TrapCause::Randomness(_)));
}

#[test]
fn scopes_carry_their_name_and_time() {
    let mut host = Recorder::default();
    let mut machine = machine(|code| {
        code.load_address(A0, CONSTANTS + 4).push(Op::Addi, A1, 0, 0, 2);
        code.ecall(CYCLES_BEGIN)
            .push(Op::Addi, 5, 0, 0, 0)
            .ecall(CYCLES_END);
        halt(code);
    });
    run(&mut machine, &mut host).unwrap();
    // The times count the instructions before the ecall: 4, then it and 2 more.
    assert_eq!(host.scopes, [("begin", vec![4, 5], 4), ("end", vec![4, 5], 7)]);

    let len = MAX_SCOPE_NAME + 1;
    let cause = trap_of(&mut call(CYCLES_BEGIN, &[VARIABLES, len])).cause;
    assert_eq!(
        cause,
        TrapCause::ScopeNameTooLong {
            len,
            limit: MAX_SCOPE_NAME
        }
    );
}

/// SHA-256 of the empty message.
const EMPTY_DIGEST: [u32; 8] = [
    0xe3b0_c442,
    0x98fc_1c14,
    0x9afb_f4c8,
    0x996f_b924,
    0x27ae_41e4,
    0x649b_934c,
    0xa495_991b,
    0x7852_b855,
];

#[test]
fn the_sha256_coprocessor_hashes_the_empty_message() {
    let block = VARIABLES + 64;
    let mut machine = machine(|code| {
        code.load_address(A0, VARIABLES).load_address(A1, block);
        for (offset, word) in (0..).step_by(4).zip(SHA256_INITIAL_STATE) {
            code.load_value(5, u64::from(word)).push(Op::Sw, 0, A0, 5, offset);
        }
        code.push(Op::Addi, 5, 0, 0, 0x80).push(Op::Sb, 0, A1, 5, 0);
        code.ecall(SHA256_COMPRESS.number);
        halt(code);
    });
    run(&mut machine, &mut Recorder::default()).unwrap();
    let expected: Vec<u8> = EMPTY_DIGEST.iter().flat_map(|word| word.to_le_bytes()).collect();
    assert_eq!(machine.memory().peek(VARIABLES, 32).unwrap(), expected);
    let mut untouched = [0; 64];
    untouched[0] = 0x80;
    assert_eq!(machine.memory().peek(block, 64).unwrap(), untouched);
}

#[test]
fn coprocessor_operands_are_checked_like_any_access() {
    let edge = VARIABLES + VARIABLES_SIZE;
    let cases = [
        (
            VARIABLES + 4,
            VARIABLES,
            "state",
            MemoryFaultKind::MisalignedOperand,
        ),
        (
            VARIABLES,
            VARIABLES + 1,
            "block",
            MemoryFaultKind::MisalignedOperand,
        ),
        (CONSTANTS, VARIABLES, "state", MemoryFaultKind::WriteForbidden),
        (edge - 24, VARIABLES, "state", MemoryFaultKind::ReadUnmapped),
        (VARIABLES, edge - 56, "block", MemoryFaultKind::ReadUnmapped),
        (VARIABLES, 0, "block", MemoryFaultKind::NullPointer),
        (VARIABLES, u64::MAX - 7, "block", MemoryFaultKind::ReadUnmapped),
    ];
    for (state, block, bad, kind) in cases {
        let mut machine = call(SHA256_COMPRESS.number, &[state, block]);
        match trap_of(&mut machine).cause {
            TrapCause::Operand {
                name: "sha256_compress",
                operand,
                fault,
            } => {
                assert_eq!(
                    (operand, fault.kind),
                    (bad, kind),
                    "state {state:#x}, block {block:#x}"
                );
            }
            other => panic!("state {state:#x}, block {block:#x}: {other:?}"),
        }
        assert_eq!(machine.memory().peek(VARIABLES, 32).unwrap(), [0; 32]);
    }
}

#[test]
fn coprocessor_operands_may_overlap() {
    let digest_with_block_at = |block: u64| {
        let mut machine = machine(|code| {
            code.load_address(A0, VARIABLES)
                .load_address(A1, block)
                .load_address(A2, VARIABLES);
            code.load_value(5, 0x1234_5678_9abc_def0)
                .push(Op::Sd, 0, A2, 5, 16);
            code.ecall(SHA256_COMPRESS.number);
            halt(code);
        });
        run(&mut machine, &mut Recorder::default()).unwrap();
        machine.memory().peek(VARIABLES, 32).unwrap().to_vec()
    };
    // The block that begins at the state holds the same words as a copy of it elsewhere would.
    let mut copied = machine(|code| {
        code.load_address(A0, VARIABLES).load_address(A1, VARIABLES + 128);
        code.load_value(5, 0x1234_5678_9abc_def0)
            .push(Op::Sd, 0, A0, 5, 16)
            .push(Op::Sd, 0, A1, 5, 16);
        code.ecall(SHA256_COMPRESS.number);
        halt(code);
    });
    run(&mut copied, &mut Recorder::default()).unwrap();
    assert_eq!(
        digest_with_block_at(VARIABLES),
        copied.memory().peek(VARIABLES, 32).unwrap()
    );
}
