//! How many rows and coefficients hide what a table holds, and how its quotient is cut.

use p3_field::BasedVectorSpace;

use crate::domain::RowDomain;
use crate::field::{Challenge, Val};
use crate::parameters::Parameters;

/// Base-field elements of a challenge.
pub(crate) const DIMENSION: usize = <Challenge as BasedVectorSpace<Val>>::DIMENSION;

/// How many values of a column a proof reveals: at every query position, and at the out-of-domain point and the one
/// behind, each of which is as good as `DIMENSION` positions.
fn num_revealed(parameters: &Parameters) -> usize {
    usize::from(parameters.num_queries) + 2 * DIMENSION
}

/// How many rows at a table's end are not active. One ends the running sums of LogUp columns and holds their masks;
/// the others hold random values, as many as are revealed.
pub(crate) fn num_inactive_rows(parameters: &Parameters) -> usize {
    1 + num_revealed(parameters)
}

/// Checks what hiding rests on: that there are at least as many random rows as values of a column that a proof with
/// these parameters reveals.
///
/// # Panics
/// When there are not, so that no proof is made that shows its witness.
#[cfg(feature = "prove")]
pub(crate) fn assert_hiding(domain: &RowDomain, parameters: &Parameters) {
    let num_random = domain.height() - domain.num_active() - 1;
    let num_revealed = num_revealed(parameters);
    assert!(
        num_random >= num_revealed,
        "{num_random} random rows do not hide {num_revealed} values"
    );
}

/// How many random coefficients stand between two parts of a quotient: as many as are revealed of both. They share
/// the out-of-domain point, but the rest of a quotient, which is shorter, is queried at other positions than full
/// parts are.
fn num_blinding_coefficients(parameters: &Parameters) -> usize {
    2 * usize::from(parameters.num_queries) + DIMENSION
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
        let shortest = min_height(parameters).max(2 << parameters.log_final_poly_len);
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

/// The fewest rows that a table may have: some are active, and a part of its quotient is longer than what blinds it.
pub(crate) fn min_height(parameters: &Parameters) -> usize {
    let rows = num_inactive_rows(parameters).max(num_blinding_coefficients(parameters));
    (rows + 1).next_power_of_two()
}

/// The rows of a table of `2^log_height` rows; `None` if a table may not have so few.
pub(crate) fn row_domain(log_height: usize, parameters: &Parameters) -> Option<RowDomain> {
    let height = 1_usize.checked_shl(u32::try_from(log_height).ok()?)?;
    let num_active = height.checked_sub(num_inactive_rows(parameters))?;
    RowDomain::new(log_height, num_active).filter(|_| height >= min_height(parameters))
}

#[cfg(all(test, feature = "prove"))]
mod tests {
    use super::*;

    #[test]
    fn a_row_domain_hides_and_one_with_a_row_less_does_not() {
        for parameters in [Parameters::standard(), Parameters::fast_insecure_for_tests()] {
            let domain = row_domain(10, &parameters).unwrap();
            assert_hiding(&domain, &parameters);
            let larger = RowDomain::new(10, domain.num_active() + 1).unwrap();
            assert!(std::panic::catch_unwind(|| assert_hiding(&larger, &parameters)).is_err());
        }
    }

    #[test]
    fn tables_too_short_for_blinding_are_refused() {
        let parameters = Parameters::standard();
        assert_eq!(min_height(&parameters), 1 << 10);
        // Rows would be left, but a quotient's parts would be shorter than what blinds them.
        assert!(num_inactive_rows(&parameters) < 1 << 9);
        assert_eq!(row_domain(9, &parameters), None);
    }

    #[test]
    fn parts_hold_every_quotient() {
        let parameters = Parameters::standard();
        for log_height in 10..=22 {
            let domain = row_domain(log_height, &parameters).unwrap();
            let parts = QuotientParts::new(&domain, &parameters);
            let total = 3 * domain.height() - domain.num_active();
            assert!(parts.len + parts.blinding <= domain.height());
            assert!(total - parts.num_full * parts.len <= 1 << parts.log_short_height);
            assert!(parts.blinding <= 1 << parts.log_short_height);
            assert!(parts.log_short_height >= 10 && parts.log_short_height <= log_height);
            assert_eq!(parts.num_full, if log_height == 10 { 3 } else { 2 });
        }
    }
}
