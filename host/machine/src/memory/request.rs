//! What an access does, as it was recorded.

use zisk_isa::{Kind, Width};

use crate::{OperationCode, Table};

/// An operation on memory, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Which.
    pub code: OperationCode,
    /// When: below 2^26.
    pub time: u32,
    /// What the register of the address holds.
    pub base: u64,
    /// What is added to it.
    pub offset: i32,
    /// What is stored, or the operand of an atomic operation; 0 for loads.
    pub value: u64,
}

/// What a word of memory holds, and when it was last looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordState {
    /// The value.
    pub value: u64,
    /// The time.
    pub time: u32,
}

impl Request {
    /// The address.
    pub const fn address(&self) -> u64 {
        self.base.wrapping_add(self.offset as u64)
    }

    /// The byte of its word in which it begins.
    pub(crate) const fn position(&self) -> u32 {
        self.address() as u32 % 8
    }

    /// Which table carries it out; `None` if this is not an operation on memory.
    pub const fn table(&self) -> Option<Table> {
        let Some(width) = self.code.width() else {
            return None;
        };
        let is_plain = matches!(self.code.access(), Some(Kind::Load(..) | Kind::Store(_)));
        let is_aligned = self.address().is_multiple_of(width.bytes());
        Some(match (is_plain, is_aligned) {
            (true, true) if matches!(width, Width::Double) => Table::Double,
            (true, true) => Table::Aligned,
            (true, false) => Table::Misaligned,
            (false, _) => Table::Atomic,
        })
    }

    /// What it writes, given what it loads as a register holds it; `None` if it writes nothing.
    pub(crate) fn stored(&self, loaded: u64) -> Option<u64> {
        match self.code.access()? {
            Kind::Store(_) | Kind::StoreConditional(_) => Some(self.value),
            Kind::Amo(_, extend, function) => Some(function(loaded, extend(self.value))),
            Kind::Load(..)
            | Kind::LoadReserved(..)
            | Kind::Alu(_)
            | Kind::Upper(_)
            | Kind::Branch(_)
            | Kind::Jal
            | Kind::Jalr
            | Kind::Fence
            | Kind::Ecall
            | Kind::Ebreak => None,
        }
    }
}

/// The bits of a value that so many bytes have.
pub(crate) const fn mask(width: Width) -> u64 {
    u64::MAX >> (64 - 8 * width.bytes())
}
