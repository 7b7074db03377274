//! Where a table's rows live as polynomials.
//!
//! Row `i` of a table of `N = 2^n` rows is the value of its columns at `g^i`, where `g` generates the
//! subgroup of order `N`. Only the first rows are *active*: constraints hold on them. The rows behind may
//! hold anything, and that is how columns are hidden: with `K` uniformly random values there, any `K` values
//! of a column outside the subgroup are uniformly random, whatever the active rows hold.
//!
//! So what constraints are divided by is the polynomial that vanishes on active rows alone,
//! `(x^N - 1) / P(x)` with `P(x)` the product of `x - g^i` over the rows that are not active.

use alloc::vec::Vec;

use p3_field::{Field, PrimeCharacteristicRing, TwoAdicField};

use crate::evaluator::Selectors;
use crate::field::{Challenge, Val};

/// The rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowDomain {
    log_height: usize,
    num_active: usize,
}

/// The rows of one of a key's tables; `None` if it is absent, or has no rows as yet.
pub(crate) type TableRowDomain = Option<RowDomain>;

impl RowDomain {
    /// `2^log_height` rows, of which the first `num_active` are active. `None` if there is no active row, if
    /// there are more than rows, or if the field has no subgroup of twice that order.
    pub(crate) fn new(log_height: usize, num_active: usize) -> Option<Self> {
        let fits = log_height < Val::TWO_ADICITY && (1..=1 << log_height).contains(&num_active);
        fits.then_some(Self {
            log_height,
            num_active,
        })
    }

    /// Number of rows.
    pub(crate) fn height(&self) -> usize {
        1 << self.log_height
    }

    /// Base-two logarithm of the number of rows.
    pub(crate) fn log_height(&self) -> usize {
        self.log_height
    }

    /// The same as proofs state it.
    pub(crate) fn log_height_byte(&self) -> u8 {
        // Below the field's two-adicity.
        self.log_height as u8
    }

    /// Number of rows that constraints hold on.
    pub(crate) fn num_active(&self) -> usize {
        self.num_active
    }

    /// `g`: what leads from a row to the next.
    pub(crate) fn generator(&self) -> Val {
        Val::two_adic_generator(self.log_height)
    }

    /// `g^row`.
    pub(crate) fn point(&self, row: usize) -> Val {
        self.generator().exp_u64(row as u64)
    }

    /// The points of the rows that are not active.
    pub(crate) fn inactive_points(&self) -> Vec<Val> {
        let first = self.point(self.num_active);
        self.generator()
            .shifted_powers(first)
            .take(self.height() - self.num_active)
            .collect()
    }

    /// The selectors at a point outside the rows, not normalised.
    pub(crate) fn selectors_at(&self, x: Challenge) -> Selectors<Challenge> {
        let vanishing = x.exp_power_of_2(self.log_height) - Challenge::ONE;
        let last = x - self.point(self.num_active - 1);
        Selectors {
            is_first_row: vanishing * (x - Val::ONE).inverse(),
            is_last_row: vanishing * last.inverse(),
            is_transition: last,
        }
    }

    /// The polynomial that vanishes on active rows alone, at a point outside the rows.
    pub(crate) fn active_vanishing_at(&self, x: Challenge) -> Challenge {
        let inactive: Challenge = self
            .inactive_points()
            .into_iter()
            .map(|point| x - point)
            .product();
        (x.exp_power_of_2(self.log_height) - Challenge::ONE) * inactive.inverse()
    }
}
