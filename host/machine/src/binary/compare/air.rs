use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::CompareColumns;
use crate::OperationCode;
use crate::messages::{Operation, Range16};
use crate::word::carries;

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = CompareColumns::of_row(builder.main().current_slice());
    let CompareColumns {
        is_real,
        is_signed,
        a,
        b,
        difference,
        sign_a,
        sign_b,
        is_less,
    } = columns;
    let [a, b, difference] = [a, b, difference].map(|word| word.map(Into::<B::Expr>::into));
    builder.assert_bool_named(is_real, "is_real is a bit");
    builder.assert_bool_named(is_signed, "is_signed is a bit");
    builder.assert_bool_named(sign_a, "the sign of a is a bit");
    builder.assert_bool_named(sign_b, "the sign of b is a bit");

    // A difference of other limbs would have a borrow that is no bit.
    let borrows = carries(&difference, &b, &a);
    for (borrow, label) in borrows
        .iter()
        .zip(["borrow 0", "borrow 1", "borrow 2", "borrow 3"])
    {
        builder.assert_bool_named(borrow.clone(), label);
    }
    let [.., unsigned_less] = borrows;
    for limb in difference {
        builder.send(Range16 { value: limb }, Count::bounded(is_real.into(), 1));
    }
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    for (word, sign) in [(&a, sign_a), (&b, sign_b)] {
        let value = (word[3].clone() - sign * Val::from_u32(1 << 15)) * Val::TWO;
        builder.send(Range16 { value }, Count::bounded(is_real.into(), 1));
    }
    // Unsigned, the operand with the sign is the greater one; signed, it is the less.
    let signed_less = unsigned_less.clone() + is_signed * (sign_a - sign_b);
    builder.assert_eq_named(is_less, signed_less, "the last borrow says which is less");
    let [signed, unsigned] = [OperationCode::Slt, OperationCode::Sltu].map(|code| Val::from_u32(code as u32));
    let code = is_signed * (signed - unsigned) + unsigned;
    let zero = B::Expr::ZERO;
    builder.receive(
        Operation {
            code,
            time: zero.clone(),
            a,
            b,
            c: [is_less.into(), zero.clone(), zero.clone(), zero],
        },
        Count::bounded(is_real.into(), 1),
    );
}
