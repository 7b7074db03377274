use std::collections::BTreeMap;
use std::fmt;

use maud::html;

use super::page;
use crate::lies::{Kind, LieOutcome};

/// What came of lies, kind by kind, and who noticed them.
#[derive(Debug)]
pub struct LieReport<'a> {
    outcomes: &'a BTreeMap<Kind, LieOutcome>,
}

impl<'a> LieReport<'a> {
    /// Of these lies.
    pub fn new(outcomes: &'a BTreeMap<Kind, LieOutcome>) -> Self {
        Self { outcomes }
    }

    /// Lies that nobody noticed.
    pub fn unnoticed(&self) -> impl Iterator<Item = &'a str> {
        let all = self.outcomes.values().flat_map(|outcome| &outcome.unnoticed);
        all.map(String::as_str)
    }

    /// The report as a page.
    pub fn html(&self) -> String {
        let content = html! {
            p {
                "Runs with a lie in them go on from it, and their tables are filled as if it were so. A constraint or a bus has to object. Lies that lead nowhere, or change nothing, are idle."
            }
            table {
                tr { th { "about" } th { "told" } th { "idle" } th { "unnoticed" } th { "who noticed" } }
                @for (kind, outcome) in self.outcomes {
                    tr .open[!outcome.unnoticed.is_empty()] {
                        td { (format!("{kind:?}")) }
                        td { (outcome.told) } td { (outcome.idle) } td { (outcome.unnoticed.len()) }
                        td {
                            @for (name, count) in &outcome.noticed_by { (name) " (" (count) ") " br; }
                        }
                    }
                }
            }
            ul { @for lie in self.unnoticed() { li { code { (lie) } } } }
        };
        page("Lies that nobody notices", &content)
    }
}

impl fmt::Display for LieReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<12} {:>8} {:>8} {:>10}  most often noticed by",
            "about", "told", "idle", "unnoticed"
        )?;
        for (kind, outcome) in self.outcomes {
            let most = outcome.noticed_by.iter().max_by_key(|(_, count)| **count);
            let (name, count) = most.map_or(("nobody", 0), |(name, count)| (name.as_str(), *count));
            let about = format!("{kind:?}");
            let LieOutcome {
                told,
                idle,
                unnoticed,
                ..
            } = outcome;
            writeln!(
                f,
                "{about:<12} {told:>8} {idle:>8} {:>10}  {name} ({count})",
                unnoticed.len()
            )?;
        }
        for lie in self.unnoticed() {
            writeln!(f, "UNNOTICED: {lie}")?;
        }
        Ok(())
    }
}
