use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeMap;

use p3_field::{PrimeCharacteristicRing, PrimeField32};

use super::report::Violation;
use crate::field::Val;

/// How many senders of a message a report names.
const MAX_SENDERS: usize = 8;

/// A message that a row sent, or received if the multiplicity is negative.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) bus: Box<str>,
    pub(super) fields: Vec<Val>,
    pub(super) multiplicity: Val,
    pub(super) bound: u32,
    pub(super) interaction: usize,
}

impl Sent {
    /// Whether the multiplicity is larger than the table declares.
    pub(super) fn exceeds_bound(&self, table: &str, row: usize) -> Option<Violation> {
        let is_provided = self.bound == 0;
        let magnitude = signed(self.multiplicity).unsigned_abs();
        (!is_provided && magnitude > u64::from(self.bound)).then(|| Violation::Multiplicity {
            table: table.into(),
            row,
            interaction: self.interaction,
            bus: self.bus.clone().into(),
            multiplicity: signed(self.multiplicity),
            bound: self.bound,
        })
    }
}

/// Who sent a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The table's name.
    pub table: String,
    /// The row.
    pub row: usize,
    /// Which of the table's interactions, counted from 0.
    pub interaction: usize,
    /// How often; negative if it received.
    pub multiplicity: i64,
}

/// All messages: how often each was sent, less how often it was received, and by whom.
#[derive(Default)]
pub(super) struct Messages {
    by_bus: BTreeMap<Box<str>, BTreeMap<Vec<Val>, Balance>>,
}

#[derive(Default)]
struct Balance {
    sum: Val,
    /// Table, row, interaction, multiplicity.
    senders: Vec<(usize, usize, usize, Val)>,
}

impl Messages {
    pub(super) fn add(&mut self, sent: Sent, table: usize, row: usize) {
        let balance = self
            .by_bus
            .entry(sent.bus)
            .or_default()
            .entry(sent.fields)
            .or_default();
        balance.sum += sent.multiplicity;
        if balance.sum == Val::ZERO {
            // Balanced so far: whoever sent it is of no interest unless the message comes up again.
            balance.senders.clear();
        } else if balance.senders.len() < MAX_SENDERS {
            balance
                .senders
                .push((table, row, sent.interaction, sent.multiplicity));
        }
    }

    pub(super) fn unbalanced(self, names: &[String]) -> impl Iterator<Item = Violation> + '_ {
        self.by_bus.into_iter().flat_map(move |(bus, messages)| {
            let unbalanced = messages
                .into_iter()
                .filter(|(_, balance)| balance.sum != Val::ZERO);
            unbalanced.map(move |(fields, balance)| Violation::Bus {
                bus: bus.clone().into(),
                message: fields.iter().map(Val::as_canonical_u32).collect(),
                imbalance: signed(balance.sum),
                senders: balance
                    .senders
                    .into_iter()
                    .map(|(table, row, interaction, multiplicity)| Sender {
                        table: names[table].clone(),
                        row,
                        interaction,
                        multiplicity: signed(multiplicity),
                    })
                    .collect(),
            })
        })
    }
}

/// The representative of smallest magnitude.
fn signed(value: Val) -> i64 {
    let value = i64::from(value.as_canonical_u32());
    let order = i64::from(Val::ORDER_U32);
    if value > order / 2 { value - order } else { value }
}
