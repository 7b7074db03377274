use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::BitwiseColumns;
use crate::OperationCode;
use crate::messages::{ByteAnd, Operation};
use crate::word::word_of_bytes;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = BitwiseColumns::of_row(builder.main().current_slice());
    let BitwiseColumns {
        is_and,
        is_or,
        is_xor,
        a,
        b,
        and,
    } = columns;
    builder.assert_bool_named(is_and, "is_and is a bit");
    builder.assert_bool_named(is_or, "is_or is a bit");
    builder.assert_bool_named(is_xor, "is_xor is a bit");
    let is_real: B::Expr = is_and + is_or + is_xor;
    builder.assert_bool_named(is_real.clone(), "one operation");

    for i in 0..8 {
        let message = ByteAnd {
            x: a[i].into(),
            y: b[i].into(),
            and: and[i].into(),
        };
        builder.send(message, Count::bounded(is_real.clone(), 1));
    }
    let [a, b, and] = [a, b, and].map(|bytes| word_of_bytes::<B::Expr, _>(&bytes));
    let both: B::Expr = is_or + is_xor;
    let common: B::Expr = is_and - is_or - is_xor * Val::TWO;
    let c = from_fn(|i| both.clone() * (a[i].clone() + b[i].clone()) + common.clone() * and[i].clone());
    let code = [
        (is_and, OperationCode::And),
        (is_or, OperationCode::Or),
        (is_xor, OperationCode::Xor),
    ];
    let code = code.map(|(flag, code)| flag * Val::from_u32(code as u32));
    let message = Operation {
        code: code.into_iter().sum(),
        time: B::Expr::ZERO,
        a,
        b,
        c,
    };
    builder.receive(message, Count::bounded(is_real, 1));
}
