//! The codes of loads and stores: those of unsigned loads by width, with something added for signed ones and stores.

use crate::OperationCode;

pub(super) const BYTE: u32 = OperationCode::LoadByteUnsigned as u32;
pub(super) const HALF: u32 = OperationCode::LoadHalfUnsigned as u32;
pub(super) const WORD: u32 = OperationCode::LoadWordUnsigned as u32;
/// There is no unsigned load of 8 bytes; another code stands there.
pub(super) const DOUBLE: u32 = WORD + 1;
/// A signed load's code is less than an unsigned one's by this.
pub(super) const SIGNED_LESS: u32 = BYTE - OperationCode::LoadByte as u32;
/// A store's code is more than an unsigned load's by this.
pub(super) const STORE_MORE: u32 = OperationCode::StoreByte as u32 - BYTE;

const _: () = {
    assert!(HALF - SIGNED_LESS == OperationCode::LoadHalf as u32);
    assert!(WORD - SIGNED_LESS == OperationCode::LoadWord as u32);
    assert!(DOUBLE - SIGNED_LESS == OperationCode::LoadDouble as u32);
    assert!(HALF + STORE_MORE == OperationCode::StoreHalf as u32);
    assert!(WORD + STORE_MORE == OperationCode::StoreWord as u32);
    assert!(DOUBLE + STORE_MORE == OperationCode::StoreDouble as u32);
};

/// Whether a code is that of an unsigned load.
#[cfg(feature = "trace")]
pub(super) fn is_unsigned_load(code: OperationCode) -> bool {
    matches!(
        code,
        OperationCode::LoadByteUnsigned | OperationCode::LoadHalfUnsigned | OperationCode::LoadWordUnsigned
    )
}
