//! The fixed tables, with those of their rows that are looked up, as often as they are.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::array::from_fn;
use std::sync::LazyLock;

use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::analysis::{TableShape, analyze};
use zisk_stark::checker::Rows;
use zisk_stark::{Bus, TableRows, Val, count_messages};

use super::matrix;
use crate::fixed::bytes::{BytesColumns, BytesFixed};
use crate::fixed::range::{PER_ROW, RangeColumns, RangeFixed};
use crate::messages::SHARED_BUSES;
use crate::{Multiplicities, Table};

/// Tables are read once.
static SHAPES: LazyLock<Vec<TableShape>> = LazyLock::new(|| {
    let shape = |table| analyze(table, &SHARED_BUSES).expect("the table is well formed");
    Table::ALL.iter().map(shape).collect()
});

/// What a table says on a bus: fields, and how often.
pub(super) fn said(rows: &Rows<'_, Table>, bus: Bus) -> Vec<(Vec<u32>, Val)> {
    let rows = TableRows {
        table: rows.table,
        shape: &SHAPES[*rows.table as usize],
        main: rows.main,
        fixed: rows.fixed,
        public_values: rows.public_values,
        num_active: rows.main.height(),
    };
    count_messages(
        &rows,
        &[bus],
        Vec::new,
        |said: &mut Vec<_>, _, fields, multiplicity| {
            said.push((fields.iter().map(Val::as_canonical_u32).collect(), multiplicity));
        },
        |one, other| [one, other].concat(),
    )
}

/// Whether a fixed table has a row that says this.
pub(super) fn is_fixed(bus: usize, fields: &[u32]) -> bool {
    match (bus, fields) {
        (0, [value]) => *value < 1 << 16,
        (1, [x, y]) => *x < 1 << 8 && *y < 1 << 8,
        (2, [x, y, and]) => *x < 1 << 8 && *y < 1 << 8 && *and == x & y,
        _ => false,
    }
}

/// Main and fixed columns of the tables of numbers and of bytes, as these tables look them up: a message that none of
/// their rows holds finds nobody.
pub(super) fn looked_up<'a>(
    tables: impl Iterator<Item = Rows<'a, Table>>,
) -> [(RowMajorMatrix<Val>, RowMajorMatrix<Val>); 2] {
    let mut looked_up: BTreeMap<(usize, Vec<u32>), Val> = BTreeMap::new();
    for rows in tables {
        for (number, bus) in Multiplicities::BUSES.into_iter().enumerate() {
            for (fields, multiplicity) in said(&rows, bus) {
                *looked_up.entry((number, fields)).or_insert(Val::ZERO) += multiplicity;
            }
        }
    }
    let of_bus = |wanted: usize| -> Vec<(Vec<u32>, Val)> {
        let entries = looked_up
            .iter()
            .filter(|((number, fields), _)| *number == wanted && is_fixed(wanted, fields));
        entries
            .map(|((_, fields), multiplicity)| (fields.clone(), *multiplicity))
            .collect()
    };
    let [range, pairs, ands] = [0, 1, 2].map(of_bus);
    let columns = |entries: &[(Vec<u32>, Val)], field: usize, row: usize| {
        from_fn(|place| {
            entries
                .get(row * PER_ROW + place)
                .map_or(Val::ZERO, |(fields, _)| Val::from_u32(fields[field]))
        })
    };
    let counts = |entries: &[(Vec<u32>, Val)], row: usize| {
        from_fn(|place| {
            entries
                .get(row * PER_ROW + place)
                .map_or(Val::ZERO, |(_, multiplicity)| *multiplicity)
        })
    };
    let num_rows = |num_entries: usize| num_entries.div_ceil(PER_ROW).max(1);
    let range_fixed = matrix(RangeFixed::<Val>::WIDTH, num_rows(range.len()), |row, cells| {
        RangeFixed {
            value: columns(&range, 0, row),
        }
        .store(cells);
    });
    let range_rows = matrix(RangeColumns::<Val>::WIDTH, num_rows(range.len()), |row, cells| {
        RangeColumns {
            multiplicity: counts(&range, row),
        }
        .store(cells);
    });
    // Pairs first, then pairs with their conjunctions: a row of the table provides both.
    let both: Vec<_> = pairs.iter().chain(&ands).cloned().collect();
    let bytes_fixed = matrix(BytesFixed::<Val>::WIDTH, num_rows(both.len()), |row, cells| {
        let (x, y): ([Val; PER_ROW], [Val; PER_ROW]) = (columns(&both, 0, row), columns(&both, 1, row));
        let and = from_fn(|place| Val::from_u32(x[place].as_canonical_u32() & y[place].as_canonical_u32()));
        BytesFixed { x, y, and }.store(cells);
    });
    let bytes_rows = matrix(BytesColumns::<Val>::WIDTH, num_rows(both.len()), |row, cells| {
        let all: [Val; PER_ROW] = counts(&both, row);
        let is_pair = |place: usize| row * PER_ROW + place < pairs.len();
        BytesColumns {
            pairs: from_fn(|place| if is_pair(place) { all[place] } else { Val::ZERO }),
            ands: from_fn(|place| if is_pair(place) { Val::ZERO } else { all[place] }),
        }
        .store(cells);
    });
    [(range_rows, range_fixed), (bytes_rows, bytes_fixed)]
}
