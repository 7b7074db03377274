//! What a proof takes of each state machine, as a person reads it.

use std::fmt;

use zisk_host::TableStats;

use crate::terminal::{FAINT, HEADING, grouped};

/// A table of state machines, and sums.
#[derive(Debug)]
pub(crate) struct TablesText<'a> {
    /// Instructions of the run.
    pub(crate) instructions: u64,
    pub(crate) tables: &'a [TableStats],
}

impl TablesText<'_> {
    fn sum(&self, of_table: impl Fn(&TableStats) -> u64) -> u64 {
        self.tables.iter().map(of_table).sum()
    }

    /// The coprocessors that were called: how often, and what their machines take.
    fn write_calls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut called: Vec<(&str, u64, u64)> = Vec::new();
        for table in self.tables.iter().filter(|table| table.calls > 0) {
            let Some(name) = table.coprocessor else { continue };
            match called.iter_mut().find(|(other, ..)| *other == name) {
                Some((.., cells)) => *cells += table.cells(),
                None => called.push((name, table.calls, table.cells())),
            }
        }
        if called.is_empty() {
            return Ok(());
        }
        let [name, calls, cells, per] = ["coprocessor", "calls", "cells", "cells/call"];
        writeln!(
            f,
            "\n{HEADING}{name:<17} {calls:>10} {cells:>44} {per:>11}{HEADING:#}"
        )?;
        for (name, calls, cells) in called {
            writeln!(
                f,
                "{name:<17} {:>10} {:>44} {:>11}",
                grouped(calls),
                grouped(cells),
                grouped(cells / calls)
            )?;
        }
        Ok(())
    }

    fn per_instruction(&self, cells: u64) -> String {
        format!("{:.1}", cells as f64 / self.instructions.max(1) as f64)
    }
}

impl fmt::Display for TablesText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [
            "state machine",
            "rows",
            "padded",
            "main",
            "LogUp",
            "messages",
            "cells",
            "cells/instr",
        ];
        let [name, rows, padded, main, logup, messages, cells, per] = heads;
        writeln!(
            f,
            "{HEADING}{name:<17} {rows:>10} {padded:>10} {main:>5} {logup:>5} {messages:>8} {cells:>13} {per:>11}{HEADING:#}"
        )?;
        for table in self.tables {
            // What the run does not use is there, and hardly counts.
            let style = if table.is_fixed || table.rows == 0 {
                FAINT
            } else {
                anstyle::Style::new()
            };
            writeln!(
                f,
                "{style}{:<17} {:>10} {:>10} {:>5} {:>5} {:>8} {:>13} {:>11}{style:#}",
                table.name,
                grouped(table.rows),
                grouped(table.height),
                table.main_columns,
                table.logup_columns,
                table.interactions,
                grouped(table.cells()),
                self.per_instruction(table.cells()),
            )?;
        }
        let run = self.sum(|table| if table.is_fixed { 0 } else { table.cells() });
        let sums = [
            ("of the run", run),
            ("of the program and of numbers", self.sum(TableStats::cells) - run),
            ("with all tables filled up", self.sum(TableStats::padded_cells)),
        ];
        writeln!(f)?;
        for (label, cells) in sums {
            let per = self.per_instruction(cells);
            writeln!(
                f,
                "{HEADING}{label:<59}{HEADING:#} {:>13} {per:>11}",
                grouped(cells)
            )?;
        }
        let instructions = grouped(self.instructions);
        writeln!(f, "{HEADING}{:<59}{HEADING:#} {instructions:>13}", "instructions")?;
        self.write_calls(f)
    }
}
