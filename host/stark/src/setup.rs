//! Making keys.

use alloc::string::String;
use alloc::vec::Vec;

use p3_challenger::{CanObserve, CanSample};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use thiserror::Error;

use crate::analysis::{AnalysisError, TableShape, analyze};
use crate::bus::Bus;
use crate::field::Val;
use crate::hash::Hash;
use crate::keys::Entry;
use crate::layout;
use crate::parameters::{Parameters, ParametersError};
use crate::table::Table;

/// A key cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A table cannot be proven as it is written.
    #[error("table {table}: {source}")]
    Table {
        /// Which table, counted from 0.
        table: usize,
        /// Why.
        source: AnalysisError,
    },
    /// Messages of a bus have different numbers of fields in different tables.
    #[error(
        "table {table} has messages of {found} fields on bus `{bus}`, where another table has {expected}"
    )]
    MessageWidth {
        /// Which table, counted from 0.
        table: usize,
        /// The bus.
        bus: String,
        /// Number of fields in another table.
        expected: usize,
        /// Number of fields in this table.
        found: usize,
    },
    /// Fixed columns are not of the table's width, or their number of rows cannot be proven.
    #[error(
        "table {table} has {width} fixed columns; {rows} rows of {found} were given, and the rows must be a power of two of at least {min_rows}"
    )]
    FixedColumns {
        /// Which table, counted from 0.
        table: usize,
        /// How many fixed columns it has.
        width: usize,
        /// How many were given.
        found: usize,
        /// How many rows were given.
        rows: usize,
        /// How many there must be at least.
        min_rows: usize,
    },
    /// The parameters are out of range.
    #[error(transparent)]
    Parameters(#[from] ParametersError),
    /// There is no table.
    #[error("a key has at least one table")]
    NoTables,
}

/// The digest of these tables.
pub(crate) fn digest<T, H: Hash>(tables: &[Entry<T>]) -> Vec<Val> {
    /// Elements of a digest: as many as Merkle trees have, for the same resistance to collisions.
    const LEN: usize = 9;
    let mut challenger = H::challenger();
    challenger.observe(Val::from_usize(tables.len()));
    for entry in tables {
        let numbers: Vec<Val> = entry.shape.encode().into_iter().map(Val::from_u32).collect();
        challenger.observe(Val::from_usize(numbers.len()));
        challenger.observe_slice(&numbers);
    }
    challenger.sample_vec(LEN)
}

/// The tables of a key, and their fixed columns.
pub(crate) type Checked<T> = (Vec<Entry<T>>, Vec<RowMajorMatrix<Val>>);

/// Analyzes tables and checks them against each other and their fixed columns.
pub(crate) fn entries<T: Table>(
    tables: Vec<(T, RowMajorMatrix<Val>)>,
    shared: &[Bus],
    parameters: &Parameters,
) -> Result<Checked<T>, SetupError> {
    parameters.validate()?;
    if tables.is_empty() {
        return Err(SetupError::NoTables);
    }
    let mut entries: Vec<Entry<T>> = Vec::new();
    let mut all_fixed = Vec::new();
    for (index, (table, fixed)) in tables.into_iter().enumerate() {
        let shape = analyze(&table, shared).map_err(|source| SetupError::Table { table: index, source })?;
        check_widths(&entries, &shape, index)?;
        let width = shape.fixed_columns.len();
        let rows = if width == 0 { 0 } else { fixed.height() };
        let min_rows = layout::num_inactive_rows(parameters) + 1;
        let rows_fit = width == 0 || (rows.is_power_of_two() && rows >= min_rows);
        if fixed.width() != width || !rows_fit {
            return Err(SetupError::FixedColumns {
                table: index,
                width,
                found: fixed.width(),
                rows,
                min_rows,
            });
        }
        let fixed_log_height = (width > 0).then(|| rows.ilog2() as u8);
        entries.push(Entry {
            table,
            shape,
            fixed_log_height,
        });
        all_fixed.push(fixed);
    }
    Ok((entries, all_fixed))
}

fn check_widths<T>(entries: &[Entry<T>], shape: &TableShape, table: usize) -> Result<(), SetupError> {
    let others = || entries.iter().flat_map(|entry| &entry.shape.interactions);
    for interaction in &shape.interactions {
        let found = interaction.fields.len();
        if let Some(other) = others().find(|other| other.bus == interaction.bus)
            && other.fields.len() != found
        {
            let bus = interaction.bus.clone();
            return Err(SetupError::MessageWidth {
                table,
                bus,
                expected: other.fields.len(),
                found,
            });
        }
    }
    Ok(())
}
