//! What the main table asks others for.

use zisk_isa::{Kind, Width, operations};

use crate::Table;

/// An operation on the operation bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
#[allow(
    missing_docs,
    reason = "the manual's names; of loads and stores, the first limb of `b` is the offset"
)]
pub enum OperationCode {
    And = 1,
    Or,
    Xor,
    Sll,
    Srl,
    Sra,
    Sllw,
    Srlw,
    Sraw,
    Slt,
    Sltu,
    Mul,
    Mulh,
    Mulhsu,
    Mulhu,
    Mulw,
    Div,
    Divu,
    Rem,
    Remu,
    Divw,
    Divuw,
    Remw,
    Remuw,
    /// `c` is what is loaded at `a` plus the offset `b[0]`, a field element; the rest of `b` is zero.
    LoadByte,
    LoadHalf,
    LoadWord,
    LoadDouble,
    LoadByteUnsigned,
    LoadHalfUnsigned,
    LoadWordUnsigned,
    /// `c` is stored at `a` plus the offset `b[0]`, a field element; the rest of `b` is zero.
    StoreByte,
    StoreHalf,
    StoreWord,
    StoreDouble,
    /// `c` is what is loaded at `a`, which must be aligned.
    LoadReservedWord,
    LoadReservedDouble,
    /// `b` is stored at `a`, which must be aligned; `c` is zero.
    StoreConditionalWord,
    StoreConditionalDouble,
    /// `c` is what stood at `a`, which must be aligned; what stands there then is computed from it and `b`.
    AmoSwapWord,
    AmoAddWord,
    AmoXorWord,
    AmoAndWord,
    AmoOrWord,
    AmoMinWord,
    AmoMaxWord,
    AmoMinuWord,
    AmoMaxuWord,
    AmoSwapDouble,
    AmoAddDouble,
    AmoXorDouble,
    AmoAndDouble,
    AmoOrDouble,
    AmoMinDouble,
    AmoMaxDouble,
    AmoMinuDouble,
    AmoMaxuDouble,
    /// A system call; all operands are zero.
    Ecall,
}

/// What an operation on two values computes.
type Function = fn(u64, u64) -> u64;

impl OperationCode {
    /// Which table computes an operation on two values, and what; `None` for those on memory and system calls.
    const fn computation(self) -> Option<(Table, Function)> {
        Some(match self {
            Self::And => (Table::Bitwise, operations::and),
            Self::Or => (Table::Bitwise, operations::or),
            Self::Xor => (Table::Bitwise, operations::xor),
            Self::Sll => (Table::Shift, operations::sll),
            Self::Srl => (Table::Shift, operations::srl),
            Self::Sra => (Table::Shift, operations::sra),
            Self::Sllw => (Table::Shift, operations::sllw),
            Self::Srlw => (Table::Shift, operations::srlw),
            Self::Sraw => (Table::Shift, operations::sraw),
            Self::Slt => (Table::Compare, operations::slt),
            Self::Sltu => (Table::Compare, operations::sltu),
            Self::Mul => (Table::Multiply, operations::mul),
            Self::Mulh => (Table::MultiplyHigh, operations::mulh),
            Self::Mulhsu => (Table::MultiplyHigh, operations::mulhsu),
            Self::Mulhu => (Table::MultiplyHigh, operations::mulhu),
            Self::Mulw => (Table::Multiply, operations::mulw),
            Self::Div => (Table::DivideSigned, operations::div),
            Self::Divu => (Table::Divide, operations::divu),
            Self::Rem => (Table::DivideSigned, operations::rem),
            Self::Remu => (Table::Divide, operations::remu),
            Self::Divw => (Table::DivideSigned, operations::divw),
            Self::Divuw => (Table::Divide, operations::divuw),
            Self::Remw => (Table::DivideSigned, operations::remw),
            Self::Remuw => (Table::Divide, operations::remuw),
            Self::LoadByte
            | Self::LoadHalf
            | Self::LoadWord
            | Self::LoadDouble
            | Self::LoadByteUnsigned
            | Self::LoadHalfUnsigned
            | Self::LoadWordUnsigned
            | Self::StoreByte
            | Self::StoreHalf
            | Self::StoreWord
            | Self::StoreDouble
            | Self::LoadReservedWord
            | Self::LoadReservedDouble
            | Self::StoreConditionalWord
            | Self::StoreConditionalDouble
            | Self::AmoSwapWord
            | Self::AmoAddWord
            | Self::AmoXorWord
            | Self::AmoAndWord
            | Self::AmoOrWord
            | Self::AmoMinWord
            | Self::AmoMaxWord
            | Self::AmoMinuWord
            | Self::AmoMaxuWord
            | Self::AmoSwapDouble
            | Self::AmoAddDouble
            | Self::AmoXorDouble
            | Self::AmoAndDouble
            | Self::AmoOrDouble
            | Self::AmoMinDouble
            | Self::AmoMaxDouble
            | Self::AmoMinuDouble
            | Self::AmoMaxuDouble
            | Self::Ecall => return None,
        })
    }

    /// What an operation on two values computes; `None` for others.
    pub const fn function(self) -> Option<Function> {
        match self.computation() {
            Some((_, function)) => Some(function),
            None => None,
        }
    }

    /// Which table computes an operation on two values; `None` for others.
    pub const fn table(self) -> Option<Table> {
        match self.computation() {
            Some((table, _)) => Some(table),
            None => None,
        }
    }

    /// What an operation on memory does; `None` for those on two values and for system calls.
    pub const fn access(self) -> Option<Kind> {
        Some(match self {
            Self::LoadByte => Kind::Load(Width::Byte, operations::sext8),
            Self::LoadHalf => Kind::Load(Width::Half, operations::sext16),
            Self::LoadWord => Kind::Load(Width::Word, operations::sext32),
            Self::LoadDouble => Kind::Load(Width::Double, operations::full),
            Self::LoadByteUnsigned => Kind::Load(Width::Byte, operations::zext8),
            Self::LoadHalfUnsigned => Kind::Load(Width::Half, operations::zext16),
            Self::LoadWordUnsigned => Kind::Load(Width::Word, operations::zext32),
            Self::StoreByte => Kind::Store(Width::Byte),
            Self::StoreHalf => Kind::Store(Width::Half),
            Self::StoreWord => Kind::Store(Width::Word),
            Self::StoreDouble => Kind::Store(Width::Double),
            Self::LoadReservedWord => Kind::LoadReserved(Width::Word, operations::sext32),
            Self::LoadReservedDouble => Kind::LoadReserved(Width::Double, operations::full),
            Self::StoreConditionalWord => Kind::StoreConditional(Width::Word),
            Self::StoreConditionalDouble => Kind::StoreConditional(Width::Double),
            Self::AmoSwapWord => Kind::Amo(Width::Word, operations::sext32, operations::second),
            Self::AmoAddWord => Kind::Amo(Width::Word, operations::sext32, operations::add),
            Self::AmoXorWord => Kind::Amo(Width::Word, operations::sext32, operations::xor),
            Self::AmoAndWord => Kind::Amo(Width::Word, operations::sext32, operations::and),
            Self::AmoOrWord => Kind::Amo(Width::Word, operations::sext32, operations::or),
            Self::AmoMinWord => Kind::Amo(Width::Word, operations::sext32, operations::min),
            Self::AmoMaxWord => Kind::Amo(Width::Word, operations::sext32, operations::max),
            Self::AmoMinuWord => Kind::Amo(Width::Word, operations::sext32, operations::minu),
            Self::AmoMaxuWord => Kind::Amo(Width::Word, operations::sext32, operations::maxu),
            Self::AmoSwapDouble => Kind::Amo(Width::Double, operations::full, operations::second),
            Self::AmoAddDouble => Kind::Amo(Width::Double, operations::full, operations::add),
            Self::AmoXorDouble => Kind::Amo(Width::Double, operations::full, operations::xor),
            Self::AmoAndDouble => Kind::Amo(Width::Double, operations::full, operations::and),
            Self::AmoOrDouble => Kind::Amo(Width::Double, operations::full, operations::or),
            Self::AmoMinDouble => Kind::Amo(Width::Double, operations::full, operations::min),
            Self::AmoMaxDouble => Kind::Amo(Width::Double, operations::full, operations::max),
            Self::AmoMinuDouble => Kind::Amo(Width::Double, operations::full, operations::minu),
            Self::AmoMaxuDouble => Kind::Amo(Width::Double, operations::full, operations::maxu),
            Self::And
            | Self::Or
            | Self::Xor
            | Self::Sll
            | Self::Srl
            | Self::Sra
            | Self::Sllw
            | Self::Srlw
            | Self::Sraw
            | Self::Slt
            | Self::Sltu
            | Self::Mul
            | Self::Mulh
            | Self::Mulhsu
            | Self::Mulhu
            | Self::Mulw
            | Self::Div
            | Self::Divu
            | Self::Rem
            | Self::Remu
            | Self::Divw
            | Self::Divuw
            | Self::Remw
            | Self::Remuw
            | Self::Ecall => return None,
        })
    }

    /// How much memory an operation on memory looks at; `None` for others.
    pub const fn width(self) -> Option<Width> {
        match self.access() {
            Some(
                Kind::Load(width, _)
                | Kind::Store(width)
                | Kind::LoadReserved(width, _)
                | Kind::StoreConditional(width)
                | Kind::Amo(width, ..),
            ) => Some(width),
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
            | None => None,
        }
    }
}
