use crate::evaluator::{Extended, Fraction, Selectors};

/// How many constraints [`constraints`] gives for so many columns: one for each, and where the running sum
/// begins and ends.
pub(crate) fn num_constraints(num_columns: usize) -> usize {
    if num_columns == 0 { 0 } else { num_columns + 2 }
}

/// What must be zero of a table's LogUp columns, in the order in which challenges combine it.
///
/// `columns` says which fractions a column holds; `current` and `next` are the columns' values on a row and
/// the row behind it. `sum` is what the table says all its fractions come to.
///
/// What each excludes: a column that is not the sum of its fractions; a running sum that skips a row or adds
/// something else; one that does not begin with 0; one that does not end with `sum`.
pub fn constraints<C: Copy, X: Extended<C>>(
    columns: &[alloc::vec::Vec<usize>],
    fractions: &[Fraction<C, X>],
    current: &[X],
    next: &[X],
    selectors: Selectors<C>,
    sum: X,
    mut assert_zero: impl FnMut(X),
) {
    let Some(last) = columns.len().checked_sub(1) else {
        return;
    };
    for (column, value) in columns[..last].iter().zip(current) {
        let (numerator, denominator) = add_fractions(column, fractions);
        assert_zero(*value * denominator - numerator);
    }
    let others: X = current[..last].iter().copied().sum();
    let (running, running_next) = (current[last], next[last]);
    let (numerator, denominator) = add_fractions(&columns[last], fractions);
    assert_zero((running_next - running - others) * denominator - numerator);
    assert_zero(running * selectors.is_first_row);
    assert_zero((running_next - sum) * selectors.is_last_row);
}

/// The sum of some fractions as one: numerator and denominator.
pub(super) fn add_fractions<C: Copy, X: Extended<C>>(
    column: &[usize],
    fractions: &[Fraction<C, X>],
) -> (X, X) {
    let mut numerator = X::ZERO;
    let mut denominator = X::ONE;
    for (position, &index) in column.iter().enumerate() {
        let fraction = &fractions[index];
        if position == 0 {
            numerator = X::from(fraction.numerator);
            denominator = fraction.denominator;
        } else {
            numerator = numerator * fraction.denominator + denominator * fraction.numerator;
            denominator *= fraction.denominator;
        }
    }
    (numerator, denominator)
}
