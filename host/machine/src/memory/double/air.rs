use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::DoubleColumns;
use crate::memory::access::{self, Access};
use crate::memory::address;
use crate::memory::codes::{DOUBLE, SIGNED_LESS, STORE_MORE};
use crate::messages::{Operation, Word};

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = DoubleColumns::of_row(builder.main().current_slice());
    eval_flags(builder, &columns);
    eval_words(builder, &columns);
    eval_messages(builder, &columns);
}

/// Not padding.
fn is_real<B: TableBuilder>(columns: &DoubleColumns<B::Var>) -> B::Expr {
    columns.is_load + columns.is_store
}

fn eval_flags<B: TableBuilder>(builder: &mut B, columns: &DoubleColumns<B::Var>) {
    for (bit, label) in [
        // Else a space could be that of registers.
        (columns.is_read_only, "is_read_only is a bit"),
        (columns.is_load, "is_load is a bit"),
        (columns.is_store, "is_store is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    // Both would be another code, received twice.
    builder.assert_bool_named(is_real::<B>(columns), "an access is a load or a store");
    builder.assert_zero_named(
        columns.is_store * columns.is_read_only,
        "nothing is stored in read-only memory",
    );
}

fn eval_words<B: TableBuilder>(builder: &mut B, columns: &DoubleColumns<B::Var>) {
    for (new, old) in columns.new.into_iter().zip(columns.old) {
        builder.assert_zero_named(columns.is_load * (new - old), "a load changes nothing");
    }
}

fn eval_messages<B: TableBuilder>(builder: &mut B, columns: &DoubleColumns<B::Var>) {
    let is_real = is_real::<B>(columns);
    let into = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let time: B::Expr = columns.time.into();
    let code = columns.is_load * Val::from_u32(DOUBLE - SIGNED_LESS)
        + columns.is_store * Val::from_u32(DOUBLE + STORE_MORE);
    let base = columns.base.map(Into::<B::Expr>::into);
    builder.receive(
        Operation {
            code,
            time: time.clone(),
            a: address::operand(base.clone()),
            b: address::offset(columns.offset.into()),
            c: into(columns.new),
        },
        Count::bounded(is_real.clone(), 1),
    );
    let address = address::base(builder, base, is_real.clone()) + columns.offset;
    columns.access.eval(
        builder,
        Access {
            space: access::space(columns.is_read_only.into()),
            // The word's first byte: only a multiple of 8 has one.
            address: address::word(address, B::Expr::ZERO),
            old: into(columns.old),
            new: into(columns.new),
            time,
        },
        B::Expr::ZERO,
        is_real,
    );
}
