//! The argument that buses balance: LogUp (Haböck, eprint 2022/1530).
//!
//! Each message `(f_1, ..., f_w)` on bus number `b` has the fingerprint
//! `d = beta + b + gamma f_1 + ... + gamma^w f_w` for two random challenges. Over all rows and tables, the sum
//! of `multiplicity / d` is zero if every message is received as often as it is sent; if not, it is zero for
//! few challenges only. Bus numbers differ and all messages of a bus have one width, so two messages have
//! the same fingerprint as polynomials only if they are the same message on the same bus.
//!
//! A table has LogUp columns. Each but the last holds, on every row, the sum of some of the row's fractions;
//! [`crate::analysis`] says which. The last holds the sum of all fractions of the rows above it, so what
//! stands there behind the last active row is the table's sum.

mod columns;
#[cfg(feature = "prove")]
mod generate;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;

use crate::analysis::TableShape;
use crate::evaluator::Extended;
use crate::field::{Challenge, Val};

pub use columns::constraints;
pub(crate) use columns::num_constraints;
#[cfg(feature = "prove")]
pub use generate::{LogUpColumns, generate};

/// The numbers of all buses: by name, so that they do not depend on the order of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusNumbers {
    names: Vec<String>,
}

impl BusNumbers {
    /// The buses that these tables speak on.
    pub fn new<'a>(shapes: impl IntoIterator<Item = &'a TableShape>) -> Self {
        let names: BTreeSet<&String> = shapes
            .into_iter()
            .flat_map(|shape| &shape.interactions)
            .map(|interaction| &interaction.bus)
            .collect();
        Self {
            names: names.into_iter().cloned().collect(),
        }
    }

    /// The number of a bus: at least 1.
    fn of(&self, bus: &String) -> Val {
        // Every bus of a shape is in the list that was made from it.
        let position = self.names.binary_search(bus).unwrap_or(self.names.len());
        Val::from_usize(position + 1)
    }
}

/// The fingerprints of a table's messages, for given challenges.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// Per interaction: `beta` plus the number of its bus.
    offsets: Vec<Challenge>,
    /// `gamma`, `gamma^2`, ...
    powers: Vec<Challenge>,
}

impl Fingerprint {
    /// For the messages of a table.
    pub fn new(shape: &TableShape, buses: &BusNumbers, beta: Challenge, gamma: Challenge) -> Self {
        let width = shape
            .interactions
            .iter()
            .map(|interaction| interaction.fields.len())
            .max()
            .unwrap_or(0);
        Self {
            offsets: shape
                .interactions
                .iter()
                .map(|interaction| beta + buses.of(&interaction.bus))
                .collect(),
            powers: gamma.shifted_powers(gamma).take(width).collect(),
        }
    }

    /// The fingerprint of the message that the table sends as its interaction number `index`.
    pub fn of_fields<C, X: Extended<C>>(&self, index: usize, fields: impl Iterator<Item = C>) -> X {
        let offset = X::from(self.offsets[index]);
        fields
            .zip(&self.powers)
            .fold(offset, |sum, (field, power)| sum + X::from(*power) * field)
    }
}
