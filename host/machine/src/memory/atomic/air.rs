use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::{Field, PrimeCharacteristicRing};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::{AtomicColumns, KindColumns};
use crate::OperationCode;
use crate::memory::access::{self, Access};
use crate::memory::address;
use crate::messages::{Operation, Range16, Word};
use crate::word::LIMB_BITS;

/// An operation of 8 bytes has a code that is this much more than that of 4 bytes.
const DOUBLE_MORE: u32 = OperationCode::AmoSwapDouble as u32 - OperationCode::AmoSwapWord as u32;
/// The same for loads that reserve and conditional stores.
const RESERVED_DOUBLE_MORE: u32 = 1;

const _: () = {
    use OperationCode as Code;
    assert!(Code::LoadReservedDouble as u32 == Code::LoadReservedWord as u32 + RESERVED_DOUBLE_MORE);
    assert!(Code::StoreConditionalDouble as u32 == Code::StoreConditionalWord as u32 + RESERVED_DOUBLE_MORE);
    assert!(Code::AmoAddDouble as u32 == Code::AmoAddWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoXorDouble as u32 == Code::AmoXorWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoAndDouble as u32 == Code::AmoAndWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoOrDouble as u32 == Code::AmoOrWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoMinDouble as u32 == Code::AmoMinWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoMaxDouble as u32 == Code::AmoMaxWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoMinuDouble as u32 == Code::AmoMinuWord as u32 + DOUBLE_MORE);
    assert!(Code::AmoMaxuDouble as u32 == Code::AmoMaxuWord as u32 + DOUBLE_MORE);
};

impl<T: Copy> KindColumns<T> {
    /// Each with its code of 4 bytes.
    fn codes(&self) -> [(T, OperationCode); 11] {
        [
            (self.load_reserved, OperationCode::LoadReservedWord),
            (self.store_conditional, OperationCode::StoreConditionalWord),
            (self.swap, OperationCode::AmoSwapWord),
            (self.add, OperationCode::AmoAddWord),
            (self.xor, OperationCode::AmoXorWord),
            (self.and, OperationCode::AmoAndWord),
            (self.or, OperationCode::AmoOrWord),
            (self.min, OperationCode::AmoMinWord),
            (self.max, OperationCode::AmoMaxWord),
            (self.minu, OperationCode::AmoMinuWord),
            (self.maxu, OperationCode::AmoMaxuWord),
        ]
    }
}

/// What constraints and messages speak of.
struct Terms<E> {
    /// Not padding.
    real: E,
    /// Of 4 bytes.
    word: E,
    /// What stood there, extended.
    x: Word<E>,
    /// The operand, extended.
    y: Word<E>,
    result: Word<E>,
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = AtomicColumns::of_row(builder.main().current_slice());
    let into = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let kinds = columns.kind.codes().into_iter();
    let real: B::Expr = kinds.map(|(kind, _)| Into::<B::Expr>::into(kind)).sum();
    let [y2, y3] = columns.y_upper;
    let terms = Terms::<B::Expr> {
        word: real.clone() - columns.is_double,
        real,
        x: into(columns.x),
        y: into([columns.b[0], columns.b[1], y2, y3]),
        result: into(columns.result),
    };
    eval_flags(builder, &columns, &terms);
    eval_operands(builder, &columns, &terms);
    eval_result(builder, &columns, &terms);
    eval_other_tables(builder, &columns, &terms);
    eval_operation(builder, &columns, &terms);
    eval_word(builder, &columns, &terms);
}

fn eval_flags<B: TableBuilder>(builder: &mut B, columns: &AtomicColumns<B::Var>, terms: &Terms<B::Expr>) {
    for (kind, _) in columns.kind.codes() {
        builder.assert_bool_named(kind, "each kind is a bit");
    }
    builder.assert_bool_named(terms.real.clone(), "an operation is of one kind");
    for (bit, label) in [
        (columns.is_read_only, "is_read_only is a bit"),
        (columns.is_double, "is_double is a bit"),
        (columns.is_upper, "is_upper is a bit"),
        (columns.old_sign, "old_sign is a bit"),
        (columns.b_sign, "b_sign is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    // One that is padding would look up signs as often as -1.
    builder.assert_zero_named(
        columns.is_double * (terms.real.clone() - B::Expr::ONE),
        "8 bytes are no padding",
    );
    builder.assert_zero_named(columns.is_double * columns.is_upper, "8 bytes are no half");
    builder.assert_zero_named(
        columns.is_read_only * (B::Expr::ONE - columns.kind.load_reserved),
        "nothing is stored in read-only memory",
    );
    let of_4_bytes: B::Expr = columns
        .kind
        .codes()
        .into_iter()
        .map(|(kind, code)| kind * Val::from_u32(code as u32))
        .sum();
    let reserved = columns.kind.load_reserved + columns.kind.store_conditional;
    let more = (terms.real.clone() - reserved.clone()) * Val::from_u32(DOUBLE_MORE)
        + reserved * Val::from_u32(RESERVED_DOUBLE_MORE);
    builder.assert_eq_named(
        columns.code,
        of_4_bytes + columns.is_double * more,
        "the code says kind and width",
    );
}

/// That the operands are extended.
fn eval_operands<B: TableBuilder>(builder: &mut B, columns: &AtomicColumns<B::Var>, terms: &Terms<B::Expr>) {
    let AtomicColumns {
        old,
        is_upper,
        is_double,
        ..
    } = *columns;
    let all_ones = Val::from_u32((1 << LIMB_BITS) - 1);
    for limb in 0..2 {
        let half = is_upper * (old[limb + 2] - old[limb]) + old[limb];
        builder.assert_zero_named(
            terms.word.clone() * (terms.x[limb].clone() - half),
            "the limbs of 4 bytes are the half's",
        );
        let upper = limb + 2;
        builder.assert_zero_named(
            terms.word.clone() * (terms.x[upper].clone() - columns.old_sign * all_ones),
            "what stood there is extended",
        );
        builder.assert_zero_named(
            terms.word.clone() * (terms.y[upper].clone() - columns.b_sign * all_ones),
            "the operand is extended",
        );
        builder.assert_zero_named(
            is_double * (terms.y[upper].clone() - columns.b[upper]),
            "an operand of 8 bytes is as it is",
        );
    }
    for (x, old) in terms.x.iter().zip(old) {
        builder.assert_zero_named(
            is_double * (x.clone() - old),
            "the limbs of 8 bytes are the word's",
        );
    }
    // 2 (limb - 2^15 sign) has 16 bits for one value of the sign only.
    for (limb, sign) in [(&terms.x[1], columns.old_sign), (&terms.y[1], columns.b_sign)] {
        let value = (limb.clone() - sign * Val::from_u32(1 << 15)) * Val::TWO;
        builder.send(Range16 { value }, Count::bounded(terms.word.clone(), 1));
        builder.assert_zero_named(is_double * sign, "8 bytes are not extended");
    }
}

/// The results that are computed here.
fn eval_result<B: TableBuilder>(builder: &mut B, columns: &AtomicColumns<B::Var>, terms: &Terms<B::Expr>) {
    let Terms { x, y, result, .. } = terms;
    let kind = &columns.kind;
    let is_less = columns.is_less;
    let mut carry = B::Expr::ZERO;
    for limb in 0..4 {
        let [x, y, result] = [x, y, result].map(|word| word[limb].clone());
        builder.assert_zero_named(
            (kind.swap + kind.store_conditional) * (result.clone() - y.clone()),
            "the operand is stored",
        );
        builder.assert_zero_named(
            kind.load_reserved * (result.clone() - x.clone()),
            "a load changes nothing",
        );
        let less = y.clone() + (x.clone() - y.clone()) * is_less;
        builder.assert_zero_named(
            (kind.min + kind.minu) * (result.clone() - less.clone()),
            "the minimum is the lesser one",
        );
        let greater = x.clone() + y.clone() - less;
        builder.assert_zero_named(
            (kind.max + kind.maxu) * (result.clone() - greater),
            "the maximum is the greater one",
        );
        // All limbs have 16 bits, so another result would have a carry that is no bit.
        carry = (x + y + carry - result.clone()) * Val::from_u32(1 << LIMB_BITS).inverse();
        builder.assert_zero_named(
            kind.add * carry.clone() * (carry.clone() - B::Expr::ONE),
            "the carry of a sum is a bit",
        );
        builder.send(Range16 { value: result }, Count::bounded(kind.add.into(), 1));
    }
}

/// What other tables compute: conjunctions and the like, and comparisons.
fn eval_other_tables<B: TableBuilder>(
    builder: &mut B,
    columns: &AtomicColumns<B::Var>,
    terms: &Terms<B::Expr>,
) {
    let Terms { x, y, result, .. } = terms;
    let kind = &columns.kind;
    let code = |code: OperationCode| Val::from_u32(code as u32);
    builder.send(
        Operation {
            code: kind.and * code(OperationCode::And)
                + kind.or * code(OperationCode::Or)
                + kind.xor * code(OperationCode::Xor),
            time: B::Expr::ZERO,
            a: x.clone(),
            b: y.clone(),
            c: result.clone(),
        },
        Count::bounded(kind.and + kind.or + kind.xor, 1),
    );
    let [signed, unsigned] = [kind.min + kind.max, kind.minu + kind.maxu];
    let compares = signed.clone() + unsigned.clone();
    builder.send(
        Operation {
            code: signed * code(OperationCode::Slt) + unsigned * code(OperationCode::Sltu),
            time: B::Expr::ZERO,
            a: x.clone(),
            b: y.clone(),
            c: [
                columns.is_less.into(),
                B::Expr::ZERO,
                B::Expr::ZERO,
                B::Expr::ZERO,
            ],
        },
        Count::bounded(compares.clone(), 1),
    );
    builder.assert_zero_named(
        (B::Expr::ONE - compares) * columns.is_less,
        "others do not compare",
    );
}

fn eval_operation<B: TableBuilder>(builder: &mut B, columns: &AtomicColumns<B::Var>, terms: &Terms<B::Expr>) {
    let operation = |c: Word<B::Expr>| Operation {
        code: columns.code.into(),
        time: columns.time.into(),
        a: address::operand(columns.base.map(Into::into)),
        b: columns.b.map(Into::into),
        c,
    };
    let is_store: B::Expr = columns.kind.store_conditional.into();
    builder.receive(
        operation(terms.x.clone()),
        Count::bounded(terms.real.clone() - is_store.clone(), 1),
    );
    // Conditional stores succeed.
    builder.receive(operation([B::Expr::ZERO; 4]), Count::bounded(is_store, 1));
}

fn eval_word<B: TableBuilder>(builder: &mut B, columns: &AtomicColumns<B::Var>, terms: &Terms<B::Expr>) {
    let AtomicColumns { old, new, .. } = *columns;
    for limb in 0..4 {
        builder.assert_zero_named(
            columns.is_double * (terms.result[limb].clone() - new[limb]),
            "8 bytes are the word after",
        );
        // Where the result's limb is if it is in the half that is accessed.
        let result = terms.result[limb % 2].clone();
        let is_accessed = if limb < 2 {
            B::Expr::ONE - columns.is_upper
        } else {
            columns.is_upper.into()
        };
        let after = is_accessed * (result - old[limb]) + old[limb];
        builder.assert_zero_named(
            terms.word.clone() * (after - new[limb]),
            "4 bytes are the half after, and the other stays",
        );
    }
    let base = columns.base.map(Into::<B::Expr>::into);
    let address = address::base(builder, base, terms.real.clone());
    columns.access.eval(
        builder,
        Access {
            space: access::space(columns.is_read_only.into()),
            address: address::word(address, columns.is_upper * Val::from_u32(4)),
            old: from_fn(|limb| old[limb].into()),
            new: from_fn(|limb| new[limb].into()),
            time: columns.time.into(),
        },
        B::Expr::ZERO,
        terms.real.clone(),
    );
}
