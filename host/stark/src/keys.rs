//! Keys: what prover and verifier agree on beforehand.

use alloc::string::String;
use alloc::vec::Vec;

use p3_challenger::{CanObserve, CanSample};
use p3_field::{PrimeCharacteristicRing, TwoAdicField};
use p3_fri::FriProverError;
use p3_matrix::Matrix;
use p3_matrix::dense::RowMajorMatrix;
use thiserror::Error;

use crate::analysis::{AnalysisError, TableShape, analyze};
use crate::field::Val;
use crate::hash::{Commitment, Hash};
use crate::layout;
use crate::logup::BusNumbers;
use crate::parameters::{Parameters, ParametersError};
use crate::table::Table;

/// What a verifier needs to know: the tables, their fixed columns by their root, the parameters.
#[derive(Clone, Debug)]
pub struct VerifyingKey<T, H: Hash> {
    pub(crate) tables: Vec<Entry<T>>,
    pub(crate) buses: BusNumbers,
    pub(crate) fixed: Option<Commitment<H>>,
    pub(crate) parameters: Parameters,
    /// A digest of all tables' constraints and messages.
    pub(crate) digest: Vec<Val>,
}

/// A table of a key.
#[derive(Clone, Debug)]
pub(crate) struct Entry<T> {
    pub(crate) table: T,
    pub(crate) shape: TableShape,
    /// Base-two logarithm of the number of rows, for a table with fixed columns.
    pub(crate) fixed_log_height: Option<u8>,
}

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
    /// The commitment scheme refuses the fixed columns.
    #[error("the commitment scheme refuses: {0}")]
    Commitment(#[from] FriProverError),
    /// There is no table.
    #[error("a key has at least one table")]
    NoTables,
}

impl<T, H: Hash> VerifyingKey<T, H> {
    /// The parameters that proofs are made with.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The largest number of rows that a table may have, as a base-two logarithm.
    pub(crate) fn max_log_height(&self) -> usize {
        Val::TWO_ADICITY - usize::from(self.parameters.log_blowup)
    }

    /// Whether a table may have `2^log_height` rows.
    pub(crate) fn allows_height(&self, log_height: usize, fixed: Option<u8>) -> bool {
        fixed.is_none_or(|fixed| usize::from(fixed) == log_height)
            && log_height <= self.max_log_height()
            && log_height > usize::from(self.parameters.log_final_poly_len)
            && layout::row_domain(log_height, &self.parameters).is_some()
    }

    /// How many rows of a table of `2^log_height` rows can be used: the others are the prover's. `None` if a
    /// table cannot have that many rows.
    pub fn num_active_rows(&self, log_height: usize) -> Option<usize> {
        self.allows_height(log_height, None)
            .then(|| layout::row_domain(log_height, &self.parameters))?
            .map(|domain| domain.num_active())
    }
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
    parameters: &Parameters,
) -> Result<Checked<T>, SetupError> {
    parameters.validate()?;
    if tables.is_empty() {
        return Err(SetupError::NoTables);
    }
    let mut entries: Vec<Entry<T>> = Vec::new();
    let mut all_fixed = Vec::new();
    for (index, (table, fixed)) in tables.into_iter().enumerate() {
        let shape = analyze(&table).map_err(|source| SetupError::Table { table: index, source })?;
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
