use alloc::vec::Vec;
use core::array::from_fn;

use zisk_abi::memory::{HEAP, INPUT};
use zisk_stark::analysis::analyze;

use super::{BLOCK, Play, STATE, World, compress, one, random_words, two, world};
use crate::Table;
use crate::messages::Space;
use crate::sha256::compression::add_states;
use crate::sha256::{NUM_STEPS, Rounds};

/// What the standard's hash begins with.
const FIRST_STATE: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

fn in_memory(state: [u32; 8]) -> [u64; 4] {
    from_fn(|i| u64::from(state[2 * i]) | u64::from(state[2 * i + 1]) << 32)
}

/// The compression as others compute it.
fn expected(state: &[u64; 4], block: &[u64; 8]) -> [u64; 4] {
    let mut state: [u32; 8] = from_fn(|i| (state[i / 2] >> (32 * (i % 2))) as u32);
    let bytes: Vec<u8> = block.iter().flat_map(|word| word.to_le_bytes()).collect();
    let block: [u8; 64] = bytes.try_into().unwrap();
    sha2::compress256(&mut state, &[block.into()]);
    in_memory(state)
}

fn holds(world: World) {
    let result = Play::of(world).check();
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn rounds_are_those_of_the_standard() {
    let mut cases: Vec<([u64; 4], [u64; 8])> = (0..100)
        .map(|seed| (random_words(seed), random_words(seed + 100)))
        .collect();
    for state in [[0; 4], [u64::MAX; 4]] {
        for block in [[0; 8], [u64::MAX; 8]] {
            cases.push((state, block));
        }
    }
    for (state, block) in cases {
        let rounds = Rounds::of_words(&state, &block);
        assert_eq!(add_states(&state, &rounds.compressed()), expected(&state, &block));
    }
}

#[test]
fn a_call_leaves_the_digest_of_the_standards_example() {
    let mut block = [0; 64];
    block[..4].copy_from_slice(b"abc\x80");
    block[63] = 24;
    let block: [u64; 8] = from_fn(|i| u64::from_le_bytes(*block[8 * i..].first_chunk().unwrap()));
    let mut world = world(in_memory(FIRST_STATE), block);
    compress(&mut world, 7, STATE, BLOCK);
    let digest = in_memory([
        0xba78_16bf,
        0x8f01_cfea,
        0x4141_40de,
        0x5dae_2223,
        0xb003_61a3,
        0x9617_7a9c,
        0xb410_ff61,
        0xf200_15ad,
    ]);
    for (address, value) in (STATE / 8..).zip(digest) {
        assert_eq!(
            world.held[&(Space::ReadWrite as u32, address)],
            (Space::ReadWrite, value, 8)
        );
    }
    holds(world);
}

#[test]
fn no_call_holds() {
    holds(World::default());
}

#[test]
fn a_call_holds() {
    one().check().unwrap();
    let ends = [0, u64::MAX, 0xffff_0000_ffff_0000, 0x8000_0000_8000_0000];
    for state in ends {
        for block in ends {
            let mut world = world([state; 4], [block; 8]);
            compress(&mut world, 3, STATE, BLOCK);
            holds(world);
        }
    }
}

#[test]
fn calls_one_after_the_other_hold() {
    two().check().unwrap();
    let mut world = world(random_words(5), random_words(6));
    for i in 0..5 {
        compress(&mut world, 100 + 3 * i, STATE, BLOCK);
    }
    holds(world);
}

#[test]
fn a_block_may_be_where_the_state_is() {
    // In front of it, on it, reaching into it and out of it.
    for offset in [-64_i64, -32, -8, 0, 8, 24, 32] {
        let start = HEAP.start + 0x100;
        let mut world = World::default();
        world.put_all(Space::ReadWrite, HEAP.start, &random_words::<100>(7));
        let block = start.wrapping_add(offset as u64);
        compress(&mut world, 50, start, block);
        compress(&mut world, 53, start, block);
        holds(world);
    }
}

#[test]
fn a_block_may_be_partly_read_only() {
    let mut world = World::default();
    let state = HEAP.start;
    world.put_all(Space::ReadWrite, state, &random_words::<4>(8));
    world.put_all(Space::ReadWrite, 0x3000 - 24, &random_words::<3>(9));
    world.put_all(Space::ReadOnly, 0x3000, &random_words::<5>(10));
    compress(&mut world, 50, state, 0x3000 - 24);
    holds(world);
}

#[test]
fn a_block_may_lie_at_the_end_of_memory() {
    let mut world = World::default();
    world.put_all(Space::ReadWrite, HEAP.end - 32, &random_words::<4>(11));
    world.put_all(Space::ReadOnly, INPUT.end - 64, &random_words::<8>(12));
    compress(&mut world, 50, HEAP.end - 32, INPUT.end - 64);
    holds(world);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    let [call, rounds] = [Table::Sha256Call, Table::Sha256].map(|table| analyze(&table, &[]).unwrap());
    for shape in [&call, &rounds] {
        assert_eq!(shape.max_degree(), 3);
        assert_eq!(shape.unused_columns().count(), 0);
    }
    assert_eq!((call.cells_per_row(), rounds.cells_per_row()), (326, 559));
    let per_call = call.cells_per_row() + NUM_STEPS * rounds.cells_per_row();
    assert_eq!(per_call, 9829);
}
