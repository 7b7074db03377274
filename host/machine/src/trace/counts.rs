use alloc::vec::Vec;

use zisk_abi::coprocessor::{COPROCESSORS, NUM_COPROCESSORS, find};
use zisk_isa::{Instruction, Kind, Width};

use super::rows::{log_heights_of, rows_of_calls};
use super::{GenerateError, Guest, Heights};
use crate::boundary::NUM_REGISTERS;
use crate::halt::DIGEST_WORDS;
use crate::rom::encode;
use crate::{OperationCode, Table};

/// The longest that a register rests without being looked at, in instructions: [`refresh`](crate::refresh).
pub const REST: u64 = (1 << 16) / crate::processor::CLOCK_STEP as u64;

/// Instructions told apart by which tables they need rows of, beside that of instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// No others.
    Main,
    /// Comparisons.
    Compare,
    /// And, or, exclusive or.
    Bitwise,
    /// Shifts.
    Shift,
    /// Lower halves of products.
    Multiply,
    /// Upper halves of products.
    MultiplyHigh,
    /// Unsigned quotients and remainders.
    Divide,
    /// Signed ones.
    DivideSigned,
    /// Loads and stores of a word.
    Double,
    /// Loads and stores of a part of a word.
    Aligned,
    /// Atomic operations.
    Atomic,
    /// System calls.
    Ecall,
}

impl Class {
    /// How many classes there are.
    pub const NUM: usize = Self::Ecall as usize + 1;

    /// The class of an instruction.
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "tables that compute nothing for instructions have no class"
    )]
    pub fn of(instruction: &Instruction) -> Self {
        let Some(encoded) = encode(*instruction, 0, 4) else {
            return Self::Main;
        };
        if encoded.flags.is_ecall {
            return Self::Ecall;
        }
        let Some(code) = encoded.code else {
            return Self::Main;
        };
        match code.table() {
            Some(Table::Compare) => Self::Compare,
            Some(Table::Bitwise) => Self::Bitwise,
            Some(Table::Shift) => Self::Shift,
            Some(Table::Multiply) => Self::Multiply,
            Some(Table::MultiplyHigh) => Self::MultiplyHigh,
            Some(Table::Divide) => Self::Divide,
            Some(Table::DivideSigned) => Self::DivideSigned,
            Some(_) => Self::Main,
            None => Self::of_access(code),
        }
    }

    fn of_access(code: OperationCode) -> Self {
        match code.access() {
            Some(Kind::Load(Width::Double, _) | Kind::Store(Width::Double)) => Self::Double,
            Some(Kind::Load(..) | Kind::Store(_)) => Self::Aligned,
            Some(Kind::LoadReserved(..) | Kind::StoreConditional(_) | Kind::Amo(..)) => Self::Atomic,
            Some(
                Kind::Alu(_)
                | Kind::Upper(_)
                | Kind::Branch(_)
                | Kind::Jal
                | Kind::Jalr
                | Kind::Fence
                | Kind::Ecall
                | Kind::Ebreak,
            )
            | None => Self::Main,
        }
    }
}

/// What a part of a run consists of, counted while it is executed: enough to know how many rows it needs at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Instructions by [`Class`].
    pub by_class: [u64; Class::NUM],
    /// Loads and stores of which an address was no multiple of the width.
    pub misaligned: u64,
    /// Calls of each coprocessor, in the order of [`COPROCESSORS`].
    pub calls: [u64; NUM_COPROCESSORS],
    /// Words of memory that are touched, or more.
    pub words: u64,
}

impl Counts {
    /// Instructions.
    pub fn instructions(&self) -> u64 {
        self.by_class.iter().sum()
    }

    /// Accesses to words of memory, or more.
    pub fn accesses(&self) -> u64 {
        let accesses = [Class::Double, Class::Aligned, Class::Atomic].map(|class| self.of(class));
        let calls = COPROCESSORS.iter().zip(self.calls);
        let operands = calls.map(|(coprocessor, calls)| coprocessor.words() as u64 * calls);
        accesses.iter().sum::<u64>() + self.misaligned + operands.sum::<u64>() + DIGEST_WORDS as u64
    }

    /// This and another part.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            by_class: core::array::from_fn(|class| self.by_class[class] + other.by_class[class]),
            misaligned: self.misaligned + other.misaligned,
            calls: core::array::from_fn(|index| self.calls[index] + other.calls[index]),
            words: self.words + other.words,
        }
    }

    fn of(&self, class: Class) -> u64 {
        self.by_class[class as usize]
    }

    /// The height of each table of a segment that consists of this, in the order of [`Table::ALL`], as base-two logarithms:
    /// never less than it will be. Its share of what begins with the run is that which it touches first.
    ///
    /// # Errors
    /// When a table would need too many rows.
    pub fn log_heights(&self, guest: &Guest, heights: &impl Heights) -> Result<Vec<u8>, GenerateError> {
        log_heights_of(|table| self.rows(table, guest) as usize, heights)
    }

    /// The rows that a segment that consists of this needs of a table at most, as long as the two tables of instructions are
    /// counted as one: all are the first's.
    pub fn needed_rows(&self, table: Table, guest: &Guest) -> u64 {
        if table == Table::MainRest {
            return 0;
        }
        self.rows(table, guest)
    }

    fn rows(&self, table: Table, guest: &Guest) -> u64 {
        let atomic = self.of(Class::Atomic);
        let carried = NUM_REGISTERS as u64 + self.words;
        match table {
            Table::Range | Table::Bytes => 0,
            Table::Main | Table::MainRest => self.instructions(),
            Table::Rom => guest.num_instructions() as u64,
            Table::Image => guest.words().len() as u64,
            Table::Passage => 2,
            Table::Boundary => carried,
            Table::Initial => 1 + carried,
            Table::Refresh => NUM_REGISTERS as u64 * (self.instructions() / REST + 1),
            Table::System => self.of(Class::Ecall),
            Table::Halt => 1,
            Table::Compare => self.of(Class::Compare) + atomic,
            Table::Bitwise => self.of(Class::Bitwise) + atomic,
            Table::Shift => self.of(Class::Shift),
            Table::Multiply => self.of(Class::Multiply),
            Table::MultiplyHigh => self.of(Class::MultiplyHigh),
            Table::Divide => self.of(Class::Divide) + self.of(Class::DivideSigned),
            Table::DivideSigned => self.of(Class::DivideSigned),
            Table::Double => self.of(Class::Double),
            Table::Aligned => self.of(Class::Aligned),
            Table::Misaligned => self.misaligned,
            Table::Atomic => atomic,
            Table::Sha256Call
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
            | Table::CompareBlocks => {
                let calls = rows_of_calls(table).and_then(|(coprocessor, rows)| {
                    let (index, _) = find(coprocessor.number)?;
                    Some(rows as u64 * self.calls[index])
                });
                calls.unwrap_or(0)
            }
        }
    }
}
