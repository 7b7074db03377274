use std::fmt;

use maud::{Markup, html};
use zisk_machine::Table;

use super::page;
use crate::mutations::{Column, Outcome, Outcomes};
use crate::survivors::Reasons;

/// What came of all changes, and why those that nobody noticed are harmless.
#[derive(Debug)]
pub struct MutationReport<'a> {
    outcomes: &'a Outcomes,
    reasons: &'a Reasons,
    names: Vec<Vec<String>>,
}

impl<'a> MutationReport<'a> {
    /// Of these changes.
    pub fn new(outcomes: &'a Outcomes, reasons: &'a Reasons) -> Self {
        Self {
            outcomes,
            reasons,
            names: Table::ALL.iter().map(|table| table.column_names()).collect(),
        }
    }

    /// A column's name, with its state machine's.
    pub fn name(&self, column: Column) -> String {
        let table = Table::ALL[column.table].name();
        format!("{table}.{}", self.names[column.table][column.column])
    }

    fn of_table(&self, table: usize) -> impl Iterator<Item = (Column, &'a Outcome)> {
        let outcomes = &self.outcomes.by_column;
        let of_table = outcomes.iter().filter(move |(column, _)| column.table == table);
        of_table.map(|(column, outcome)| (*column, outcome))
    }

    /// What came of all changes of a state machine, and how many columns it has.
    fn totals(&self, table: usize) -> (usize, Outcome) {
        let mut sum = Outcome::default();
        let mut columns = 0;
        for (_, outcome) in self.of_table(table) {
            columns += 1;
            sum.add(outcome.clone());
        }
        (columns, sum)
    }

    fn free(&self, table: usize) -> impl Iterator<Item = (Column, &'a Outcome)> {
        self.of_table(table)
            .filter(|(_, outcome)| outcome.harmless + outcome.unnoticed > 0)
    }

    /// The report as a page.
    pub fn html(&self) -> String {
        let table_row = |table: usize| {
            let (columns, sum) = self.totals(table);
            html! {
                tr {
                    td { a href={ "#" (Table::ALL[table].name()) } { (Table::ALL[table].name()) } }
                    td { (columns) } td { (sum.tried) } td { (sum.silent) } td { (sum.harmless) } td { (sum.unnoticed) }
                }
            }
        };
        let column_row = |column: Column, outcome: &Outcome| -> Markup {
            let reasons = self.reasons.of(column);
            html! {
                tr .open[outcome.unnoticed > 0] {
                    td { code { (self.name(column)) } }
                    td { (outcome.tried) } td { (outcome.harmless) } td { (outcome.unnoticed) }
                    td { (outcome.example.as_deref().unwrap_or_default()) }
                    td { @if reasons.is_empty() { "not reviewed" } @else { (reasons.join(" ")) } }
                }
            }
        };
        let content = html! {
            p {
                "Cells of honest rows are changed, and all constraints and buses are checked. A change that passes has to be harmless, for a reason that somebody reviewed. In rows that say nothing to anybody, which fill up tables, any is, and so is the order of rows where it is free."
            }
            table {
                tr { th { "state machine" } th { "columns" } th { "changes" } th { "of nothing said" } th { "harmless" } th { "unnoticed" } }
                @for table in 0..Table::ALL.len() { (table_row(table)) }
            }
            @for (table, machine) in Table::ALL.iter().enumerate() {
                @if self.free(table).next().is_some() {
                    h2 id=(machine.name()) { (machine.name()) }
                    table {
                        tr { th { "column" } th { "changes" } th { "harmless" } th { "unnoticed" } th { "example" } th { "why it is harmless" } }
                        @for (column, outcome) in self.free(table) { (column_row(column, outcome)) }
                    }
                }
            }
        };
        page("Changes that nobody notices", &content)
    }
}

impl fmt::Display for MutationReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16} {:>8} {:>10} {:>10} {:>10} {:>10}",
            "state machine", "columns", "changes", "silent", "harmless", "unnoticed"
        )?;
        for (table, machine) in Table::ALL.iter().enumerate() {
            let (columns, sum) = self.totals(table);
            let Outcome {
                tried,
                silent,
                harmless,
                unnoticed,
                ..
            } = sum;
            writeln!(
                f,
                "{:<16} {columns:>8} {tried:>10} {silent:>10} {harmless:>10} {unnoticed:>10}",
                machine.name()
            )?;
        }
        for table in 0..Table::ALL.len() {
            for (column, outcome) in self.free(table) {
                let Outcome {
                    harmless, unnoticed, ..
                } = outcome;
                let name = self.name(column);
                for reason in self.reasons.of(column) {
                    writeln!(f, "{name}: {harmless} harmless: {reason}")?;
                }
                if let Some(example) = &outcome.example {
                    writeln!(f, "{name}: {unnoticed} UNNOTICED, such as {example}")?;
                }
            }
        }
        Ok(())
    }
}
