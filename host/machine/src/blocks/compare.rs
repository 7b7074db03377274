//! Calls of the coprocessor that compares blocks.
//!
//! *Proves*, beside what every call does, that so many words of two blocks are equal before the first one that is not.
//!
//! *A row* is a call: 632 cells.
//!
//! | columns | range | checked by |
//! |---|---|---|
//! | `before`, `x`, `y` | as they come: 16 bits a limb | the bus |
//! | `is_first` | bits, one of them at most: the first word that is not equal | constraints |
//! | `inverses` | what times the differences of its limbs comes to 1 | constraints |
//!
//! Words before the first one are equal, limb by limb. Of the first one, what the differences of its limbs times `inverses` come to
//! is 1, as it can be only where one of them is not 0; so it is told apart from words that are equal. *Loose:* which of several
//! `inverses` there are.
//!
//! *Buses:* those of every call. *Padding:* zeros. *Max degree* 3.

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_abi::coprocessor::{BLOCK_WORDS, COMPARE_BLOCKS};
use zisk_stark::TableBuilder;

use super::BLOCK_LIMBS;
use crate::cells::columns;
use crate::coprocessor::steps::total;
use crate::coprocessor::{CallColumns, Operand};

columns! {
    /// A call.
    pub(crate) struct CompareBlocksColumns {
        call: CallColumns<T, 3, { 2 * BLOCK_WORDS + 1 }, { 2 * BLOCK_WORDS }>,
        before: [T; 4],
        x: [T; BLOCK_LIMBS],
        y: [T; BLOCK_LIMBS],
        is_first: [T; BLOCK_WORDS],
        inverses: [T; 4],
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = CompareBlocksColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let is_real = &columns.call.is_real;
    let is_different = total(&columns.is_first);
    for is_first in &columns.is_first {
        builder.assert_bool_named(is_first.clone(), "is_first is a bit");
    }
    builder.assert_bool_named(is_different.clone(), "one word at most is the first");

    // Words before the first one are still equal.
    let mut is_equal = is_real.clone();
    let mut num_equal = B::Expr::ZERO;
    let mut product = B::Expr::ZERO;
    let pairs = columns
        .x
        .as_chunks::<4>()
        .0
        .iter()
        .zip(columns.y.as_chunks::<4>().0);
    for (is_first, (x, y)) in columns.is_first.iter().zip(pairs) {
        is_equal -= is_first.clone();
        num_equal += is_equal.clone();
        for (limb, (x, y)) in x.iter().zip(y).enumerate() {
            let difference = x.clone() - y.clone();
            builder.assert_zero_named(
                is_equal.clone() * difference.clone(),
                "words before the first are equal",
            );
            product += is_first.clone() * difference * columns.inverses[limb].clone();
        }
    }
    builder.assert_eq_named(product, is_different, "the first one is not equal");

    let then = [num_equal, B::Expr::ZERO, B::Expr::ZERO, B::Expr::ZERO];
    let equal = Operand::written(&columns.before, &then);
    let [x, y] = [&columns.x[..], &columns.y].map(Operand::read);
    columns.call.eval(builder, &COMPARE_BLOCKS, &[equal, x, y]);
}

#[cfg(feature = "trace")]
pub(crate) use fill::fill;

#[cfg(feature = "trace")]
mod fill {
    use core::array::from_fn;

    use p3_field::{Field, PrimeCharacteristicRing};
    use zisk_abi::coprocessor::BLOCK_WORDS;
    use zisk_stark::Val;

    use super::CompareBlocksColumns;
    use crate::coprocessor::{Call, limbs};

    /// Fills a row.
    pub(crate) fn fill(call: &Call, row: &mut [Val]) {
        let [x, y] = [1, 2].map(|operand| call.values::<BLOCK_WORDS>(operand));
        let first = x.iter().zip(&y).position(|(x, y)| x != y);
        let differences: [Val; 4] = first.map_or([Val::ZERO; 4], |first| {
            let [x, y]: [[Val; 4]; 2] = [limbs(&[x[first]]), limbs(&[y[first]])];
            from_fn(|limb| x[limb] - y[limb])
        });
        // The inverse of one of them is enough.
        let limb = differences.iter().position(|difference| *difference != Val::ZERO);
        let inverse = limb
            .and_then(|limb| differences[limb].try_inverse())
            .unwrap_or_default();
        CompareBlocksColumns {
            call: call.columns(),
            before: limbs(&call.values::<1>(0)),
            x: limbs(&x),
            y: limbs(&y),
            is_first: from_fn(|index| Val::from_bool(Some(index) == first)),
            inverses: from_fn(|index| if Some(index) == limb { inverse } else { Val::ZERO }),
        }
        .store(row);
    }
}
