//! The argument that buses balance: LogUp (Haböck, eprint 2022/1530).
//!
//! Each message `(f_1, ..., f_w)` on bus number `b` has the fingerprint
//! `d = beta + b + gamma f_1 + ... + gamma^w f_w` for two random challenges. Over all rows and tables, the sum
//! of `multiplicity / d` is zero if every message is received as often as it is sent; if not, it is zero for
//! few challenges only. Bus numbers differ and all messages of a bus have one width, so two messages have
//! the same fingerprint as polynomials only if they are the same message on the same bus.
//!
//! Some buses are shared by several proofs. Their messages are balanced over all of these, with challenges of their
//! own that the proofs have in common ([`Scope`]).
//!
//! A table has LogUp columns for each scope in which it has messages. Each but the last holds, on every row, the sum of
//! some of the row's fractions; [`crate::analysis`] says which. The last holds the sum of all fractions of the
//! rows above it, so what stands there behind the last active row is the table's sum.
//!
//! A table's sum is a function of its messages, so it is not published as it is. Added to it is a *mask*: an element
//! whose coefficients are the first cells of the row behind the last active one, in the early round for
//! shared messages and in the main round for others. The prover draws masks at random such that those of
//! all tables add up to zero. A cheat may choose them otherwise, but must commit to them before the challenges, and as a
//! rational function of `beta` the sum of all fractions is never a constant other than zero.

mod columns;
#[cfg(feature = "prove")]
mod generate;

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use p3_field::PrimeCharacteristicRing;
use serde::{Deserialize, Serialize};

use crate::analysis::{Interaction, Scope, TableShape};
use crate::evaluator::Extended;
use crate::field::{Challenge, Val};

pub(crate) use columns::{SumCells, constraints, num_constraints};
#[cfg(feature = "prove")]
pub use generate::TableRows;
#[cfg(feature = "prove")]
pub(crate) use generate::generate;

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

/// The challenges that messages of one scope are combined with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusChallenges {
    /// `beta`.
    pub beta: Challenge,
    /// `gamma`.
    pub gamma: Challenge,
}

/// The fingerprints of a table's messages, for given challenges.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// Per interaction: `beta` plus the number of its bus.
    offsets: Vec<Challenge>,
    /// Per interaction: its scope.
    scopes: Vec<Scope>,
    /// `gamma`, `gamma^2`, ... of either scope.
    powers: [Vec<Challenge>; 2],
}

impl Fingerprint {
    /// For the messages of a table; `shared` are the challenges of [`Scope::Shared`], which a table without such
    /// messages does not look at.
    pub fn new(shape: &TableShape, buses: &BusNumbers, own: BusChallenges, shared: BusChallenges) -> Self {
        let mut scopes = alloc::vec![Scope::Proof; shape.interactions.len()];
        for sum in &shape.sums {
            for index in sum.columns.iter().flatten() {
                scopes[*index] = sum.scope;
            }
        }
        let widths = shape
            .interactions
            .iter()
            .map(|interaction| interaction.fields.len());
        let width = widths.max().unwrap_or(0);
        let challenges = |scope| match scope {
            Scope::Proof => own,
            Scope::Shared => shared,
        };
        let offset = |(interaction, scope): (&Interaction, &Scope)| {
            challenges(*scope).beta + buses.of(&interaction.bus)
        };
        let powers = |scope| {
            let gamma = challenges(scope).gamma;
            gamma.shifted_powers(gamma).take(width).collect()
        };
        Self {
            offsets: shape.interactions.iter().zip(&scopes).map(offset).collect(),
            powers: [powers(Scope::Proof), powers(Scope::Shared)],
            scopes,
        }
    }

    /// The fingerprint of the message that the table sends as its interaction number `index`.
    pub fn of_fields<C, X: Extended<C>>(&self, index: usize, fields: impl Iterator<Item = C>) -> X {
        let offset = X::from(self.offsets[index]);
        fields
            .zip(&self.powers[self.scopes[index] as usize])
            .fold(offset, |sum, (field, power)| sum + X::from(*power) * field)
    }
}

#[cfg(all(test, feature = "prove"))]
mod tests;
