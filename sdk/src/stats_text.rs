//! What a run took, as a person reads it.

use std::fmt;

use zisk_host::{Scope, Stats};

use crate::terminal::{HEADING, grouped, visible};

/// Shows the counts of a run, and the scopes that the guest marked.
#[derive(Debug)]
pub(crate) struct StatsText<'a>(pub(crate) &'a Stats);

impl fmt::Display for StatsText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stats = self.0;
        let seconds = format!("{:.6} s", stats.elapsed.as_secs_f64());
        let mips = format!("{:.1} MIPS", stats.mips());
        let memory = format!("{} KiB", grouped(stats.memory_bytes / 1024));
        let rows = [
            ("instructions", grouped(stats.instructions)),
            ("time", seconds),
            ("speed", mips),
            ("misaligned accesses", grouped(stats.misaligned_accesses)),
            ("memory touched", memory),
        ];
        for (label, value) in rows {
            writeln!(f, "{HEADING}{label:<20}{HEADING:#} {value:>20}")?;
        }
        ScopesText {
            scopes: &stats.scopes,
            total: stats.instructions,
        }
        .fmt(f)
    }
}

/// A table of scopes, or nothing if there are none.
#[derive(Debug)]
struct ScopesText<'a> {
    scopes: &'a [Scope],
    /// The instructions of the whole run.
    total: u64,
}

impl fmt::Display for ScopesText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.scopes.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = self.scopes.iter().map(|scope| visible(&scope.name)).collect();
        let width = names
            .iter()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or_default()
            .clamp(20, 60);
        let [scope, calls, instructions, share] = ["scope", "calls", "instructions", "share"];
        writeln!(
            f,
            "\n{HEADING}{scope:<width$} {calls:>10} {instructions:>20} {share:>7}{HEADING:#}"
        )?;
        for (scope, name) in self.scopes.iter().zip(names) {
            let tenths = u128::from(scope.instructions) * 1000 / u128::from(self.total.max(1));
            let share = format!("{}.{}%", tenths / 10, tenths % 10);
            let (calls, instructions) = (grouped(scope.calls), grouped(scope.instructions));
            writeln!(f, "{name:<width$} {calls:>10} {instructions:>20} {share:>7}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_table_with_their_share() {
        let scope = |name: &str, calls, instructions| Scope {
            name: name.to_owned(),
            calls,
            instructions,
        };
        let scopes = [scope("hashing", 1200, 123_456), scope("\u{1b}[2J", 1, 1)];
        let table = ScopesText {
            scopes: &scopes,
            total: 1_000_000,
        }
        .to_string();
        let rows: Vec<Vec<&str>> = table
            .lines()
            .skip(2)
            .map(|row| row.split_whitespace().collect())
            .collect();
        assert_eq!(
            rows,
            [
                ["hashing", "1,200", "123,456", "12.3%"],
                ["\\u{1b}[2J", "1", "1", "0.0%"]
            ]
        );
    }

    #[test]
    fn without_scopes_there_is_no_table() {
        assert_eq!(
            ScopesText {
                scopes: &[],
                total: 0
            }
            .to_string(),
            ""
        );
    }
}
