use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use p3_air::symbolic::{AirLayout, BaseLeaf, SymbolicExpr, SymbolicExpression};
use p3_field::PrimeCharacteristicRing;

use super::recorder::{Constraint, Interaction};
use crate::field::Val;

/// Whether rows of zeros satisfy a table and say nothing, whatever the number of rows: then a proof may do without it, since
/// whoever has rows for the others has rows for it.
///
/// Fixed columns and public values are not for the prover to choose, so a table with either is none of these.
pub(super) fn satisfy(layout: &AirLayout, constraints: &[Constraint], interactions: &[Interaction]) -> bool {
    if layout.preprocessed_width > 0 || layout.num_public_values > 0 {
        return false;
    }
    // Of one row, the first of several, one between, the last.
    let rows = [(true, true), (true, false), (false, false), (false, true)];
    rows.into_iter().all(|(is_first, is_last)| {
        let mut row = Zeros {
            is_first,
            is_last,
            seen: BTreeMap::new(),
        };
        constraints
            .iter()
            .all(|constraint| row.is_zero(&constraint.expression))
            && interactions
                .iter()
                .all(|interaction| row.is_zero(&interaction.multiplicity))
    })
}

/// A row of zeros, with zeros behind it.
struct Zeros {
    is_first: bool,
    is_last: bool,
    /// Subexpressions that were evaluated, by their address: one that is built of doubles would be exponentially often.
    seen: BTreeMap<*const SymbolicExpression<Val>, Val>,
}

impl Zeros {
    fn is_zero(&mut self, expression: &SymbolicExpression<Val>) -> bool {
        self.value(expression) == Val::ZERO
    }

    fn value(&mut self, expression: &SymbolicExpression<Val>) -> Val {
        match expression {
            SymbolicExpr::Leaf(BaseLeaf::Variable(_)) => Val::ZERO,
            SymbolicExpr::Leaf(BaseLeaf::IsFirstRow) => Val::from_bool(self.is_first),
            SymbolicExpr::Leaf(BaseLeaf::IsLastRow) => Val::from_bool(self.is_last),
            SymbolicExpr::Leaf(BaseLeaf::IsTransition) => Val::from_bool(!self.is_last),
            SymbolicExpr::Leaf(BaseLeaf::Constant(value)) => *value,
            SymbolicExpr::Add { x, y, .. } => self.shared(x) + self.shared(y),
            SymbolicExpr::Sub { x, y, .. } => self.shared(x) - self.shared(y),
            SymbolicExpr::Mul { x, y, .. } => self.shared(x) * self.shared(y),
            SymbolicExpr::Neg { x, .. } => -self.shared(x),
        }
    }

    fn shared(&mut self, expression: &Arc<SymbolicExpression<Val>>) -> Val {
        let address = Arc::as_ptr(expression);
        if let Some(value) = self.seen.get(&address) {
            return *value;
        }
        let value = self.value(expression);
        self.seen.insert(address, value);
        value
    }
}
