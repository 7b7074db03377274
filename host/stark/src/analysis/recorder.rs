use alloc::string::{String, ToString};
use alloc::vec::Vec;

use p3_air::symbolic::{AirLayout, SymbolicAirBuilder, SymbolicExpression, SymbolicVariable};
use p3_air::{AirBuilder, Name, NamedAirBuilder};
use p3_lookup::{Count, InteractionBuilder};
use p3_matrix::dense::RowMajorMatrix;

use crate::field::Val;

/// The label of a constraint that was asserted without one.
const UNNAMED: &str = "(unnamed)";

/// A constraint as the table wrote it.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Its label.
    pub label: String,
    /// What must be zero on every row.
    pub expression: SymbolicExpression<Val>,
}

/// A message that every row sends, as the table wrote it.
#[derive(Clone, Debug)]
pub struct Interaction {
    /// The bus's name.
    pub bus: String,
    /// The message's fields.
    pub fields: Vec<SymbolicExpression<Val>>,
    /// How often it is sent; negative if it is received.
    pub multiplicity: SymbolicExpression<Val>,
    /// Bound on the multiplicity's magnitude on any row; 0 for the side that provides a table.
    pub bound: u32,
}

/// Runs a table's `eval` on symbols and records what it asserts and sends, in order.
#[derive(Debug)]
pub struct Recorder {
    symbols: SymbolicAirBuilder<Val>,
    constraints: Vec<Constraint>,
    interactions: Vec<Interaction>,
}

impl Recorder {
    pub(crate) fn new(layout: AirLayout) -> Self {
        Self {
            symbols: SymbolicAirBuilder::new(layout),
            constraints: Vec::new(),
            interactions: Vec::new(),
        }
    }

    pub(crate) fn into_parts(self) -> (Vec<Constraint>, Vec<Interaction>) {
        (self.constraints, self.interactions)
    }
}

impl AirBuilder for Recorder {
    type F = Val;
    type Expr = SymbolicExpression<Val>;
    type Var = SymbolicVariable<Val>;
    type PreprocessedWindow = RowMajorMatrix<SymbolicVariable<Val>>;
    type MainWindow = RowMajorMatrix<SymbolicVariable<Val>>;
    type PublicVar = SymbolicVariable<Val>;
    type PeriodicVar = SymbolicVariable<Val>;

    fn main(&self) -> Self::MainWindow {
        self.symbols.main()
    }

    fn preprocessed(&self) -> &Self::PreprocessedWindow {
        self.symbols.preprocessed()
    }

    fn is_first_row(&self) -> Self::Expr {
        self.symbols.is_first_row()
    }

    fn is_last_row(&self) -> Self::Expr {
        self.symbols.is_last_row()
    }

    fn is_transition(&self) -> Self::Expr {
        self.symbols.is_transition()
    }

    fn assert_zero<I: Into<Self::Expr>>(&mut self, x: I) {
        self.assert_zero_named(x, UNNAMED);
    }

    fn public_values(&self) -> &[Self::PublicVar] {
        self.symbols.public_values()
    }
}

impl NamedAirBuilder for Recorder {
    fn assert_zero_named<I: Into<Self::Expr>, N: Name>(&mut self, x: I, name: N) {
        self.constraints.push(Constraint {
            label: name.evaluate().to_string(),
            expression: x.into(),
        });
    }
}

impl InteractionBuilder for Recorder {
    fn push_interaction<E: Into<Self::Expr>>(
        &mut self,
        bus_name: &str,
        fields: impl IntoIterator<Item = E>,
        count: impl Into<Count<Self::Expr>>,
    ) {
        let (multiplicity, bound) = count.into().into_parts();
        self.interactions.push(Interaction {
            bus: bus_name.to_string(),
            fields: fields.into_iter().map(Into::into).collect(),
            multiplicity,
            bound,
        });
    }

    fn push_local_interaction(&mut self, _: impl IntoIterator<Item = (Vec<Self::Expr>, Count<Self::Expr>)>) {
        crate::table::refuse_local_interaction();
    }

    fn num_global_interactions(&self) -> usize {
        self.interactions.len()
    }
}
