//! The table that benches prove: 48 columns, 16 constraints of degree 3, 12 interactions of width 5.

#![allow(dead_code, reason = "each bench uses what it measures")]

pub(crate) mod spans;

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_lookup::InteractionBuilder;
use p3_matrix::dense::RowMajorMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use zisk_stark::{Hash, Parameters, ProvingKey, Trace, Val};

pub(crate) const WIDTH: usize = 48;
pub(crate) const NUM_CONSTRAINTS: usize = 16;
pub(crate) const NUM_INTERACTIONS: usize = 12;

/// Columns 3i, 3i+1, 3i+2: the third is the product of the first two and the first again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Products;

impl<F> BaseAir<F> for Products {
    fn width(&self) -> usize {
        WIDTH
    }
}

impl<B: InteractionBuilder> Air<B> for Products {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        let row = main.current_slice();
        for i in 0..NUM_CONSTRAINTS {
            let [a, b, c]: [B::Expr; 3] = [0, 1, 2].map(|k| row[3 * i + k].into());
            builder.assert_zero(a.clone() * a * b - c);
        }
        // Every message is sent by one interaction and received by the next.
        for i in 0..NUM_INTERACTIONS {
            let start = 5 * (i / 2);
            let count = if i % 2 == 0 { 1 } else { -1 };
            builder.push_interaction("messages", row[start..start + 5].to_vec(), count);
        }
    }
}

/// Rows that satisfy the constraints.
pub(crate) fn rows(log_height: usize) -> RowMajorMatrix<Val> {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut values = Vec::with_capacity(WIDTH << log_height);
    for _ in 0..(1 << log_height) * NUM_CONSTRAINTS {
        let [a, b] = [0, 1].map(|_| Val::from_u32(rng.random::<u32>() >> 2));
        values.extend([a, b, a * a * b]);
    }
    RowMajorMatrix::new(values, WIDTH)
}

/// The table's key, at 128 bits.
pub(crate) fn key<H: Hash>() -> ProvingKey<Products, H> {
    key_at(Parameters::standard())
}

/// The table's key, at other parameters.
pub(crate) fn key_at<H: Hash>(parameters: Parameters) -> ProvingKey<Products, H> {
    let tables = vec![(Products, RowMajorMatrix::new(Vec::new(), 0))];
    ProvingKey::new(tables, parameters).expect("the table is well formed")
}

/// The rows as a trace.
pub(crate) fn trace(rows: &RowMajorMatrix<Val>) -> Vec<Trace> {
    vec![Trace {
        main: rows.clone(),
        public_values: Vec::new(),
    }]
}

/// The most memory that this process ever had, in bytes; 0 where the system does not say.
pub(crate) fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
