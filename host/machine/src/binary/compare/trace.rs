use p3_field::PrimeCharacteristicRing;
use zisk_isa::operations;
use zisk_stark::Val;

use super::CompareColumns;
use crate::OperationCode;
use crate::word::word;

/// Fills a row with a comparison: [`OperationCode::Slt`] or [`OperationCode::Sltu`].
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, row: &mut [Val]) {
    let is_signed = code == OperationCode::Slt;
    let less = if is_signed {
        operations::slt(a, b)
    } else {
        operations::sltu(a, b)
    };
    CompareColumns {
        is_real: Val::ONE,
        is_signed: Val::from_bool(is_signed),
        a: word(a),
        b: word(b),
        difference: word(a.wrapping_sub(b)),
        sign_a: Val::from_bool(a >> 63 == 1),
        sign_b: Val::from_bool(b >> 63 == 1),
        is_less: Val::from_u64(less),
    }
    .store(row);
}
