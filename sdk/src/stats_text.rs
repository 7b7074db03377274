//! What a run took, as a person reads it.

use std::fmt;

use zisk_host::{Scope, Stats};

use crate::terminal::{HEADING, grouped};

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
        write_scopes(f, &stats.scopes, stats.instructions)
    }
}

fn write_scopes(f: &mut fmt::Formatter<'_>, scopes: &[Scope], total: u64) -> fmt::Result {
    if scopes.is_empty() {
        return Ok(());
    }
    // A guest may put anything into a name; what a terminal would obey is shown escaped.
    let names: Vec<String> = scopes
        .iter()
        .map(|scope| scope.name.escape_debug().to_string())
        .collect();
    let width = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or_default()
        .clamp(20, 60);
    writeln!(
        f,
        "\n{HEADING}{:<width$} {:>10} {:>20} {:>7}{HEADING:#}",
        "scope", "calls", "instructions", "share"
    )?;
    for (scope, name) in scopes.iter().zip(names) {
        let tenths = u128::from(scope.instructions) * 1000 / u128::from(total.max(1));
        let share = format!("{}.{}%", tenths / 10, tenths % 10);
        let (calls, instructions) = (grouped(scope.calls), grouped(scope.instructions));
        writeln!(f, "{name:<width$} {calls:>10} {instructions:>20} {share:>7}")?;
    }
    Ok(())
}
