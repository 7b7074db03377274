//! What tables demand and say, as data: the same constraints and messages that prover and verifier read, for tools that
//! decide questions about them (`determinism/`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result};
use p3_air::symbolic::{BaseEntry, BaseLeaf, SymbolicExpr, SymbolicExpression};
use p3_field::PrimeField32;
use serde::Serialize;
use zisk_isa::{Instruction, Op};
use zisk_machine::Table;
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::trace::Guest;
use zisk_stark::Val;
use zisk_stark::analysis::{TableShape, analyze};

/// All tables, and the instructions that one of them executes.
#[derive(Debug, Serialize)]
pub struct Export {
    /// The field's characteristic.
    modulus: u32,
    tables: Vec<ExportedTable>,
    /// How instructions of every operation are encoded in the program's table.
    instructions: Vec<Encoding>,
}

/// A table. Expressions are nodes, which stand behind those that they are made of.
#[derive(Debug, Serialize)]
struct ExportedTable {
    name: &'static str,
    /// Names of the main columns.
    columns: Vec<String>,
    num_fixed: usize,
    nodes: Vec<Node>,
    constraints: Vec<ExportedConstraint>,
    interactions: Vec<ExportedInteraction>,
}

/// What must be zero on every row.
#[derive(Debug, Serialize)]
struct ExportedConstraint {
    label: String,
    node: usize,
}

/// What every row sends; it is received if the multiplicity is negative.
#[derive(Debug, Serialize)]
struct ExportedInteraction {
    bus: String,
    fields: Vec<usize>,
    multiplicity: usize,
}

/// A part of an expression.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Node {
    /// A main column, of the row or of the next one.
    Main {
        column: usize,
        next: bool,
    },
    /// A fixed column, likewise.
    Fixed {
        column: usize,
        next: bool,
    },
    Public(usize),
    IsFirstRow,
    IsLastRow,
    IsTransition,
    Constant(u32),
    Add([usize; 2]),
    Sub([usize; 2]),
    Mul([usize; 2]),
    Neg(usize),
}

/// An encoding that some instruction has.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Encoding {
    mnemonic: &'static str,
    /// Packed, the first flag in the lowest bit.
    flags: u32,
    /// What is asked for; 0 if nothing is.
    code: u32,
}

impl Export {
    /// Reads all tables.
    ///
    /// # Errors
    /// When a table cannot be analyzed.
    pub fn new() -> Result<Self> {
        let tables = Table::ALL.into_iter().map(|table| {
            let shape = analyze(&table, &SHARED_BUSES).with_context(|| table.name())?;
            Ok(ExportedTable::new(table, &shape))
        });
        Ok(Self {
            modulus: Val::ORDER_U32,
            tables: tables.collect::<Result<_>>()?,
            instructions: encodings().into_iter().collect(),
        })
    }
}

impl ExportedTable {
    fn new(table: Table, shape: &TableShape) -> Self {
        let mut nodes = Nodes::default();
        let constraints = shape.constraints.iter().map(|constraint| ExportedConstraint {
            label: constraint.label.clone(),
            node: nodes.of(&constraint.expression),
        });
        let constraints = constraints.collect();
        let interactions = shape.interactions.iter().map(|interaction| ExportedInteraction {
            bus: interaction.bus.clone(),
            fields: interaction.fields.iter().map(|field| nodes.of(field)).collect(),
            multiplicity: nodes.of(&interaction.multiplicity),
        });
        let interactions = interactions.collect();
        Self {
            name: table.name(),
            columns: table.column_names(),
            num_fixed: shape.fixed_columns.len(),
            nodes: nodes.list,
            constraints,
            interactions,
        }
    }
}

#[derive(Default)]
struct Nodes {
    list: Vec<Node>,
    /// Nodes of expressions by their address: one that is built of doubles would be written exponentially often.
    shared: BTreeMap<*const SymbolicExpression<Val>, usize>,
}

impl Nodes {
    fn push(&mut self, node: Node) -> usize {
        self.list.push(node);
        self.list.len() - 1
    }

    fn of(&mut self, expression: &SymbolicExpression<Val>) -> usize {
        let node = match expression {
            SymbolicExpr::Leaf(leaf) => Self::leaf(leaf),
            SymbolicExpr::Add { x, y, .. } => Node::Add([self.of_shared(x), self.of_shared(y)]),
            SymbolicExpr::Sub { x, y, .. } => Node::Sub([self.of_shared(x), self.of_shared(y)]),
            SymbolicExpr::Mul { x, y, .. } => Node::Mul([self.of_shared(x), self.of_shared(y)]),
            SymbolicExpr::Neg { x, .. } => Node::Neg(self.of_shared(x)),
        };
        self.push(node)
    }

    fn of_shared(&mut self, expression: &Arc<SymbolicExpression<Val>>) -> usize {
        let address = Arc::as_ptr(expression);
        if let Some(node) = self.shared.get(&address) {
            return *node;
        }
        let node = self.of(expression);
        self.shared.insert(address, node);
        node
    }

    fn leaf(leaf: &BaseLeaf<Val>) -> Node {
        match leaf {
            BaseLeaf::Variable(variable) => {
                let column = variable.index;
                match variable.entry {
                    BaseEntry::Main { offset } => Node::Main {
                        column,
                        next: offset > 0,
                    },
                    BaseEntry::Preprocessed { offset } => Node::Fixed {
                        column,
                        next: offset > 0,
                    },
                    BaseEntry::Public => Node::Public(column),
                    BaseEntry::Periodic => unreachable!("tables have no periodic columns"),
                }
            }
            BaseLeaf::IsFirstRow => Node::IsFirstRow,
            BaseLeaf::IsLastRow => Node::IsLastRow,
            BaseLeaf::IsTransition => Node::IsTransition,
            BaseLeaf::Constant(constant) => Node::Constant(constant.as_canonical_u32()),
        }
    }
}

/// Encodings of every operation: of either length, with a result that somebody sees and with one that nobody does.
fn encodings() -> BTreeSet<Encoding> {
    const PC: u64 = 0x1000;
    let mut encodings = BTreeSet::new();
    for op in Op::ALL {
        for len in [2, 4] {
            for rd in [0, 5] {
                for imm in [0, 8] {
                    let instruction = Instruction {
                        op: *op,
                        rd,
                        rs1: 6,
                        rs2: 7,
                        imm,
                    };
                    let guest = Guest::new(PC, [(PC, instruction, len)], Vec::new());
                    if guest.num_instructions() == 0 {
                        continue;
                    }
                    let [_, flags, code, ..] = guest.rom_columns(1).values[..] else {
                        continue;
                    };
                    encodings.insert(Encoding {
                        mnemonic: op.spec().mnemonic,
                        flags: flags.as_canonical_u32(),
                        code: code.as_canonical_u32(),
                    });
                }
            }
        }
    }
    encodings
}

#[cfg(test)]
mod tests {
    use super::{Export, Node};

    #[test]
    fn nodes_stand_behind_those_that_they_are_made_of() {
        let export = Export::new().unwrap();
        for table in &export.tables {
            for (index, node) in table.nodes.iter().enumerate() {
                let operands = match node {
                    Node::Add(operands) | Node::Sub(operands) | Node::Mul(operands) => operands.to_vec(),
                    Node::Neg(operand) => vec![*operand],
                    Node::Main { column, .. } => {
                        assert!(*column < table.columns.len());
                        Vec::new()
                    }
                    Node::Fixed { .. }
                    | Node::Public(_)
                    | Node::IsFirstRow
                    | Node::IsLastRow
                    | Node::IsTransition
                    | Node::Constant(_) => Vec::new(),
                };
                assert!(operands.iter().all(|operand| *operand < index));
            }
        }
    }

    #[test]
    fn every_operation_but_one_that_no_run_executes_has_an_encoding() {
        let export = Export::new().unwrap();
        for op in zisk_isa::Op::ALL {
            let mnemonic = op.spec().mnemonic;
            let is_encoded = export
                .instructions
                .iter()
                .any(|encoding| encoding.mnemonic == mnemonic);
            assert_eq!(is_encoded, mnemonic != "ebreak", "{mnemonic}");
        }
    }
}
