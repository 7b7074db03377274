//! Columns in which some change is not noticed, and known to be harmless.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use p3_field::PrimeCharacteristicRing;
use serde::Deserialize;
use zisk_machine::Table;
use zisk_stark::Val;

use crate::mutations::{Column, Outcomes};

/// The reviewed list.
const LIST: &str = include_str!("../survivors.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    survivor: Vec<Entry>,
}

/// Columns of a state machine with one reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    table: String,
    /// Their names; those of an array or a struct of columns stand for all of its columns.
    columns: Vec<String>,
    /// Columns of the same row of which one that is not 0 makes the reason none.
    #[serde(default)]
    unless: Vec<String>,
    reason: String,
}

/// Why changes that nobody notices are harmless.
#[derive(Clone, Debug)]
struct Reason {
    /// Columns that have to be 0 for that.
    unless: Vec<usize>,
    text: String,
}

/// Columns with the reason why changes that nobody notices are harmless there.
#[derive(Clone, Debug)]
pub struct Reasons {
    by_column: BTreeMap<Column, Vec<Reason>>,
}

impl Reasons {
    /// The reviewed list.
    ///
    /// # Errors
    /// When it names what there is not.
    pub fn reviewed() -> Result<Self> {
        let list: List = toml::from_str(LIST).context("survivors.toml")?;
        let mut by_column: BTreeMap<Column, Vec<Reason>> = BTreeMap::new();
        for entry in list.survivor {
            let place = Table::ALL.iter().position(|table| table.name() == entry.table);
            let table = place.with_context(|| format!("survivors.toml: no state machine {}", entry.table))?;
            let all = Table::ALL[table].column_names();
            let named = |names: &[String]| -> Result<Vec<usize>> {
                let mut columns = Vec::new();
                for name in names {
                    let before = columns.len();
                    let inside = |other: &str| {
                        let rest = other.strip_prefix(name.as_str());
                        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
                    };
                    let inside = (0..).zip(&all).filter(|(_, other)| inside(other));
                    columns.extend(inside.map(|(column, _)| column));
                    if columns.len() == before {
                        bail!("survivors.toml: {} has no column {name}", entry.table);
                    }
                }
                Ok(columns)
            };
            let reason = Reason {
                unless: named(&entry.unless)?,
                text: entry.reason,
            };
            for column in named(&entry.columns)? {
                let reasons = by_column.entry(Column { table, column }).or_default();
                reasons.push(reason.clone());
            }
        }
        Ok(Self { by_column })
    }

    /// Why changes that nobody notices are harmless in some rows of a column; nothing, if they are not known to be.
    pub fn of(&self, column: Column) -> Vec<&str> {
        let reasons = self.by_column.get(&column).into_iter().flatten();
        reasons.map(|reason| reason.text.as_str()).collect()
    }

    /// Whether that is so in a row.
    pub fn of_row(&self, column: Column, row: &[Val]) -> bool {
        let are_zero = |columns: &[usize]| columns.iter().all(|column| row[*column] == Val::ZERO);
        let mut reasons = self.by_column.get(&column).into_iter().flatten();
        reasons.any(|reason| are_zero(&reason.unless))
    }

    /// Columns with a reason in which every change is noticed.
    pub fn stale(&self, outcomes: &Outcomes) -> Vec<Column> {
        let noticed = |column: &&Column| {
            let outcome = outcomes.by_column.get(column);
            outcome.is_some_and(|outcome| outcome.harmless == 0)
        };
        self.by_column.keys().filter(noticed).copied().collect()
    }
}
