//! What a proof of a segment is of.

use alloc::vec;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use crate::Table;

/// Which part of which run a proof is of. All of it is known to whoever verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "trace", derive(serde::Serialize, serde::Deserialize))]
pub struct Segment {
    /// Its number, counted from 1.
    pub number: u32,
    /// Whether the run ends with it.
    pub is_last: bool,
    /// The address where the program begins.
    pub entry: u32,
}

impl Segment {
    /// The most segments that a run can have: a state of a word may be handed from the first to the last.
    pub const MAX: u32 = u16::MAX as u32;

    /// The public values of a table; `end` are those of the run's end, which are the same for all segments.
    pub fn public_values(&self, table: Table, end: &[Val]) -> Vec<Val> {
        let (number, entry) = (Val::from_u32(self.number), Val::from_u32(self.entry));
        let [is_first, is_last] = [self.number == 1, self.is_last].map(Val::from_bool);
        match table {
            Table::Boundary => vec![number],
            Table::Image => vec![is_first],
            Table::Initial => vec![number, is_first, is_last],
            Table::Passage => vec![entry, number, is_first, is_last],
            Table::Halt => end.to_vec(),
            Table::Range
            | Table::Bytes
            | Table::Rom
            | Table::Main
            | Table::MainRest
            | Table::Refresh
            | Table::System
            | Table::Compare
            | Table::Bitwise
            | Table::Shift
            | Table::Multiply
            | Table::MultiplyHigh
            | Table::Divide
            | Table::DivideSigned
            | Table::Double
            | Table::Aligned
            | Table::Misaligned
            | Table::Atomic
            | Table::Sha256Call
            | Table::Sha256
            | Table::KeccakCall
            | Table::Keccak
            | Table::U256MulAddMod
            | Table::U256MulAdd
            | Table::Secp256k1Add
            | Table::Secp256k1Double
            | Table::Poseidon2
            | Table::QuinticMulAdd
            | Table::CopyBlock
            | Table::FillBlock
            | Table::CompareBlocks => Vec::new(),
        }
    }
}
