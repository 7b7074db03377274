//! Does on request what guests can do, and what they can do wrong. The input names it.

#![no_std]
#![cfg_attr(not(test), no_main)]

extern crate alloc;

use alloc::vec::Vec;
use core::hint::black_box;

use zisk_guest::uint256::{self, U256};
use zisk_guest::{cycles, eprintln, io, journal, println, secp256k1};

mod memory;

zisk_guest::entry!(main);

#[derive(Debug)]
#[allow(dead_code, reason = "read by Debug alone")]
struct Refused {
    reason: &'static str,
}

fn main() -> Result<(), Refused> {
    let request: &str = io::read();
    match request {
        "print" => {
            println!("to standard output");
            eprintln!("to standard error");
        }
        "commit" => {
            journal::commit(&(1_u8, "two"));
            journal::commit_slice(&[3; 1000]);
        }
        "exit" => zisk_guest::exit(io::read()),
        "error" => return Err(Refused { reason: "asked to" }),
        "panic" => panic!("asked to panic with {}", 42),
        "exhaust the heap" => {
            let mut blocks: Vec<Vec<u8>> = Vec::new();
            loop {
                blocks.push(black_box(Vec::with_capacity(1 << 20)));
            }
        }
        "allocate and free" => {
            // Ten times the heap, but never more than two blocks at a time.
            let mut last = Vec::new();
            for i in 0..1000_u32 {
                let mut block: Vec<u8> = Vec::with_capacity(8 << 20);
                block.push(i as u8);
                last = black_box(block);
            }
            journal::commit(&last[0]);
        }
        "overflow the stack" => {
            journal::commit(&recurse(io::read()));
        }
        "read too much" => {
            let _: (u64, u64) = io::read();
        }
        "random" => {
            let mut bytes = [0; 16];
            let outcome = getrandom::fill(&mut bytes);
            journal::commit(&(outcome.is_ok(), bytes != [0; 16]));
        }
        "scopes" => {
            let _outer = cycles::scope("outer");
            for i in 0..3_u64 {
                let _inner = cycles::scope("inner");
                black_box(i);
            }
        }
        "null pointer" => {
            let pointer: *const u64 = black_box(core::ptr::null());
            // SAFETY: none; the test wants the fault.
            journal::commit(unsafe { &*pointer });
        }
        "hash" => {
            let (start, message): (usize, &[u8]) = (io::read(), io::read_slice());
            journal::commit_slice(&zisk_guest::sha256(&message[start..]));
            journal::commit_slice(&zisk_guest::keccak256(&message[start..]));
        }
        "check signatures" => {
            let signed: &[u8] = io::read_slice();
            for signed in signed.as_chunks::<160>().0 {
                let [hash, rest @ ..] = signed.as_chunks::<32>().0 else {
                    continue;
                };
                let [r, s, x, y] = rest else { continue };
                let joined = |halves: [&[u8; 32]; 2]| core::array::from_fn(|i| halves[i / 32][i % 32]);
                let is_valid = secp256k1::verify(hash, &joined([r, s]), &joined([x, y]));
                let keys = [0, 1, 2, 3].map(|id| secp256k1::ecrecover(hash, &joined([r, s]), id));
                journal::commit(&(is_valid, keys.map(|key| key.map(|key| secp256k1::address(&key)))));
            }
        }
        "memory" => journal::commit(&memory::check()),
        "powers" => {
            let operands: Vec<[&[u8]; 3]> = io::read();
            for [base, exponent, modulus] in operands {
                journal::commit_slice(&zisk_guest::modexp(base, exponent, modulus));
            }
        }
        "compute" => {
            let operands: Vec<[U256; 4]> = io::read();
            for [x, y, z, m] in &operands {
                journal::commit(&(
                    uint256::mul_add_mod(x, y, z, m),
                    uint256::add_mod(x, y, m),
                    uint256::pow_mod(x, y, m),
                ));
            }
        }
        "spin" => loop {
            black_box(0);
        },
        other => panic!("unknown request {other:?}"),
    }
    Ok(())
}

/// Deep without end for a large `depth`; the array keeps frames from being optimized away.
fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if depth == 0 {
        frame[0]
    } else {
        recurse(depth - 1) + frame[63]
    }
}
