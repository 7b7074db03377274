//! What the main table asks others for.

use zisk_isa::operations;

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
}
