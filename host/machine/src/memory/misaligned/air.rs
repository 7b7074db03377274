use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::PrimeCharacteristicRing;
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::MisalignedColumns;
use super::columns::NUM_BYTES;
use crate::memory::access::{self, Access};
use crate::memory::address;
use crate::memory::codes::{DOUBLE, HALF, SIGNED_LESS, STORE_MORE, WORD};
use crate::messages::{ByteAnd, BytePair, Operation, Word};
use crate::word::limb_of_bytes;

/// Widths in bytes.
const WIDTHS: [usize; 3] = [2, 4, 8];

/// Sums of bits that constraints speak of.
struct Flags<E> {
    /// Not padding.
    real: E,
    load: E,
    /// The width, as [`WIDTHS`].
    width: [E; 3],
}

impl<E: PrimeCharacteristicRing> Flags<E> {
    /// Whether the width is one of those of more bytes than that.
    fn is_wider(&self, num_bytes: usize) -> E {
        let wider = WIDTHS
            .iter()
            .zip(&self.width)
            .filter(|(width, _)| **width > num_bytes);
        wider.map(|(_, flag)| flag.clone()).sum()
    }
}

pub(crate) fn eval<B: TableBuilder>(builder: &mut B) {
    let columns = MisalignedColumns::of_row(builder.main().current_slice());
    let width = [columns.is_half, columns.is_word, columns.is_double].map(Into::<B::Expr>::into);
    let flags = Flags::<B::Expr> {
        real: width.iter().cloned().sum(),
        load: B::Expr::ONE - columns.is_store,
        width,
    };
    eval_flags(builder, &columns, &flags);
    eval_place(builder, &columns, &flags);
    eval_bytes(builder, &columns, &flags);
    eval_operation(builder, &columns, &flags);
    eval_words(builder, &columns, &flags);
    eval_ranges(builder, &columns, &flags);
}

fn eval_flags<B: TableBuilder>(builder: &mut B, columns: &MisalignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    for (bit, label) in [
        (columns.is_read_only[0], "is_read_only of the first word is a bit"),
        (
            columns.is_read_only[1],
            "is_read_only of the second word is a bit",
        ),
        (columns.is_half, "is_half is a bit"),
        (columns.is_word, "is_word is a bit"),
        (columns.is_double, "is_double is a bit"),
        (columns.is_store, "is_store is a bit"),
        (columns.is_signed, "is_signed is a bit"),
    ] {
        builder.assert_bool_named(bit, label);
    }
    for bit in columns.begins_at {
        builder.assert_bool_named(bit, "begins_at are bits");
    }
    builder.assert_bool_named(flags.real.clone(), "an access has one width");
    let begins: B::Expr = columns.begins_at.into_iter().map(Into::<B::Expr>::into).sum();
    builder.assert_eq_named(begins, flags.real.clone(), "an access begins at one byte");
    // Else a signed store would have the code of a load, and an unsigned load of 8 bytes that of a store.
    builder.assert_zero_named(columns.is_store * columns.is_signed, "no store is signed");
    builder.assert_zero_named(
        columns.is_double * (flags.load.clone() - columns.is_signed),
        "loads of 8 bytes are signed",
    );
    for is_read_only in columns.is_read_only {
        builder.assert_zero_named(
            columns.is_store * is_read_only,
            "nothing is stored in read-only memory",
        );
    }
}

/// Whether there is a second word, and what its columns are if there is none.
fn eval_place<B: TableBuilder>(builder: &mut B, columns: &MisalignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    let across = columns.begins_at.into_iter().enumerate();
    let across: B::Expr = across
        .map(|(byte, begins)| flags.is_wider(8 - byte) * begins)
        .sum();
    builder.assert_eq_named(columns.is_across, across, "the access ends in the second word");
    let absent = || B::Expr::ONE - columns.is_across;
    builder.assert_zero_named(
        absent() * columns.is_read_only[1],
        "a word that is not accessed has no space",
    );
    builder.assert_zero_named(
        absent() * columns.second.old_time,
        "a word that is not accessed has no time",
    );
    builder.assert_zero_named(
        absent() * columns.second.high,
        "a word that is not accessed has no time between",
    );
    for byte in &columns.old[8..] {
        builder.assert_zero_named(absent() * *byte, "a word that is not accessed has no bytes");
    }
}

/// That the bytes of the value are those that stand there afterwards, and all others stay.
fn eval_bytes<B: TableBuilder>(builder: &mut B, columns: &MisalignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    for byte in 0..NUM_BYTES {
        let change = columns.new[byte] - columns.old[byte];
        builder.assert_zero_named(flags.load.clone() * change.clone(), "a load changes nothing");
        let begins = columns.begins_at.into_iter().enumerate();
        let inside: B::Expr = begins
            .filter(|(first, _)| *first <= byte)
            .map(|(first, begins)| flags.is_wider(byte - first) * begins)
            .sum();
        builder.assert_zero_named(
            (B::Expr::ONE - inside) * change,
            "bytes that are not accessed stay",
        );
    }
    let fill = columns.sign * Val::from_u32(0xff);
    for byte in 0..8 {
        let accessed: B::Expr = (0..8)
            .map(|first| columns.begins_at[first] * columns.new[first + byte])
            .sum();
        let value = columns.value[byte];
        let is_accessed = flags.is_wider(byte);
        builder.assert_zero_named(
            is_accessed.clone() * (accessed - value),
            "the value's bytes are the memory's after",
        );
        builder.assert_zero_named(
            (flags.real.clone() - is_accessed) * flags.load.clone() * (fill.clone() - value),
            "what is loaded is extended",
        );
    }
    let last: B::Expr = WIDTHS
        .iter()
        .zip(&flags.width)
        .map(|(width, flag)| flag.clone() * columns.value[width - 1])
        .sum();
    builder.assert_eq_named(columns.last, last, "the last byte is the value's");
}

/// A word from its bytes.
fn word_of_bytes<B: TableBuilder>(bytes: &[B::Var]) -> Word<B::Expr> {
    from_fn(|limb| limb_of_bytes(bytes[2 * limb], bytes[2 * limb + 1]))
}

fn eval_operation<B: TableBuilder>(
    builder: &mut B,
    columns: &MisalignedColumns<B::Var>,
    flags: &Flags<B::Expr>,
) {
    let [half, word, double] = &flags.width;
    let code = half.clone() * Val::from_u32(HALF)
        + word.clone() * Val::from_u32(WORD)
        + double.clone() * Val::from_u32(DOUBLE)
        - columns.is_signed * Val::from_u32(SIGNED_LESS)
        + columns.is_store * Val::from_u32(STORE_MORE);
    builder.receive(
        Operation {
            code,
            time: columns.time.into(),
            a: address::operand(columns.base.map(Into::into)),
            b: address::offset(columns.offset.into()),
            c: word_of_bytes::<B>(&columns.value),
        },
        Count::bounded(flags.real.clone(), 1),
    );
}

fn eval_words<B: TableBuilder>(builder: &mut B, columns: &MisalignedColumns<B::Var>, flags: &Flags<B::Expr>) {
    let base = columns.base.map(Into::<B::Expr>::into);
    let address = address::base(builder, base, flags.real.clone()) + columns.offset;
    let position: B::Expr = columns
        .begins_at
        .into_iter()
        .enumerate()
        .map(|(byte, begins)| begins * Val::from_usize(byte))
        .sum();
    let first = address::word(address, position);
    // The word behind the first has its own state, so it is mapped, too.
    let words = [
        (columns.first, first.clone(), flags.real.clone()),
        (columns.second, first + B::Expr::ONE, columns.is_across.into()),
    ];
    for (index, (access, address, is_real)) in words.into_iter().enumerate() {
        let bytes = 8 * index..8 * index + 8;
        access.eval(
            builder,
            Access {
                space: access::space(columns.is_read_only[index].into()),
                address,
                old: word_of_bytes::<B>(&columns.old[bytes.clone()]),
                new: word_of_bytes::<B>(&columns.new[bytes]),
                time: columns.time.into(),
            },
            B::Expr::ZERO,
            is_real,
        );
    }
}

fn eval_ranges<B: TableBuilder>(
    builder: &mut B,
    columns: &MisalignedColumns<B::Var>,
    flags: &Flags<B::Expr>,
) {
    // New bytes are old ones or the value's.
    let bytes: [B::Var; NUM_BYTES + 8] = from_fn(|index| {
        if index < NUM_BYTES {
            columns.old[index]
        } else {
            columns.value[index - NUM_BYTES]
        }
    });
    for pair in bytes.chunks_exact(2) {
        builder.send(
            BytePair {
                x: pair[0].into(),
                y: pair[1].into(),
            },
            Count::bounded(flags.real.clone(), 1),
        );
    }
    // Unsigned, the mask is zero, and so is the sign.
    let top_bit = Val::from_u32(1 << 7);
    builder.send(
        ByteAnd {
            x: columns.last.into(),
            y: columns.is_signed * top_bit,
            and: columns.sign * top_bit,
        },
        Count::bounded(flags.real.clone(), 1),
    );
}
