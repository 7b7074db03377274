//! Runs a table's `eval` on values: of a row, of several rows side by side, or of columns at a point.

use alloc::vec::Vec;
use core::ops::{Add, Mul, Sub};

use p3_air::{AirBuilder, PassthroughNamedAirBuilder, RowWindow};
use p3_field::Algebra;
use p3_lookup::{Count, InteractionBuilder};

use crate::field::{Challenge, Val};
use crate::logup::Fingerprint;

/// What a cell is evaluated as: an element of [`Val`], several packed side by side, or of [`Challenge`].
pub trait Cell:
    Algebra<Val>
    + Copy
    + Send
    + Sync
    + Add<Val, Output = Self>
    + Sub<Val, Output = Self>
    + Mul<Val, Output = Self>
{
}

impl<C> Cell for C where
    C: Algebra<Val>
        + Copy
        + Send
        + Sync
        + Add<Val, Output = Self>
        + Sub<Val, Output = Self>
        + Mul<Val, Output = Self>
{
}

/// What a cell becomes when it meets a challenge.
pub trait Extended<C>: Algebra<C> + Algebra<Challenge> + Copy + Send + Sync {}

impl<C, X: Algebra<C> + Algebra<Challenge> + Copy + Send + Sync> Extended<C> for X {}

/// The selectors of a row.
#[derive(Clone, Copy, Debug)]
pub struct Selectors<C> {
    /// Not zero on the first row alone.
    pub is_first_row: C,
    /// Not zero on the last active row alone.
    pub is_last_row: C,
    /// Zero on the last active row alone.
    pub is_transition: C,
}

/// A message with its multiplicity.
#[derive(Clone, Copy, Debug)]
pub struct Fraction<C, X> {
    /// The multiplicity.
    pub numerator: C,
    /// The message's fingerprint.
    pub denominator: X,
}

/// The builder: collects what a table asserts and sends, in order, in buffers that are used again.
#[derive(Debug)]
pub struct Evaluator<'a, C, X> {
    main: RowWindow<'a, C>,
    fixed: RowWindow<'a, C>,
    public_values: &'a [Val],
    selectors: Selectors<C>,
    fingerprint: &'a Fingerprint,
    /// What must be zero.
    pub constraints: Vec<C>,
    /// What is sent.
    pub fractions: Vec<Fraction<C, X>>,
}

impl<'a, C: Cell, X: Extended<C>> Evaluator<'a, C, X> {
    /// An evaluation that has collected nothing; `buffers` are those of one before, or empty.
    pub fn new(
        main: RowWindow<'a, C>,
        fixed: RowWindow<'a, C>,
        public_values: &'a [Val],
        selectors: Selectors<C>,
        fingerprint: &'a Fingerprint,
        buffers: (Vec<C>, Vec<Fraction<C, X>>),
    ) -> Self {
        let (mut constraints, mut fractions) = buffers;
        constraints.clear();
        fractions.clear();
        Self {
            main,
            fixed,
            public_values,
            selectors,
            fingerprint,
            constraints,
            fractions,
        }
    }

    /// The buffers, for the next evaluation.
    pub fn into_buffers(self) -> (Vec<C>, Vec<Fraction<C, X>>) {
        (self.constraints, self.fractions)
    }
}

impl<'a, C: Cell, X: Extended<C>> AirBuilder for Evaluator<'a, C, X> {
    type F = Val;
    type Expr = C;
    type Var = C;
    type PreprocessedWindow = RowWindow<'a, C>;
    type MainWindow = RowWindow<'a, C>;
    type PublicVar = Val;
    type PeriodicVar = Val;

    fn main(&self) -> Self::MainWindow {
        self.main
    }

    fn preprocessed(&self) -> &Self::PreprocessedWindow {
        &self.fixed
    }

    fn is_first_row(&self) -> C {
        self.selectors.is_first_row
    }

    fn is_last_row(&self) -> C {
        self.selectors.is_last_row
    }

    fn is_transition(&self) -> C {
        self.selectors.is_transition
    }

    fn assert_zero<I: Into<C>>(&mut self, x: I) {
        self.constraints.push(x.into());
    }

    fn public_values(&self) -> &[Val] {
        self.public_values
    }
}

impl<C: Cell, X: Extended<C>> PassthroughNamedAirBuilder for Evaluator<'_, C, X> {}

impl<C: Cell, X: Extended<C>> InteractionBuilder for Evaluator<'_, C, X> {
    fn push_interaction<E: Into<C>>(
        &mut self,
        _bus_name: &str,
        fields: impl IntoIterator<Item = E>,
        count: impl Into<Count<C>>,
    ) {
        let (numerator, _) = count.into().into_parts();
        let index = self.fractions.len();
        let denominator = self
            .fingerprint
            .of_fields(index, fields.into_iter().map(Into::into));
        self.fractions.push(Fraction {
            numerator,
            denominator,
        });
    }

    fn push_local_interaction(&mut self, _: impl IntoIterator<Item = (Vec<C>, Count<C>)>) {
        crate::table::refuse_local_interaction();
    }
}
