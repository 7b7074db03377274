use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_abi::memory::INPUT;
use zisk_isa::Instruction;
use zisk_stark::Val;

use crate::image::ImageFixed;
use crate::messages::Space;
use crate::rom::{Encoded, RomFixed, encode};
use crate::word::word;

/// A word that the program's memory begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageWord {
    /// Whether it may be written.
    pub is_writable: bool,
    /// Its address over 8.
    pub address: u64,
    /// What it holds.
    pub value: u64,
}

/// A program, as the machine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    entry: u64,
    /// By address.
    instructions: Vec<(u64, Encoded)>,
    /// By address.
    words: Vec<ImageWord>,
}

impl Guest {
    /// From the address of the first instruction, all instructions with their addresses and lengths in bytes, and
    /// all words of the image; both by ascending address.
    pub fn new(
        entry: u64,
        instructions: impl IntoIterator<Item = (u64, Instruction, u8)>,
        words: Vec<ImageWord>,
    ) -> Self {
        let encoded =
            |(pc, instruction, len): (u64, Instruction, u8)| Some((pc, encode(instruction, pc, len)?));
        Self {
            entry,
            instructions: instructions.into_iter().filter_map(encoded).collect(),
            words,
        }
    }

    /// Address of the first instruction.
    pub fn entry(&self) -> u64 {
        self.entry
    }

    /// The words that the image begins with.
    pub fn words(&self) -> &[ImageWord] {
        &self.words
    }

    /// How many instructions there are.
    pub fn num_instructions(&self) -> usize {
        self.instructions.len()
    }

    /// The instruction at a place.
    pub(crate) fn encoded(&self, place: usize) -> &Encoded {
        &self.instructions[place].1
    }

    /// The instruction at an address and its place among all.
    pub(crate) fn instruction(&self, pc: u64) -> Option<(usize, &Encoded)> {
        let place = self.instructions.binary_search_by_key(&pc, |(pc, _)| *pc).ok()?;
        Some((place, &self.instructions[place].1))
    }

    /// The place of a word of the image among all; `address` is over 8.
    pub fn word(&self, address: u32) -> Option<usize> {
        self.words
            .binary_search_by_key(&u64::from(address), |word| word.address)
            .ok()
    }

    /// Whether a word may be written; `address` is over 8.
    pub(crate) fn space(&self, address: u32) -> Space {
        let is_writable = match self.word(address) {
            Some(place) => self.words[place].is_writable,
            None => !INPUT.contains(u64::from(address) * 8),
        };
        if is_writable {
            Space::ReadWrite
        } else {
            Space::ReadOnly
        }
    }

    /// The fixed columns of the program's table, as many rows as its height.
    pub fn rom_columns(&self, height: usize) -> RowMajorMatrix<Val> {
        let width = RomFixed::<Val>::WIDTH;
        let mut values = vec![Val::ZERO; width * height];
        for ((pc, encoded), row) in self.instructions.iter().zip(values.chunks_exact_mut(width)) {
            let flags = encoded.flags.to_list();
            let packed = flags
                .iter()
                .rev()
                .fold(0_u32, |sum, flag| 2 * sum + u32::from(*flag));
            RomFixed {
                pc: Val::from_u64(*pc),
                flags: Val::from_u32(packed),
                code: Val::from_u32(encoded.code.map_or(0, |code| code as u32)),
                rd: Val::from_u8(encoded.rd),
                rs1: Val::from_u8(encoded.rs1),
                rs2: Val::from_u8(encoded.rs2),
                imm: encoded.immediate.elements().map(Val::from_i64),
                jump: Val::from_i64(encoded.jump.into()),
            }
            .store(row);
        }
        RowMajorMatrix::new(values, width)
    }

    /// The fixed columns of the image's table, as many rows as its height.
    pub fn image_columns(&self, height: usize) -> RowMajorMatrix<Val> {
        let width = ImageFixed::<Val>::WIDTH;
        let mut values = vec![Val::ZERO; width * height];
        for (image_word, row) in self.words.iter().zip(values.chunks_exact_mut(width)) {
            ImageFixed {
                exists: Val::ONE,
                space: Val::from_u32(self.space(image_word.address as u32) as u32),
                address: Val::from_u64(image_word.address),
                value: word(image_word.value),
            }
            .store(row);
        }
        RowMajorMatrix::new(values, width)
    }
}
