//! How many rows and coefficients hide what a table holds, and how its quotient is cut.

use p3_field::BasedVectorSpace;

use crate::domain::RowDomain;
use crate::field::{Challenge, Val};
use crate::parameters::Parameters;

/// Base-field elements of a challenge.
pub(crate) const DIMENSION: usize = <Challenge as BasedVectorSpace<Val>>::DIMENSION;

/// How many rows at a table's end are not active.
///
/// One ends the running sum of LogUp columns. The others hold random values, as many as an opening reveals of
/// a column and what can be computed from it: the column at every query position and at the position of
/// the row behind it, which the quotient depends on, and at the out-of-domain point and the one behind, each
/// of which is as good as `DIMENSION` positions.
pub(crate) fn num_inactive_rows(parameters: &Parameters) -> usize {
    1 + 2 * usize::from(parameters.num_queries) + 2 * DIMENSION
}

/// How many random coefficients stand between two parts of a quotient: what is revealed of each.
fn num_blinding_coefficients(parameters: &Parameters) -> usize {
    usize::from(parameters.num_queries) + DIMENSION
}

/// How a quotient is cut into parts of fewer coefficients than a table has rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QuotientParts {
    /// How many parts.
    pub(crate) count: usize,
    /// Coefficients of a part, before blinding.
    pub(crate) len: usize,
    /// Random coefficients behind each part.
    pub(crate) blinding: usize,
}

impl QuotientParts {
    /// The fewest parts that leave room for blinding. The table is larger than [`num_inactive_rows`], so
    /// there is such a number.
    pub(crate) fn new(domain: &RowDomain, parameters: &Parameters) -> Self {
        let height = domain.height();
        let len = 3 * height - domain.num_active();
        let blinding = num_blinding_coefficients(parameters);
        let room = height.saturating_sub(blinding).max(1);
        let count = len.div_ceil(room);
        Self {
            count,
            len: len.div_ceil(count),
            blinding,
        }
    }

    /// Base-field columns that hold all parts.
    pub(crate) fn num_columns(&self) -> usize {
        self.count * DIMENSION
    }
}

/// The rows of a table of `2^log_height` rows; `None` if none is left to be active.
pub(crate) fn row_domain(log_height: usize, parameters: &Parameters) -> Option<RowDomain> {
    let height = 1_usize.checked_shl(u32::try_from(log_height).ok()?)?;
    RowDomain::new(log_height, height.checked_sub(num_inactive_rows(parameters))?)
}
