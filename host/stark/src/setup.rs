//! Making keys.

use alloc::string::String;
use alloc::vec::Vec;

use p3_challenger::{CanObserve, CanSample};
use p3_field::PrimeCharacteristicRing;
#[cfg(feature = "prove")]
use p3_matrix::Matrix;
#[cfg(feature = "prove")]
use p3_matrix::dense::RowMajorMatrix;
use thiserror::Error;

use crate::analysis::{AnalysisError, TableShape, analyze};
use crate::bus::Bus;
use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::keys::{Entry, VerifyingKey};
use crate::layout;
use crate::logup::BusNumbers;
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
    /// There is a root over fixed columns without fixed columns, or the other way round, or it is more than one root.
    #[error("tables with fixed columns have one root over these, tables without have none")]
    FixedRoot,
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

impl<T: Table, H: Hash> VerifyingKey<T, H> {
    /// The key of some tables, each with the base-two logarithm of its height if it has fixed columns, and of the root
    /// over all fixed columns, as [`ProvingKey`](crate::ProvingKey) commits to them.
    ///
    /// # Errors
    /// When a table cannot be proven as it is written, tables disagree about a bus, a height is none that can be proven, or
    /// there is a root without fixed columns or the other way round.
    pub fn new(
        tables: Vec<(T, Option<u8>)>,
        shared: &[Bus],
        fixed: Option<Commitment<H>>,
        parameters: Parameters,
    ) -> Result<Self, SetupError> {
        parameters.validate()?;
        if tables.is_empty() {
            return Err(SetupError::NoTables);
        }
        let mut entries: Vec<Entry<T>> = Vec::new();
        for (index, (table, fixed_log_height)) in tables.into_iter().enumerate() {
            let shape =
                analyze(&table, shared).map_err(|source| SetupError::Table { table: index, source })?;
            check_widths(&entries, &shape, index)?;
            let width = shape.fixed_columns.len();
            let domain = |log_height: u8| layout::row_domain(log_height.into(), &parameters);
            let fits = fixed_log_height.is_none_or(|log_height| domain(log_height).is_some());
            if fixed_log_height.is_some() != (width > 0) || !fits {
                return Err(SetupError::FixedColumns {
                    table: index,
                    width,
                    found: if fixed_log_height.is_some() { width } else { 0 },
                    rows: fixed_log_height.map_or(0, |log_height| {
                        1_usize.checked_shl(log_height.into()).unwrap_or(0)
                    }),
                    min_rows: layout::min_height(&parameters),
                });
            }
            entries.push(Entry {
                table,
                shape,
                fixed_log_height,
            });
        }
        let has_fixed = entries.iter().any(|entry| entry.fixed_log_height.is_some());
        let has_one_root = fixed.as_ref().is_none_or(H::has_one_root);
        if has_fixed != fixed.is_some() || !has_one_root {
            return Err(SetupError::FixedRoot);
        }
        Ok(Self {
            has_shared: entries.iter().any(|entry| entry.shape.has_shared()),
            buses: BusNumbers::new(entries.iter().map(|entry| &entry.shape)),
            digest: digest::<T, H>(&entries),
            tables: entries,
            fixed,
            parameters,
        })
    }
}

/// Checks fixed columns against their tables, and gives the tables with their heights.
#[cfg(feature = "prove")]
pub(crate) fn with_heights<T: Table>(
    tables: Vec<(T, RowMajorMatrix<Val>)>,
    parameters: &Parameters,
) -> Result<WithHeights<T>, SetupError> {
    parameters.validate()?;
    let (mut with_heights, mut all_fixed) = (Vec::new(), Vec::new());
    for (index, (table, fixed)) in tables.into_iter().enumerate() {
        let width = table.preprocessed_width();
        let rows = if width == 0 { 0 } else { fixed.height() };
        let min_rows = layout::min_height(parameters);
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
        with_heights.push((table, (width > 0).then(|| rows.ilog2() as u8)));
        all_fixed.push(fixed);
    }
    Ok((with_heights, all_fixed))
}

/// Tables with the base-two logarithms of their heights, and their fixed columns.
#[cfg(feature = "prove")]
type WithHeights<T> = (Vec<(T, Option<u8>)>, Vec<RowMajorMatrix<Val>>);

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
