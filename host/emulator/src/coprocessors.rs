//! What coprocessors compute.

use keccak::Keccak;
use zisk_abi::coprocessor::{self, Access, COPROCESSORS, KECCAK_F, Operand, SHA256_COMPRESS};

use crate::memory::Memory;
use crate::registers::Registers;
use crate::syscalls::{FIRST_ARGUMENT, operand};
use crate::trap::TrapCause;

/// Most operands that a coprocessor has, and most words that an operand has.
const LIMITS: (usize, usize) = {
    let (mut operands, mut words, mut i) = (0, 0, 0);
    while i < COPROCESSORS.len() {
        let specs = COPROCESSORS[i].operands;
        operands = if specs.len() > operands {
            specs.len()
        } else {
            operands
        };
        let mut j = 0;
        while j < specs.len() {
            words = if specs[j].words > words {
                specs[j].words
            } else {
                words
            };
            j += 1;
        }
        i += 1;
    }
    (operands, words)
};

/// The operands' words, those of the first operand first; what lies behind an operand's length is 0.
type Operands = [[u64; LIMITS.1]; LIMITS.0];

/// Calls the coprocessor with that number: checks and reads all operands, computes, writes those that it
/// writes.
pub(crate) fn call(number: u64, registers: &Registers, memory: &mut Memory) -> Result<(), TrapCause> {
    let unknown = || TrapCause::UnknownSyscall { number };
    let (_, coprocessor) = coprocessor::find(number).ok_or_else(unknown)?;
    let compute = match number {
        n if n == SHA256_COMPRESS.number => sha256_compress,
        n if n == KECCAK_F.number => keccak_f,
        _ => return Err(unknown()),
    };
    let address = |index: usize| registers.get(FIRST_ARGUMENT + index as u8);
    let bytes = |spec: &Operand| spec.words as u64 * 8;
    let mut operands: Operands = Default::default();
    for (index, (spec, words)) in coprocessor.operands.iter().zip(&mut operands).enumerate() {
        let memory = match spec.access {
            Access::Read => memory.read_words(address(index), bytes(spec)),
            Access::ReadWrite => memory
                .modify_words(address(index), bytes(spec))
                .map(|bytes| &*bytes),
        };
        let memory = memory.map_err(operand(coprocessor.name, spec.name))?;
        for (word, bytes) in words.iter_mut().zip(memory.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
    }
    compute(&mut operands);
    for (index, (spec, words)) in coprocessor.operands.iter().zip(&operands).enumerate() {
        if spec.access == Access::ReadWrite {
            let memory = memory
                .modify_words(address(index), bytes(spec))
                .map_err(operand(coprocessor.name, spec.name))?;
            for (bytes, word) in memory.as_chunks_mut().0.iter_mut().zip(words) {
                *bytes = word.to_le_bytes();
            }
        }
    }
    Ok(())
}

fn sha256_compress(operands: &mut Operands) {
    let [state_words, block_words, ..] = operands;
    let mut state = [0; 8];
    for (halves, word) in state.as_chunks_mut().0.iter_mut().zip(&*state_words) {
        *halves = [*word as u32, (*word >> 32) as u32];
    }
    let mut block = [0; 64];
    for (bytes, word) in block.as_chunks_mut().0.iter_mut().zip(block_words) {
        *bytes = word.to_le_bytes();
    }
    sha2::compress256(&mut state, &[block.into()]);
    for (word, [low, high]) in state_words.iter_mut().zip(state.as_chunks().0) {
        *word = u64::from(*low) | u64::from(*high) << 32;
    }
}

fn keccak_f([state, ..]: &mut Operands) {
    let lanes = state.first_chunk_mut().expect("operands are as long as the longest");
    Keccak::new().with_f1600(|keccak_f| keccak_f(lanes));
}
