use core::array::from_fn;

use p3_field::{Field, PrimeCharacteristicRing};
use zisk_abi::coprocessor::{BLOCK_WORDS, COMPARE_BLOCKS, COPY_BLOCK, FILL_BLOCK};
use zisk_abi::memory::HEAP;
use zisk_stark::Val;

use super::compare::{CompareBlocksColumns, fill as fill_compare};
use super::copy::{CopyBlockColumns, fill as fill_copy};
use super::fill::fill as fill_fill;
use crate::Table;
use crate::messages::Space;
use crate::testing::{CallPlay as Play, World, assert_shape};

type Block = [u64; BLOCK_WORDS];

fn block(seed: u64) -> Block {
    from_fn(|index| (seed + index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn copy() -> Play {
    Play::new(Table::CopyBlock, fill_copy, &COPY_BLOCK, &block(1), &[&block(2)])
}

fn filled(value: u64) -> Play {
    Play::new(Table::FillBlock, fill_fill, &FILL_BLOCK, &block(1), &[&[value]])
}

fn compare(x: &Block, y: &Block) -> Play {
    Play::new(
        Table::CompareBlocks,
        fill_compare,
        &COMPARE_BLOCKS,
        &[77],
        &[x, y],
    )
}

/// A block that another one differs from in these words.
fn differing(words: &[usize], by: u64) -> Block {
    from_fn(|index| block(3)[index] ^ if words.contains(&index) { by } else { 0 })
}

#[test]
fn calls_hold() {
    copy().holds();
    for value in [0, u64::MAX, 0x0102_0304_0506_0708] {
        filled(value).holds();
    }
    compare(&block(3), &block(3)).holds();
    for by in [1, 1 << 16, 1 << 47, 1 << 63, u64::MAX] {
        for words in [&[0][..], &[7], &[15], &[3, 4], &[0, 15]] {
            compare(&block(3), &differing(words, by)).holds();
        }
    }
}

#[test]
fn blocks_may_overlap() {
    let words: [u64; 3 * BLOCK_WORDS] = from_fn(|index| index as u64 % 5);
    for (coprocessor, table, fill, offsets) in [
        (
            &COPY_BLOCK,
            Table::CopyBlock,
            fill_copy as fn(&_, &mut [_]),
            &[8, 0][..],
        ),
        (&COPY_BLOCK, Table::CopyBlock, fill_copy, &[0, 8]),
        (&COPY_BLOCK, Table::CopyBlock, fill_copy, &[64, 64]),
        (&FILL_BLOCK, Table::FillBlock, fill_fill, &[0, 16]),
        (&COMPARE_BLOCKS, Table::CompareBlocks, fill_compare, &[24, 0, 40]),
        (&COMPARE_BLOCKS, Table::CompareBlocks, fill_compare, &[24, 0, 0]),
    ] {
        let mut world = World::default();
        world.put_all(Space::ReadWrite, HEAP.start, &words);
        let pointers: alloc::vec::Vec<u64> = offsets.iter().map(|offset| HEAP.start + offset).collect();
        world.call(coprocessor, 50, &pointers);
        Play::of(table, fill, &world).holds();
    }
}

#[test]
fn other_words_are_refused() {
    for word in 0..BLOCK_WORDS {
        let mut play = copy();
        let mut then = block(2);
        then[word] ^= 1;
        play.ends_with(&then);
        assert!(play.check().is_err(), "word {word}");
        // Nor if it is said to have been read.
        play.change(|columns: CopyBlockColumns<Val>| {
            let mut from = columns.from;
            from[4 * word] += Val::ONE - Val::from_u64(block(2)[word] & 1).double();
            CopyBlockColumns { from, ..columns }
        });
        assert!(play.check().is_err(), "word {word} of what is copied");

        let mut play = filled(9);
        let mut then = [9; BLOCK_WORDS];
        then[word] = 8;
        play.ends_with(&then);
        assert!(play.check().is_err(), "word {word} of what is filled");
    }
}

/// Whatever is said to be the first word that is not equal, with or without an inverse.
#[test]
fn another_number_of_equal_words_is_refused() {
    for words in [&[][..], &[0], &[5], &[5, 9], &[15]] {
        let honest = compare(&block(3), &differing(words, 1 << 20));
        honest.holds();
        let num_equal = words.first().copied().unwrap_or(BLOCK_WORDS);
        for said in (0..=BLOCK_WORDS).filter(|said| *said != num_equal) {
            let mut play = honest.clone();
            play.change(|columns: CompareBlocksColumns<Val>| {
                let limbs =
                    |limbs: &[Val], limb: usize| limbs.get(4 * said + limb).copied().unwrap_or_default();
                let inverse = |limb| (limbs(&columns.x, limb) - limbs(&columns.y, limb)).try_inverse();
                let limb = (0..4).find(|limb| inverse(*limb).is_some());
                CompareBlocksColumns {
                    is_first: from_fn(|index| Val::from_bool(index == said)),
                    inverses: from_fn(|other| {
                        let is_it = limb.is_none_or(|limb| limb == other);
                        if is_it {
                            inverse(other).unwrap_or(Val::ONE)
                        } else {
                            Val::ZERO
                        }
                    }),
                    ..columns
                }
            });
            play.ends_with(&[said as u64]);
            assert!(play.check().is_err(), "{said} of {words:?}");
        }
    }
}

/// Behind a second one, words would count as less than nothing.
#[test]
fn two_first_words_are_refused() {
    let mut play = compare(&block(3), &differing(&[5], 1 << 20));
    play.change(|columns: CompareBlocksColumns<Val>| CompareBlocksColumns {
        is_first: from_fn(|index| Val::from_bool(index == 5 || index == 15)),
        inverses: columns.inverses.map(|inverse| inverse.double()),
        ..columns
    });
    play.ends_with(&[4]);
    assert!(play.check().is_err());
}

#[test]
fn every_cell_is_pinned() {
    copy().assert_every_cell_is_pinned(&[]);
    filled(5).assert_every_cell_is_pinned(&[]);
    // Which inverses there are makes no difference where no word is the first, or where limbs are equal.
    compare(&block(3), &block(3)).assert_every_cell_is_pinned(&["inverses"]);
    compare(&block(3), &differing(&[4], 2)).assert_every_cell_is_pinned(&[
        "inverses[1]",
        "inverses[2]",
        "inverses[3]",
    ]);
}

#[test]
fn degrees_and_costs_are_as_documented() {
    assert_shape(Table::CopyBlock, 3, 567);
    assert_shape(Table::FillBlock, 3, 312);
    assert_shape(Table::CompareBlocks, 3, 632);
}
