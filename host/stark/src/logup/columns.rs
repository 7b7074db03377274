use crate::analysis::RunningSum;
use crate::evaluator::{Extended, Fraction, Selectors};

/// How many constraints [`constraints`] gives for some sums: one for each column, and for each sum where it begins
/// and where it ends.
pub(crate) fn num_constraints(sums: &[RunningSum]) -> usize {
    sums.iter().map(|sum| sum.columns.len() + 2).sum()
}

/// The LogUp columns of one sum on a row and the row behind it, with what the table says of the sum.
#[derive(Debug)]
pub(crate) struct SumCells<'a, X> {
    /// The columns on the row.
    pub(crate) current: &'a [X],
    /// The columns on the row behind.
    pub(crate) next: &'a [X],
    /// The mask that begins on the row behind.
    pub(crate) mask_next: X,
    /// What the table publishes: all fractions and the mask.
    pub(crate) total: X,
}

/// What must be zero of the LogUp columns of one sum, in the order in which challenges combine it.
///
/// What each excludes: a column that is not the sum of its fractions; a running sum that skips a row or adds
/// something else; one that does not begin with 0; a total that is not what it ends with and the mask.
pub(crate) fn constraints<C: Copy, X: Extended<C>>(
    sum: &RunningSum,
    fractions: &[Fraction<C, X>],
    cells: &SumCells<'_, X>,
    selectors: Selectors<C>,
    mut assert_zero: impl FnMut(X),
) {
    let Some((last, others)) = sum.columns.split_last() else {
        return;
    };
    let (current, next) = (cells.current, cells.next);
    let mut all_others = X::ZERO;
    for (column, value) in others.iter().zip(current) {
        let (numerator, denominator) = add_fractions(column, fractions);
        assert_zero(*value * denominator - numerator);
        all_others += *value;
    }
    let (running, running_next) = (current[others.len()], next[others.len()]);
    let (numerator, denominator) = add_fractions(last, fractions);
    assert_zero((running_next - running - all_others) * denominator - numerator);
    assert_zero(running * selectors.is_first_row);
    assert_zero((running_next + cells.mask_next - cells.total) * selectors.is_last_row);
}

/// The sum of some fractions as one: numerator and denominator.
pub(super) fn add_fractions<C: Copy, X: Extended<C>>(
    column: &[usize],
    fractions: &[Fraction<C, X>],
) -> (X, X) {
    // One or two of them are nearly always all that degrees allow, and need no product with a numerator that
    // is an extension element.
    match *column {
        [only] => (X::from(fractions[only].numerator), fractions[only].denominator),
        [first, second] => {
            let (first, second) = (&fractions[first], &fractions[second]);
            (
                second.denominator * first.numerator + first.denominator * second.numerator,
                first.denominator * second.denominator,
            )
        }
        _ => column
            .iter()
            .fold((X::ZERO, X::ONE), |(numerator, denominator), &index| {
                let fraction = &fractions[index];
                (
                    numerator * fraction.denominator + denominator * fraction.numerator,
                    denominator * fraction.denominator,
                )
            }),
    }
}
