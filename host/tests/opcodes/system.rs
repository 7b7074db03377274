//! System calls, and the trap.

use zisk_abi::coprocessor::{
    COMPARE_BLOCKS, COPY_BLOCK, FILL_BLOCK, KECCAK_F, POSEIDON2, QUINTIC_MUL_ADD, SECP256K1_ADD,
    SECP256K1_DOUBLE, SHA256_COMPRESS, U256_MUL_ADD, U256_MUL_ADD_MOD,
};
use zisk_abi::memory::{HEAP, INPUT, PAGE_SIZE, STACK};
use zisk_abi::syscall::{CYCLES_BEGIN, CYCLES_END, HOST_RANDOM, MAX_SCOPE_NAME, WRITE, fd};
use zisk_isa::Op;
use zisk_tests::assembler::instruction;

use crate::guest::{CONSTANTS, DATA, Form, Guest, LAST};

const A0: u8 = 10;
const A1: u8 = 11;
const A2: u8 = 12;
const A3: u8 = 13;

fn call(guest: &mut Guest, number: u64, arguments: &[(u8, u64)]) {
    guest.set(arguments);
    guest.code.ecall(number);
    guest.cases += 1;
}

/// Every system call; the one that ends the run is the last.
pub(crate) fn calls(guest: &mut Guest) {
    for (channel, address, len) in [
        (fd::STDOUT, CONSTANTS, 0),
        (fd::STDOUT, CONSTANTS + 1, 3),
        (fd::STDERR, INPUT.start, 0),
        // The journal stays empty.
        (fd::JOURNAL, DATA, 0),
    ] {
        call(guest, WRITE, &[(A0, channel), (A1, address), (A2, len)]);
    }
    for len in [0, 1, MAX_SCOPE_NAME] {
        call(guest, CYCLES_BEGIN, &[(A0, CONSTANTS), (A1, len)]);
        call(guest, CYCLES_END, &[(A0, CONSTANTS), (A1, len)]);
    }
    for _ in 0..2 {
        call(guest, HOST_RANDOM, &[(A0, u64::MAX)]);
        // What it answered is as good as any value.
        guest.code.push(Op::Addi, 5, A0, 0, 1);
    }
    // State and block at the ends of what is mapped; one where the other is; overlapping in both directions.
    for (state, block) in [
        (DATA, DATA + 32),
        (DATA, DATA),
        (DATA + 32, DATA),
        (DATA + 8, DATA),
        (DATA, DATA + 8),
        (STACK.end - 32, INPUT.start),
        (HEAP.start, INPUT.end - 64),
        (LAST, CONSTANTS),
    ] {
        call(guest, SHA256_COMPRESS.number, &[(A0, state), (A1, block)]);
        for word in 0..4 {
            guest.look_at_memory(state + 8 * word);
        }
    }
    // Below, on and above the modulus; 0 as the modulus; operands in one place.
    for (x, y, z, m) in [
        (DATA, DATA + 32, DATA + 64, DATA + 96),
        (DATA, DATA, DATA, DATA),
        (DATA + 8, DATA, DATA + 16, CONSTANTS),
        (STACK.end - 32, INPUT.start, CONSTANTS, STACK.start),
        (HEAP.start, INPUT.end - 32, DATA, CONSTANTS),
        (LAST + PAGE_SIZE - 32, STACK.start, CONSTANTS, LAST),
    ] {
        call(
            guest,
            U256_MUL_ADD_MOD.number,
            &[(A0, x), (A1, y), (A2, z), (A3, m)],
        );
        for word in 0..4 {
            guest.look_at_memory(x + 8 * word);
        }
    }
    for (sum, x, y) in [
        (DATA, DATA + 64, DATA + 96),
        (DATA, DATA, DATA + 32),
        (STACK.end - 64, CONSTANTS, INPUT.end - 32),
        (LAST + PAGE_SIZE - 64, LAST, CONSTANTS),
    ] {
        call(guest, U256_MUL_ADD.number, &[(A0, sum), (A1, x), (A2, y)]);
        for word in 0..8 {
            guest.look_at_memory(sum + 8 * word);
        }
    }
    for (p, q) in [
        (LAST + 1024, LAST + 512),
        (LAST + PAGE_SIZE - 64, CONSTANTS),
        (DATA + 64, DATA),
    ] {
        call(guest, SECP256K1_DOUBLE.number, &[(A0, p)]);
        call(guest, SECP256K1_ADD.number, &[(A0, p), (A1, q)]);
        for word in 0..8 {
            guest.look_at_memory(p + 8 * word);
        }
    }
    elements_and_blocks(guest);
    for state in [
        DATA,
        DATA + 8,
        STACK.end - 200,
        HEAP.start,
        LAST + PAGE_SIZE - 200,
    ] {
        call(guest, KECCAK_F.number, &[(A0, state)]);
        for word in [0, 1, 24] {
            guest.look_at_memory(state + 8 * word);
        }
    }
}

/// What no run gets past.
pub(crate) fn breakpoint(guest: &mut Guest, op: Op) {
    guest.push(Form::Full(instruction(op, 0, 0, 0, 0).encode()));
}

/// Calls for elements of KoalaBear and for blocks, which look at all that they wrote.
fn elements_and_blocks(guest: &mut Guest) {
    for state in [DATA, STACK.end - 96, HEAP.start + 96, LAST + PAGE_SIZE - 96] {
        call(guest, POSEIDON2.number, &[(A0, state)]);
        for word in [0, 5, 11] {
            guest.look_at_memory(state + 8 * word);
        }
    }
    for (sum, x, y) in [
        (DATA, DATA + 24, CONSTANTS),
        (DATA, DATA, DATA),
        (STACK.end - 24, INPUT.end - 24, DATA + 16),
        (LAST + PAGE_SIZE - 24, STACK.end - 24, LAST),
    ] {
        call(guest, QUINTIC_MUL_ADD.number, &[(A0, sum), (A1, x), (A2, y)]);
        for word in 0..3 {
            guest.look_at_memory(sum + 8 * word);
        }
    }
    for (to, from) in [
        (HEAP.start + 1024, CONSTANTS),
        (HEAP.start + 1032, HEAP.start + 1024),
        (HEAP.start + 1024, HEAP.start + 1032),
        (STACK.end - 128, INPUT.end - 128),
        (LAST + PAGE_SIZE - 128, LAST + PAGE_SIZE - 128),
    ] {
        call(guest, COPY_BLOCK.number, &[(A0, to), (A1, from)]);
        for equal in [HEAP.start, to] {
            call(guest, COMPARE_BLOCKS.number, &[(A0, equal), (A1, to), (A2, from)]);
            guest.look_at_memory(equal);
        }
        call(guest, FILL_BLOCK.number, &[(A0, to), (A1, from)]);
        for word in [0, 1, 15] {
            guest.look_at_memory(to + 8 * word);
        }
    }
}
