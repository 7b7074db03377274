use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use p3_air::symbolic::{AirLayout, BaseEntry, BaseLeaf, SymbolicExpr, SymbolicExpression};

use super::error::AnalysisError;
use super::recorder::{Constraint, Interaction, Recorder};
use super::zeros;
use crate::bus::Bus;
use crate::field::Val;
use crate::layout::DIMENSION;
use crate::table::Table;

/// The highest degree of a constraint that a quotient over twice the rows can hold.
pub const MAX_DEGREE: usize = 3;

/// The fewest columns of a committed matrix that holds a witness. Narrower ones are filled up with random columns,
/// for two reasons: a row of as many random cells as a challenge has is beyond guessing, so its hash says
/// nothing of it; and as many cells mask the sum of a table's messages.
pub(crate) const MIN_WIDTH: usize = DIMENSION;

/// How a table uses one of its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ColumnUse {
    /// A constraint or a message reads it on the row itself.
    pub current: bool,
    /// A constraint or a message reads it on the row behind.
    pub next: bool,
}

/// What messages are balanced against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The other messages of the same proof.
    Proof,
    /// The messages of all proofs that share their challenges.
    Shared,
}

/// The fractions of a table's messages of one scope, as columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningSum {
    /// Which messages.
    pub scope: Scope,
    /// The interactions that share a LogUp column, by their index; the last column also carries the running
    /// sum.
    pub columns: Vec<Vec<usize>>,
}

/// A table without its rows.
#[derive(Clone, Debug)]
pub struct TableShape {
    /// Constraints in the order in which they are asserted.
    pub constraints: Vec<Constraint>,
    /// Messages in the order in which they are sent.
    pub interactions: Vec<Interaction>,
    /// How each main column is used.
    pub main_columns: Vec<ColumnUse>,
    /// How each fixed column is used.
    pub fixed_columns: Vec<ColumnUse>,
    /// How many of the main columns, from the first on, are committed before the challenges that proofs share:
    /// up to the last that a shared message reads, so that nothing those challenges test is chosen after them.
    pub num_early: usize,
    /// The LogUp columns, by scope; none of a scope in which the table has no messages.
    pub sums: Vec<RunningSum>,
    /// Whether a proof may do without the table: rows of zeros satisfy it and say nothing, there is nothing in it that the
    /// prover does not choose, and it has no shared messages.
    pub may_be_absent: bool,
}

impl TableShape {
    /// The highest degree of a constraint, those of the LogUp columns included.
    pub fn max_degree(&self) -> usize {
        let constraints = self.constraints.iter().map(|c| c.expression.degree_multiple());
        let columns = self
            .sums
            .iter()
            .flat_map(|sum| &sum.columns)
            .map(|column| column_degree(&self.interactions, column));
        constraints.chain(columns).max().unwrap_or(0)
    }

    /// Committed base-field cells of a row: main and LogUp columns.
    pub fn cells_per_row(&self) -> usize {
        self.early_width() + self.main_width() + self.logup_width()
    }

    /// Whether the table has messages on shared buses.
    pub(crate) fn has_shared(&self) -> bool {
        self.sums.iter().any(|sum| sum.scope == Scope::Shared)
    }

    /// Base-field columns of the early round; 0 for a table without shared messages.
    pub(crate) fn early_width(&self) -> usize {
        // Shared messages that read no main column have a mask too.
        if self.has_shared() {
            self.num_early.max(MIN_WIDTH)
        } else {
            0
        }
    }

    /// Base-field columns of the main round.
    pub fn main_width(&self) -> usize {
        (self.main_columns.len() - self.num_early).max(MIN_WIDTH)
    }

    /// Base-field columns of the LogUp round.
    pub fn logup_width(&self) -> usize {
        self.sums.iter().map(|sum| sum.columns.len()).sum::<usize>() * DIMENSION
    }

    /// Indices of main columns that neither a constraint nor a message reads: whatever stands there is
    /// accepted.
    pub fn unused_columns(&self) -> impl Iterator<Item = usize> + '_ {
        let unused =
            |(index, column): (usize, &ColumnUse)| (*column == ColumnUse::default()).then_some(index);
        self.main_columns.iter().enumerate().filter_map(unused)
    }
}

/// Reads a table symbolically. Messages on the `shared` buses are balanced over several proofs.
///
/// # Errors
/// When a constraint or a message has too high a degree, the messages of a bus differ in width, or a message depends
/// on a selector.
pub fn analyze<T: Table + ?Sized>(table: &T, shared: &[Bus]) -> Result<TableShape, AnalysisError> {
    let layout = AirLayout {
        preprocessed_width: table.preprocessed_width(),
        main_width: table.width(),
        num_public_values: table.num_public_values(),
        ..AirLayout::default()
    };
    let mut recorder = Recorder::new(layout);
    table.eval(&mut recorder);
    let (constraints, interactions) = recorder.into_parts();
    check_degrees(&constraints, &interactions)?;
    check_widths(&interactions)?;
    check_selectors(&layout, &interactions)?;
    let mut uses = Uses::new(&layout);
    for constraint in &constraints {
        uses.visit(&constraint.expression);
    }
    let is_shared = |interaction: &Interaction| shared.iter().any(|bus| bus.name == interaction.bus);
    let mut shared_uses = Uses::new(&layout);
    for interaction in &interactions {
        uses.visit_message(interaction);
        if is_shared(interaction) {
            shared_uses.visit_message(interaction);
        }
    }
    let reads_early = |column: &ColumnUse| *column != ColumnUse::default();
    let last_early = shared_uses.main.iter().rposition(reads_early);
    let may_be_absent =
        !interactions.iter().any(is_shared) && zeros::satisfy(&layout, &constraints, &interactions);
    let of_scope = |scope| {
        let in_scope = |&index: &usize| is_shared(&interactions[index]) == (scope == Scope::Shared);
        let columns = pack(&interactions, (0..interactions.len()).filter(in_scope));
        (!columns.is_empty()).then_some(RunningSum { scope, columns })
    };
    let sums = [Scope::Proof, Scope::Shared]
        .into_iter()
        .filter_map(of_scope)
        .collect();
    Ok(TableShape {
        main_columns: uses.main,
        fixed_columns: uses.fixed,
        num_early: last_early.map_or(0, |last| last + 1),
        sums,
        may_be_absent,
        constraints,
        interactions,
    })
}

fn check_degrees(constraints: &[Constraint], interactions: &[Interaction]) -> Result<(), AnalysisError> {
    for constraint in constraints {
        let degree = constraint.expression.degree_multiple();
        if degree > MAX_DEGREE {
            return Err(AnalysisError::ConstraintDegree {
                label: constraint.label.clone(),
                degree,
            });
        }
    }
    for (index, interaction) in interactions.iter().enumerate() {
        if column_degree(interactions, &[index]) > MAX_DEGREE {
            return Err(AnalysisError::InteractionDegree {
                index,
                bus: interaction.bus.clone(),
                fields: field_degree(interaction),
                multiplicity: interaction.multiplicity.degree_multiple(),
            });
        }
    }
    Ok(())
}

fn check_widths(interactions: &[Interaction]) -> Result<(), AnalysisError> {
    let mut widths = BTreeMap::new();
    for (index, interaction) in interactions.iter().enumerate() {
        let found = interaction.fields.len();
        let expected = *widths.entry(&interaction.bus).or_insert(found);
        if expected != found {
            return Err(AnalysisError::MessageWidth {
                index,
                bus: interaction.bus.clone(),
                expected,
                found,
            });
        }
    }
    Ok(())
}

/// Checks that no message reads a selector: LogUp columns are filled without looking at them.
fn check_selectors(layout: &AirLayout, interactions: &[Interaction]) -> Result<(), AnalysisError> {
    for (index, interaction) in interactions.iter().enumerate() {
        let mut uses = Uses::new(layout);
        uses.visit_message(interaction);
        if let Some(selector) = uses.selector {
            return Err(AnalysisError::InteractionSelector {
                index,
                bus: interaction.bus.clone(),
                selector,
            });
        }
    }
    Ok(())
}

fn field_degree(interaction: &Interaction) -> usize {
    interaction
        .fields
        .iter()
        .map(SymbolicExpression::degree_multiple)
        .max()
        .unwrap_or(0)
}

/// Degree of the constraint that ties a LogUp column `u` to the fractions of some interactions:
/// `u * d_1 * ... * d_k = sum over i of m_i * (product of the other d_j)`.
fn column_degree(interactions: &[Interaction], column: &[usize]) -> usize {
    let degrees: Vec<usize> = column
        .iter()
        .map(|&index| field_degree(&interactions[index]))
        .collect();
    let product: usize = degrees.iter().sum();
    let numerators = column
        .iter()
        .zip(&degrees)
        .map(|(&index, degree)| interactions[index].multiplicity.degree_multiple() + product - degree);
    numerators.max().unwrap_or(0).max(1 + product)
}

/// Puts some interactions into as few columns as their degrees allow, in order.
fn pack(interactions: &[Interaction], indices: impl Iterator<Item = usize>) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for index in indices {
        let fits = |column: &Vec<usize>| {
            let together: Vec<usize> = column.iter().copied().chain([index]).collect();
            column_degree(interactions, &together) <= MAX_DEGREE
        };
        match columns.iter().position(fits) {
            Some(position) => columns[position].push(index),
            None => columns.push(vec![index]),
        }
    }
    columns
}

/// Collects which columns and selectors expressions read.
struct Uses {
    main: Vec<ColumnUse>,
    fixed: Vec<ColumnUse>,
    /// A selector that they read.
    selector: Option<&'static str>,
    /// Subexpressions that were visited, by their address: one that is built of doubles would be visited
    /// exponentially often.
    seen: BTreeSet<*const SymbolicExpression<Val>>,
}

impl Uses {
    fn new(layout: &AirLayout) -> Self {
        Self {
            main: vec![ColumnUse::default(); layout.main_width],
            fixed: vec![ColumnUse::default(); layout.preprocessed_width],
            selector: None,
            seen: BTreeSet::new(),
        }
    }

    fn visit_message(&mut self, interaction: &Interaction) {
        self.visit(&interaction.multiplicity);
        interaction.fields.iter().for_each(|field| self.visit(field));
    }

    fn visit(&mut self, expression: &SymbolicExpression<Val>) {
        match expression {
            SymbolicExpr::Leaf(BaseLeaf::Variable(variable)) => {
                let (column, offset) = match variable.entry {
                    BaseEntry::Main { offset } => (&mut self.main[variable.index], offset),
                    BaseEntry::Preprocessed { offset } => (&mut self.fixed[variable.index], offset),
                    BaseEntry::Periodic | BaseEntry::Public => return,
                };
                if offset == 0 {
                    column.current = true;
                } else {
                    column.next = true;
                }
            }
            SymbolicExpr::Leaf(BaseLeaf::IsFirstRow) => self.selector = Some("is_first_row"),
            SymbolicExpr::Leaf(BaseLeaf::IsLastRow) => self.selector = Some("is_last_row"),
            SymbolicExpr::Leaf(BaseLeaf::IsTransition) => self.selector = Some("is_transition"),
            SymbolicExpr::Leaf(BaseLeaf::Constant(_)) => {}
            SymbolicExpr::Add { x, y, .. }
            | SymbolicExpr::Sub { x, y, .. }
            | SymbolicExpr::Mul { x, y, .. } => {
                self.visit_shared(x);
                self.visit_shared(y);
            }
            SymbolicExpr::Neg { x, .. } => self.visit_shared(x),
        }
    }

    fn visit_shared(&mut self, expression: &Arc<SymbolicExpression<Val>>) {
        if self.seen.insert(Arc::as_ptr(expression)) {
            self.visit(expression);
        }
    }
}
