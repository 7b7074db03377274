use alloc::vec;
use alloc::vec::Vec;
use core::array::from_fn;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::{Bus, Message, Val};

use super::bytes::{self, BytesColumns, BytesFixed};
use super::range::{self, RangeColumns, RangeFixed};
use crate::messages::{ByteAnd, BytePair, Range16};

/// How often everything in the fixed tables is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiplicities {
    range: Vec<Val>,
    pairs: Vec<Val>,
    ands: Vec<Val>,
}

impl Default for Multiplicities {
    fn default() -> Self {
        let zeros = || vec![Val::ZERO; 1 << 16];
        Self {
            range: zeros(),
            pairs: zeros(),
            ands: zeros(),
        }
    }
}

impl Multiplicities {
    /// The buses of the fixed tables.
    pub const BUSES: [Bus; 3] = [
        <Range16<Val> as Message<Val>>::BUS,
        <BytePair<Val> as Message<Val>>::BUS,
        <ByteAnd<Val> as Message<Val>>::BUS,
    ];

    /// Counts a message on one of the buses; one that no row holds counts for nothing, and its bus will not balance.
    pub fn count(&mut self, bus: Bus, fields: &[Val], multiplicity: Val) {
        let [range, pairs, ands] = Self::BUSES;
        let field = |index: usize| fields[index].as_canonical_u32() as usize;
        let (counts, place) = if bus == range {
            (&mut self.range, field(0))
        } else if bus == pairs {
            (&mut self.pairs, field(0) << 8 | field(1))
        } else if bus == ands {
            (&mut self.ands, field(0) << 8 | field(1))
        } else {
            return;
        };
        if let Some(count) = counts.get_mut(place) {
            *count += multiplicity;
        }
    }

    /// Adds what was counted elsewhere.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        let add = |counts: &mut Vec<Val>, others: &Vec<Val>| {
            counts
                .iter_mut()
                .zip(others)
                .for_each(|(count, other)| *count += *other);
        };
        add(&mut self.range, &other.range);
        add(&mut self.pairs, &other.pairs);
        add(&mut self.ands, &other.ands);
        self
    }

    /// The main columns of the table of numbers.
    pub fn range_rows(&self) -> RowMajorMatrix<Val> {
        let count = |row, place| Self::at(&self.range, row * range::PER_ROW + place);
        rows(RangeColumns::<Val>::WIDTH, range::LOG_HEIGHT, |row, cells| {
            RangeColumns {
                multiplicity: from_fn(|place| count(row, place)),
            }
            .store(cells);
        })
    }

    /// The main columns of the table of bytes.
    pub fn bytes_rows(&self) -> RowMajorMatrix<Val> {
        let count = |counts: &[Val], row, place| Self::at(counts, row * bytes::PER_ROW + place);
        rows(BytesColumns::<Val>::WIDTH, bytes::LOG_HEIGHT, |row, cells| {
            BytesColumns {
                pairs: from_fn(|place| count(&self.pairs, row, place)),
                ands: from_fn(|place| count(&self.ands, row, place)),
            }
            .store(cells);
        })
    }

    /// The fixed columns of the table of numbers.
    pub fn range_fixed() -> RowMajorMatrix<Val> {
        let number = |row, place| Val::from_u32(range::number(row, place));
        rows(RangeFixed::<Val>::WIDTH, range::LOG_HEIGHT, |row, cells| {
            RangeFixed {
                value: from_fn(|place| number(row, place)),
            }
            .store(cells);
        })
    }

    /// The fixed columns of the table of bytes.
    pub fn bytes_fixed() -> RowMajorMatrix<Val> {
        rows(BytesFixed::<Val>::WIDTH, bytes::LOG_HEIGHT, |row, cells| {
            let pairs: [(u32, u32); bytes::PER_ROW] = from_fn(|place| bytes::pair(row, place));
            BytesFixed {
                x: pairs.map(|(x, _)| Val::from_u32(x)),
                y: pairs.map(|(_, y)| Val::from_u32(y)),
                and: pairs.map(|(x, y)| Val::from_u32(x & y)),
            }
            .store(cells);
        })
    }

    fn at(counts: &[Val], index: usize) -> Val {
        counts.get(index).copied().unwrap_or(Val::ZERO)
    }
}

fn rows(width: usize, log_height: usize, fill: impl Fn(usize, &mut [Val])) -> RowMajorMatrix<Val> {
    let mut values = vec![Val::ZERO; width << log_height];
    for (index, row) in values.chunks_exact_mut(width).enumerate() {
        fill(index, row);
    }
    RowMajorMatrix::new(values, width)
}
