use std::fmt;

use maud::html;
use zisk_machine::Table;

use super::page;
use crate::deletion::{Deletion, Part};

/// What came of leaving out each part of state machines.
#[derive(Debug)]
pub struct DeletionReport<'a> {
    deletions: &'a [Deletion],
}

impl<'a> DeletionReport<'a> {
    /// Of these.
    pub fn new(deletions: &'a [Deletion]) -> Self {
        Self { deletions }
    }

    /// Parts that no test notices, and nobody reviewed.
    pub fn unnoticed(&self) -> impl Iterator<Item = &'a Part> {
        let unnoticed = self
            .deletions
            .iter()
            .filter(|deletion| deletion.noticed_by.is_none() && deletion.reason.is_none());
        unnoticed.map(|deletion| &deletion.part)
    }

    /// Of a state machine: how many parts there are, how many of them are noticed, and how many of the others were reviewed.
    fn counts(&self, table: usize) -> [usize; 3] {
        let of_table = || {
            self.deletions
                .iter()
                .filter(move |deletion| deletion.part.table == table)
        };
        let noticed = of_table().filter(|deletion| deletion.noticed_by.is_some());
        let reviewed =
            of_table().filter(|deletion| deletion.noticed_by.is_none() && deletion.reason.is_some());
        [of_table().count(), noticed.count(), reviewed.count()]
    }

    /// The state machines that were asked for, with their parts, those that somebody noticed, and those that were reviewed.
    fn machines(&self) -> impl Iterator<Item = (&'static Table, [usize; 3])> {
        let all = Table::ALL.iter().enumerate();
        all.map(|(table, machine)| (machine, self.counts(table)))
            .filter(|(_, [parts, ..])| *parts > 0)
    }

    /// The report as a page.
    pub fn html(&self) -> String {
        let content = html! {
            p { "Each constraint and each message of each state machine is left out in turn, and a test has to fail." }
            table {
                tr { th { "state machine" } th { "parts" } th { "noticed" } th { "reviewed" } th { "unnoticed" } }
                @for (machine, [parts, noticed, reviewed]) in self.machines() {
                    tr .open[parts > noticed + reviewed] {
                        td { (machine.name()) } td { (parts) } td { (noticed) } td { (reviewed) }
                        td { (parts - noticed - reviewed) }
                    }
                }
            }
            table {
                tr { th { "part" } th { "noticed by" } }
                @for deletion in self.deletions {
                    tr .open[deletion.noticed_by.is_none() && deletion.reason.is_none()] {
                        td { code { (deletion.part) } }
                        td { (noticed(deletion)) }
                    }
                }
            }
        };
        page("What no test notices", &content)
    }
}

fn noticed(deletion: &Deletion) -> String {
    match (&deletion.noticed_by, &deletion.reason) {
        (Some(program), _) => program.clone(),
        (None, Some(reason)) => format!("nobody: {reason}"),
        (None, None) => "NOBODY".to_owned(),
    }
}

impl fmt::Display for DeletionReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16} {:>6} {:>8} {:>9}",
            "state machine", "parts", "noticed", "reviewed"
        )?;
        for (machine, [parts, noticed, reviewed]) in self.machines() {
            writeln!(f, "{:<16} {parts:>6} {noticed:>8} {reviewed:>9}", machine.name())?;
        }
        for deletion in self
            .deletions
            .iter()
            .filter(|deletion| deletion.noticed_by.is_none())
        {
            writeln!(f, "{}: {}", deletion.part, noticed(deletion))?;
        }
        Ok(())
    }
}
