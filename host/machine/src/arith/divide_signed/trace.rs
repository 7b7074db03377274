use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::Val;

use super::DivideSignedColumns;
use super::columns::Negates;
use crate::OperationCode;
use crate::word::{limbs, word};

/// Fills a row with a division: [`OperationCode::Div`], [`OperationCode::Rem`], [`OperationCode::Divw`] or
/// [`OperationCode::Remw`].
pub(crate) fn fill(code: OperationCode, a: u64, b: u64, row: &mut [Val]) {
    Division::new(code, a, b).columns().store(row);
}

/// The unsigned division that a row asks for: its code and operands.
pub(crate) fn asks_for(code: OperationCode, a: u64, b: u64) -> (OperationCode, u64, u64) {
    let division = Division::new(code, a, b);
    let [a, b, _] = division.magnitudes();
    (division.unsigned_code(), a, b)
}

/// A division and what is claimed about signs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Division {
    pub(super) is_word: bool,
    pub(super) is_remainder: bool,
    pub(super) is_by_zero: bool,
    pub(super) a: u64,
    pub(super) b: u64,
    /// What of `a`, `b` and the result is negated.
    pub(super) negates: [bool; 3],
}

impl Division {
    pub(super) fn new(code: OperationCode, a: u64, b: u64) -> Self {
        let is_word = matches!(code, OperationCode::Divw | OperationCode::Remw);
        let is_remainder = matches!(code, OperationCode::Rem | OperationCode::Remw);
        let top = if is_word { 31 } else { 63 };
        let [is_a_negative, is_b_negative] = [a, b].map(|value| value >> top & 1 == 1);
        let is_by_zero = if is_word { b as u32 == 0 } else { b == 0 };
        let of_quotient = is_a_negative != is_b_negative && !is_by_zero;
        let of_result = if is_remainder { is_a_negative } else { of_quotient };
        Self {
            is_word,
            is_remainder,
            is_by_zero,
            a,
            b,
            negates: [is_a_negative, is_b_negative, of_result],
        }
    }

    pub(super) fn unsigned_code(&self) -> OperationCode {
        match (self.is_remainder, self.is_word) {
            (false, false) => OperationCode::Divu,
            (true, false) => OperationCode::Remu,
            (false, true) => OperationCode::Divuw,
            (true, true) => OperationCode::Remuw,
        }
    }

    /// A value or its negation; of a word, only the low 32 bits.
    fn negate_if(&self, condition: bool, value: u64) -> u64 {
        let other = if condition { value.wrapping_neg() } else { value };
        if self.is_word {
            other & u64::from(u32::MAX)
        } else {
            other
        }
    }

    /// The magnitudes, with what else stands in the limbs of those of words; and the result of dividing them, and
    /// the result.
    fn all(&self) -> ([u64; 3], u64) {
        let [a, b, c] = self.negates;
        let mut magnitude_a = self.negate_if(a, self.a);
        let mut magnitude_b = self.negate_if(b, self.b);
        let function = self.unsigned_code().function();
        let magnitude_c = function.map_or(0, |divide| divide(magnitude_a, magnitude_b));
        let mut result = self.negate_if(c, magnitude_c);
        if self.is_word {
            result = result as i32 as u64;
            // Twice the 15 low bits of limb 1.
            let without_sign = |value: u64| (value >> 16 & 0x7fff) << 1;
            magnitude_a |= without_sign(result) << 32 | without_sign(self.a) << 48;
            magnitude_b |= without_sign(self.b) << 48;
        }
        ([magnitude_a, magnitude_b, magnitude_c], result)
    }

    pub(super) fn magnitudes(&self) -> [u64; 3] {
        self.all().0
    }

    pub(super) fn columns(&self) -> DivideSignedColumns<Val> {
        let ([magnitude_a, magnitude_b, magnitude_c], result) = self.all();
        let is_quotient = !self.is_remainder && !self.is_by_zero;
        let sum = Val::from_u32(limbs(magnitude_b).into_iter().sum());
        let inverse = if is_quotient { sum.try_inverse() } else { None };
        let [negates_a, negates_b, negates_c] = self.negates.map(|negates| Negates {
            full: Val::from_bool(negates && !self.is_word),
            word: Val::from_bool(negates && self.is_word),
        });
        DivideSignedColumns {
            is_quotient: Val::from_bool(is_quotient),
            is_quotient_by_zero: Val::from_bool(!self.is_remainder && self.is_by_zero),
            is_remainder: Val::from_bool(self.is_remainder),
            is_word: Val::from_bool(self.is_word),
            a: word(self.a),
            b: word(self.b),
            c: word(result),
            negates_a,
            negates_b,
            negates_c,
            magnitude_a: word(magnitude_a),
            magnitude_b: word(magnitude_b),
            magnitude_c: word(magnitude_c),
            inverse: inverse.unwrap_or(Val::ZERO),
        }
    }
}
