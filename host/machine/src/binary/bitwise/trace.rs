use p3_field::PrimeCharacteristicRing;
use zisk_stark::Val;

use super::BitwiseColumns;
use crate::OperationCode;
use crate::word::bytes;

/// Fills a row with an operation: [`OperationCode::And`], [`OperationCode::Or`] or [`OperationCode::Xor`].
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, row: &mut [Val]) {
    let is = |other| Val::from_bool(code == other);
    BitwiseColumns {
        is_and: is(OperationCode::And),
        is_or: is(OperationCode::Or),
        is_xor: is(OperationCode::Xor),
        a: bytes(a),
        b: bytes(b),
        and: bytes(a & b),
    }
    .store(row);
}
