use p3_air::{AirBuilder, NamedAirBuilder, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::{CLOCK_STEP, FIRST_CLOCK, MainColumns};
use crate::messages::{Continue, Fetch, Memory, Operation, Range16, Space};
use crate::rom::{FLAG_LABELS, Flags};
use crate::word::{LIMB_BITS, Word, carries};

/// The table in which a segment begins.
pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    instructions(builder);
    begins(builder);
}

/// The table in which a segment goes on that is too long for the first one. It takes over at any clock: that of the one
/// row that hands on to it.
pub(crate) fn eval_rest<B: TableBuilder>(builder: &mut B) {
    instructions(builder);
}

fn instructions<B: TableBuilder>(builder: &mut B) {
    let main = builder.main();
    let columns = MainColumns::of_variables(main.current_slice());
    let next = MainColumns::of_variables(main.next_slice());
    let flags = Flags::from_list(&columns.flags);
    flags_are_bits(builder, &columns);
    fetch(builder, &columns);
    operands(builder, &columns, &flags);
    registers(builder, &columns, &flags);
    sums(builder, &columns, &flags);
    next_instruction(builder, &columns, &flags);
    order(builder, &columns, &next, &flags);
    ask(builder, &columns, &flags);
}

type Columns<B> = MainColumns<<B as AirBuilder>::Expr>;
type BuilderFlags<B> = Flags<<B as AirBuilder>::Expr>;

fn flags_are_bits<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    builder.assert_bool_named(columns.is_real.clone(), "is_real is a bit");
    for (flag, (is_bit, is_padded)) in columns.flags.iter().zip(FLAG_LABELS) {
        builder.assert_bool_named(flag.clone(), is_bit);
        builder.assert_zero_named(flag.clone() * (B::Expr::ONE - columns.is_real.clone()), is_padded);
    }
}

fn fetch<B: TableBuilder>(builder: &mut B, columns: &Columns<B>) {
    let packed = columns
        .flags
        .iter()
        .rev()
        .fold(B::Expr::ZERO, |sum, flag| sum.double() + flag.clone());
    let message = Fetch {
        pc: columns.pc.clone(),
        flags: packed,
        code: columns.code.clone(),
        rd: columns.rd.clone(),
        rs1: columns.rs1.clone(),
        rs2: columns.rs2.clone(),
        imm: columns.imm.clone(),
        jump: columns.jump.clone(),
    };
    builder.send(message, Count::bounded(columns.is_real.clone(), 1));
}

fn operands<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, flags: &BuilderFlags<B>) {
    let [low, middle, high] = columns.imm.clone();
    let immediate = [low, middle, high.clone(), high];
    for (limb, expected) in columns.b.iter().zip(immediate) {
        let is_immediate = columns.is_real.clone() - flags.reads_rs2.clone();
        builder.assert_zero_named(is_immediate * (limb.clone() - expected), "b is the immediate");
    }
    for (limb, expected) in columns.c.iter().zip(&columns.b) {
        builder.assert_zero_named(flags.copies.clone() * (limb.clone() - expected.clone()), "c is b");
    }
    // It is stored, and stays in its register, which may be x0.
    for (limb, expected) in columns.c.iter().zip(&columns.old) {
        builder.assert_zero_named(
            flags.is_store.clone() * (limb.clone() - expected.clone()),
            "c is what a store found",
        );
    }
}

/// Each access receives what stands in a register, with an earlier time, and sends what stands there from then on.
fn registers<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, flags: &BuilderFlags<B>) {
    let later = |offset: u32| columns.clock.clone() + B::Expr::from_u32(offset);
    let accesses = [
        (
            &columns.rs1,
            &columns.a,
            &columns.a,
            &columns.a_before,
            later(0),
            columns.is_real.clone(),
        ),
        (
            &columns.rs2,
            &columns.b,
            &columns.b,
            &columns.b_before,
            later(1),
            flags.reads_rs2.clone(),
        ),
        (
            &columns.rd,
            &columns.old,
            &columns.c,
            &columns.old_before,
            later(2),
            // No instruction is both.
            flags.writes_rd.clone() + flags.is_store.clone(),
        ),
    ];
    for (register, old, new, before, time, count) in accesses {
        let state = |value: &Word<B::Expr>, time: B::Expr| Memory {
            space: B::Expr::from_u32(Space::Register as u32),
            address: register.clone(),
            value: value.clone(),
            time,
        };
        let count = || Count::bounded(count.clone(), 1);
        builder.receive(state(old, before.clone()), count());
        builder.send(state(new, time.clone()), count());
        // A time that is not earlier would be a negative number, which is none of 16 bits.
        builder.send(
            Range16 {
                value: time - before.clone() - B::Expr::ONE,
            },
            count(),
        );
    }
}

fn sums<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, flags: &BuilderFlags<B>) {
    let MainColumns {
        a,
        b,
        c,
        sign_or_dropped: sign,
        check,
        ..
    } = columns;
    // Limbs of 16 bits whose carries are bits are the sum's: of others some carry would be none.
    let bit = |carry: &B::Expr| carry.clone() * (carry.clone() - B::Expr::ONE);
    for (carries, low, high, name) in [
        (
            carries(a, b, c),
            &flags.adds,
            &flags.adds_all,
            "a carry of the sum is a bit",
        ),
        (
            carries(c, b, a),
            &flags.subtracts,
            &flags.subtracts_all,
            "a borrow of the difference is a bit",
        ),
    ] {
        for (i, carry) in carries.iter().enumerate() {
            let flag = if i < 2 { low } else { high };
            builder.assert_zero_named(flag.clone() * bit(carry), name);
        }
    }
    // A 32-bit result is extended by its sign.
    let all = flags.adds_all.clone() + flags.subtracts_all.clone();
    let computes = flags.adds.clone() + flags.subtracts.clone();
    let is_word = computes.clone() - all.clone();
    builder.assert_bool_named(sign.clone(), "the sign is a bit, and what is dropped");
    let has_none = B::Expr::ONE - is_word.clone() - flags.jumps_to_register.clone();
    builder.assert_zero_named(
        has_none * sign.clone(),
        "only 32-bit results have a sign, only targets a bit that is dropped",
    );
    for limb in &c[2..] {
        let extension = sign.clone() * Val::from_u32(0xffff);
        builder.assert_zero_named(
            is_word.clone() * (limb.clone() - extension),
            "the upper limbs are the sign's",
        );
    }
    // What is checked in place of the third limb: the limb itself; that the sign is the second limb's top bit; that a
    // jump's register is below 2^29, so that its target does not wrap around the field.
    builder.assert_zero_named(all * (check.clone() - c[2].clone()), "the third limb is checked");
    let without_sign = (c[1].clone() - sign.clone() * Val::from_u32(1 << 15)).double();
    builder.assert_zero_named(is_word * (check.clone() - without_sign), "the sign is checked");
    let high = a[1].clone() * Val::from_u32(1 << 3);
    builder.assert_zero_named(
        flags.jumps_to_register.clone() * (check.clone() - high),
        "the target is checked",
    );
    let count = computes + flags.jumps_to_register.clone();
    for value in [&c[0], &c[1], check, &c[3]] {
        builder.send(Range16 { value: value.clone() }, Count::bounded(count.clone(), 1));
    }
}

fn next_instruction<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, flags: &BuilderFlags<B>) {
    let MainColumns {
        a,
        b,
        c,
        condition,
        time_or_inverse: inverse,
        ..
    } = columns;
    // The difference is zero if the sum of its limbs is, which is below 2^18. Were the condition 0 for a sum of zero, no
    // inverse would help; were it 1 for another sum, the product would not be zero.
    let sum: B::Expr = c.iter().cloned().sum();
    let is_zero = B::Expr::ONE - sum.clone() * inverse.clone();
    let on_zero = flags.branches_on_zero.clone();
    builder.assert_zero_named(
        on_zero.clone() * (condition.clone() - is_zero),
        "equal operands have no difference",
    );
    builder.assert_zero_named(
        on_zero * sum * condition.clone(),
        "different operands have a difference",
    );
    let [.., borrow] = carries(c, b, a);
    let on_less = flags.branches_on_less.clone();
    builder.assert_zero_named(
        on_less * (condition.clone() - borrow),
        "the last borrow says which is less",
    );
    let on_result = flags.branches_on_result.clone();
    builder.assert_zero_named(
        on_result * (condition.clone() - c[0].clone()),
        "the result says whether to branch",
    );
    builder.assert_zero_named(
        flags.jumps.clone() * (condition.clone() - B::Expr::ONE),
        "a jump is always taken",
    );
    let has_condition = flags.branches_on_zero.clone()
        + flags.branches_on_less.clone()
        + flags.branches_on_result.clone()
        + flags.jumps.clone();
    builder.assert_zero_named(
        (B::Expr::ONE - has_condition) * condition.clone(),
        "others have no condition",
    );

    for limb in &a[2..] {
        let is_high = flags.jumps_to_register.clone() * limb.clone();
        builder.assert_zero_named(is_high, "the target is below 2^32");
    }
    let behind = columns.pc.clone() + B::Expr::from_u32(4) - flags.is_short.clone().double();
    let negates = flags.negates.clone();
    let taken = condition.clone() + negates.clone() - (condition.clone() * negates).double();
    let register = a[0].clone() + a[1].clone() * Val::from_u32(1 << LIMB_BITS);
    // The program has instructions at even addresses only, so one value of the dropped bit leads to one.
    let target = register + columns.jump.clone() - columns.sign_or_dropped.clone();
    let expected =
        behind.clone() + taken * columns.jump.clone() + flags.jumps_to_register.clone() * (target - behind);
    builder.assert_eq_named(
        columns.next_pc.clone(),
        expected,
        "next_pc is what the instruction leads to",
    );
}

/// From row to row, in either table.
///
/// A row with a link is where the run goes on: the first row takes over from elsewhere, and the row behind the last
/// instruction, which is none, hands on, unless that instruction ended the run.
fn order<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, next: &Columns<B>, flags: &BuilderFlags<B>) {
    // Whether a row ends the run.
    let halts = flags.is_ecall.clone() * columns.c[0].clone();
    builder.assert_bool_named(columns.link.clone(), "the link is a bit");
    builder.when_first_row().assert_eq_named(
        columns.link.clone(),
        columns.is_real.clone(),
        "instructions are taken over from elsewhere",
    );
    let mut transition = builder.when_transition();
    let later = columns.clock.clone() + B::Expr::from_u32(CLOCK_STEP);
    transition.assert_eq_named(next.clock.clone(), later, "the clock moves on");
    transition.assert_eq_named(
        columns.is_real.clone() - next.is_real.clone(),
        halts.clone() + next.link.clone(),
        "instructions end where the run does, or goes on",
    );
    let goes_on = next.is_real.clone() + next.link.clone();
    let elsewhere = goes_on * (next.pc.clone() - columns.next_pc.clone());
    transition.assert_zero_named(elsewhere, "the next row is the next instruction");
    builder.when_last_row().assert_eq_named(
        columns.is_real.clone(),
        halts,
        "an instruction in the last row ends the run",
    );
    // Received by the row that takes over, sent by the one that hands on.
    let received = columns.link.clone() * columns.is_real.clone();
    let count = columns.link.clone() - received.double();
    let message = Continue {
        pc: columns.pc.clone(),
        clock: columns.clock.clone(),
    };
    builder.send(message, Count::bounded(count, 1));
}

/// The first table takes over from where the segment begins.
fn begins<B: TableBuilder>(builder: &mut B) {
    let columns = MainColumns::<B::Expr>::of_variables(builder.main().current_slice());
    let mut first = builder.when_first_row();
    first.assert_one_named(columns.is_real, "the first row is an instruction");
    first.assert_eq_named(
        columns.clock,
        B::Expr::from_u32(FIRST_CLOCK),
        "the clock begins with 1",
    );
}

fn ask<B: TableBuilder>(builder: &mut B, columns: &Columns<B>, flags: &BuilderFlags<B>) {
    let expected = flags.has_time.clone() * columns.clock.clone();
    builder.assert_zero_named(
        flags.asks.clone() * (columns.time_or_inverse.clone() - expected),
        "the time is the clock where it matters",
    );
    let message = Operation {
        code: columns.code.clone(),
        time: columns.time_or_inverse.clone(),
        a: columns.a.clone(),
        b: columns.b.clone(),
        c: columns.c.clone(),
    };
    builder.send(message, Count::bounded(flags.asks.clone(), 1));
}
