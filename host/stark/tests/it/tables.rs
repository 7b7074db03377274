//! Two small tables that talk to each other: one computes a Fibonacci sequence and looks the low byte of
//! each term up, the other provides all bytes.

extern crate alloc;

use alloc::vec::Vec;

use p3_air::{Air, BaseAir, NamedAirBuilder, WindowAccess};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{Bus, Count, Interactions, Message, TableBuilder, Val};

/// Says that a value is a byte.
pub(crate) struct ByteMessage<E> {
    pub(crate) value: E,
}

impl<E> Message<E> for ByteMessage<E> {
    const BUS: Bus = Bus { name: "byte" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        [self.value]
    }
}

/// Which table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Small {
    /// Columns `a`, `b`, `low` (of `a`), `high` (of `a`), `is_real`.
    Fibonacci,
    /// Fixed column `byte`, main column `multiplicity`.
    Bytes,
}

impl BaseAir<Val> for Small {
    fn width(&self) -> usize {
        match self {
            Self::Fibonacci => 5,
            Self::Bytes => 1,
        }
    }

    fn preprocessed_width(&self) -> usize {
        match self {
            Self::Fibonacci => 0,
            Self::Bytes => 1,
        }
    }

    fn num_public_values(&self) -> usize {
        match self {
            Self::Fibonacci => 1,
            Self::Bytes => 0,
        }
    }
}

impl<B: TableBuilder> Air<B> for Small {
    fn eval(&self, builder: &mut B) {
        match self {
            Self::Fibonacci => fibonacci(builder),
            Self::Bytes => {
                let byte = builder.preprocessed().current_slice()[0];
                let multiplicity = builder.main().current_slice()[0];
                builder.provide(ByteMessage { value: byte.into() }, multiplicity);
            }
        }
    }
}

fn fibonacci<B: TableBuilder>(builder: &mut B) {
    let window = builder.main();
    let [a, b, low, high, is_real] = [0, 1, 2, 3, 4].map(|column| window.current_slice()[column]);
    let [next_a, next_b] = [0, 1].map(|column| window.next_slice()[column]);
    let expected = builder.public_values()[0];
    builder.assert_bool_named(is_real, "is_real is a bit");
    builder.assert_zero_named(a - (low + high * Val::from_u32(256)), "a is split");
    let mut first = builder.when_first_row();
    first.assert_zero_named(a, "starts with 0");
    first.assert_one_named(b, "then 1");
    let mut transition = builder.when_transition();
    transition.assert_eq_named(next_a, b, "a moves on");
    transition.assert_eq_named(next_b, a + b, "b is the sum");
    builder
        .when_last_row()
        .assert_eq_named(b, expected, "ends with the public value");
    builder.send(
        ByteMessage { value: low.into() },
        Count::bounded(is_real.into(), 1),
    );
}

/// Honest rows of both tables.
pub(crate) struct Honest {
    pub(crate) fibonacci: RowMajorMatrix<Val>,
    pub(crate) bytes: RowMajorMatrix<Val>,
    pub(crate) fixed: RowMajorMatrix<Val>,
    pub(crate) no_fixed: RowMajorMatrix<Val>,
    pub(crate) last: Val,
}

impl Honest {
    /// At most 46 rows, so that terms are integers below 2^32.
    pub(crate) fn new(num_rows: usize) -> Self {
        assert!(num_rows <= 46, "the next term does not fit");
        Self::modular(num_rows)
    }

    /// Any number of rows, terms modulo the field's characteristic.
    pub(crate) fn modular(num_rows: usize) -> Self {
        let mut multiplicities = [0_u32; 256];
        let mut values = Vec::new();
        let (mut a, mut b) = (0_u32, 1_u32);
        let mut last = b;
        for row in 0..num_rows {
            let is_real = u32::from(row % 3 != 2);
            multiplicities[(a % 256) as usize] += is_real;
            values.extend([a, b, a % 256, a / 256, is_real].map(Val::from_u32));
            last = b;
            (a, b) = (b, (Val::from_u32(a) + Val::from_u32(b)).as_canonical_u32());
        }
        Self {
            fibonacci: RowMajorMatrix::new(values, 5),
            bytes: RowMajorMatrix::new_col(multiplicities.map(Val::from_u32).to_vec()),
            fixed: RowMajorMatrix::new_col((0..256).map(Val::from_u32).collect()),
            no_fixed: RowMajorMatrix::new(Vec::new(), 0),
            last: Val::from_u32(last),
        }
    }
}
