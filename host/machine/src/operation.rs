//! What the main table asks others for.

use zisk_isa::{Width, operations};

/// An operation on the operation bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
#[allow(
    missing_docs,
    reason = "the manual's names; loads and stores are of `b`, whose first limb is the offset"
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
    /// `b` is stored at `a` plus the offset `c[0]`, a field element; the rest of `c` is zero.
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

impl OperationCode {
    /// What an operation on two values computes; `None` for those on memory and system calls.
    pub const fn function(self) -> Option<fn(u64, u64) -> u64> {
        Some(match self {
            Self::And => operations::and,
            Self::Or => operations::or,
            Self::Xor => operations::xor,
            Self::Sll => operations::sll,
            Self::Srl => operations::srl,
            Self::Sra => operations::sra,
            Self::Sllw => operations::sllw,
            Self::Srlw => operations::srlw,
            Self::Sraw => operations::sraw,
            Self::Slt => operations::slt,
            Self::Sltu => operations::sltu,
            Self::Mul => operations::mul,
            Self::Mulh => operations::mulh,
            Self::Mulhsu => operations::mulhsu,
            Self::Mulhu => operations::mulhu,
            Self::Mulw => operations::mulw,
            Self::Div => operations::div,
            Self::Divu => operations::divu,
            Self::Rem => operations::rem,
            Self::Remu => operations::remu,
            Self::Divw => operations::divw,
            Self::Divuw => operations::divuw,
            Self::Remw => operations::remw,
            Self::Remuw => operations::remuw,
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

    /// How much memory an operation on memory looks at; `None` for others.
    pub const fn width(self) -> Option<Width> {
        Some(match self {
            Self::LoadByte | Self::LoadByteUnsigned | Self::StoreByte => Width::Byte,
            Self::LoadHalf | Self::LoadHalfUnsigned | Self::StoreHalf => Width::Half,
            Self::LoadWord
            | Self::LoadWordUnsigned
            | Self::StoreWord
            | Self::LoadReservedWord
            | Self::StoreConditionalWord
            | Self::AmoSwapWord
            | Self::AmoAddWord
            | Self::AmoXorWord
            | Self::AmoAndWord
            | Self::AmoOrWord
            | Self::AmoMinWord
            | Self::AmoMaxWord
            | Self::AmoMinuWord
            | Self::AmoMaxuWord => Width::Word,
            Self::LoadDouble
            | Self::StoreDouble
            | Self::LoadReservedDouble
            | Self::StoreConditionalDouble
            | Self::AmoSwapDouble
            | Self::AmoAddDouble
            | Self::AmoXorDouble
            | Self::AmoAndDouble
            | Self::AmoOrDouble
            | Self::AmoMinDouble
            | Self::AmoMaxDouble
            | Self::AmoMinuDouble
            | Self::AmoMaxuDouble => Width::Double,
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

    /// What an operation on memory writes there, given its operand and what it loads, both as registers hold them;
    /// `None` for loads, and for operations that are not on memory.
    pub fn stored(self, operand: u64, loaded: u64) -> Option<u64> {
        /// What atomics compute, in the order of their codes.
        const ATOMICS: [fn(u64, u64) -> u64; 9] = [
            operations::second,
            operations::add,
            operations::xor,
            operations::and,
            operations::or,
            operations::min,
            operations::max,
            operations::minu,
            operations::maxu,
        ];
        let is_from = |first: Self, last: Self| first as u32 <= self as u32 && self as u32 <= last as u32;
        if is_from(Self::StoreByte, Self::StoreDouble)
            || is_from(Self::StoreConditionalWord, Self::StoreConditionalDouble)
        {
            return Some(operand);
        }
        if !is_from(Self::AmoSwapWord, Self::AmoMaxuDouble) {
            return None;
        }
        let index = (self as u32 - Self::AmoSwapWord as u32) as usize;
        let operand = if index < ATOMICS.len() {
            operations::sext32(operand)
        } else {
            operand
        };
        Some(ATOMICS[index % ATOMICS.len()](loaded, operand))
    }
}
