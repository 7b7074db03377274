//! Coprocessors that copy, fill and compare blocks of memory: see [`coprocessor`](crate::coprocessor) for what every call does.
//!
//! Nothing is computed but whether words are equal, so the cost is that of looking at memory: 16 cells a word, where an instruction
//! that loads or stores one takes 126.

pub(crate) mod compare;
pub(crate) mod copy;
pub(crate) mod fill;
#[cfg(all(test, feature = "trace"))]
mod tests;

use zisk_abi::coprocessor::BLOCK_WORDS;

/// The limbs of a block.
const BLOCK_LIMBS: usize = 4 * BLOCK_WORDS;
