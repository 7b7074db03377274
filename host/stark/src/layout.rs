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
    /// How many parts are committed as columns of the table's height.
    pub(crate) num_full: usize,
    /// Coefficients of each of these, before blinding.
    pub(crate) len: usize,
    /// Random coefficients behind each of these.
    pub(crate) blinding: usize,
    /// Base-two logarithm of the height of the columns that hold what is left.
    pub(crate) log_short_height: usize,
}

impl QuotientParts {
    /// As few full parts as leave no more than another one would hold: two, but for the shortest tables. What is left
    /// are few coefficients, so its columns are short.
    pub(crate) fn new(domain: &RowDomain, parameters: &Parameters) -> Self {
        let height = domain.height();
        let total = 3 * height - domain.num_active();
        let blinding = num_blinding_coefficients(parameters);
        let len = height.saturating_sub(blinding).max(1);
        let num_full = total.saturating_sub(height).div_ceil(len);
        let rest = total.saturating_sub(num_full * len).max(blinding);
        // No shorter than the shortest table may be, so that it is no easier to cheat here.
        let shortest = (num_inactive_rows(parameters) + 1).max(2 << parameters.log_final_poly_len);
        let short_height = rest.max(shortest).next_power_of_two();
        Self {
            num_full,
            len,
            blinding,
            log_short_height: short_height.ilog2() as usize,
        }
    }

    /// Base-field columns of the full parts.
    pub(crate) fn num_columns(&self) -> usize {
        self.num_full * DIMENSION
    }
}

/// The rows of a table of `2^log_height` rows; `None` if none is left to be active.
pub(crate) fn row_domain(log_height: usize, parameters: &Parameters) -> Option<RowDomain> {
    let height = 1_usize.checked_shl(u32::try_from(log_height).ok()?)?;
    RowDomain::new(log_height, height.checked_sub(num_inactive_rows(parameters))?)
}
