use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::MAX_VIOLATIONS;
use super::balance::Sender;
use crate::field::Val;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// A constraint is not zero on a row.
    Constraint {
        /// The table's name.
        table: String,
        /// The row.
        row: usize,
        /// The constraint's label.
        label: String,
        /// What it is instead of zero.
        value: Val,
    },
    /// A multiplicity is larger than its interaction declares.
    Multiplicity {
        /// The table's name.
        table: String,
        /// The row.
        row: usize,
        /// Which of the table's interactions, counted from 0.
        interaction: usize,
        /// Its bus.
        bus: String,
        /// The multiplicity.
        multiplicity: i64,
        /// What it may be at most, in magnitude.
        bound: u32,
    },
    /// A message was not received as often as it was sent.
    Bus {
        /// The bus.
        bus: String,
        /// The message's fields.
        message: Vec<u32>,
        /// How often it was sent, less how often it was received.
        imbalance: i64,
        /// Some of those who sent or received it.
        senders: Vec<Sender>,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraint {
                table,
                row,
                label,
                value,
            } => {
                write!(f, "{table}, row {row}: `{label}` is {value} and not 0")
            }
            Self::Multiplicity {
                table,
                row,
                interaction,
                bus,
                multiplicity,
                bound,
            } => write!(
                f,
                "{table}, row {row}: interaction {interaction} on bus `{bus}` has multiplicity {multiplicity}, \
                 but declares at most {bound}"
            ),
            Self::Bus {
                bus,
                message,
                imbalance,
                senders,
            } => {
                let (times, what) = (
                    imbalance.unsigned_abs(),
                    if *imbalance > 0 { "sent" } else { "received" },
                );
                write!(f, "bus `{bus}`: {message:?} is {what} {times} times too often")?;
                for Sender {
                    table,
                    row,
                    interaction,
                    multiplicity,
                } in senders
                {
                    write!(
                        f,
                        "\n  {table}, row {row}, interaction {interaction}: {multiplicity:+}"
                    )?;
                }
                Ok(())
            }
        }
    }
}

/// Everything that a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Report {
    /// The first violations.
    pub violations: Vec<Violation>,
    /// How many there are in all.
    pub total: usize,
}

impl Report {
    pub(super) fn add(&mut self, violation: Violation) {
        self.total += 1;
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.push(violation);
        }
    }

    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.total == 0 { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.violations {
            writeln!(f, "{violation}")?;
        }
        let more = self.total - self.violations.len();
        if more > 0 {
            writeln!(f, "and {more} more")
        } else {
            Ok(())
        }
    }
}

impl core::error::Error for Report {}
