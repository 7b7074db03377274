use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::AlignedColumns;
use crate::memory::access::{self, Access};
use crate::memory::address;
use crate::memory::codes::{BYTE, HALF, SIGNED_LESS, STORE_MORE, WORD};
use crate::messages::{ByteAnd, BytePair, Operation, Word};
use crate::word::limb_of_bytes;

/// Sums of bits that constraints speak of.
struct Flags<E> {
    /// Not padding.
    real: E,
    byte: E,
    /// A byte or 2.
    narrow: E,
    load: E,
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = AlignedColumns::of_row(builder.main().current_slice());
    let is_byte = columns.is_low_byte + columns.is_high_byte;
    let is_narrow = is_byte.clone() + columns.is_half;
    let flags = Flags::<B::Expr> {
        real: is_narrow.clone() + columns.is_word,
        byte: is_byte,
        narrow: is_narrow,
        load: B::Expr::ONE - columns.is_store,
    };
    eval_flags(builder, &columns, &flags);
    eval_untouched(builder, &columns, &flags);
    eval_value(builder, &columns, &flags);
    eval_messages(builder, &columns, &flags);
}

fn eval_flags<B: TableBuilder>(builder: &mut B, columns: &AlignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    for (bit, label) in [
        (columns.is_read_only, "is_read_only is a bit"),
        (columns.is_low_byte, "is_low_byte is a bit"),
        (columns.is_high_byte, "is_high_byte is a bit"),
        (columns.is_half, "is_half is a bit"),
        (columns.is_word, "is_word is a bit"),
        (columns.is_store, "is_store is a bit"),
        (columns.is_signed, "is_signed is a bit"),
        (columns.last_is_odd, "last_is_odd is a bit"),
        (columns.last_is_upper, "last_is_upper is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    builder.assert_bool_named(flags.real.clone(), "an access has one width");
    // Else it would have the code of a load.
    builder.assert_zero_named(columns.is_store * columns.is_signed, "no store is signed");
    builder.assert_zero_named(
        columns.is_store * columns.is_read_only,
        "nothing is stored in read-only memory",
    );
    // Which makes the part of the position that is computed from these bits a bit, and so the access aligned.
    builder.assert_zero_named(
        columns.is_word * (B::Expr::ONE - columns.last_is_odd),
        "4 bytes end with an odd limb",
    );
}

/// Limbs that no access changes, and those that this one does not.
fn eval_untouched<B: TableBuilder>(
    builder: &mut B,
    columns: &AlignedColumns<B::Var>,
    flags: &Flags<B::Expr>,
) {
    let one = B::Expr::ONE;
    for limb in 0..4 {
        let change = columns.new[limb] - columns.old[limb];
        builder.assert_zero_named(flags.load.clone() * change.clone(), "a load changes nothing");
        let (is_in_upper, is_odd) = (limb >= 2, limb % 2 == 1);
        let in_other_half = if is_in_upper {
            one.clone() - columns.last_is_upper
        } else {
            columns.last_is_upper.into()
        };
        builder.assert_zero_named(in_other_half * change.clone(), "the other half of the word stays");
        let in_other_limb = if is_odd {
            one.clone() - columns.last_is_odd
        } else {
            columns.last_is_odd.into()
        };
        builder.assert_zero_named(
            flags.narrow.clone() * in_other_limb * change,
            "the other limb of the half stays",
        );
    }
}

/// That what is loaded or stored is what stands there afterwards, extended if it is loaded.
fn eval_value<B: TableBuilder>(builder: &mut B, columns: &AlignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    let AlignedColumns {
        old,
        new,
        value,
        byte,
        ..
    } = *columns;
    let [odd, upper] = [columns.last_is_odd, columns.last_is_upper].map(Into::<B::Expr>::into);
    let choose = |bit: &B::Expr, clear: B::Expr, set: B::Expr| clear.clone() + bit.clone() * (set - clear);
    for limb in 0..2 {
        let after = choose(&upper, new[limb].into(), new[limb + 2].into());
        builder.assert_zero_named(
            columns.is_word * (value[limb] - after),
            "both limbs of 4 bytes are the half's",
        );
    }
    // Of a byte in the lower half of a limb, `byte` is that, so the two change places.
    let last = limb_of_bytes::<B::Expr>(columns.other_byte, byte);
    let exchanged = last.clone() + columns.is_low_byte * (columns.other_byte - byte) * Val::from_u32(255);
    let [low, high] = [0, 2].map(|limb| choose(&odd, old[limb].into(), old[limb + 1].into()));
    builder.assert_eq_named(
        exchanged,
        choose(&upper, low, high),
        "the last limb is taken apart into bytes",
    );
    // At most one limb changes if the access is that narrow, namely the last.
    let change: B::Expr = (0..4).map(|limb| new[limb] - old[limb]).sum();
    builder.assert_zero_named(
        columns.is_half * (value[0] - last - change.clone()),
        "2 bytes are the limb after",
    );
    let first_byte = first_byte::<B>(columns);
    let weight = columns.is_low_byte + columns.is_high_byte * Val::from_u32(1 << 8);
    builder.assert_zero_named(
        weight * (first_byte - byte) - flags.byte.clone() * change,
        "a byte is the limb's byte after",
    );
    let sign: B::Expr = columns.sign.into();
    builder.assert_zero_named(
        flags.byte.clone() * flags.load.clone() * (sign.clone() * Val::from_u32(0xff) - columns.second_byte),
        "a byte is extended to a limb",
    );
    let fill = sign * Val::from_u32(0xffff);
    let up_to_half = flags.narrow.clone() * flags.load.clone();
    let up_to_word = (flags.narrow.clone() + columns.is_word) * flags.load.clone();
    for (shorter, limb) in [(up_to_half, 1), (up_to_word.clone(), 2), (up_to_word, 3)] {
        builder.assert_zero_named(
            shorter * (value[limb] - fill.clone()),
            "what is loaded is extended",
        );
    }
}

/// The lowest byte of what is loaded or stored.
fn first_byte<B: TableBuilder>(columns: &AlignedColumns<B::Var>) -> B::Expr {
    columns.value[0] - columns.second_byte * Val::from_u32(1 << 8)
}

fn eval_messages<B: TableBuilder>(builder: &mut B, columns: &AlignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    let is_real = &flags.real;
    let into = |word: Word<B::Var>| word.map(Into::<B::Expr>::into);
    let time: B::Expr = columns.time.into();
    let code = flags.byte.clone() * Val::from_u32(BYTE)
        + columns.is_half * Val::from_u32(HALF)
        + columns.is_word * Val::from_u32(WORD)
        - columns.is_signed * Val::from_u32(SIGNED_LESS)
        + columns.is_store * Val::from_u32(STORE_MORE);
    let base = columns.base.map(Into::<B::Expr>::into);
    builder.receive(
        Operation {
            code,
            time: time.clone(),
            a: address::operand(base.clone()),
            b: address::offset(columns.offset.into()),
            c: into(columns.value),
        },
        Count::bounded(is_real.clone(), 1),
    );
    let address = address::base(builder, base, is_real.clone()) + columns.offset;
    // The last limb of 4 bytes is not where they begin.
    let position = columns.is_high_byte
        + (columns.last_is_odd - columns.is_word) * Val::TWO
        + columns.last_is_upper * Val::from_u32(4);
    // The two bytes of the first limb: without these checks it were no number of 16 bits.
    builder.send(
        BytePair {
            x: columns.other_byte.into(),
            y: first_byte::<B>(columns),
        },
        Count::bounded(is_real.clone(), 1),
    );
    columns.access.eval(
        builder,
        Access {
            space: access::space(columns.is_read_only.into()),
            address: address::word(address, position),
            old: into(columns.old),
            new: into(columns.new),
            time,
        },
        columns.second_byte.into(),
        is_real.clone(),
    );
    // Unsigned, the mask is zero, and so is the sign.
    let top_bit = Val::from_u32(1 << 7);
    builder.send(
        ByteAnd {
            x: columns.byte.into(),
            y: columns.is_signed * top_bit,
            and: columns.sign * top_bit,
        },
        Count::bounded(is_real.clone(), 1),
    );
}
