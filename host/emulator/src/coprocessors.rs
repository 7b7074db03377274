//! Calls of coprocessors.

use zisk_abi::coprocessor::{self, Access, MOST_WORDS, Operand};
use zisk_software::compute;

use crate::memory::Memory;
use crate::registers::Registers;
use crate::syscalls::{FIRST_ARGUMENT, operand};
use crate::trap::TrapCause;

/// Calls the coprocessor with that number: checks and reads all operands, computes, writes those that it
/// writes.
pub(crate) fn call(number: u64, registers: &Registers, memory: &mut Memory) -> Result<(), TrapCause> {
    let (_, coprocessor) = coprocessor::find(number).ok_or(TrapCause::UnknownSyscall { number })?;
    let address = |index: usize| registers.get(FIRST_ARGUMENT + index as u8);
    let bytes = |spec: &Operand| spec.words as u64 * 8;
    let mut words = [0; MOST_WORDS];
    let words = &mut words[..coprocessor.words()];
    for (index, spec) in coprocessor.operands.iter().enumerate() {
        let memory = match spec.access {
            Access::Read => memory.read_words(address(index), bytes(spec)),
            Access::ReadWrite => memory
                .modify_words(address(index), bytes(spec))
                .map(|bytes| &*bytes),
        };
        let memory = memory.map_err(operand(coprocessor.name, spec.name))?;
        let words = &mut words[coprocessor.first_word(index)..];
        for (word, bytes) in words.iter_mut().zip(memory.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
    }
    let name = coprocessor.name;
    compute(coprocessor, words).map_err(|problem| TrapCause::Coprocessor { name, problem })?;
    for (index, spec) in coprocessor.operands.iter().enumerate() {
        if spec.access == Access::ReadWrite {
            let memory = memory
                .modify_words(address(index), bytes(spec))
                .map_err(operand(coprocessor.name, spec.name))?;
            let words = &words[coprocessor.first_word(index)..];
            for (bytes, word) in memory.as_chunks_mut().0.iter_mut().zip(words) {
                *bytes = word.to_le_bytes();
            }
        }
    }
    Ok(())
}
