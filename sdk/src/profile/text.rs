//! A profile, as a person reads it in a terminal.

use std::fmt;

use zisk_host::profile::{Function, Profile, Spent};

use super::percent;
use crate::terminal::{FAINT, HEADING, grouped, visible};

/// Tables: functions, state machines, scopes, and what is not of instructions.
#[derive(Debug)]
pub(crate) struct ProfileText<'a> {
    pub(crate) profile: &'a Profile,
    /// How many functions are shown.
    pub(crate) top: usize,
}

/// A row of numbers, and a name behind them.
struct Row<'a> {
    spent: Spent,
    whole: Spent,
    /// What is known together with callees.
    total: Option<Spent>,
    name: &'a str,
    file: Option<&'a str>,
}

/// The most characters of a name in a terminal.
const MAX_NAME: usize = 100;

/// A name, with what is too much of it cut off.
fn cut(name: &str) -> String {
    let name = visible(name);
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}...", &name[..end]),
        None => name,
    }
}

/// The last parts of a path, which tell a file from others.
fn tail(path: &str) -> String {
    let parts: Vec<&str> = path.rsplit('/').take(4).collect();
    visible(&parts.into_iter().rev().collect::<Vec<_>>().join("/"))
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spent { instructions, cells } = self.spent;
        let share = percent(cells, self.whole.cells);
        write!(
            f,
            "{:>16} {share:>7} {:>15}",
            grouped(cells),
            grouped(instructions)
        )?;
        match self.total {
            Some(total) => {
                let share = percent(total.cells, self.whole.cells);
                write!(f, " {:>16} {share:>7}", grouped(total.cells))?;
            }
            None => write!(f, " {:>16} {:>7}", "", "")?,
        }
        write!(f, "  {}", cut(self.name))?;
        if let Some(file) = self.file {
            write!(f, "  {FAINT}{}{FAINT:#}", tail(file))?;
        }
        writeln!(f)
    }
}

/// The functions with most cells of their own first.
pub(super) fn by_own_cells(profile: &Profile) -> Vec<&Function> {
    let mut functions: Vec<&Function> = profile.functions.iter().collect();
    functions.sort_by(|a, b| (b.own.cells, &a.name).cmp(&(a.own.cells, &b.name)));
    functions.retain(|function| function.own.instructions > 0);
    functions
}

impl ProfileText<'_> {
    fn write_functions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cells, share, instructions, total, name] =
            ["cells", "share", "instructions", "with callees", "function"];
        writeln!(
            f,
            "{HEADING}{cells:>16} {share:>7} {instructions:>15} {total:>16} {share:>7}  {name}{HEADING:#}"
        )?;
        let functions = by_own_cells(self.profile);
        for function in functions.iter().take(self.top) {
            let row = Row {
                spent: function.own,
                whole: self.profile.total,
                total: Some(function.total),
                name: &function.name,
                file: function.file.as_deref(),
            };
            write!(f, "{row}")?;
        }
        let rest = functions.iter().skip(self.top);
        let number = rest.len();
        if number > 0 {
            let mut spent = Spent::default();
            for function in rest {
                spent.cells += function.own.cells;
                spent.instructions += function.own.instructions;
            }
            let row = Row {
                spent,
                whole: self.profile.total,
                total: None,
                name: &format!("{number} other functions"),
                file: None,
            };
            write!(f, "{FAINT}{row}{FAINT:#}")?;
        }
        let row = Row {
            spent: self.profile.total,
            whole: self.profile.total,
            total: None,
            name: "all of them",
            file: None,
        };
        write!(f, "{HEADING}{row}{HEADING:#}")
    }

    fn write_machines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cells, share, rows, name] = ["cells", "share", "rows", "state machine"];
        writeln!(
            f,
            "\n{HEADING}{cells:>16} {share:>7} {rows:>15}  {name}{HEADING:#}"
        )?;
        let mut machines: Vec<_> = self
            .profile
            .machines
            .iter()
            .filter(|machine| machine.rows > 0)
            .collect();
        machines.sort_by_key(|machine| std::cmp::Reverse(machine.cells));
        for machine in machines {
            let share = percent(machine.cells, self.profile.total.cells);
            let (cells, rows) = (grouped(machine.cells), grouped(machine.rows));
            write!(f, "{cells:>16} {share:>7} {rows:>15}  {}", machine.name)?;
            match machine.coprocessor {
                Some(name) => writeln!(f, " {FAINT}(coprocessor {name}){FAINT:#}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }

    fn write_scopes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.profile.scopes.is_empty() {
            return Ok(());
        }
        let [cells, share, instructions, calls, name] = ["cells", "share", "instructions", "calls", "scope"];
        writeln!(
            f,
            "\n{HEADING}{cells:>16} {share:>7} {instructions:>15} {calls:>16}  {name}{HEADING:#}"
        )?;
        for scope in &self.profile.scopes {
            let share = percent(scope.total.cells, self.profile.total.cells);
            writeln!(
                f,
                "{:>16} {share:>7} {:>15} {:>16}  {}",
                grouped(scope.total.cells),
                grouped(scope.total.instructions),
                grouped(scope.calls),
                visible(&scope.name)
            )?;
        }
        Ok(())
    }

    /// Everything that is committed to.
    fn write_whole(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Profile { total, overhead, .. } = self.profile;
        let whole = total.cells + overhead.cells();
        let [cells, share, name] = ["cells", "share", "of the whole proof"];
        writeln!(f, "\n{HEADING}{cells:>16} {share:>7}  {name}{HEADING:#}")?;
        let rows = [("instructions and calls", total.cells)]
            .into_iter()
            .chain(overhead.named());
        for (name, cells) in rows {
            writeln!(f, "{:>16} {:>7}  {name}", grouped(cells), percent(cells, whole))?;
        }
        let segments = match self.profile.segments.len() {
            1 => "in one segment".to_owned(),
            number => format!("in {number} segments"),
        };
        writeln!(
            f,
            "{HEADING}{:>16} {:>7}  {segments}{HEADING:#}",
            grouped(whole),
            percent(whole, whole)
        )
    }
}

impl fmt::Display for ProfileText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_functions(f)?;
        self.write_machines(f)?;
        self.write_scopes(f)?;
        self.write_whole(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_and_paths_are_cut() {
        assert_eq!(cut("a::b"), "a::b");
        assert_eq!(cut("\u{1b}[2J"), "\\u{1b}[2J");
        assert_eq!(
            cut(&"\u{3b1}".repeat(101)),
            format!("{}...", "\u{3b1}".repeat(100))
        );
        assert_eq!(
            tail("/rustc/59807616/library/core/src/cmp.rs"),
            "library/core/src/cmp.rs"
        );
        assert_eq!(tail("main.rs"), "main.rs");
    }
}
