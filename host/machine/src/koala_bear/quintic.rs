//! Calls of the coprocessor for KoalaBear's extension.
//!
//! *Proves*, beside what every call does, that the sum is then `sum + x * y`, of polynomials modulo `X^5 + X^2 - 1`.
//!
//! *A row* is a call: 257 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `sum`, `x`, `y` | as they come: 16 bits a limb | the bus |
//! | `result` | 16 bits a limb, elements below the order | [`Range16`](crate::messages::Range16), constraints |
//! | `is_highest` | bits: whether an element's upper limb may be 0x7f00, the lower one being 0 | constraints, [`Range16`](crate::messages::Range16) |
//!
//! *Buses:* those of every call. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::extension::trinomial_quintic_mul;
use p3_field::{Algebra, PrimeCharacteristicRing};
use zisk_abi::coprocessor::QUINTIC_MUL_ADD;
use zisk_stark::{TableBuilder, Val};

use super::{are_written, elements};
use crate::cells::columns;
use crate::coprocessor::{CallColumns, Operand};

/// Words of memory that an element of the extension is.
const WORDS: usize = QUINTIC_MUL_ADD.operands[0].words;
/// Coefficients of an element.
const DEGREE: usize = 5;

columns! {
    /// A call.
    pub(crate) struct QuinticMulAddColumns {
        call: CallColumns<T, 3, { 3 * WORDS }, { 2 * WORDS }>,
        sum: [T; 4 * WORDS],
        x: [T; 4 * WORDS],
        y: [T; 4 * WORDS],
        result: [T; 2 * DEGREE],
        is_highest: [T; DEGREE],
    }
}

/// `sum + x * y`.
fn mul_add<E: Algebra<Val>>(sum: &[E; DEGREE], x: &[E; DEGREE], y: &[E; DEGREE]) -> [E; DEGREE] {
    let mut product = core::array::from_fn(|_| E::ZERO);
    trinomial_quintic_mul(x, y, &mut product);
    core::array::from_fn(|index| sum[index].clone() + product[index].clone())
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = QuinticMulAddColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let mut then = columns.result.to_vec();
    then.resize(4 * WORDS, B::Expr::ZERO);
    let sum = Operand::written(&columns.sum, &then);
    let [x, y] = [&columns.x[..], &columns.y].map(Operand::read);
    columns.call.eval(builder, &QUINTIC_MUL_ADD, &[sum, x, y]);

    let [sum, x, y] = [&columns.sum, &columns.x, &columns.y].map(|limbs| elements(limbs));
    let results = mul_add(&sum, &x, &y);
    are_written(
        builder,
        &columns.call,
        &results,
        &columns.result,
        &columns.is_highest,
    );
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use zisk_stark::Val;

    use super::super::trace::{read, written};
    use super::{QuinticMulAddColumns, WORDS, mul_add};
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let words = [0, 1, 2].map(|operand| call.values::<WORDS>(operand));
        let [sum, x, y] = words.each_ref().map(|words| read(words));
        let (result, is_highest) = written(&mul_add(&sum, &x, &y));
        let [sum, x, y] = words.each_ref().map(|words| limbs(words));
        QuinticMulAddColumns {
            call: call.columns(),
            sum,
            x,
            y,
            result,
            is_highest,
        }
        .store(row);
    }
}
