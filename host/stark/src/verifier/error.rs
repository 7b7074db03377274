use thiserror::Error;

use crate::parameters::ParametersError;

/// A proof is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no proof at all.
    #[error("several proofs are verified together, but none was given")]
    NoProofs,
    /// A list of the proof, or of public values, is of another length than the key says.
    #[error("{what} has {found} entries instead of {expected}")]
    Shape {
        /// Which list.
        what: &'static str,
        /// How many entries there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// One of several proofs states something else than the challenges were derived from.
    #[error("{0} of the proof are not those that it stated before the shared challenges")]
    Statement(&'static str),
    /// A table cannot have that many rows, or cannot be absent.
    #[error(
        "table {table} is said to have 2^{log_height} rows (2^0: none at all), which the key does not allow"
    )]
    Height {
        /// Which table, counted from 0.
        table: usize,
        /// Base-two logarithm of its rows.
        log_height: u8,
    },
    /// All tables are absent.
    #[error("the proof is of no table at all")]
    NoRows,
    /// Multiplicities could wrap around the field's characteristic.
    #[error("the tables' messages could be sent {total} times in all, which the field cannot count")]
    Multiplicities {
        /// Bound on the multiplicities of all rows.
        total: u64,
    },
    /// The parameters are weaker than what was demanded.
    #[error(transparent)]
    Security(#[from] ParametersError),
    /// Work was not done.
    #[error("the proof of work before the {0} is wrong")]
    Work(&'static str),
    /// The out-of-domain point lies among a table's rows: for an honest proof, once in 2^130.
    #[error("the out-of-domain point lies among the rows of table {table}")]
    Point {
        /// Which table, counted from 0.
        table: usize,
    },
    /// The tables do not receive what they send.
    #[error("the buses do not balance")]
    Buses,
    /// A table's constraints do not hold.
    #[error("the constraints of table {table} do not hold")]
    Constraints {
        /// Which table, counted from 0.
        table: usize,
    },
    /// Committed columns are not what they are said to be.
    #[error("the opening proof is wrong")]
    Opening,
}
